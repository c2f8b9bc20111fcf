// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/package_info.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr size_t k_longest_word = 255;

// Keys whose value is one text, and where it goes.
const std::map<std::string_view, std::string PackageInfo::*> k_texts{
    {"pkgdesc", &PackageInfo::description},
    {"url", &PackageInfo::url},
    {"license", &PackageInfo::licence},
    {"origin", &PackageInfo::origin},
    {"maintainer", &PackageInfo::maintainer},
    {"packager", &PackageInfo::packager},
    {"commit", &PackageInfo::commit},
    {"datahash", &PackageInfo::datahash},
    {"provider_priority", &PackageInfo::provider_priority},
    {"replaces_priority", &PackageInfo::replaces_priority},
};

// Keys that may stand several times; a value is one word or several.
const std::map<std::string_view, std::vector<std::string> PackageInfo::*> k_lists{
    {"depend", &PackageInfo::depends},    {"provides", &PackageInfo::provides},
    {"replaces", &PackageInfo::replaces}, {"install_if", &PackageInfo::install_if},
    {"triggers", &PackageInfo::triggers},
};

std::unexpected<Error> bad_info(std::string message) {
  return fail(ErrorCode::corrupt, std::move(message));
}

// Names, versions and architectures become parts of paths and of text files in the image.
Result<> check_word(std::string_view what, std::string_view word) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+-._~:").find(c) != std::string_view::npos;
  };
  if (word.empty()) return bad_info(fmt::format("a .PKGINFO has no {}", what));
  if (word.size() > k_longest_word || word.front() == '.' || !std::ranges::all_of(word, allowed))
    return bad_info(fmt::format("\"{}\" is no {} of a package", printable(word, 40), what));
  return {};
}

Result<uint64_t> parse_count(std::string_view key, std::string_view value) {
  auto number = parse_decimal(value);
  if (!number || *number > INT64_MAX)
    return bad_info(fmt::format("the {} \"{}\" of a .PKGINFO is no number", key, printable(value)));
  return *number;
}

Result<> set(PackageInfo& info, std::string_view key, std::string_view value) {
  if (key == "pkgname") info.id.name = value;
  if (key == "pkgver") info.id.version = value;
  if (key == "arch") info.id.architecture = value;
  if (key == "size") info.size = TRY(parse_count(key, value));
  if (key == "builddate") info.build_date = static_cast<UnixTime>(TRY(parse_count(key, value)));
  if (auto text = k_texts.find(key); text != k_texts.end()) info.*(text->second) = value;
  if (auto list = k_lists.find(key); list != k_lists.end())
    for (std::string_view word : split_words(value)) (info.*(list->second)).emplace_back(word);
  return {};
}

}  // namespace

Result<PackageInfo> parse_package_info(std::string_view text) {
  PackageInfo info;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line.empty() || line.front() == '#') continue;
    if (line.find('=') == std::string_view::npos)
      return bad_info(fmt::format("the line \"{}\" of a .PKGINFO has no '='", printable(line, 40)));
    std::string_view key = trim(take_until(line, '='));
    TRY(set(info, key, trim(line)));
  }
  TRY(check_word("pkgname", info.id.name));
  TRY(check_word("pkgver", info.id.version));
  TRY(check_word("arch", info.id.architecture));
  if (info.origin.empty()) info.origin = info.id.name;
  return info;
}

}  // namespace kiln::packages::apk
