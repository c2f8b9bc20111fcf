// SPDX-License-Identifier: Apache-2.0
//
// Which evidence was the last one made for a name ("registry/app:1.2"). Evidence that is taken
// again must still be that: once a name stands for another image, verifiers that follow the log
// take older evidence for replayed. The log says the same, but has to be read for it.
#pragma once
#include "base/files.hpp"
#include "evidence/build_record.hpp"
#include "evidence/evidence.hpp"

namespace kiln::evidence {

class LatestReleases {
 public:
  // Beside the keys of a ring (docs/formats/keyring.md).
  explicit LatestReleases(const Path& ring) : directory_(ring / "releases") {}

  // The signer's side, while it holds the log: forget() before it logs anything about a build, and
  // note() after, so that whatever happens between leaves names about which nothing is known.
  Result<> forget(const BuildRecord& record);
  Result<> note(const BuildRecord& record, const Evidence& evidence);

  // Whether every name of the record had this evidence last. Evidence that was not logged never is.
  bool are(const BuildRecord& record, const Evidence& evidence) const;

 private:
  Path place_of(const std::string& name) const;
  Path directory_;
};

}  // namespace kiln::evidence
