// SPDX-License-Identifier: Apache-2.0
//
// What a control plane and its signer say to each other over a channel, as often as the control
// plane likes:
//
//   request = options record *document   ; each a frame; after the build record the bytes of each
//                                        ; document of documents_of(), in that order
//   options = JSON {"format": 1, "forms": [name, ...]}
//   answer  = header *blob               ; each a frame
//   header  = JSON {"format": 1, "evidence": {...}, "listed": [descriptor, ...],
//                   "blobs": [{"digest", "size"}, ...]}
//           | JSON {"format": 1, "error": {"code", "message", "context", "hint"}}
//
// Nothing of a request is signed as it came but documents, whose kinds the signer knows.
#pragma once
#include "evidence/build_record.hpp"
#include "evidence/channel.hpp"
#include "evidence/check_record.hpp"
#include "evidence/signing/signer.hpp"
#include "oci/content.hpp"

#include <functional>
#include <map>

namespace kiln::evidence {

// What was made of a build: OCI artifacts, listed as they belong into a layout's index.json.
struct Evidence {
  std::vector<std::string> statements;  // names of the table in statements.hpp, in order
  std::string builder;                  // id
  std::string key;                      // "ecdsa-p256 sha256:..."
  std::string log;                      // origin; empty when nothing was logged
  uint64_t first_entry = 0;             // of the log, with all others right behind it
  uint64_t entries = 0;
  // How many manifests a registry gets about the image as a whole ("image") and about each
  // platform.
  std::map<std::string, uint64_t> objects;
  oci::Content content;
};

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

// A connection from the signer's side: refuses peers that `allowed` does not name, then answers
// each request with what `sign` makes of it until the peer hangs up. Fails when the peer is refused
// or sends what is no request; what `sign` says is told to the peer and is no failure here.
using Sign = std::function<Result<Evidence>(const Request&)>;
Result<> serve(Channel& channel, const std::vector<uid_t>& allowed, const Sign& sign);

}  // namespace kiln::evidence
