// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/read.hpp"

#include "base/strings.hpp"
#include "evidence/sbom/claims_reading.hpp"
#include "evidence/sbom/purl.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

constexpr JsonLimits k_limits = {.depth = 32, .size = 256U << 20};

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
  std::string purpose = TRY(package.get_string_or("primaryPackagePurpose", ""));
  NamedPackage named;
  named.name = TRY(package.get_string("name"));
  named.version = TRY(package.get_string_or("versionInfo", ""));
  // The first purl is the package's own; a second one is what the definition wants reported.
  for (const Json& reference : *TRY(items(package, "externalRefs"))) {
    std::string type = TRY(reference.get_string("referenceType"));
    if (type != "purl") continue;
    named.purl = TRY(reference.get_string("referenceLocator"));
    break;
  }
  named.is_aside = purpose == "OPERATING-SYSTEM" || purpose == "SOURCE";
  return add_package(claims, named);
}

Result<Claims> read_spdx(const Json& json) {
  Claims claims;
  std::string version = TRY(json.get_string("spdxVersion"));
  if (version != "SPDX-2.3")
    return fail(ErrorCode::unsupported, fmt::format("{} is not read", printable(version)),
                "SPDX 2.3 and 3.0.1 and CycloneDX 1.6 and 1.7 are");
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
                "SPDX 2.3 and 3.0.1 and CycloneDX 1.6 and 1.7 are");
  claims.format = *format;
  const Json& image = *TRY(json.get_object({"metadata", "component"}));
  const Json::Array& hashes = *TRY(items(image, "hashes"));
  std::string hex = TRY(hash_in(hashes, "alg", "SHA-256", "content"));
  claims.image = TRY(Digest::from_hex(hex));
  TRY(read_occurrences(image, claims));
  for (const Json& component : *TRY(items(json, "components"))) {
    TRY(read_occurrences(component, claims));
    std::string type = TRY(component.get_string("type"));
    NamedPackage named;
    named.name = TRY(component.get_string("name"));
    named.version = TRY(component.get_string_or("version", ""));
    named.purl = TRY(component.get_string_or("purl", ""));
    named.is_aside = type == "operating-system" || type == "file";
    TRY(add_package(claims, named));
  }
  return claims;
}

}  // namespace

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

Result<> add_package(Claims& claims, const NamedPackage& package) {
  std::string called = fmt::format("{} {}", package.name, package.version);
  if (!package.purl.starts_with("pkg:deb/") && !package.purl.starts_with("pkg:apk/")) {
    if (!package.is_aside) claims.others.push_back(std::move(called));
    return {};
  }
  PurlParts parts = TRY(parse_purl(package.purl));
  bool other_version = !package.version.empty() && package.version != parts.version;
  if (package.name != parts.name || other_version)
    claims.contradictions.push_back(std::move(called));
  claims.packages.push_back({parts.name, parts.version, parts.qualifiers["arch"]});
  return {};
}

Result<std::string> hash_in(const Json::Array& list, std::string_view name_key,
                            std::string_view algorithm, std::string_view value_key) {
  for (const Json& item : list) {
    std::string name = TRY(item.get_string(name_key));
    if (name == algorithm) return item.get_string(value_key);
  }
  return std::string();
}

Result<Claims> read_claims(std::string_view document) {
  return claims_of(TRY_CONTEXT(parse_json(document, k_limits), "reading a bill of materials"));
}

bool is_of_type(const Json& json, std::string_view type) {
  if (type == predicate_type(Format::spdx_2_3)) {
    // Versions 2.2 and 2.3 have the same type.
    Result<std::string> version = json.get_string("spdxVersion");
    return version && version->starts_with("SPDX-2.") && json.find("SPDXID") != nullptr;
  }
  if (type == predicate_type(Format::spdx_3_0_1)) {
    Result<const Json::Array*> graph = json.get_array("@graph");
    return graph && std::ranges::any_of(**graph, [](const Json& element) {
             Result<std::string> kind = element.get_string("type");
             return kind && *kind == "SpdxDocument";
           });
  }
  Result<std::string> format = json.get_string("bomFormat");
  return format && *format == "CycloneDX" && json.find("specVersion") != nullptr;
}

bool is_by_kiln(const Json& json) {
  if (auto creators = json.get_strings({"creationInfo", "creators"}))
    return std::ranges::any_of(
        *creators, [](const std::string& creator) { return creator.starts_with("Tool: kiln-"); });
  if (auto graph = json.get_array("@graph"))
    return std::ranges::any_of(**graph, [](const Json& element) {
      Result<std::string> type = element.get_string("type");
      Result<std::string> name = element.get_string("name");
      return type && *type == "Tool" && name && name->starts_with("kiln-");
    });
  auto tools = json.get_array({"metadata", "tools", "components"});
  return tools && std::ranges::any_of(**tools, [](const Json& tool) {
           Result<std::string> name = tool.get_string("name");
           return name && *name == "kiln";
         });
}

Result<Claims> claims_of(const Json& json) {
  if (!json.is_object()) return fail(ErrorCode::corrupt, "a bill of materials is a JSON object");
  Result<Claims> (*reader)(const Json&) = json.find("spdxVersion") != nullptr ? read_spdx
                                          : json.find("@graph") != nullptr    ? read_spdx_3
                                          : json.find("bomFormat") != nullptr ? read_cyclonedx
                                                                              : nullptr;
  if (reader == nullptr)
    return fail(ErrorCode::unsupported, "this is no bill of materials that can be compared",
                "SPDX 2.3 and 3.0.1 and CycloneDX 1.6 and 1.7 can");
  Result<Claims> claims = reader(json);
  if (claims) {
    std::ranges::sort(claims->packages);
    claims->by_kiln = is_by_kiln(json);
  }
  return with_context(std::move(claims), "reading a bill of materials");
}

}  // namespace kiln::sbom
