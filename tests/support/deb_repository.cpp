// SPDX-License-Identifier: Apache-2.0
#include "support/deb_repository.hpp"

#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "support/result_matchers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kiln::testing {

DebRepository::DebRepository(Path directory, DebRepositoryOptions options)
    : directory_(std::move(directory)), options_(std::move(options)) {}

Path DebRepository::suite_directory() const {
  return flat() ? directory_ / options_.suite : directory_ / "dists" / options_.suite;
}

void DebRepository::write(const Path& path, std::string_view bytes) const {
  value(make_directories(path.parent_path()));
  value(write_file(path, bytes));
}

void DebRepository::add(const DebPackage& package, std::string component) {
  std::string bytes = deb_bytes(package);
  std::string path = fmt::format("pool/{}/{}", package.name, package.file_name());
  write(directory_ / path, bytes);
  if (component.empty()) component = options_.component;
  listed_.push_back({std::move(component), package.architecture,
                     fmt::format("{}Filename: {}\nSize: {}\nSHA256: {}\n\n", package.control_text(),
                                 path, bytes.size(), sha256(bytes).hex())});
}

std::set<std::string> DebRepository::components() const {
  std::set<std::string> names{options_.component};
  for (const Listed& listed : listed_) names.insert(listed.component);
  return names;
}

std::string DebRepository::packages_path(const std::string& component,
                                         const std::string& architecture) const {
  if (flat()) return "Packages";
  return fmt::format("{}/binary-{}/Packages", component, architecture);
}

std::string DebRepository::packages_text(const std::string& component,
                                         const std::string& architecture) const {
  std::string text;
  for (const Listed& listed : listed_) {
    if (listed.component != component) continue;
    bool common = listed.architecture == "all" && !options_.separate_all;
    if (flat() || common || listed.architecture == architecture) text += listed.stanza;
  }
  return text;
}

void DebRepository::write_index(const std::string& path, const std::string& text,
                                std::map<std::string, std::string>& listed) const {
  listed[path] = text;
  for (const std::string& compression : options_.compressions) {
    std::string suffix = compression.empty() ? "" : "." + compression;
    std::string bytes = compressed(text, compression);
    Path place = suite_directory() / (path + suffix);
    if (options_.keep_plain_names) write(place, bytes);
    if (options_.by_hash)
      write(place.parent_path() / "by-hash/SHA256" / sha256(bytes).hex(), bytes);
    listed[path + suffix] = std::move(bytes);
  }
}

void DebRepository::publish(const GpgKey& key) {
  std::vector<std::string> architectures = options_.architectures;
  if (options_.separate_all) architectures.emplace_back("all");
  std::map<std::string, std::string> listed;
  for (const std::string& component : components())
    for (const std::string& architecture : architectures)
      write_index(packages_path(component, architecture), packages_text(component, architecture),
                  listed);

  std::string release = fmt::format(
      "Origin: Kiln Test\nLabel: Test\nSuite: {0}\nCodename: {0}\nDate: {1}\nArchitectures: {2}\n"
      "Components: {3}\n{4}",
      options_.suite, format_http_date(options_.date), join(architectures, " "),
      fmt::join(components(), " "), options_.fields);
  if (options_.valid_until != 0)
    release += fmt::format("Valid-Until: {}\n", format_http_date(options_.valid_until));
  if (options_.by_hash) release += "Acquire-By-Hash: yes\n";
  release += "SHA256:\n";
  for (const auto& [path, bytes] : listed)
    release += fmt::format(" {} {} {}\n", sha256(bytes).hex(), bytes.size(), path);
  release_ = release;

  Path place = suite_directory();
  if (options_.detached) {
    write(place / "Release", release);
    write(place / "Release.gpg", key.detached_sign(release));
  } else {
    write(place / "InRelease", key.clear_sign(release));
  }
}

}  // namespace kiln::testing
