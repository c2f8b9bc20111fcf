// SPDX-License-Identifier: Apache-2.0
//
// Kyverno's ImageValidatingPolicy (policies.kyverno.io/v1, Kyverno 1.19 and newer; it reads
// sigstore bundles as referrers). Signers are attestors, one of which must have signed; each
// statement that the policy demands is an attestation that one of them must have signed.
// Log and time stamps are judged by the trusted root, which an attestor holds as a whole. Kyverno
// has no trust in logs or authorities for an attestor that ignores the log: it ends in a panic when
// such an attestor names an authority, which is why time stamps are asked for with the log alone.
#include "evidence/verification/exporters.hpp"

#include <fmt/format.h>

namespace kiln::verification {

namespace {

Json match_constraints() {
  Json rule = Json::object({{"apiGroups", Json::array({""})},
                            {"apiVersions", Json::array({"v1"})},
                            {"operations", Json::array({"CREATE", "UPDATE"})},
                            {"resources", Json::array({"pods", "pods/ephemeralcontainers"})}});
  return Json::object({{"resourceRules", Json::array({std::move(rule)})}});
}

bool asks_log(const Policy& policy) {
  return policy.log == Demand::required && policy.trusted_root &&
         !policy.trusted_root->logs.empty();
}

Json attestor(const Policy& policy, const Signer& signer, const std::string& name) {
  Json cosign = Json::object({{"key", Json::object({{"data", signer.key->pem()}})}});
  if (!asks_log(policy)) {
    cosign["ctlog"] = Json::object({{"insecureIgnoreTlog", true}});
    return Json::object({{"name", name}, {"cosign", std::move(cosign)}});
  }
  // Address and key are wanted, and used for signatures that are no bundles.
  const signing::TrustedLog* rekor = rekor_log(policy);
  const signing::TrustedLog& log = rekor != nullptr ? *rekor : policy.trusted_root->logs[0];
  Json ctlog = Json::object({{"url", log.base_url}, {"rekorPubKey", log.key.pem()}});
  std::string stamps = timestamp_chain(policy);
  if (policy.timestamp == Demand::required && !stamps.empty())
    ctlog["tsaCertChain"] = std::move(stamps);
  cosign["ctlog"] = std::move(ctlog);
  cosign["trustedRoot"] = Json::object({{"value", encode(*policy.trusted_root)}});
  return Json::object({{"name", name}, {"cosign", std::move(cosign)}});
}

// For every kind of container that a pod has: `what` of each image is true.
Json validation(const std::string& what, const std::string& message) {
  std::string expression;
  for (std::string_view kind : {"containers", "initContainers", "ephemeralContainers"})
    expression +=
        fmt::format("{}images.{}.all(image, {})", expression.empty() ? "" : " && ", kind, what);
  return Json::object({{"expression", expression}, {"message", message}});
}

// That the builder which a provenance names is one of the policy's.
std::string builder_rule(const Policy& policy, const std::string& type, const std::string& name) {
  std::string path = builder_path(type, ".");
  if (path.empty() || policy.builders.empty()) return "";
  return fmt::format(" && extractPayload(image, attestations.{}).{} in {}", name, path,
                     canonical(Json::array_of(policy.builders)));
}

Json image_references(const Policy& policy) {
  Json references = Json::array();
  if (policy.images.empty()) references.push_back(Json::object({{"glob", "*"}}));
  // Pods name images with tag or digest, and "*" alone would match further repositories.
  for (const std::string& glob : policy.images)
    for (std::string_view rest : {"", ":*", "@*"})
      references.push_back(Json::object({{"glob", glob + std::string(rest)}}));
  return references;
}

void add_not_expressed(const Policy& policy, std::vector<std::string>& lost) {
  add_never_expressed(policy, lost);
  add_lost_statements(policy, "Kyverno", lost);
  for (const std::string& glob : policy.images)
    if (reaches_one_level(glob))
      lost.push_back(fmt::format(
          "that {} reaches one level deep: a star of Kyverno covers all names below", glob));
  if (policy.timestamp == Demand::required && !asks_log(policy))
    lost.emplace_back("time stamps: Kyverno reads them only where the policy demands the log, too");
  for (const Signer& signer : policy.signers)
    if (!signer.identity.empty())
      lost.push_back(fmt::format(
          "signer {}: identities need Fulcio's roots in Kyverno's own configuration", signer.name));
}

}  // namespace

Export export_kyverno(const Policy& policy) {
  Export made;
  Json attestors = Json::array();
  std::string names;
  for (const Signer& signer : policy.signers) {
    if (!signer.key) continue;
    std::string name = identifier(signer.name, attestors.as_array().size() + 1);
    names += (names.empty() ? "attestors." : ", attestors.") + name;
    attestors.push_back(attestor(policy, signer, name));
  }
  Json validations =
      Json::array({validation(fmt::format("verifyImageSignatures(image, [{}]) > 0", names),
                              "no trusted signer has signed it")});
  Json attestations = Json::array();
  for (const std::string& type : exported_statements(policy)) {
    std::string name = identifier("statement", attestations.as_array().size() + 1);
    attestations.push_back(
        Json::object({{"name", name}, {"intoto", Json::object({{"type", type}})}}));
    validations.push_back(
        validation(fmt::format("verifyAttestationSignatures(image, attestations.{}, [{}]) > 0{}",
                               name, names, builder_rule(policy, type, name)),
                   fmt::format("no trusted signer says {} about it", predicate_name(type))));
  }
  Json spec = Json::object({{"failurePolicy", "Fail"},
                            {"validationActions", Json::array({"Deny"})},
                            {"matchConstraints", match_constraints()},
                            {"matchImageReferences", image_references(policy)},
                            {"attestors", std::move(attestors)},
                            {"validations", std::move(validations)}});
  spec["validationConfigurations"] =
      Json::object({{"mutateDigest", true}, {"required", true}, {"verifyDigest", true}});
  if (!attestations.as_array().empty()) spec["attestations"] = std::move(attestations);
  made.files["kyverno.yaml"] =
      as_yaml({Json::object({{"apiVersion", "policies.kyverno.io/v1"},
                             {"kind", "ImageValidatingPolicy"},
                             {"metadata", Json::object({{"name", resource_name(policy)}})},
                             {"spec", std::move(spec)}})});

  add_not_expressed(policy, made.not_expressed);
  return made;
}

}  // namespace kiln::verification
