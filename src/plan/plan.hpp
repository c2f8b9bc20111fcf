// SPDX-License-Identifier: Apache-2.0
//
// The plan of an image for one platform: every input by digest. Its digest is the identity of what
// will be built; nothing that is not here influences the image's bytes. The lock (lock.hpp) keeps
// plans in a file together with what led to them.
#pragma once
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "data/json.hpp"
#include "definition/image_spec.hpp"
#include "model/package_id.hpp"
#include "model/platform.hpp"
#include "packages/distribution.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

inline constexpr int k_plan_format = 3;

struct PlannedPackage {
  model::PackageId id;
  Digest sha256;      // of the package file
  uint64_t size = 0;  // of the package file in bytes
  bool operator==(const PlannedPackage&) const = default;
};

// A file below the catalog's root that the definition copies into the image. A directory source
// is listed file by file.
struct LocalSource {
  std::string path;  // relative to the catalog's root
  Digest sha256;
  uint64_t size = 0;
  bool executable = false;
  bool operator==(const LocalSource&) const = default;
};

// Numbered policies that decide bytes; each number is documented and kept for ever.
struct Policies {
  int effects = 1;        // native effects in place of maintainer scripts
  int dropped_paths = 1;  // payload paths left out
  int layers = 1;         // how packages are grouped into layers; 0 is one squashed layer
  std::string encoder;    // "gzip-kiln-1-1MiB" or "zstd-1.5.4-3-4MiB"
  bool operator==(const Policies&) const = default;
};

struct Plan {
  model::Platform platform;
  definition::ImageSpec spec;             // the normalised definition
  std::string distribution;               // "debian"
  std::string codename;                   // "trixie"
  std::vector<PlannedPackage> packages;   // in the order of installation
  std::vector<LocalSource> sources;       // sorted by path
  packages::PackageSources repositories;  // without entries unless it is a dev image
  Policies policies;
  std::optional<UnixTime> source_date_epoch;  // when the environment set it
};

// The plan as canonical JSON, its digest, and the plan from JSON (inverse; bad formats are errors).
Json to_json(const Plan& plan);
Digest digest_of(const Plan& plan);
Result<Plan> plan_from_json(const Json& json);

}  // namespace kiln::plan
