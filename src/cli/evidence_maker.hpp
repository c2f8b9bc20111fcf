// SPDX-License-Identifier: Apache-2.0
//
// The control plane's side of evidence: writes down what a build did, hands it to the signer, and
// puts what comes back beside the image. What takes time and needs no result (the signer's start,
// the program's own digest, git) runs while packages are fetched and images made.
#pragma once
#include "cli/build_output.hpp"
#include "cli/evidence_request.hpp"
#include "cli/signer_client.hpp"
#include "image/index.hpp"

#include <future>
#include <map>
#include <memory>

namespace kiln::cli {

class EvidenceMaker {
 public:
  // Starts the signer and the work in the background. `subjects` must outlive it.
  static Result<std::unique_ptr<EvidenceMaker>> start(EvidenceRequest request,
                                                      const Arguments& arguments,
                                                      std::span<const Subject> subjects,
                                                      Session& session);

  // Where inputs lie that bills of materials may need again.
  void make_with(const MakeOptions& options) { options_ = options; }

  // Signs a record of the build of one definition and adds the evidence to `assembly`, whose lock
  // has the bytes `lock`. Fills in `result.evidence`; what the output holds already is the previous
  // image unless the request names one. Fails when no evidence can be made.
  Result<> add(const Subject& subject, BuildResult& result, image::Assembly& assembly,
               const std::string& lock);

 private:
  EvidenceMaker(EvidenceRequest request, Session& session, SignerClient signer);
  Result<evidence::BuildRecord> record_of(const Subject& subject, const BuildResult& result,
                                          const image::Assembly& assembly);
  Result<> add_sboms(evidence::Request& request, const BuildResult& result);
  Result<> add_changelog(evidence::Request& request, BuildResult& result,
                         const image::Assembly& assembly);

  EvidenceRequest request_;
  Session& session_;
  MakeOptions options_;
  SignerClient signer_;
  evidence::Parameters parameters_;
  std::string invocation_;
  UnixTime started_ = 0;
  std::shared_future<Result<Digest>> program_;
  std::map<const Subject*, std::future<std::optional<evidence::SourceLocation>>> sources_;
};

}  // namespace kiln::cli
