// SPDX-License-Identifier: Apache-2.0
//
// What a log records besides signatures: releases of images, changes of keys and of policies
// (docs/formats/log.md). An entry has the outer form of a Rekor entry, canonical JSON:
//
//   {"apiVersion":"1","kind":"https://kiln.dev/log/<event>","spec":{...}}
#pragma once
#include "base/time.hpp"
#include "crypto/digest.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace kiln::tlog {

// An image came out under a name.
struct ImageRelease {
  std::string name;  // "registry.example/nginx:1.29"
  Digest index;
  std::map<std::string, Digest> platforms;  // "linux/amd64" and the manifest's digest
  std::vector<Digest> evidence;             // manifests of the statements about it
  std::optional<Digest> previous;           // the index that the name had before
  UnixTime time = 0;
};

// Keys are named by the SHA-256 of their SubjectPublicKeyInfo.
struct KeyRotation {
  std::string role;
  std::optional<Digest> before;  // none for a role's first key
  Digest after;
  UnixTime time = 0;
};

struct KeyRevocation {
  std::string role;
  Digest key;
  std::string reason;
  UnixTime time = 0;  // signatures from here on are not to be trusted
};

struct PolicyChange {
  std::string name;
  std::optional<Digest> before;
  Digest after;
  UnixTime time = 0;
};

using Event = std::variant<ImageRelease, KeyRotation, KeyRevocation, PolicyChange>;

// The log's entry for an event.
std::string write_event(const Event& event);
// The inverse; nothing for an entry of another kind, corrupt for a bad one of these.
Result<std::optional<Event>> read_event(std::string_view entry);

}  // namespace kiln::tlog
