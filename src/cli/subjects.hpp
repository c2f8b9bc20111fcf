// SPDX-License-Identifier: Apache-2.0
//
// Which definitions a command line means: files as named, and every definition below a directory.
#pragma once
#include "cli/session.hpp"
#include "definition/definition.hpp"
#include "definition/image_spec.hpp"
#include "model/platform.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

struct Subject {
  Path file;
  Path root;           // the catalog's root
  bool named = false;  // by the user, and not found in a directory
  definition::Definition definition;
};

// Files that paths mean, sorted.
struct FoundDefinitions {
  struct File {
    Path path;
    bool named = false;  // by the user, and not found in a directory
  };
  std::vector<File> files;
  // Of directories: .yaml and .yml files that are no definitions, but for info.yaml.
  std::vector<Path> passed_over;
};

// Definition files at or below the paths, each once: a file as it is; of a directory every .yaml
// file whose first line names a `syntax=`. Fails when a path is not there or a directory has none.
Result<FoundDefinitions> find_definitions(std::span<const std::string> paths);

// That they were, with a newline, for people; empty for none.
std::string passed_over_text(const std::vector<Path>& files);

// Every file of that name at or below the paths, sorted, each once.
Result<std::vector<Path>> find_named(std::span<const std::string> paths, std::string_view name);

// What was read: the definitions without errors, and what is wrong with any.
struct LoadedSubjects {
  std::vector<Subject> subjects;
  Diagnostics diagnostics;
  size_t files = 0;
  std::vector<Path> passed_over;  // see FoundDefinitions
};

// Finds and loads definitions on the session's threads; `check` adds what else it has to say of one
// that could be read, from several threads at once.
using DefinitionCheck = std::function<void(const definition::Definition&, Diagnostics&)>;
Result<LoadedSubjects> read_subjects(std::span<const std::string> paths, Session& session,
                                     const DefinitionCheck& check = {});

// The same for commands that need all of them: all mistakes of all files are shown; then the Result
// fails if there was an error in any.
Result<std::vector<Subject>> load_subjects(std::span<const std::string> paths, Session& session);

// The platforms to build: those of --platform, else the definition's, else the configuration's,
// else linux/amd64. Whether the definition is for them is for definition::resolve to say.
Result<std::vector<model::Platform>> platforms_for(const Subject& subject,
                                                   std::span<const std::string> flags,
                                                   const Config& config);

// Fails (unsupported), naming each key with its place, when a build needs what is not done yet.
Result<> require_buildable(const Subject& subject, Session& session);

}  // namespace kiln::cli
