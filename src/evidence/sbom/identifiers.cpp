// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/identifiers.hpp"

#include "evidence/sbom/purl.hpp"
#include "model/namespace.hpp"

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

std::string plain(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '.' || c == '-';
    out += allowed ? c : '-';
  }
  return out;
}

std::string named(std::string_view kind, std::string_view name, std::string_view identity) {
  return fmt::format("{}-{}-{}", kind, plain(name), sha256(identity).hex().substr(0, 12));
}

}  // namespace

Identifiers identifiers_of(const Document& document) {
  Identifiers ids;
  const OperatingSystem& system = document.system;
  ids.system = named("OperatingSystem", system.id, system.id + " " + system.version);
  for (const Package& package : document.packages) {
    ids.package_purls.push_back(purl_of(package, document));
    ids.packages.push_back(named("Package", package.name, ids.package_purls.back()));
  }
  for (const Source& source : document.sources)
    ids.sources.push_back(named("Source", source.name, purl_of(source, document)));
  for (const File& file : document.files)
    ids.files.push_back("File-" + sha256(file.path).hex().substr(0, 20));
  return ids;
}

std::string document_uri(const Document& document, std::string_view format) {
  return fmt::format("{}/sbom/sha256/{}/{}/{}/{}", model::k_uri_base, document.image.digest.hex(),
                     format, document.built_here ? "built" : "inspected",
                     document.tool_version.empty() ? "0" : document.tool_version);
}

std::string document_uuid(const Document& document, std::string_view format) {
  std::string bytes(sha256(document_uri(document, format)).bytes().substr(0, 16));
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0f) | 0x80);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3f) | 0x80);
  std::string hex = to_hex(bytes);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

}  // namespace kiln::sbom
