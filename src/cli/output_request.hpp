// SPDX-License-Identifier: Apache-2.0
//
// What --format and -o of a build ask for, and which place each image gets: with one definition the
// path itself, with several "<path>/<id of the definition>".
#pragma once
#include "cli/pipeline.hpp"

#include <optional>
#include <span>

namespace kiln::cli {

enum class OutputFormat { oci, docker, dir, tar };

struct OutputRequest {
  OutputFormat format = OutputFormat::oci;
  std::optional<Path> path;

  // Whether the root file system is written, and not an image.
  bool is_tree() const { return format == OutputFormat::dir || format == OutputFormat::tar; }
  // Whether one file is written, and not a directory.
  bool is_archive() const { return format == OutputFormat::docker || format == OutputFormat::tar; }
};

// The file that "-o WORD" names: "-" is standard output.
Path output_path(const std::string& word);

// From --format and -o.
Result<OutputRequest> read_output_request(const Arguments& arguments);

// Where the output of one of the subjects goes; `several`: it is not the only one.
Path output_place(const OutputRequest& request, const Subject& subject, bool several);

// Fails (bad_input), before anything is fetched, when the output cannot hold what is asked for:
// several platforms in a form that holds one, two definitions in one place, or a path that is in
// the way. `several` as for output_place. Reserves standard output when an archive goes there.
Result<> check_output(const OutputRequest& request, std::span<const Subject> subjects,
                      std::span<const Task> tasks, bool several, Session& session);

}  // namespace kiln::cli
