// SPDX-License-Identifier: Apache-2.0
//
// Which evidence a build is to make: configuration and flags.
#pragma once
#include "cli/args.hpp"
#include "cli/config.hpp"
#include "evidence/sbom/write.hpp"
#include "evidence/signing/signer.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

struct EvidenceRequest {
  bool wanted = true;
  std::vector<signing::Form> forms;
  std::vector<sbom::Format> documents;  // bills of materials
  std::optional<std::string> previous;  // the image that the changelog starts from
};

// Fails with bad_input on options about evidence where none is made: with --no-evidence, or when
// the output has no place for it.
Result<> check_evidence_options(const Arguments& arguments, bool has_place);

// --no-evidence, --evidence-forms, --previous. Fails with bad_input on an unknown form.
Result<EvidenceRequest> read_evidence_request(const Arguments& arguments, const Config& config);

// Forms by their names, each once; fails with bad_input and lists them.
Result<std::vector<signing::Form>> parse_forms(std::span<const std::string> names);
// The same of "bundle,simple-tag".
Result<std::vector<signing::Form>> split_forms(std::string_view text);

// "spdx-2.3" and so on as formats; fails with bad_input and lists them.
Result<std::vector<sbom::Format>> parse_documents(std::span<const std::string> names);

}  // namespace kiln::cli
