// SPDX-License-Identifier: Apache-2.0
//
// What a signer made of a build, and how it is described where its blobs lie or travel by
// themselves.
#pragma once
#include "data/json.hpp"
#include "oci/content.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::evidence {

// OCI artifacts, listed as they belong into a layout's index.json.
struct Evidence {
  std::vector<std::string> statements;  // names of the table in statements.hpp, in order
  std::string builder;                  // id
  std::string key;                      // "ecdsa-p256 sha256:..."
  std::string log;                      // origin; empty when nothing was logged
  bool stamped = false;                 // whether a time stamp says when it was signed
  uint64_t first_entry = 0;             // of the log, with all others right behind it
  uint64_t entries = 0;
  // How many manifests a registry gets about the image as a whole ("image") and about each
  // platform.
  std::map<std::string, uint64_t> objects;
  oci::Content content;
};

// All but the bytes of the blobs:
//   {"evidence": {...}, "listed": [descriptor, ...], "blobs": [{"digest", "size"}, ...]}
Json to_json(const Evidence& evidence);

struct DescribedEvidence {
  struct BlobName {
    Digest digest;
    uint64_t size = 0;
  };
  Evidence evidence;            // its content lists artifacts, and has no blobs
  std::vector<BlobName> blobs;  // that belong into it
};

// Members besides those of to_json are passed over. Fails with bad_input or corrupt, and with limit
// when it names more than 4,096 blobs.
Result<DescribedEvidence> evidence_from_json(const Json& json);

}  // namespace kiln::evidence
