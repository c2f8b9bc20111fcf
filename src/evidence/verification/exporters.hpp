// SPDX-License-Identifier: Apache-2.0
//
// One exporter a language, and what they share.
#pragma once
#include "data/json.hpp"
#include "evidence/verification/export.hpp"

namespace kiln::verification {

Export export_kyverno(const Policy& policy);
Export export_policy_controller(const Policy& policy);
Export export_podman(const Policy& policy);

// JSON as YAML for people; several documents with "---" between them.
std::string as_yaml(const std::vector<Json>& documents);

// The policy's name as Kubernetes allows it: lower-case letters, digits and dashes.
std::string resource_name(const Policy& policy);

// A signer's name as an identifier, distinct for each.
std::string identifier(const std::string& name, size_t number);

// The PEM chain of the root's first time stamp authority; empty without one.
std::string timestamp_chain(const Policy& policy);

// The first log whose key is ECDSA, as clients of Rekor v1 need it; null when there is none.
const signing::TrustedLog* rekor_log(const Policy& policy);

// What none of the other programs can say: our own checks of bytes, times and witnesses.
void add_never_expressed(const Policy& policy, std::vector<std::string>& lost);

}  // namespace kiln::verification
