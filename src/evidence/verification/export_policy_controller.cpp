// SPDX-License-Identifier: Apache-2.0
//
// Sigstore policy-controller: ClusterImagePolicy (policy.sigstore.dev/v1beta1) and the TrustRoot
// (v1alpha1) that it refers to. An image must satisfy every ClusterImagePolicy that matches it, and
// one authority of each. An authority with attestations looks at these alone, so that signature and
// statements are two policies.
#include "base/bytes.hpp"
#include "evidence/verification/exporters.hpp"

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// Its byte fields hold PEM in base64.
Json pem_field(const std::string& pem) {
  return to_base64(pem);
}

std::optional<Json> trust_root(const Policy& policy, const std::string& name) {
  const signing::TrustedLog* log = rekor_log(policy);
  std::string stamps = timestamp_chain(policy);
  if (log == nullptr && stamps.empty()) return std::nullopt;
  Json keys = Json::object();
  if (log != nullptr)
    keys["tLogs"] = Json::array({Json::object({{"baseURL", log->base_url},
                                               {"hashAlgorithm", "sha-256"},
                                               {"publicKey", pem_field(log->key.pem())}})});
  if (!stamps.empty()) {
    const signing::TrustedAuthority& authority = policy.trusted_root->timestamp_authorities[0];
    Json subject = Json::object(
        {{"organization", authority.organization}, {"commonName", authority.common_name}});
    keys["timestampAuthorities"] = Json::array({Json::object({{"subject", std::move(subject)},
                                                              {"uri", authority.uri},
                                                              {"certChain", pem_field(stamps)}})});
  }
  return Json::object({{"apiVersion", "policy.sigstore.dev/v1alpha1"},
                       {"kind", "TrustRoot"},
                       {"metadata", Json::object({{"name", name}})},
                       {"spec", Json::object({{"sigstoreKeys", std::move(keys)}})}});
}

// A CUE constraint on SLSA provenance.
Json builder_rule(const std::vector<std::string>& builders) {
  std::string ids;
  for (const std::string& id : builders) ids += (ids.empty() ? "" : " | ") + canonical(Json(id));
  return Json::object(
      {{"type", "cue"}, {"data", fmt::format("predicate: runDetails: builder: id: {}\n", ids)}});
}

Json attestations_of(const Policy& policy) {
  std::vector<std::string> types = policy.image_statements;
  types.insert(types.end(), policy.platform_statements.begin(), policy.platform_statements.end());
  Json list = Json::array();
  for (const std::string& type : types) {
    Json item = Json::object(
        {{"name", identifier("statement", list.as_array().size() + 1)}, {"predicateType", type}});
    if (predicate_name(type) == "provenance" && !policy.builders.empty())
      item["policy"] = builder_rule(policy.builders);
    list.push_back(std::move(item));
  }
  return list;
}

Json cluster_policy(const Policy& policy, const std::string& name, const std::string& root,
                    bool statements) {
  Json authorities = Json::array();
  for (const Signer& signer : policy.signers) {
    if (!signer.key) continue;
    Json authority =
        Json::object({{"name", identifier(signer.name, authorities.as_array().size() + 1)},
                      {"signatureFormat", "bundle"},
                      {"key", Json::object({{"data", signer.key->pem()}})}});
    if (rekor_log(policy) != nullptr)
      authority["ctlog"] =
          Json::object({{"url", rekor_log(policy)->base_url}, {"trustRootRef", root}});
    if (!timestamp_chain(policy).empty())
      authority["rfc3161timestamp"] = Json::object({{"trustRootRef", root}});
    if (statements) authority["attestations"] = attestations_of(policy);
    authorities.push_back(std::move(authority));
  }
  Json images = Json::array();
  if (policy.images.empty()) images.push_back(Json::object({{"glob", "**"}}));
  for (const std::string& glob : policy.images) images.push_back(Json::object({{"glob", glob}}));
  return Json::object({{"apiVersion", "policy.sigstore.dev/v1beta1"},
                       {"kind", "ClusterImagePolicy"},
                       {"metadata", Json::object({{"name", name}})},
                       {"spec", Json::object({{"mode", "enforce"},
                                              {"images", std::move(images)},
                                              {"authorities", std::move(authorities)}})}});
}

}  // namespace

Export export_policy_controller(const Policy& policy) {
  Export made;
  std::string name = resource_name(policy);
  std::string root_name = name + "-root";
  std::vector<Json> documents;
  if (auto root = trust_root(policy, root_name)) documents.push_back(std::move(*root));
  documents.push_back(cluster_policy(policy, name, root_name, false));
  bool statements = !policy.image_statements.empty() || !policy.platform_statements.empty();
  if (statements)
    documents.push_back(cluster_policy(policy, name + "-statements", root_name, true));
  made.files["policy-controller.yaml"] = as_yaml(documents);

  add_never_expressed(policy, made.not_expressed);
  if (policy.log == Demand::required && rekor_log(policy) == nullptr)
    made.not_expressed.emplace_back("the log: policy-controller knows logs in Rekor v1's shape");
  if (!policy.builders.empty() && !documents.empty()) {
    bool provenance = false;
    for (const std::string& type : policy.platform_statements)
      provenance |= predicate_name(type) == "provenance";
    if (!provenance)
      made.not_expressed.emplace_back(
          "builders: they are looked for in provenance, which `statements` does not demand");
  }
  for (const Signer& signer : policy.signers)
    if (!signer.identity.empty())
      made.not_expressed.push_back(
          fmt::format("signer {}: its certificate authority is not written", signer.name));
  return made;
}

}  // namespace kiln::verification
