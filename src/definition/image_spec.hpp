// SPDX-License-Identifier: Apache-2.0
//
// ImageSpec is the definition of an image, resolved for one platform: variables replaced, entries
// for other platforms left out, exclusions and repetitions settled. It is what the rest of Kiln
// works from, and as JSON it is the "normalised definition" that a lock keeps: two definitions
// with the same ImageSpec and the same packages make the same image.
//
// As JSON: one object, `format` 1, a member for each field below with the same name; `os_release`,
// `environment`, `dates`, `annotations` and `labels` are objects of strings, a package is its
// entry's text, `mode` is octal text and present only when given. Empty fields are left out.
#pragma once
#include "data/json.hpp"
#include "definition/enums.hpp"
#include "definition/package_request.hpp"
#include "definition/target.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::definition {

struct User {
  std::string name;
  uint32_t uid = 0;
  uint32_t gid = 0;
  bool operator==(const User&) const = default;
};

struct Group {
  std::string name;
  uint32_t gid = 0;
  std::vector<std::string> members;
  bool operator==(const Group&) const = default;
};

struct Accounts {
  bool root = false;   // whether root stands in /etc/passwd and /etc/group
  std::string run_as;  // the OCI `User`, verbatim; empty when not given
  std::vector<User> users;
  std::vector<Group> groups;
  bool operator==(const Accounts&) const = default;
};

// One change to the file tree, applied in list order after everything else.
struct PathEntry {
  PathType type = PathType::directory;
  std::string path;     // absolute, clean
  std::string content;  // file: its bytes, when `source` is empty
  std::string source;   // file, directory: below the catalog's root; symlink: the link's target
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::optional<uint32_t> mode;
  bool recursive = false;
  bool operator==(const PathEntry&) const = default;
};

// The names that /etc/os-release may have here, in the order of the file.
inline constexpr std::array<std::string_view, 8> k_os_release_order{
    "NAME",        "ID",       "ID_LIKE",       "VERSION_ID", "VERSION_CODENAME",
    "PRETTY_NAME", "HOME_URL", "BUG_REPORT_URL"};

struct ImageSpec {
  std::string definition_name;  // "image/curl/debian-13/8": below the root, without ".yaml"
  std::string name;             // the title for people
  std::string image;            // the repository, "dhi.io/curl"
  std::string variant;          // "runtime" or "dev"
  std::string flavor;
  std::vector<std::string> tags;
  std::string platform;  // "linux/amd64"
  Target target;
  std::map<std::string, std::string> dates;  // "release", "end-of-life", ...: as written

  std::vector<std::string> repositories;
  std::vector<std::string> keyring;
  std::vector<PackageRequest> packages;         // positive ones, each once, in the order written
  std::set<std::string> exclusions;             // names from "!name" that no positive entry lists
  std::map<std::string, std::string> mappings;  // package -> purl to report for it

  Accounts accounts;
  // Names and values of /etc/os-release (unquoted), in the order of the file.
  std::vector<std::pair<std::string, std::string>> os_release;
  std::map<std::string, std::string> environment;
  std::vector<PathEntry> paths;
  std::vector<std::string> sources;  // local files that `paths` use, sorted, below the root

  std::map<std::string, std::string> annotations;
  std::map<std::string, std::string> labels;
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> ports;    // "80/tcp", ranges expanded, each once
  std::vector<std::string> volumes;  // absolute paths
  std::string work_dir;
  std::string stop_signal;
  bool squashed = false;
  std::string compression;  // "gzip", "zstd", or empty: the builder's choice

  bool operator==(const ImageSpec&) const = default;
};

// Inverses of each other. from_json fails (corrupt, unsupported for a newer `format`).
Json to_json(const ImageSpec& spec);
Result<ImageSpec> from_json(const Json& json);

}  // namespace kiln::definition
