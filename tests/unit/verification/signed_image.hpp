// SPDX-License-Identifier: Apache-2.0
//
// A small image of two platforms with all that may lie beside it: signatures in every form and
// statements, made with keys of the test. A test changes what it likes and asks for the verdict.
#pragma once
#include "base/files.hpp"
#include "evidence/signing/bundle.hpp"
#include "evidence/signing/signer.hpp"
#include "evidence/verification/verify.hpp"
#include "oci/content.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kiln::verification::tests {

inline constexpr UnixTime k_start = 1'780'000'000;
inline constexpr UnixTime k_now = k_start + 100'000;
inline constexpr UnixTime k_end = k_start + 10 * 365 * 86400;

// What signs: a key, logs, a time stamp authority, and the trusted root that tells of them.
class Installation {
 public:
  explicit Installation(const std::string& host = "log.example");

  signing::SigningContext context();
  // The directory with the log's public files.
  Path log_tree() const;
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  PrivateKey log_key = PrivateKey::generate(KeyAlgorithm::ed25519);
  signing::TrustedRoot root;
  FixedClock clock{k_start + 1000};
  std::optional<tlog::Log> log;
  std::optional<TimestampAuthority> authority;

 private:
  TemporaryDirectory directory_;
  PrivateKey rekor_key_ = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  std::optional<tlog::Log> rekor_;
  std::optional<signing::RekorLog> rekor_log_;
};

// The image before it is signed.
struct PlainImage {
  oci::Content content;
  std::vector<oci::Descriptor> manifests;  // linux/amd64, linux/arm64
  oci::Descriptor index;                   // listed as "latest"
};
PlainImage plain_image(const std::string& text = "hello\n");

// What a verdict is asked with besides the policy.
struct Circumstances {
  UnixTime now = k_now;
  Selection selection = {};
  std::span<const PublicKey> keys = {};
  std::span<const std::string> bundles = {};
  std::vector<tlog::TileSource*> logs = {};
  std::string name = {};  // "host/repository:tag" where it was asked for in a registry
};

// A layout on disk, and its verdict.
class SignedImage {
 public:
  SignedImage();

  // Signs index and platforms in these forms, with a statement about each platform.
  void sign(std::span<const signing::Form> forms);
  // The same with these statements, by position: index, amd64, arm64.
  void sign(std::span<const signing::Form> forms,
            const std::vector<std::vector<signing::EncodedStatement>>& statements);

  // What becomes of each bundle and of the layout before it is written.
  std::function<void(signing::Bundle&)> edit_bundle;
  std::function<bool(const signing::SignedObject&)> keep;  // false: the object is taken away
  std::function<void(oci::Content&)> edit_layout;

  Policy policy() const;  // the key and the trusted root, and nothing else demanded
  Answer verify(const Policy& policy, const Circumstances& circumstances = {}) const;
  // Writes the layout and returns its place, which goes with this object.
  Path write() const;

  Installation installation;
  PlainImage image = plain_image();
  signing::SignedObjects made;

 private:
  TemporaryDirectory directory_;
};

// The lines of a verdict with this outcome: "name subject: detail".
std::vector<std::string> lines(const Verdict& verdict, Outcome outcome);
// Those that failed or are missing, with that word before them.
std::vector<std::string> complaints(const Verdict& verdict);

// Expects that an image was refused with this changed, and notes it for docs/interop.md.
void expect_refused(std::string_view what, const Verdict& verdict);

// A statement about one manifest.
signing::EncodedStatement statement_about(const Digest& digest, const std::string& type,
                                          Json predicate = Json::object());

}  // namespace kiln::verification::tests
