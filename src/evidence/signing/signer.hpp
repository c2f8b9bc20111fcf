// SPDX-License-Identifier: Apache-2.0
//
// Signing everything that is said about the manifests of an image, in every form that clients read
// (docs/formats/evidence.md). All signatures of a call go into the logs as one batch each.
#pragma once
#include "base/time.hpp"
#include "crypto/timestamp.hpp"
#include "evidence/signing/statement.hpp"
#include "evidence/tlog/log.hpp"
#include "oci/content.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kiln::signing {

// The forms of evidence. Bundles are sigstore bundles v0.3.
enum class Form {
  bundle,           // one a statement, and one for the image's signature
  rekor_v1_bundle,  // the image's signature once more, as clients of Rekor v1 read it
  simple_referrer,  // simple signing as a referrer (cosign verify --experimental-oci11)
  simple_tag,       // simple signing under the tag sha256-<hex>.sig (podman, skopeo, cosign 2);
                    // one manifest serves both forms of simple signing where both are wanted
  attestation_tag,  // all statements under the tag sha256-<hex>.att (cosign 2)
  notary,           // Notary JWS (notation, ratify)
  // Statements once more, unsigned, in an attestation manifest such as BuildKit makes, which is
  // also that of attestation_tag where that is wanted. The signer of builds puts them into an index
  // (evidence/buildkit.hpp).
  buildkit_attestations,
};

// "bundle", "rekor-v1-bundle", ...; inverses of each other.
std::string_view str(Form form);
std::optional<Form> parse_form(std::string_view text);
std::span<const Form> all_forms();

// A log in the shape of Rekor v1, and its key, which also promises inclusion.
struct RekorLog {
  tlog::Log& log;
  SigningKey& key;
};

// A key with the certificate chain that Notary wants; leaf first, root last.
struct NotaryKey {
  SigningKey& key;
  std::vector<Certificate> chain;
};

struct SigningContext {
  SigningKey& key;
  tlog::Log* log = nullptr;                        // none: bundles without a log entry
  const RekorLog* rekor_log = nullptr;             // needed for rekor_v1_bundle
  const TimestampAuthority* timestamps = nullptr;  // none: bundles without a time stamp
  const NotaryKey* notary = nullptr;               // needed for notary
  const Clock& clock;
};

// A manifest or index, and what is said about it.
struct Signed {
  oci::Descriptor descriptor;
  std::string reference;  // the image's name for simple signing: "registry.example/team/app"
  std::vector<EncodedStatement> statements;
  bool sign_itself = true;  // false: only bundles of the statements are made
  // The predicate types of those that an attestation manifest gets, in its order.
  std::vector<std::string> unsigned_types;
  // Of all that signs the manifest itself, and of its attestation tag.
  oci::Annotations annotations;
};

// One manifest that was made.
struct SignedObject {
  Form form = Form::bundle;
  Digest subject;
  std::string predicate_type;  // of a bundle; empty for other forms
  std::string tag;             // of the forms that have one
  oci::Descriptor descriptor;  // with artifact type and annotations, as an index lists it
};

struct SignedObjects {
  std::vector<SignedObject> objects;
  std::vector<uint64_t> log_indexes;  // of the entries in the log, in the order of the bundles
  oci::Content content;               // their manifests and blobs; lists nothing
};

// Signs each manifest and its statements in these forms; a form whose key or log the context lacks
// is left out. Fails when a key or log does.
Result<SignedObjects> sign_image(std::vector<Signed> manifests, const SigningContext& context,
                                 std::span<const Form> forms);

// Adds the objects to what a layout will be written from: referrers without a name, tags with it.
void add_to(oci::Content& content, SignedObjects made);

}  // namespace kiln::signing
