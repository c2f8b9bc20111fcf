// SPDX-License-Identifier: Apache-2.0
//
// The control plane's side of evidence: writes down what a build did, hands it to the signer, and
// puts what comes back beside the image. What takes time and needs no result (the signer's start,
// the program's own digest, git) runs while packages are fetched and images made. An image whose
// evidence is remembered needs no signer.
#pragma once
#include "cli/build_output.hpp"
#include "cli/evidence_request.hpp"
#include "cli/remembered_evidence.hpp"
#include "cli/signer_client.hpp"
#include "image/index.hpp"

#include <future>
#include <map>
#include <memory>

namespace kiln::cli {

class EvidenceMaker {
 public:
  // Starts the work in the background, and connects to the signer that the configuration names.
  // `subjects` must outlive it.
  static Result<std::unique_ptr<EvidenceMaker>> start(EvidenceRequest request,
                                                      const Arguments& arguments,
                                                      std::span<const Subject> subjects,
                                                      Session& session);

  // Where inputs lie that bills of materials may need again.
  void make_with(const MakeOptions& options) { options_ = options; }

  // Says that there will be something to sign, so that the signer starts meanwhile.
  Result<> expect_signing();

  // Adds the evidence of one definition's build to `assembly`, whose lock has the bytes `lock`:
  // remembered, or signed now. Fills in `result.evidence`; what the output holds already is the
  // previous image unless the request names one. Fails when no evidence can be made.
  Result<> add(const Subject& subject, BuildResult& result, image::Assembly& assembly,
               const std::string& lock);

  // After the layout with what add() signed was written: remembers that evidence, if it can be.
  void remember(const Path& layout);

 private:
  EvidenceMaker(EvidenceRequest request, Session& session);
  Result<evidence::BuildRecord> record_of(const Subject& subject, const BuildResult& result,
                                          const image::Assembly& assembly);
  Result<> add_sboms(evidence::Request& request, const BuildResult& result);
  Result<> add_changelog(evidence::Request& request, BuildResult& result,
                         const image::Assembly& assembly);
  Result<> find_or_sign(evidence::Request& request, BuildResult& result);

  EvidenceRequest request_;
  Session& session_;
  MakeOptions options_;
  std::optional<SignerClient> signer_;
  evidence::Parameters parameters_;
  std::string invocation_;
  UnixTime started_ = 0;
  std::shared_future<Result<Digest>> program_;
  std::map<const Subject*, std::future<std::optional<evidence::SourceLocation>>> sources_;
  std::optional<EvidenceMemory> memory_;  // of what was signed last
};

}  // namespace kiln::cli
