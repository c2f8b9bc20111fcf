// SPDX-License-Identifier: Apache-2.0
//
// Kyverno's ImageValidatingPolicy (policies.kyverno.io/v1, Kyverno 1.17 and newer; it reads
// sigstore bundles as referrers). Signers are attestors, one of which must have signed; each
// statement that the policy demands is an attestation that one of them must have signed.
#include "base/strings.hpp"
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

Json attestor(const Policy& policy, const Signer& signer, const std::string& name) {
  Json ctlog = Json::object();
  const signing::TrustedLog* log = rekor_log(policy);
  std::string stamps = timestamp_chain(policy);
  if (policy.log == Demand::required && log != nullptr)
    ctlog["rekorPubKey"] = log->key.pem();
  else
    ctlog["insecureIgnoreTlog"] = true;
  if (!stamps.empty()) ctlog["tsaCertChain"] = std::move(stamps);
  Json key = Json::object({{"data", signer.key->pem()}});
  Json cosign = Json::object({{"key", std::move(key)}, {"ctlog", std::move(ctlog)}});
  return Json::object({{"name", name}, {"cosign", std::move(cosign)}});
}

// For every kind of container that a pod has: `what` of each image is true.
Json validation(const std::string& what, const std::string& message) {
  std::string expression;
  for (std::string_view kind : {"containers", "initContainers", "ephemeralContainers"})
    expression += fmt::format("{}images.{}.map(image, {}).all(count, count > 0)",
                              expression.empty() ? "" : " && ", kind, what);
  return Json::object({{"expression", expression}, {"message", message}});
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
      Json::array({validation(fmt::format("verifyImageSignatures(image, [{}])", names),
                              "no trusted signer has signed it")});
  Json attestations = Json::array();
  std::vector<std::string> types = policy.image_statements;
  types.insert(types.end(), policy.platform_statements.begin(), policy.platform_statements.end());
  for (const std::string& type : types) {
    std::string name = identifier("statement", attestations.as_array().size() + 1);
    attestations.push_back(
        Json::object({{"name", name}, {"intoto", Json::object({{"type", type}})}}));
    validations.push_back(validation(
        fmt::format("verifyAttestationSignatures(image, attestations.{}, [{}])", name, names),
        fmt::format("no trusted signer says {} about it", predicate_name(type))));
  }
  Json references = Json::array();
  if (policy.images.empty()) references.push_back(Json::object({{"glob", "*"}}));
  // Pods name images with tag or digest, and "*" alone would match further repositories.
  for (const std::string& glob : policy.images)
    for (std::string_view rest : {"", ":*", "@*"})
      references.push_back(Json::object({{"glob", glob + std::string(rest)}}));
  Json spec = Json::object({{"failurePolicy", "Fail"},
                            {"validationActions", Json::array({"Deny"})},
                            {"matchConstraints", match_constraints()},
                            {"matchImageReferences", std::move(references)},
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

  add_never_expressed(policy, made.not_expressed);
  if (!policy.builders.empty()) made.not_expressed.emplace_back("builders");
  if (!policy.image_statements.empty() && !policy.platform_statements.empty())
    made.not_expressed.emplace_back(
        "which statements are about the index and which about a platform: Kyverno looks at the "
        "digest that the pod names");
  if (policy.log == Demand::required && rekor_log(policy) == nullptr)
    made.not_expressed.emplace_back("the log: Kyverno takes keys of logs in Rekor v1's shape");
  for (const Signer& signer : policy.signers)
    if (!signer.identity.empty())
      made.not_expressed.push_back(fmt::format(
          "signer {}: identities need Fulcio's roots in Kyverno's own configuration", signer.name));
  return made;
}

}  // namespace kiln::verification
