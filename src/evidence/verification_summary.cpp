// SPDX-License-Identifier: Apache-2.0
//
// SLSA verification summary attestation (slsa.dev/spec/v1.2/verification_summary). It stands for
// the checks of policy_text() and no other: those that the builder cannot end a build without, and
// those that the signer makes of each record (check_record.hpp).
#include "evidence/predicates.hpp"

#include <array>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

struct Check {
  std::string_view name;
  std::string_view by;
  std::string_view what;
  bool of_lock = true;  // also made by a build from a lock, which reads no index
};

constexpr std::array k_checks = {
    Check{"indexes-signed", "builder",
          "every package index was reached from a file signed by a key that the target's archives "
          "are trusted with",
          false},
    Check{"indexes-not-older", "builder",
          "no index was older than the newest one seen, or past its validity where that is checked",
          false},
    Check{"packages-by-digest", "builder",
          "every package file had the SHA-256 that a signed index, or the lock, names"},
    Check{"no-package-code", "builder", "no code of a package ran while the image was assembled"},
    Check{"record-well-formed", "signer", "the build record has each of its members and no other"},
    Check{"lock-by-digest", "signer", "the lock has the digest that the record names"},
    Check{"plans-of-lock", "signer",
          "the plan of each platform is the one that the lock holds, by its digest"},
    Check{"dependencies-of-lock", "signer",
          "the resolved dependencies are exactly the indexes, keys, packages and local files of "
          "the lock"},
    Check{"documents-by-digest", "signer",
          "each document that a statement carries has the digest that the record names"},
};

}  // namespace

std::string policy_uri(BuiltFrom from) {
  return fmt::format("{}/policy/{}/v1", model::k_uri_base,
                     from == BuiltFrom::lock ? "build-from-lock" : "build");
}

std::string policy_text(BuiltFrom from) {
  Json checks = Json::array();
  for (const Check& check : k_checks)
    if (from == BuiltFrom::archives || check.of_lock)
      checks.push_back(
          Json::object({{"name", check.name}, {"by", check.by}, {"requires", check.what}}));
  return canonical(Json::object({{"format", 1}, {"uri", policy_uri(from)}, {"checks", checks}}));
}

std::string image_purl(const std::string& image) {
  size_t slash = image.rfind('/');
  std::string name = slash == std::string::npos ? image : image.substr(slash + 1);
  return fmt::format("pkg:oci/{}?repository_url={}", name, image);
}

Json verification_summary(const BuildRecord& record, const Builder& builder,
                          std::span<const InputStatement> inputs, UnixTime time) {
  Json list = Json::array();
  for (const InputStatement& input : inputs) {
    Resource resource;
    resource.uri = input.predicate_type;
    resource.digest = digest_set(input.digest);
    resource.media_type = "application/vnd.in-toto+json";
    list.push_back(to_json(resource));
  }
  BuiltFrom from = record.parameters.lock ? BuiltFrom::lock : BuiltFrom::archives;
  Resource policy;
  policy.uri = policy_uri(from);
  policy.digest = digest_set(sha256(policy_text(from)));
  return Json::object(
      {{"verifier", Json::object({{"id", builder.verifier},
                                  {"version", Json::object({{"kiln", record.kiln_version}})}})},
       {"timeVerified", format_rfc3339(time)},
       {"resourceUri", image_purl(record.image)},
       {"policy", to_json(policy)},
       {"inputAttestations", std::move(list)},
       {"verificationResult", "PASSED"},
       {"verifiedLevels", Json::array({builder.level})},
       {"slsaVersion", "1.2"}});
}

}  // namespace kiln::evidence
