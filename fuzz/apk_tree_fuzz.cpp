// SPDX-License-Identifier: Apache-2.0
//
// Hostile Alpine packages: odd members and .PKGINFO, lists of applets and certificates, scripts.
// The tree must stay whole through unpacking, effects and the database.
//
//   input  = *line
//   line   = "P" name LF / "I" line-of-PKGINFO LF / "S" script LF
//          / "C" content LF               ; of the file before, with "|" for the end of a line
//          / member                       ; tree_input.hpp
#include "rootfs/apk/system.hpp"
#include "tree_input.hpp"

#include <algorithm>

using namespace kiln;

namespace {

using Package = packages::UnpackedPackage;

void read_line(Package& package, std::string& payload, std::string_view line) {
  std::string rest(line.substr(1));
  if (line.front() == 'I') {
    package.control[".PKGINFO"] += rest + "\n";
  } else if (line.front() == 'S') {
    package.control[".post-install"] += rest + "\n";
  } else if (line.front() == 'C' && !package.files.empty()) {
    std::ranges::replace(rest, '|', '\n');
    package.files.back().offset = payload.size();
    package.files.back().size = rest.size();
    payload += rest;
  } else {
    package.files.push_back(fuzz::member(line));
  }
}

rootfs::PackageList read_packages(std::string_view text, rootfs::MemoryContents& contents) {
  std::vector<std::shared_ptr<Package>> made = {std::make_shared<Package>()};
  std::string payload = "#";
  for (std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    if (line.front() != 'P') {
      read_line(*made.back(), payload, line);
      continue;
    }
    made.push_back(std::make_shared<Package>());
    made.back()->id.name = std::string(line.substr(1));
  }
  Digest digest = contents.add(payload);
  for (auto& package : made) package->payload = digest;
  return {made.begin(), made.end()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rootfs::Rootfs made;
  rootfs::MemoryContents contents;
  rootfs::Tree tree(made, contents);
  const rootfs::System& system = rootfs::apk::alpine();
  rootfs::PackageList list = read_packages({reinterpret_cast<const char*>(data), size}, contents);
  rootfs::Unpacker unpacker(tree, 1, system.unpack_rules(list, system.newest_effects_policy));
  for (const auto& package : list) {
    (void)unpacker.add(package);
    (void)system.account_for_scripts(*package, system.newest_effects_policy);
  }
  (void)unpacker.add_merged_links(0);
  definition::ImageSpec spec;
  spec.variant = "dev";
  packages::PackageSources repositories;
  rootfs::Scene scene{.tree = tree,
                      .system = system,
                      .spec = spec,
                      .packages = list,
                      .repositories = repositories,
                      .planned = {},
                      .codename = "",
                      .architecture = "x86_64"};
  (void)rootfs::run_effects(scene);
  (void)system.make_package_database(scene);
  fuzz::check(made);
  return 0;
}
