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

// The statements that a program demands which looks at one digest alone, the one that a pod names:
// those about the index, or where the policy demands none of these, those about platforms.
const std::vector<std::string>& exported_statements(const Policy& policy);

// What such a program, called `name`, does not demand of statements and builders.
void add_lost_statements(const Policy& policy, std::string_view name,
                         std::vector<std::string>& lost);

// Where provenance of this predicate type names its builder ("predicate", "runDetails", ... with
// `between` in between); empty for other types.
std::string builder_path(const std::string& type, std::string_view between);

// Whether a pattern has a star of one level.
bool reaches_one_level(std::string_view glob);

// What none of the other programs can say: our own checks of bytes, times and witnesses.
void add_never_expressed(const Policy& policy, std::vector<std::string>& lost);

}  // namespace kiln::verification
