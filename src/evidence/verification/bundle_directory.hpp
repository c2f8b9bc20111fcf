// SPDX-License-Identifier: Apache-2.0
//
// Evidence in plain files, for machines without a network and for images whose place holds none:
//
//   <directory>/trusted_root.json      logs and authorities
//   <directory>/<name>.pub             public keys, PEM
//   <directory>/<name>.sigstore.json   sigstore bundles about any number of images
//   <directory>/<name>.lock            locks of any number of images
//
// Bundles prove themselves, and a lock counts when it is the one that an image names. Root and keys
// are trusted as if they had been named on the command line, so whoever may write them decides what
// is accepted.
#pragma once
#include "base/files.hpp"
#include "evidence/verification/verify.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::verification {

struct NamedKey {
  std::string name;  // of its file, without ".pub"
  PublicKey key;
};

struct BundleDirectory {
  std::optional<signing::TrustedRoot> trusted_root;
  std::vector<NamedKey> keys;
  std::vector<std::string> bundles;
  std::vector<std::string> locks;
};

// At most 2000 files and 1 GiB. Other files are passed over.
Result<BundleDirectory> read_bundle_directory(const Path& directory);

// Writes every bundle about the image, its lock, the signers' keys and the policy's trusted root.
// What is no bundle (signatures and statements in older forms) has no place there; the number is
// returned.
Result<size_t> write_bundle_directory(const Path& directory, const Answer& answer,
                                      const Policy& policy);

}  // namespace kiln::verification
