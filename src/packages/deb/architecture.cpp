// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/architecture.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

struct Machine {
  std::string_view debian;
  std::string_view platform;
  std::string_view triplet;
  std::string_view cpu;  // in dpkg's tuples
  std::string_view abi = "base";
};

constexpr std::array k_machines = {
    Machine{"amd64", "linux/amd64", "x86_64-linux-gnu", "amd64"},
    Machine{"arm64", "linux/arm64", "aarch64-linux-gnu", "arm64"},
    Machine{"armel", "linux/arm/v5", "arm-linux-gnueabi", "arm", "eabi"},
    Machine{"armhf", "linux/arm/v7", "arm-linux-gnueabihf", "arm", "eabihf"},
    Machine{"i386", "linux/386", "i386-linux-gnu", "i386"},
    Machine{"mips64el", "linux/mips64le", "mips64el-linux-gnuabi64", "mips64el", "abi64"},
    Machine{"ppc64el", "linux/ppc64le", "powerpc64le-linux-gnu", "ppc64el"},
    Machine{"riscv64", "linux/riscv64", "riscv64-linux-gnu", "riscv64"},
    Machine{"s390x", "linux/s390x", "s390x-linux-gnu", "s390x"},
};

const Machine* find(std::string_view architecture) {
  const auto* place = std::ranges::find(k_machines, architecture, &Machine::debian);
  return place == k_machines.end() ? nullptr : place;
}

std::unexpected<Error> unknown(std::string_view what) {
  std::vector<std::string> known;
  for (const Machine& machine : k_machines) known.emplace_back(machine.debian);
  return fail(ErrorCode::unsupported,
              fmt::format("{} is not an architecture that Kiln knows of Debian", printable(what)),
              "the architectures are " + join(known, ", "));
}

}  // namespace

Result<std::string> debian_architecture(const model::Platform& platform) {
  std::string text = platform.str();
  if (text == "linux/arm" || text == "linux/arm/v8") text = "linux/arm/v7";
  if (text == "linux/arm/v6") text = "linux/arm/v5";
  const auto* place = std::ranges::find(k_machines, text, &Machine::platform);
  if (place == k_machines.end()) return unknown(text);
  return std::string(place->debian);
}

Result<model::Platform> platform_of(std::string_view architecture) {
  const Machine* machine = find(architecture);
  if (machine == nullptr) return unknown(architecture);
  return model::Platform::parse(machine->platform);
}

Result<std::string> multiarch_triplet(std::string_view architecture) {
  const Machine* machine = find(architecture);
  if (machine == nullptr) return unknown(architecture);
  return std::string(machine->triplet);
}

bool matches_architecture(std::string_view pattern, std::string_view architecture) {
  auto parts = split(pattern, '-');
  if (std::ranges::find(parts, std::string_view("any")) == parts.end() || architecture == "all")
    return pattern == architecture;
  const Machine* machine = find(architecture);
  if (machine == nullptr) return pattern == "any";
  if (pattern == "any") return true;
  std::array<std::string_view, 4> tuple = {machine->abi, "gnu", "linux", machine->cpu};
  if (parts.size() > tuple.size()) return false;
  return std::equal(parts.rbegin(), parts.rend(), tuple.rbegin(),
                    [](auto part, auto own) { return part == "any" || part == own; });
}

}  // namespace kiln::packages::deb
