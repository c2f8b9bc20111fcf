// SPDX-License-Identifier: Apache-2.0
//
// Paths in the image, and the local files that they are made from.
#include "base/near_path.hpp"
#include "base/strings.hpp"
#include "definition/checks.hpp"
#include "definition/resolve.hpp"
#include "definition/variables.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

bool leaves_root(std::string_view path) {
  return std::ranges::any_of(split(path, '/'), [](std::string_view part) { return part == ".."; });
}

void refuse(const Text& text, std::string_view key, const PathBlock& entry, SchemaReader& report) {
  if (text.given())
    report.error("bad-entry", text.where,
                 fmt::format("\"{}\" has no meaning in an entry of type {}", key,
                             enum_name(entry.type.value)));
}

void check_id(const Located<int64_t>& id, std::string_view key, SchemaReader& report) {
  if (id.value < 0 || id.value > 4294967294)
    report.error("bad-id", id.where, fmt::format("\"{}\" cannot be {}", key, id.value),
                 "ids are numbers from 0 to 4294967294");
}

void check_entry(const PathBlock& entry, Relative relative, SchemaReader& report) {
  check_path(entry.path, "path", relative, report);
  check_mode(entry.mode, report);
  check_id(entry.uid, "uid", report);
  check_id(entry.gid, "gid", report);
  if (!entry.type.given()) return;
  switch (entry.type.value) {
    case PathType::symlink:
      if (!entry.source.given() || entry.source.value.empty())
        report.error("bad-entry", entry.where, "a symlink needs the \"source\" that it points to");
      refuse(entry.content, "content", entry, report);
      break;
    case PathType::file:
      if (entry.source.given() && entry.content.given())
        report.error("bad-entry", entry.content.where,
                     "a file has either \"content\" or \"source\", not both");
      break;
    case PathType::directory:
      refuse(entry.content, "content", entry, report);
      break;
    case PathType::remove:
    case PathType::empty_file:
      refuse(entry.content, "content", entry, report);
      refuse(entry.source, "source", entry, report);
      break;
  }
  bool local = entry.type.value == PathType::file || entry.type.value == PathType::directory;
  if (local && (leaves_root(entry.source.value) || entry.source.value.starts_with('/')))
    report.error("bad-source", entry.source.where,
                 fmt::format("\"{}\" is no path below the root", printable(entry.source.value)),
                 "write it relative to the directory that holds image/ and package/");
}

class SourceChecker {
 public:
  SourceChecker(const Definition& definition, const Path& root, SchemaReader& report)
      : definition_(definition), root_(root), report_(report) {}

  void check(const std::vector<PathBlock>& paths) {
    for (const PathBlock& entry : paths) {
      bool local = entry.type.value == PathType::file || entry.type.value == PathType::directory;
      if (!local || !entry.source.given()) continue;
      for (const std::string& platform : platforms(definition_)) check(entry, platform);
    }
  }

 private:
  void check(const PathBlock& entry, const std::string& platform) {
    std::string source = entry.source.value;
    if (source.contains("${")) {
      auto plain = Variables(definition_, platform).interpolate(source);
      if (!plain || plain->contains("${")) return;
      source = *plain;
    }
    auto path = clean_path(source);
    if (!path || !checked_.insert({*path, entry.where.index}).second) return;
    std::error_code ignored;
    auto status = std::filesystem::status(root_ / *path, ignored);
    bool wants_directory = entry.type.value == PathType::directory;
    if (!std::filesystem::exists(status))
      report_missing(entry.source, *path);
    else if (std::filesystem::is_directory(status) != wants_directory)
      report_.error("bad-source", entry.source.where,
                    fmt::format("\"{}\" is {}a directory", *path, wants_directory ? "not " : ""));
  }

  void report_missing(const Text& source, const std::string& path) {
    std::string message = fmt::format("\"{}\" is not there", path);
    std::error_code ignored;
    std::string top = path.substr(0, path.find('/'));
    if (path.contains('/') && !std::filesystem::exists(root_ / top, ignored)) {
      report_.warning("missing-source", source.where, message,
                      fmt::format("{} has no {}/ at all", root_.generic_string(), top));
      return;
    }
    report_.error("missing-source", source.where, message, near_miss(path));
  }

  std::string near_miss(const std::string& path) const {
    if (auto near = near_path(root_, path))
      return fmt::format("did you mean \"{}\"?", near->generic_string());
    return fmt::format("it is looked for below {}", root_.generic_string());
  }

  const Definition& definition_;
  const Path& root_;
  SchemaReader& report_;
  std::set<std::pair<std::string, uint32_t>> checked_;
};

}  // namespace

void check_mode(const Text& mode, SchemaReader& report) {
  if (!mode.given()) return;
  auto value = parse_octal(mode.value);
  if (!value || *value > 07777)
    report.error("bad-mode", mode.where,
                 fmt::format("\"{}\" is no octal mode", printable(mode.value)),
                 "write it like \"0755\" or \"1777\"");
}

void check_path(const Text& path, std::string_view key, Relative relative, SchemaReader& report) {
  if (!path.given()) return;
  std::string_view text = path.value;
  if (leaves_root(text)) {
    report.error("bad-path", path.where,
                 fmt::format("\"{}\" may not go up with \"..\": \"{}\"", key, printable(text)));
  } else if (text.contains('\0') || text.size() > 4096) {
    report.error("bad-path", path.where, fmt::format("\"{}\" is no valid path", key));
  } else if (!text.starts_with('/') && !text.starts_with("${")) {
    std::string message = fmt::format("\"{}\" must be absolute, not \"{}\"", key, printable(text));
    if (relative == Relative::refused)
      report.error("bad-path", path.where, message, "begin it with \"/\"");
    else
      report.warning("bad-path", path.where, message, "it is taken from \"/\"");
  }
}

void check_paths(const std::vector<PathBlock>& paths, Relative relative, SchemaReader& report) {
  for (const PathBlock& entry : paths) check_entry(entry, relative, report);
}

void check_sources(const Definition& definition, const Path& root, SchemaReader& report) {
  SourceChecker checker(definition, root, report);
  checker.check(definition.paths);
  for (const BuildBlock& build : definition.contents.builds) checker.check(build.paths);
}

}  // namespace kiln::definition
