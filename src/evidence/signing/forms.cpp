// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/signer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kiln::signing {

namespace {

constexpr std::array k_forms = {
    Form::bundle,          Form::rekor_v1_bundle, Form::simple_referrer,      Form::simple_tag,
    Form::attestation_tag, Form::notary,          Form::buildkit_attestations};
constexpr std::array<std::string_view, k_forms.size()> k_names = {
    "bundle",          "rekor-v1-bundle", "simple-referrer",      "simple-tag",
    "attestation-tag", "notary",          "buildkit-attestations"};

}  // namespace

std::string_view str(Form form) {
  return k_names[static_cast<size_t>(form)];
}

std::optional<Form> parse_form(std::string_view text) {
  auto found = std::ranges::find(k_names, text);
  if (found == k_names.end()) return std::nullopt;
  return k_forms[static_cast<size_t>(found - k_names.begin())];
}

std::span<const Form> all_forms() {
  return k_forms;
}

}  // namespace kiln::signing
