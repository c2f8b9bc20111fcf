// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/architecture.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

struct Machine {
  std::string_view alpine;
  std::string_view platform;
  bool in_definitions = true;  // whether the language has the platform
};

constexpr std::array k_machines = {
    Machine{"x86_64", "linux/amd64"},
    Machine{"aarch64", "linux/arm64"},
    Machine{"armhf", "linux/arm/v6", false},
    Machine{"armv7", "linux/arm/v7"},
    Machine{"loongarch64", "linux/loong64", false},
    Machine{"ppc64le", "linux/ppc64le"},
    Machine{"riscv64", "linux/riscv64"},
    Machine{"s390x", "linux/s390x"},
    Machine{"x86", "linux/386"},
};

}  // namespace

Result<std::string> alpine_architecture(const model::Platform& platform) {
  std::string text = platform.str();
  if (text == "linux/arm" || text == "linux/arm/v8") text = "linux/arm/v7";
  const auto* place = std::ranges::find(k_machines, text, &Machine::platform);
  if (place != k_machines.end()) return std::string(place->alpine);
  std::vector<std::string> known;
  for (const Machine& machine : k_machines)
    if (machine.in_definitions) known.emplace_back(machine.platform);
  return fail(ErrorCode::unsupported, fmt::format("Alpine has no packages for {}", printable(text)),
              "it has them for " + join(known, ", "));
}

}  // namespace kiln::packages::apk
