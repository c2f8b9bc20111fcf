// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/read.hpp"

#include "base/strings.hpp"
#include "evidence/sbom/purl.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

constexpr JsonLimits k_limits = {.depth = 32, .size = 256U << 20};

// The items of an array member; an absent one has none.
Result<const Json::Array*> items(const Json& json, const MemberPath& path) {
  static const Json::Array k_none;
  if (json.find(path) == nullptr) return &k_none;
  return json.get_array(path);
}

Result<> add_file(Claims& claims, std::string path, const Digest& digest) {
  auto [place, is_new] = claims.files.try_emplace(std::move(path), digest);
  if (!is_new)
    return fail(ErrorCode::corrupt,
                fmt::format("the bill of materials lists {} twice", printable(place->first)));
  return {};
}

// Packages of distributions; source packages, the image and what definitions map elsewhere have
// purls of other types.
Result<> add_purl(Claims& claims, std::string_view purl) {
  if (!purl.starts_with("pkg:deb/") && !purl.starts_with("pkg:apk/")) return {};
  PurlParts parts = TRY(parse_purl(purl));
  claims.packages.push_back({parts.name, parts.version, parts.qualifiers["arch"]});
  return {};
}

// The value of one algorithm in a list of {name_key: algorithm, value_key: hex}; empty for none.
Result<std::string> hash_in(const Json::Array& list, std::string_view name_key,
                            std::string_view algorithm, std::string_view value_key) {
  for (const Json& item : list) {
    std::string name = TRY(item.get_string(name_key));
    if (name == algorithm) return item.get_string(value_key);
  }
  return std::string();
}

// --- SPDX 2.3 ------------------------------------------------------------------------------------

Result<> read_spdx_file(const Json& file, Claims& claims) {
  std::string name = TRY(file.get_string("fileName"));
  if (!name.starts_with("./"))
    return fail(ErrorCode::corrupt,
                fmt::format("the file name {} does not begin with \"./\"", printable(name)));
  const Json::Array& checksums = *TRY(items(file, "checksums"));
  std::string hex = TRY(hash_in(checksums, "algorithm", "SHA256", "checksumValue"));
  Digest digest = TRY_CONTEXT(Digest::from_hex(hex), "reading the SHA-256 of " + printable(name));
  return add_file(claims, name.substr(2), digest);
}

Result<> read_spdx_package(const Json& package, const std::string& described, Claims& claims) {
  std::string id = TRY(package.get_string("SPDXID"));
  if (id == described) {
    const Json::Array& checksums = *TRY(items(package, "checksums"));
    std::string hex = TRY(hash_in(checksums, "algorithm", "SHA256", "checksumValue"));
    claims.image = TRY(Digest::from_hex(hex));
    return {};
  }
  // The first purl is the package's own; a second one is what the definition wants reported.
  for (const Json& reference : *TRY(items(package, "externalRefs"))) {
    std::string type = TRY(reference.get_string("referenceType"));
    if (type != "purl") continue;
    std::string purl = TRY(reference.get_string("referenceLocator"));
    return add_purl(claims, purl);
  }
  return {};
}

Result<Claims> read_spdx(const Json& json) {
  Claims claims;
  std::string version = TRY(json.get_string("spdxVersion"));
  if (version != "SPDX-2.3")
    return fail(ErrorCode::unsupported, fmt::format("{} is not read", printable(version)),
                "SPDX 2.3 and CycloneDX 1.6 and 1.7 are");
  std::vector<std::string> described = TRY(json.get_strings_or_empty("documentDescribes"));
  if (described.size() != 1)
    return fail(ErrorCode::corrupt, "the document does not describe exactly one thing");
  for (const Json& file : *TRY(items(json, "files"))) TRY(read_spdx_file(file, claims));
  for (const Json& package : *TRY(items(json, "packages")))
    TRY(read_spdx_package(package, described[0], claims));
  return claims;
}

// --- CycloneDX -----------------------------------------------------------------------------------

Result<> read_occurrences(const Json& component, Claims& claims) {
  for (const Json& occurrence : *TRY(items(component, {"evidence", "occurrences"}))) {
    std::string location = TRY(occurrence.get_string("location"));
    std::string context = TRY(occurrence.get_string("additionalContext"));
    if (!location.starts_with('/'))
      return fail(ErrorCode::corrupt,
                  fmt::format("the location {} is not absolute", printable(location)));
    Digest digest = TRY_CONTEXT(Digest::parse(context.substr(0, context.find(';'))),
                                "reading the SHA-256 of " + printable(location));
    TRY(add_file(claims, location.substr(1), digest));
  }
  return {};
}

Result<Claims> read_cyclonedx(const Json& json) {
  Claims claims;
  std::string version = TRY(json.get_string("specVersion"));
  std::optional<Format> format = parse_format("cyclonedx-" + version);
  if (!format)
    return fail(ErrorCode::unsupported, fmt::format("CycloneDX {} is not read", printable(version)),
                "SPDX 2.3 and CycloneDX 1.6 and 1.7 are");
  claims.format = *format;
  const Json& image = *TRY(json.get_object({"metadata", "component"}));
  const Json::Array& hashes = *TRY(items(image, "hashes"));
  std::string hex = TRY(hash_in(hashes, "alg", "SHA-256", "content"));
  claims.image = TRY(Digest::from_hex(hex));
  TRY(read_occurrences(image, claims));
  for (const Json& component : *TRY(items(json, "components"))) {
    std::string purl = TRY(component.get_string_or("purl", ""));
    TRY(add_purl(claims, purl));
    TRY(read_occurrences(component, claims));
  }
  return claims;
}

}  // namespace

Result<Claims> read_claims(std::string_view document) {
  return claims_of(TRY_CONTEXT(parse_json(document, k_limits), "reading a bill of materials"));
}

Result<Claims> claims_of(const Json& json) {
  if (!json.is_object()) return fail(ErrorCode::corrupt, "a bill of materials is a JSON object");
  bool spdx = json.find("spdxVersion") != nullptr;
  if (!spdx && json.find("bomFormat") == nullptr)
    return fail(ErrorCode::unsupported, "this is no bill of materials that can be compared",
                "SPDX 2.3 and CycloneDX 1.6 and 1.7 can");
  Result<Claims> claims = spdx ? read_spdx(json) : read_cyclonedx(json);
  if (claims) std::ranges::sort(claims->packages);
  return with_context(std::move(claims), "reading a bill of materials");
}

}  // namespace kiln::sbom
