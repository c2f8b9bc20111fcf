// SPDX-License-Identifier: Apache-2.0
//
// Sigstore policy-controller: ClusterImagePolicy (policy.sigstore.dev/v1beta1) and the TrustRoot
// (v1alpha1) that it refers to. An image must satisfy every ClusterImagePolicy that matches it, and
// one authority of each. An authority with attestations looks at these alone, so that signature and
// statements are two policies. Of authorities with a key it reads the older forms of evidence,
// under .sig and .att tags: of bundles it takes certificates' alone (policy-controller 0.13).
#include "base/bytes.hpp"
#include "evidence/verification/exporters.hpp"

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// Its byte fields hold PEM in base64.
Json pem_field(const std::string& pem) {
  return to_base64(pem);
}

// Its check of a TrustRoot wants an authority with both names beside the logs.
bool asks_log(const Policy& policy) {
  return policy.log == Demand::required && rekor_log(policy) != nullptr &&
         !timestamp_chain(policy).empty();
}

Json trust_root(const Policy& policy, const std::string& name) {
  Json logs = Json::array();
  for (const signing::TrustedLog& log : policy.trusted_root->logs)
    if (log.key.algorithm() == KeyAlgorithm::ecdsa_p256)
      logs.push_back(Json::object({{"baseURL", log.base_url},
                                   {"hashAlgorithm", "sha-256"},
                                   {"publicKey", pem_field(log.key.pem())}}));
  const signing::TrustedAuthority& authority = policy.trusted_root->timestamp_authorities[0];
  auto given = [&](const std::string& text) { return text.empty() ? name : text; };
  Json subject = Json::object({{"organization", given(authority.organization)},
                               {"commonName", given(authority.common_name)}});
  Json stamps = Json::object({{"subject", std::move(subject)},
                              {"uri", given(authority.uri)},
                              {"certChain", pem_field(timestamp_chain(policy))}});
  Json keys = Json::object(
      {{"tLogs", std::move(logs)}, {"timestampAuthorities", Json::array({std::move(stamps)})}});
  return Json::object({{"apiVersion", "policy.sigstore.dev/v1alpha1"},
                       {"kind", "TrustRoot"},
                       {"metadata", Json::object({{"name", name}})},
                       {"spec", Json::object({{"sigstoreKeys", std::move(keys)}})}});
}

// A CUE constraint on SLSA provenance.
Json builder_rule(const std::string& path, const std::vector<std::string>& builders) {
  std::string ids;
  for (const std::string& id : builders) ids += (ids.empty() ? "" : " | ") + canonical(Json(id));
  return Json::object({{"type", "cue"}, {"data", fmt::format("{}: {}\n", path, ids)}});
}

Json attestations_of(const Policy& policy) {
  Json list = Json::array();
  for (const std::string& type : exported_statements(policy)) {
    Json item = Json::object(
        {{"name", identifier("statement", list.as_array().size() + 1)}, {"predicateType", type}});
    std::string path = builder_path(type, ": ");
    if (!path.empty() && !policy.builders.empty())
      item["policy"] = builder_rule(path, policy.builders);
    list.push_back(std::move(item));
  }
  return list;
}

// What it knows of patterns: stars. Others become one.
std::string stars_only(std::string_view glob) {
  std::string out;
  for (size_t at = 0; at < glob.size(); ++at) {
    size_t end = glob[at] == '[' ? glob.find(']', at) : at;
    bool is_class = glob[at] == '[' && end != std::string_view::npos;
    out += is_class || glob[at] == '?' ? '*' : glob[at];
    if (is_class) at = end;
  }
  return out;
}

// It compares names with their tag or digest.
Json images_of(const Policy& policy) {
  Json images = Json::array();
  if (policy.images.empty()) images.push_back(Json::object({{"glob", "**"}}));
  for (const std::string& glob : policy.images)
    for (std::string_view rest : {":*", "@*"})
      images.push_back(Json::object({{"glob", stars_only(glob) + std::string(rest)}}));
  return images;
}

Json cluster_policy(const Policy& policy, const std::string& name, const std::string& root,
                    bool statements) {
  Json authorities = Json::array();
  for (const Signer& signer : policy.signers) {
    if (!signer.key) continue;
    Json authority =
        Json::object({{"name", identifier(signer.name, authorities.as_array().size() + 1)},
                      {"key", Json::object({{"data", signer.key->pem()}})}});
    if (asks_log(policy))
      authority["ctlog"] =
          Json::object({{"url", rekor_log(policy)->base_url}, {"trustRootRef", root}});
    if (statements) authority["attestations"] = attestations_of(policy);
    authorities.push_back(std::move(authority));
  }
  return Json::object({{"apiVersion", "policy.sigstore.dev/v1beta1"},
                       {"kind", "ClusterImagePolicy"},
                       {"metadata", Json::object({{"name", name}})},
                       {"spec", Json::object({{"mode", "enforce"},
                                              {"images", images_of(policy)},
                                              {"authorities", std::move(authorities)}})}});
}

void add_not_expressed(const Policy& policy, std::vector<std::string>& lost) {
  add_never_expressed(policy, lost);
  add_lost_statements(policy, "policy-controller", lost);
  for (const std::string& glob : policy.images)
    if (stars_only(glob) != glob)
      lost.push_back(
          fmt::format("images {}: policy-controller knows stars alone, and {} covers more", glob,
                      stars_only(glob)));
  if (policy.log == Demand::required && !asks_log(policy))
    lost.emplace_back(
        rekor_log(policy) == nullptr
            ? "the log: policy-controller knows logs in Rekor v1's shape"
            : "the log: policy-controller wants a time stamp authority in the trusted root, too");
  if (policy.timestamp == Demand::required)
    lost.emplace_back(
        "time stamps: policy-controller accepts a signature without one, and looks at no log when "
        "it looks at time stamps");
  for (const Signer& signer : policy.signers)
    if (!signer.identity.empty())
      lost.push_back(
          fmt::format("signer {}: its certificate authority is not written", signer.name));
}

}  // namespace

Export export_policy_controller(const Policy& policy) {
  Export made;
  std::string name = resource_name(policy);
  std::string root_name = name + "-root";
  std::vector<Json> documents;
  if (asks_log(policy)) documents.push_back(trust_root(policy, root_name));
  documents.push_back(cluster_policy(policy, name, root_name, false));
  if (!exported_statements(policy).empty())
    documents.push_back(cluster_policy(policy, name + "-statements", root_name, true));
  made.files["policy-controller.yaml"] = as_yaml(documents);
  add_not_expressed(policy, made.not_expressed);
  return made;
}

}  // namespace kiln::verification
