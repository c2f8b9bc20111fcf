// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/purl.hpp"

#include "base/strings.hpp"

namespace kiln::sbom {

namespace {

// Letters, digits and "-._~" stand for themselves, and in qualifiers ":" and "/" as well.
std::string percent_encoded(std::string_view text, std::string_view also_plain = {}) {
  constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 std::string_view("-._~").find(c) != std::string_view::npos ||
                 also_plain.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
      continue;
    }
    out += '%';
    out += k_hex[static_cast<unsigned char>(c) >> 4];
    out += k_hex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string distro_of(const OperatingSystem& system) {
  if (system.id.empty()) return {};
  return system.version.empty() ? system.id : system.id + "-" + system.version;
}

std::string upstream_of(const Package& package, const Source& source) {
  if (package.version != source.version) return source.name + "@" + source.version;
  return package.name == source.name ? std::string() : source.name;
}

}  // namespace

std::string purl(std::string_view type, std::string_view space, std::string_view name,
                 std::string_view version,
                 const std::vector<std::pair<std::string_view, std::string>>& qualifiers) {
  std::string out = "pkg:" + std::string(type) + "/";
  if (!space.empty()) out += percent_encoded(space) + "/";
  out += percent_encoded(name);
  if (!version.empty()) out += "@" + percent_encoded(version);
  char separator = '?';
  for (const auto& [key, value] : qualifiers) {
    if (value.empty()) continue;
    out += separator;
    out.append(key).append("=").append(percent_encoded(value, ":/"));
    separator = '&';
  }
  return out;
}

std::string purl_of(const Package& package, const Document& document) {
  const Source& source = document.sources[package.source];
  return purl(package.manager, document.system.id, package.name, package.version,
              {{"arch", package.architecture},
               {"distro", distro_of(document.system)},
               {"upstream", upstream_of(package, source)}});
}

std::string purl_of(const Source& source, const Document& document) {
  bool deb = document.packages.empty() || document.packages.front().manager == "deb";
  return purl(deb ? "deb" : "apk", document.system.id, source.name, source.version,
              {{"arch", "source"}, {"distro", distro_of(document.system)}});
}

std::string download_purl_of(const Source& source) {
  return purl("generic", {}, source.name, source.version, {{"download_url", source.url}});
}

std::string purl_of(const Image& image) {
  size_t slash = image.name.rfind('/');
  std::string name = image.name.substr(slash == std::string::npos ? 0 : slash + 1);
  return purl("oci", {}, to_lower(name), image.digest.str(),
              {{"arch", image.platform.architecture},
               {"repository_url", slash == std::string::npos ? "" : to_lower(image.name)}});
}

}  // namespace kiln::sbom
