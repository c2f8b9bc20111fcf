// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/policy.hpp"

#include "base/strings.hpp"
#include "evidence/predicates.hpp"
#include "evidence/signing/statement.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

struct KnownType {
  std::string name;
  std::string type;
};

// The first name of a type is the one that is shown.
const std::vector<KnownType>& known_types() {
  static const std::vector<KnownType> k_types = {
      {"provenance", std::string(evidence::k_provenance_type)},
      {"spdx-2.3", "https://spdx.dev/Document"},
      {"spdx-3.0.1", "https://spdx.dev/Document/v3"},
      {"cyclonedx", "https://cyclonedx.org/bom"},
      {"cyclonedx-1.6", "https://cyclonedx.org/bom/v1.6"},
      {"changelog", evidence::changelog_type()},
      {"definition", evidence::definition_type()},
      {"lock", evidence::lock_type()},
      {"rebuild", evidence::rebuild_type()},
      {"summary", std::string(evidence::k_summary_type)},
      {"image-signature", std::string(signing::k_image_signature_type)},
      {"openvex", "https://openvex.dev/ns"},
      {"openvex-0.2.0", "https://openvex.dev/ns/v0.2.0"},
      {"vulns", "https://in-toto.io/attestation/vulns/v0.2"},
      {"test-result", "https://in-toto.io/attestation/test-result/v0.1"},
      {"provenance-0.2", "https://slsa.dev/provenance/v0.2"},
  };
  return k_types;
}

}  // namespace

std::string Signer::str() const {
  if (!roots.empty()) return fmt::format("{} (certificates of {})", name, roots.front().subject());
  if (!identity.empty()) return fmt::format("{} ({} by {})", name, identity, issuer);
  return key_digest ? fmt::format("{} (key {})", name, key_digest->str()) : name;
}

bool applies_to(const Policy& policy, std::string_view image) {
  return policy.images.empty() || std::ranges::any_of(policy.images, [&](const std::string& glob) {
           return glob_match(glob, image);
         });
}

Result<std::string> predicate_type(std::string_view word) {
  if (word.find("://") != std::string_view::npos) return std::string(word);
  std::vector<std::string> names;
  for (const KnownType& known : known_types()) {
    if (known.name == word) return known.type;
    names.push_back(known.name);
  }
  auto near = nearest(word, names);
  return fail(ErrorCode::bad_input, fmt::format("\"{}\" is no kind of statement", printable(word)),
              near ? fmt::format("did you mean \"{}\"?", *near)
                   : fmt::format("write a predicate type's URI, or one of {}", join(names, ", ")));
}

std::string predicate_name(std::string_view type) {
  auto found = std::ranges::find(known_types(), type, &KnownType::type);
  return found == known_types().end() ? std::string(type) : found->name;
}

}  // namespace kiln::verification
