// SPDX-License-Identifier: Apache-2.0
//
// Everything that lies beside an image and says something about it, in whatever form, before
// anything of it is believed. Looked for: referrers of the index, of the platforms' manifests and
// of attestation manifests; referrers of unsigned statements, which hold the signatures over them;
// the tags sha256-<hex>.sig and .att of cosign; attestation manifests inside the index.
#pragma once
#include "evidence/verification/parts.hpp"

#include <string>
#include <vector>

namespace kiln::verification {

enum class Form {
  bundle,            // sigstore bundle
  simple_signature,  // containers/image simple signing, with its signature in annotations
  envelope,          // DSSE alone, of .att tags and attestation manifests
  raw_statement,     // in-toto statement without signature of its own
  notary,            // Notary Project JWS
};

// "bundle", "simple signature", ...: for people.
std::string_view str(Form form);

struct Exhibit {
  Form form = Form::bundle;
  Digest target;                   // the manifest that it is attached to
  Digest holder;                   // the manifest that it lies in
  std::string where;               // "referrer sha256:...", "tag sha256-....sig", "file x.json"
  std::string bytes;               // of the bundle, payload, envelope, statement or JWS
  oci::Annotations annotations{};  // of the layer
};

struct Exhibits {
  std::vector<Exhibit> items;
  std::vector<std::string> locks;   // documents that say to be the lock of the image
  std::vector<std::string> others;  // what else lies there, with its type; for people
  std::vector<Error> broken;        // what is listed, and its bytes cannot be had or are others
  std::vector<Error> unreadable;    // listed and there, but no manifest about the image
};

// At most 2000 manifests and 1 GiB in all (limit). What is listed and cannot be had is no error,
// but stands in `broken`.
Result<Exhibits> gather(const oci::ImageReader& reader, const ImageParts& parts);

}  // namespace kiln::verification
