// SPDX-License-Identifier: Apache-2.0
//
// What a control plane and its signer say to each other over a channel, as often as the control
// plane likes:
//
//   request = options record *document   ; each a frame; after the build record the bytes of each
//                                        ; document of documents_of(), in that order
//   options = JSON {"format": 1, "forms": [name, ...]}
//   answer  = header *blob               ; each a frame
//   header  = JSON {"format": 1, and what describes evidence (evidence.hpp)}
//           | JSON {"format": 1, "error": {"code", "message", "context", "hint"}}
//
// Nothing of a request is signed as it came but documents, whose kinds the signer knows.
#pragma once
#include "evidence/build_record.hpp"
#include "evidence/channel.hpp"
#include "evidence/check_record.hpp"
#include "evidence/evidence.hpp"
#include "evidence/signing/signer.hpp"

#include <functional>

namespace kiln::evidence {

struct Request {
  std::vector<signing::Form> forms;  // that evidence is wanted in
  BuildRecord record;
  Documents documents;
};

// The documents must be all that the record names.
Result<> send_request(Channel& channel, const Request& request);
// Bounded: a record of 16 MiB, documents of 128 MiB each and 512 MiB together. Fails with limit,
// corrupt, unverified (a document is another one), io.
Result<Request> receive_request(Channel& channel);

Result<> send_answer(Channel& channel, const Result<Evidence>& answer);
// The evidence, or the signer's own error. Every blob is checked against its digest.
Result<Evidence> receive_answer(Channel& channel);

// The first thing on a connection from the signer's side: fails (unverified) when `allowed` does
// not name the peer, which is told so.
Result<> admit(Channel& channel, const std::vector<uid_t>& allowed);

// Answers each request of an admitted peer with what `sign` makes of it until the peer hangs up, or
// begins no request for longer than `patience`, if there is one. Fails when the peer sends what is
// no request; what `sign` says is told to the peer and is no failure here.
using Sign = std::function<Result<Evidence>(const Request&)>;
Result<> serve(Channel& channel, const Sign& sign,
               std::optional<std::chrono::milliseconds> patience = std::nullopt);

}  // namespace kiln::evidence
