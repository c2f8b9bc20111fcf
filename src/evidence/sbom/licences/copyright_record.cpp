// SPDX-License-Identifier: Apache-2.0
//
// Record kind "sbom-copyright", key the copyright file's digest in hexadecimal: canonical JSON
//   {"format": 2, "declared": text, "complete": bool, "holders": text, "upstream_contact": text,
//    "upstream_source": text, "texts": {id: {"name": text, "text": text}}}
// The number grows when the same file would be read differently.
#include "data/json.hpp"
#include "evidence/sbom/licences/copyright.hpp"

namespace kiln::sbom {

namespace {

constexpr std::string_view k_kind = "sbom-copyright";
constexpr int k_format = 2;

std::string to_record(const Copyright& copyright) {
  Json texts = Json::object();
  for (const auto& [id, licence] : copyright.texts)
    texts[id] = Json::object({{"name", licence.name}, {"text", licence.text}});
  return canonical(Json::object({{"format", k_format},
                                 {"declared", copyright.declared},
                                 {"complete", copyright.complete},
                                 {"holders", copyright.holders},
                                 {"upstream_contact", copyright.upstream_contact},
                                 {"upstream_source", copyright.upstream_source},
                                 {"texts", std::move(texts)}}));
}

Result<Copyright> from_record(std::string_view record) {
  Json json = TRY(parse_json(record));
  if (TRY(json.get_int("format")) != k_format)
    return fail(ErrorCode::unsupported, "another format");
  Copyright copyright;
  copyright.declared = TRY(json.get_string("declared"));
  copyright.complete = TRY(json.get_bool("complete"));
  copyright.holders = TRY(json.get_string("holders"));
  copyright.upstream_contact = TRY(json.get_string("upstream_contact"));
  copyright.upstream_source = TRY(json.get_string("upstream_source"));
  const Json* texts = TRY(json.get_object("texts"));
  for (const auto& [id, text] : texts->as_object()) {
    LicenceText& licence = copyright.texts[id];
    licence.name = TRY(text.get_string("name"));
    licence.text = TRY(text.get_string("text"));
  }
  return copyright;
}

}  // namespace

Result<Copyright> read_copyright(std::string_view text, const Digest& digest, Store& store) {
  if (auto record = store.cached(k_kind, digest.hex()))
    if (Result<Copyright> known = from_record(record->bytes())) return known;
  Copyright copyright = read_copyright(text);
  TRY(store.cache(k_kind, digest.hex(), to_record(copyright)));
  return copyright;
}

}  // namespace kiln::sbom
