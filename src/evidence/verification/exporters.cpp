// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/exporters.hpp"

#include "base/strings.hpp"
#include "data/yaml_write.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

YamlNode to_yaml(const Json& json) {
  YamlNode node;
  if (json.is_object()) {
    node.kind = YamlNode::Kind::mapping;
    for (const auto& [name, value] : json.as_object()) {
      YamlNode key;
      key.kind = YamlNode::Kind::scalar;
      key.text = name;
      node.entries.push_back({std::move(key), to_yaml(value)});
    }
  } else if (json.is_array()) {
    node.kind = YamlNode::Kind::sequence;
    for (const Json& item : json.as_array()) node.items.push_back(to_yaml(item));
  } else {
    node.kind = YamlNode::Kind::scalar;
    node.plain = !json.is_string();
    node.text = json.is_string() ? json.as_string() : canonical(json);
  }
  return node;
}

}  // namespace

std::string as_yaml(const std::vector<Json>& documents) {
  std::string text;
  for (const Json& document : documents)
    text += (text.empty() ? "" : "---\n") + write_yaml(to_yaml(document));
  return text;
}

std::string resource_name(const Policy& policy) {
  std::string name;
  for (char c : to_lower(policy.name)) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain || (c != '-' && !name.empty() && name.back() != '-')) name += plain ? c : '-';
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "kiln-policy" : name.substr(0, 60);
}

std::string identifier(const std::string& name, size_t number) {
  std::string letters;
  for (char c : to_lower(name))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && !letters.empty())) letters += c;
  return fmt::format("{}{}", letters.empty() ? "item" : letters, number);
}

std::string timestamp_chain(const Policy& policy) {
  std::string pem;
  if (policy.trusted_root && !policy.trusted_root->timestamp_authorities.empty())
    for (const Certificate& certificate : policy.trusted_root->timestamp_authorities[0].chain)
      pem += certificate.pem();
  return pem;
}

const signing::TrustedLog* rekor_log(const Policy& policy) {
  if (!policy.trusted_root) return nullptr;
  for (const signing::TrustedLog& log : policy.trusted_root->logs)
    if (log.key.algorithm() == KeyAlgorithm::ecdsa_p256) return &log;
  return nullptr;
}

const std::vector<std::string>& exported_statements(const Policy& policy) {
  return policy.image_statements.empty() ? policy.platform_statements : policy.image_statements;
}

void add_lost_statements(const Policy& policy, std::string_view name,
                         std::vector<std::string>& lost) {
  if (!policy.image_statements.empty() && !policy.platform_statements.empty())
    lost.push_back(fmt::format(
        "statements about platforms: {} looks at the digest that a pod names, an index's", name));
  else if (!policy.platform_statements.empty())
    lost.push_back(fmt::format(
        "that statements are about platforms: {} looks for them at the digest that a pod names, "
        "and refuses an index",
        name));
  bool has_builder = std::ranges::any_of(exported_statements(policy), [](const std::string& type) {
    return !builder_path(type, ".").empty();
  });
  if (!policy.builders.empty() && !has_builder)
    lost.emplace_back("builders: the statements that are demanded of a pod's digest name none");
}

std::string builder_path(const std::string& type, std::string_view between) {
  std::vector<std::string> path = {"predicate"};
  if (predicate_name(type) == "provenance")
    path.insert(path.end(), {"runDetails", "builder", "id"});
  else if (predicate_name(type) == "provenance-0.2")
    path.insert(path.end(), {"builder", "id"});
  else
    return "";
  return fmt::format("{}", fmt::join(path, between));
}

bool reaches_one_level(std::string_view glob) {
  for (size_t at = glob.find('*'); at != std::string_view::npos; at = glob.find('*', at)) {
    size_t end = std::min(glob.find_first_not_of('*', at), glob.size());
    if (end - at == 1) return true;
    at = end;
  }
  return false;
}

void add_never_expressed(const Policy& policy, std::vector<std::string>& lost) {
  auto add = [&](bool demanded, std::string_view what) {
    if (demanded) lost.emplace_back(what);
  };
  add(policy.quorum > 0, "witnesses of the log");
  add(policy.image_age || policy.evidence_age, "freshness");
  add(policy.sbom == Demand::required, "the bill of materials against the bytes");
  add(policy.provenance == Demand::required, "provenance against the lock");
  add(policy.attestation_signatures == Demand::required, "signatures of attestation manifests");
  for (const Signer& signer : policy.signers) {
    add(signer.validity.from != 0 || signer.validity.until.has_value(),
        fmt::format("the times of signer {}", signer.name));
    add(!signer.roots.empty(), fmt::format("signer {}, who signs for Notary", signer.name));
    add(!signer.key && signer.identity.empty() && signer.roots.empty(),
        fmt::format("signer {}, whose key is given by digest alone", signer.name));
  }
}

Result<Export> export_policy(const Policy& policy, std::string_view format) {
  if (std::ranges::none_of(policy.signers, [](const Signer& signer) { return !!signer.key; }))
    return fail(ErrorCode::bad_input, "the policy has no signer with a key of its own",
                "an export holds the keys themselves: name a file or a PEM block in `key`");
  if (format == "kyverno") return export_kyverno(policy);
  if (format == "policy-controller") return export_policy_controller(policy);
  if (format == "podman") return export_podman(policy);
  return fail(ErrorCode::bad_input, fmt::format("no policy can be written as {}", format),
              "the formats are kyverno, policy-controller and podman");
}

}  // namespace kiln::verification
