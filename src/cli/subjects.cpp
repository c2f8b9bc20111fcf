// SPDX-License-Identifier: Apache-2.0
#include "cli/subjects.hpp"

#include "base/near_path.hpp"
#include "base/strings.hpp"
#include "base/threads.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

namespace fs = std::filesystem;

// Whether the file begins like a definition; values.yaml fragments and info.yaml do not.
bool names_syntax(const Path& file) {
  std::ifstream stream(file);
  char line[256] = {};
  stream.read(line, sizeof line - 1);
  std::string_view first = line;
  first = first.substr(0, first.find('\n'));
  return first.starts_with('#') && first.find("syntax=") != std::string_view::npos;
}

Result<> add_directory(const Path& directory, std::vector<Path>& files) {
  std::error_code error;
  size_t before = files.size();
  fs::recursive_directory_iterator walk(directory, error), end;
  for (; !error && walk != end; walk.increment(error)) {
    if (walk->is_directory() && walk->path().filename().string().starts_with('.')) {
      walk.disable_recursion_pending();
    } else if (walk->is_regular_file() && walk->path().extension() == ".yaml" &&
               names_syntax(walk->path())) {
      files.push_back(walk->path());
    }
  }
  if (error) return fail_errno(fmt::format("cannot list {}", directory.string()), error.value());
  if (files.size() == before)
    return fail(ErrorCode::bad_input,
                fmt::format("there is no definition below {}", directory.string()),
                "a definition is a .yaml file whose first line is like "
                "\"# syntax=dhi.io/build:2-debian13\"");
  return {};
}

std::unexpected<Error> fail_missing(const std::string& path) {
  std::optional<Path> near = near_path({}, path);
  return fail(ErrorCode::not_found, fmt::format("there is no file {}", printable(path)),
              near ? fmt::format("did you mean {}?", printable(near->string())) : "");
}

}  // namespace

Result<std::vector<Path>> find_definitions(std::span<const std::string> paths) {
  std::vector<Path> files;
  for (const std::string& path : paths) {
    std::error_code error;
    fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      TRY(add_directory(path, files));
    } else if (fs::exists(status)) {
      files.emplace_back(path);
    } else {
      return fail_missing(path);
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
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
  std::vector<Path> files = TRY(find_definitions(paths));
  std::vector<Path> roots;
  definition::RootFinder finder;
  for (const Path& file : files) roots.push_back(finder.find(file));
  std::vector<std::optional<definition::Definition>> loaded(files.size());
  std::vector<Diagnostics> mistakes(files.size());
  TRY(parallel_for(files.size(), session.threads(), [&](size_t i) -> Result<> {
    loaded[i] = definition::load_file(files[i], mistakes[i], {.root = roots[i]});
    if (loaded[i] && check) check(*loaded[i], mistakes[i]);
    return {};
  }));
  LoadedSubjects all;
  all.files = files.size();
  for (size_t i = 0; i < files.size(); ++i) {
    all.diagnostics.merge(std::move(mistakes[i]));
    if (loaded[i]) all.subjects.push_back({files[i], roots[i], std::move(*loaded[i])});
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
