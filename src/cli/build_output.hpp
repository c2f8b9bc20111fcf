// SPDX-License-Identifier: Apache-2.0
//
// Where a build's images go, and what is said about them.
#pragma once
#include "cli/build_batches.hpp"
#include "cli/built.hpp"
#include "cli/output_request.hpp"
#include "evidence/protocol.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

// What a build says of the evidence that it made.
struct EvidenceReport {
  evidence::Evidence made;
  std::optional<UnixTime> made_before;  // by an earlier build, whose evidence it is
  std::string changelog;                // what the image was compared with, or why not
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
// it makes. `several`: the run has more than one definition. The batch must outlive the results.
Result<std::vector<BuildResult>> write_outputs(const OutputRequest& request, const Batch& batch,
                                               bool several, EvidenceMaker* evidence,
                                               Session& session);

// The lock of some plans of one definition; equal for equal plans, whenever it is made.
plan::Lock make_lock(std::span<const plan::LockedPlan* const> plans);

std::string results_text(std::span<const BuildResult> results, double seconds);
Json results_json(std::span<const BuildResult> results, double seconds);

}  // namespace kiln::cli
