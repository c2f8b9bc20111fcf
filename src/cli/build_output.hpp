// SPDX-License-Identifier: Apache-2.0
//
// Where a build's images go, and what is said about them.
#pragma once
#include "cli/built.hpp"
#include "cli/pipeline.hpp"
#include "evidence/protocol.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

enum class OutputFormat { oci, docker, dir, tar };

struct OutputRequest {
  OutputFormat format = OutputFormat::oci;
  std::optional<Path> path;

  // Whether the root file system is written, and not an image.
  bool is_tree() const { return format == OutputFormat::dir || format == OutputFormat::tar; }
};

// From --format and -o.
Result<OutputRequest> read_output_request(const Arguments& arguments);

// Fails (bad_input), before anything is fetched, when the output cannot hold what is asked for:
// several platforms in a form that holds one, or a path that is in the way.
Result<> check_output(const OutputRequest& request, std::span<const Subject> subjects,
                      std::span<const Task> tasks);

// What a build says of the evidence that it made.
struct EvidenceReport {
  evidence::Evidence made;
  std::string changelog;  // what the image was compared with, or why not
};

// What came out for one definition.
struct BuildResult {
  std::string definition;
  std::string image;
  Path path;
  Digest digest;  // of the image index, or of the manifest where the form holds one platform
  std::vector<const Built*> images;
  std::vector<const plan::LockedPlan*> plans;
  std::vector<std::string> notes;
  std::optional<EvidenceReport> evidence;  // nothing: none was asked for, or the form holds none
};

class EvidenceMaker;

// Writes every subject's images with their lock and, unless `evidence` is null, the evidence that
// it makes. `tasks`, `plans` and `images` go together and must outlive the results.
Result<std::vector<BuildResult>> write_outputs(const OutputRequest& request,
                                               std::span<const Subject> subjects,
                                               std::span<const Task> tasks,
                                               std::span<const plan::LockedPlan> plans,
                                               std::span<const Built> images,
                                               EvidenceMaker* evidence, Session& session);

// The lock of some plans of one definition; equal for equal plans, whenever it is made.
plan::Lock make_lock(std::span<const plan::LockedPlan* const> plans);

std::string results_text(std::span<const BuildResult> results, double seconds);
Json results_json(std::span<const BuildResult> results, double seconds);

}  // namespace kiln::cli
