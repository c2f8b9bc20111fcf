// SPDX-License-Identifier: Apache-2.0
//
// containers-policy.json(5) and containers-registries.d(5), which podman, skopeo, buildah and CRI-O
// read. They look at the simple signing form of signatures under .sig tags alone, of the manifest
// that they pull, and know no statements. What the policy is not about is refused by the file.
#include "base/bytes.hpp"
#include "evidence/verification/exporters.hpp"

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// The scope that covers a name pattern: the whole name, or its part before "/*" or "/**".
std::optional<std::string> scope_of(std::string_view glob) {
  std::string_view scope = glob;
  if (scope.ends_with("/**")) scope.remove_suffix(3);
  if (scope.ends_with("/*")) scope.remove_suffix(2);
  if (scope.find_first_of("*?[") != std::string_view::npos) return std::nullopt;
  return std::string(scope);
}

// The file's byte fields hold PEM in base64.
std::string pem_data(const PublicKey& key) {
  return to_base64(key.pem());
}

Json requirement(const Policy& policy) {
  Json keys = Json::array();
  for (const Signer& signer : policy.signers)
    if (signer.key) keys.push_back(pem_data(*signer.key));
  Json json = Json::object({{"type", "sigstoreSigned"},
                            {"signedIdentity", Json::object({{"type", "matchRepository"}})}});
  if (keys.as_array().size() == 1)
    json["keyData"] = keys.as_array()[0];
  else
    json["keyDatas"] = std::move(keys);
  const signing::TrustedLog* log = rekor_log(policy);
  if (policy.log == Demand::required && log != nullptr)
    json["rekorPublicKeyData"] = pem_data(log->key);
  return json;
}

}  // namespace

Export export_podman(const Policy& policy) {
  Export made;
  Json scopes = Json::object();
  Json attachments = Json::object();
  Json use = Json::object({{"use-sigstore-attachments", true}});
  for (const std::string& glob : policy.images) {
    std::optional<std::string> scope = scope_of(glob);
    if (!scope) {
      made.not_expressed.push_back(
          fmt::format("images {}: a scope is a name or the beginning of names", glob));
      continue;
    }
    if (glob.ends_with("/*"))
      made.not_expressed.push_back(fmt::format(
          "that {} reaches one level deep: the scope {} covers all names below", glob, *scope));
    scopes[*scope] = Json::array({requirement(policy)});
    attachments[*scope] = use;
  }
  if (policy.images.empty()) {
    scopes[""] = Json::array({requirement(policy)});
    made.files["registries.d.yaml"] = as_yaml({Json::object({{"default-docker", use}})});
  } else {
    made.files["registries.d.yaml"] = as_yaml({Json::object({{"docker", std::move(attachments)}})});
  }
  Json policy_json = Json::object({{"default", Json::array({Json::object({{"type", "reject"}})})},
                                   {"transports", Json::object({{"docker", std::move(scopes)}})}});
  made.files["policy.json"] = pretty(policy_json);

  add_never_expressed(policy, made.not_expressed);
  if (!policy.image_statements.empty() || !policy.platform_statements.empty())
    made.not_expressed.emplace_back("statements: podman reads none");
  if (!policy.builders.empty()) made.not_expressed.emplace_back("builders");
  if (policy.timestamp == Demand::required) made.not_expressed.emplace_back("time stamps");
  if (policy.log == Demand::required && rekor_log(policy) == nullptr)
    made.not_expressed.emplace_back("the log: podman takes a key of a log in Rekor v1's shape");
  for (const Signer& signer : policy.signers)
    if (!signer.identity.empty())
      made.not_expressed.push_back(
          fmt::format("signer {}: podman wants one root for all identities", signer.name));
  return made;
}

}  // namespace kiln::verification
