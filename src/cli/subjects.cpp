// SPDX-License-Identifier: Apache-2.0
#include "cli/subjects.hpp"

#include "base/near_path.hpp"
#include "base/strings.hpp"
#include "base/threads.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_info = "info.yaml";

// Whether the file begins like a definition; values.yaml fragments and info.yaml do not.
bool names_syntax(const Path& file) {
  std::ifstream stream(file);
  char line[256] = {};
  stream.read(line, sizeof line - 1);
  std::string_view first = line;
  first = first.substr(0, first.find('\n'));
  return first.starts_with('#') && first.find("syntax=") != std::string_view::npos;
}

Result<> add_directory(const Path& directory, FoundDefinitions& found) {
  std::error_code error;
  size_t before = found.files.size();
  fs::recursive_directory_iterator walk(directory, error), end;
  for (; !error && walk != end; walk.increment(error)) {
    const Path& path = walk->path();
    bool is_yaml = path.extension() == ".yaml" || path.extension() == ".yml";
    if (walk->is_directory() && path.filename().string().starts_with('.')) {
      walk.disable_recursion_pending();
    } else if (walk->is_regular_file() && is_yaml) {
      if (path.extension() == ".yaml" && names_syntax(path))
        found.files.push_back({path, false});
      else if (path.filename() != k_info)
        found.passed_over.push_back(path);
    }
  }
  if (error) return fail_errno(fmt::format("cannot list {}", directory.string()), error.value());
  if (found.files.size() == before)
    return fail(ErrorCode::bad_input,
                found.passed_over.empty()
                    ? fmt::format("there is no definition below {}", directory.string())
                    : fmt::format("there is no definition below {}, and {} is none",
                                  directory.string(), found.passed_over.front().string()),
                "a definition is a .yaml file whose first line is like "
                "\"# syntax=dhi.io/build:2-debian13\"");
  return {};
}

// One file once, however it is written: "a.yaml" and "./a.yaml". A symbolic link is a definition of
// its own, since its name is the image's.
void keep_each_once(std::vector<FoundDefinitions::File>& files) {
  // Of the same path, one that was named comes first.
  std::ranges::sort(files, {}, [](const auto& file) { return std::pair(file.path, !file.named); });
  std::set<Path> seen;
  std::erase_if(files, [&](const FoundDefinitions::File& file) {
    std::error_code error;
    const Path& path = file.path;
    Path directory = fs::canonical(path.has_parent_path() ? path.parent_path() : ".", error);
    return !seen.insert(error ? path : directory / path.filename()).second;
  });
}

std::unexpected<Error> fail_missing(const std::string& path) {
  std::optional<Path> near = near_path({}, path);
  return fail(ErrorCode::not_found, fmt::format("there is no file {}", printable(path)),
              near ? fmt::format("did you mean {}?", printable(near->string())) : "");
}

}  // namespace

Result<FoundDefinitions> find_definitions(std::span<const std::string> paths) {
  FoundDefinitions found;
  for (const std::string& path : paths) {
    std::error_code error;
    fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      TRY(add_directory(path, found));
    } else if (fs::exists(status)) {
      found.files.push_back({path, true});
    } else {
      return fail_missing(path);
    }
  }
  keep_each_once(found.files);
  std::ranges::sort(found.passed_over);
  return found;
}

std::string passed_over_text(const std::vector<Path>& files) {
  if (files.empty()) return {};
  return fmt::format(
      "{} passed over, such as {}: a definition ends in .yaml and its first line is like "
      "\"# syntax=dhi.io/build:2-debian13\"\n",
      counted(files.size(), "file"), files.front().string());
}

Result<std::vector<Path>> find_named(std::span<const std::string> paths, std::string_view name) {
  std::vector<Path> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (Path(path).filename() == name) files.emplace_back(path);
      continue;
    }
    fs::recursive_directory_iterator walk(path, error), end;
    for (; !error && walk != end; walk.increment(error))
      if (walk->is_regular_file() && walk->path().filename() == name) files.push_back(walk->path());
    if (error) return fail_errno(fmt::format("cannot list {}", path), error.value());
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

Result<LoadedSubjects> read_subjects(std::span<const std::string> paths, Session& session,
                                     const DefinitionCheck& check) {
  FoundDefinitions found = TRY(find_definitions(paths));
  const std::vector<FoundDefinitions::File>& files = found.files;
  std::vector<Path> roots;
  definition::RootFinder finder;
  for (const FoundDefinitions::File& file : files) roots.push_back(finder.find(file.path));
  std::vector<std::optional<definition::Definition>> loaded(files.size());
  std::vector<Diagnostics> mistakes(files.size());
  TRY(parallel_for(files.size(), session.threads(), [&](size_t i) -> Result<> {
    loaded[i] = definition::load_file(files[i].path, mistakes[i], {.root = roots[i]});
    if (loaded[i] && check) check(*loaded[i], mistakes[i]);
    return {};
  }));
  LoadedSubjects all;
  all.files = files.size();
  all.passed_over = std::move(found.passed_over);
  for (size_t i = 0; i < files.size(); ++i) {
    all.diagnostics.merge(std::move(mistakes[i]));
    if (loaded[i])
      all.subjects.push_back({files[i].path, roots[i], files[i].named, std::move(*loaded[i])});
  }
  return all;
}

Result<std::vector<Subject>> load_subjects(std::span<const std::string> paths, Session& session) {
  LoadedSubjects loaded = TRY(read_subjects(paths, session));
  session.show(loaded.diagnostics);
  if (loaded.diagnostics.has_errors()) return std::unexpected(loaded.diagnostics.as_error());
  return std::move(loaded.subjects);
}

Result<std::vector<model::Platform>> platforms_for(const Subject& subject,
                                                   std::span<const std::string> flags,
                                                   const Config& config) {
  std::vector<std::string> names(flags.begin(), flags.end());
  if (names.empty())
    for (const auto& platform : subject.definition.platforms)
      names.emplace_back(enum_name(platform.value));
  if (names.empty()) names = config.platforms;
  if (names.empty()) names = {"linux/amd64"};
  std::vector<model::Platform> platforms;
  for (const std::string& name : names) {
    model::Platform platform = TRY(model::Platform::parse(name));
    if (std::find(platforms.begin(), platforms.end(), platform) == platforms.end())
      platforms.push_back(std::move(platform));
  }
  std::sort(platforms.begin(), platforms.end());
  return platforms;
}

Result<> require_buildable(const Subject& subject, Session& session) {
  Diagnostics refused;
  for (const definition::UnsupportedKey& key : definition::unsupported_keys(subject.definition))
    refused.error("unsupported", key.where, fmt::format("kiln build cannot do `{}` yet", key.key),
                  "the definition is read and checked; building it needs a later version");
  if (!refused.has_errors()) return {};
  session.show(refused);
  return fail(ErrorCode::unsupported,
              fmt::format("{} cannot be built by this version", subject.file.string()));
}

}  // namespace kiln::cli
