// SPDX-License-Identifier: Apache-2.0
//
// What the entries of a log say, for people and for monitors: signatures in the forms of Rekor v2
// (hashedrekord 0.0.2) and Rekor v1 (hashedrekord and dsse 0.0.1), and Kiln's own events.
#pragma once
#include "crypto/key.hpp"
#include "evidence/tlog/event.hpp"

namespace kiln::tlog {

struct EntryView {
  std::string kind;  // as the entry names it; "data" when it is no JSON object with a kind
  size_t size = 0;   // of the entry, in bytes
  // Of a signature: what was signed (of dsse: the payload), and by which key when it is a bare one.
  std::optional<Digest> signed_digest;
  std::optional<PublicKey> signer;
  bool by_certificate = false;
  std::optional<Event> event;

  bool is_signature() const { return signed_digest.has_value(); }
  // One line: "hashedrekord sha256:... by key sha256:...".
  std::string str() const;
};

// Never fails: what is not understood is data.
EntryView view_entry(std::string_view entry);

}  // namespace kiln::tlog
