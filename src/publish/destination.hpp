// SPDX-License-Identifier: Apache-2.0
//
// Where images go. Functions may be called from several threads at once; a manifest is put only
// when everything that it refers to is there.
#pragma once
#include "publish/closure.hpp"

#include <span>
#include <string>

namespace kiln::publish {

enum class Outcome { present, mounted, sent };

class Destination {
 public:
  virtual ~Destination() = default;
  // Whether a manifest, and with it all that it refers to, was there before.
  virtual Result<bool> has_manifest(const ManifestNode& node) = 0;
  virtual Result<Outcome> put_blob(const oci::Descriptor& blob, const oci::ImageReader& from) = 0;
  virtual Result<> put_manifest(const ManifestNode& node) = 0;
  // Makes evidence findable from what it is about; every manifest is there. Returns how many
  // objects that took.
  virtual Result<size_t> link_evidence(const Closure& closure) = 0;
  // Gives a manifest that is there a name; `present` when it had that already.
  virtual Result<Outcome> put_tag(const std::string& tag, const ManifestNode& node) = 0;
};

}  // namespace kiln::publish
