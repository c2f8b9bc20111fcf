// SPDX-License-Identifier: Apache-2.0
#include "cli/evidence_request.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::cli {

Result<std::vector<signing::Form>> parse_forms(std::span<const std::string> names) {
  std::vector<signing::Form> forms;
  for (const std::string& name : names) {
    std::optional<signing::Form> form = signing::parse_form(name);
    if (!form) {
      std::vector<std::string> known;
      for (signing::Form each : signing::all_forms()) known.emplace_back(signing::str(each));
      return fail(ErrorCode::bad_input,
                  fmt::format("there is no form of evidence \"{}\"", printable(name)),
                  fmt::format("forms are {}", join(known, ", ")));
    }
    if (std::ranges::find(forms, *form) == forms.end()) forms.push_back(*form);
  }
  return forms;
}

Result<std::vector<signing::Form>> split_forms(std::string_view text) {
  std::vector<std::string> names;
  for (std::string_view name : split(text, ',')) names.emplace_back(trim(name));
  return parse_forms(names);
}

Result<std::vector<sbom::Format>> parse_documents(std::span<const std::string> names) {
  std::vector<sbom::Format> formats;
  for (const std::string& name : names) {
    std::optional<sbom::Format> format = sbom::parse_format(name);
    if (!format) {
      std::vector<std::string> known;
      for (sbom::Format each : sbom::k_formats) known.emplace_back(sbom::str(each));
      return fail(ErrorCode::bad_input, fmt::format("there is no document \"{}\"", printable(name)),
                  fmt::format("documents are {}", join(known, ", ")));
    }
    if (std::ranges::find(formats, *format) == formats.end()) formats.push_back(*format);
  }
  return formats;
}

Result<> check_evidence_options(const Arguments& arguments, bool has_place) {
  for (const char* option : {"--evidence-forms", "--previous"}) {
    if (!arguments.has(option)) continue;
    if (arguments.has("--no-evidence"))
      return fail(ErrorCode::bad_input,
                  fmt::format("{} is about evidence, and --no-evidence wants none", option),
                  "leave one of them out");
    if (!has_place)
      return fail(ErrorCode::bad_input,
                  fmt::format("{} is about evidence, and --format {} has no place for any", option,
                              arguments.value("--format").value_or("oci")),
                  "evidence lies in an OCI layout: --format oci");
  }
  return {};
}

Result<EvidenceRequest> read_evidence_request(const Arguments& arguments, const Config& config) {
  EvidenceRequest request;
  request.wanted = !arguments.has("--no-evidence");
  request.forms = config.evidence_forms;
  request.documents = config.evidence_documents;
  request.previous = arguments.value("--previous");
  if (auto text = arguments.value("--evidence-forms")) request.forms = TRY(split_forms(*text));
  return request;
}

}  // namespace kiln::cli
