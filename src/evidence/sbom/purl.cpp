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

Result<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += TRY(from_hex(text.substr(std::min(i + 1, text.size()), 2)));
    i += 2;
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
  if (!version.empty()) out += "@" + percent_encoded(version, ":");
  char separator = '?';
  for (const auto& [key, value] : qualifiers) {
    if (value.empty()) continue;
    out += separator;
    out.append(key).append("=").append(percent_encoded(value, ":/"));
    separator = '&';
  }
  return out;
}

Result<PurlParts> parse_purl(std::string_view text) {
  constexpr size_t k_longest = 4096;
  auto bad = [&] {
    return fail(ErrorCode::corrupt, "\"" + printable(text, 80) + "\" is no package URL");
  };
  if (!text.starts_with("pkg:") || text.size() > k_longest) return bad();
  std::string_view rest = text.substr(4);
  rest = rest.substr(0, rest.find('#'));
  size_t question = rest.find('?');
  std::string_view qualifiers =
      question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  rest = rest.substr(0, question);
  PurlParts parts;
  size_t version = rest.rfind('@');
  if (version != std::string_view::npos) {
    parts.version = TRY(percent_decoded(rest.substr(version + 1)));
    rest = rest.substr(0, version);
  }
  parts.type = to_lower(take_until(rest, '/'));
  size_t name = rest.rfind('/');
  if (name != std::string_view::npos) parts.space = TRY(percent_decoded(rest.substr(0, name)));
  parts.name = TRY(percent_decoded(rest.substr(name == std::string_view::npos ? 0 : name + 1)));
  while (!qualifiers.empty()) {
    std::string_view value = take_until(qualifiers, '&');
    std::string_view key = take_until(value, '=');
    parts.qualifiers[to_lower(key)] = TRY(percent_decoded(value));
  }
  if (parts.type.empty() || parts.name.empty()) return bad();
  return parts;
}

std::string purl_of(const Package& package, const Document& document) {
  const Source& source = document.sources[package.source];
  return purl(package.type, document.system.id, package.name, package.version,
              {{"arch", package.architecture},
               {"distro", distro_of(document.system)},
               {"upstream", upstream_of(package, source)}});
}

std::string purl_of(const Source& source, const Document& document) {
  std::string type = document.packages.empty() ? "generic" : document.packages.front().type;
  return purl(type, document.system.id, source.name, source.version,
              {{"arch", "source"}, {"distro", distro_of(document.system)}});
}

bool is_version_control(std::string_view url) {
  return url.starts_with("git+");
}

std::string download_purl_of(const Source& source) {
  return purl("generic", {}, source.name, source.version,
              {{is_version_control(source.url) ? "vcs_url" : "download_url", source.url}});
}

std::string purl_of(const Image& image) {
  size_t slash = image.name.rfind('/');
  std::string name = image.name.substr(slash == std::string::npos ? 0 : slash + 1);
  return purl("oci", {}, to_lower(name), image.digest.str(),
              {{"arch", image.platform.architecture},
               {"repository_url", slash == std::string::npos ? "" : to_lower(image.name)}});
}

}  // namespace kiln::sbom
