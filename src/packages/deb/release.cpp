// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/release.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "packages/deb/control.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr size_t k_most_files = 100000;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  for (std::string_view word : split_words(text)) list.emplace_back(word);
  return list;
}

Result<UnixTime> read_date(const Paragraph& fields, std::string_view name) {
  return TRY_CONTEXT(parse_rfc5322(fields.get(name)),
                     fmt::format("reading {} of a Release file", name));
}

Result<> add_file(Release& release, std::string_view line) {
  auto parts = split_words(line);
  if (parts.empty()) return {};
  auto bad = [&] {
    return fail(ErrorCode::corrupt, fmt::format("a Release file has the bad SHA256 entry \"{}\"",
                                                printable(trim(line), 120)));
  };
  if (parts.size() != 3) return bad();
  auto digest = Digest::from_hex(parts[0]);
  auto size = parse_decimal(parts[1]);
  std::string_view name = parts[2];
  if (name.starts_with("./")) name.remove_prefix(2);
  auto path = clean_path(name);
  if (!digest || !size || !path || path->empty()) return bad();
  auto [place, added] = release.files.try_emplace(*path, ReleaseFile{*digest, *size});
  if (!added && place->second.sha256 != *digest)
    return fail(
        ErrorCode::corrupt,
        fmt::format("a Release file names {} twice with different hashes", printable(*path)));
  if (release.files.size() > k_most_files)
    return fail(ErrorCode::limit, "a Release file names too many files");
  return {};
}

// "Packages" in the field says that an index for "all" exists but is not to be used.
bool all_within_architectures(const Paragraph& fields, const Release& release) {
  auto excepted = split_words(fields.get("No-Support-for-Architecture-all"));
  if (std::ranges::find(excepted, std::string_view("Packages")) != excepted.end()) return true;
  return std::ranges::find(release.architectures, "all") == release.architectures.end();
}

}  // namespace

Result<Release> parse_release(std::string_view text) {
  Paragraph fields =
      TRY_CONTEXT(parse_paragraph(text), std::string("reading the fields of a Release file"));
  Release release;
  release.origin = fields.get("Origin");
  release.label = fields.get("Label");
  release.suite = fields.get("Suite");
  release.codename = fields.get("Codename");
  release.version = fields.get("Version");
  release.date = TRY(read_date(fields, "Date"));
  if (fields.has("Valid-Until")) release.valid_until = TRY(read_date(fields, "Valid-Until"));
  release.architectures = words(fields.get("Architectures"));
  release.components = words(fields.get("Components"));
  for (std::string& component : release.components)
    if (size_t slash = component.rfind('/'); slash != std::string::npos)
      component.erase(0, slash + 1);
  release.not_automatic = fields.get("NotAutomatic") == "yes";
  release.but_automatic_upgrades = fields.get("ButAutomaticUpgrades") == "yes";
  release.acquire_by_hash = fields.get("Acquire-By-Hash") == "yes";
  release.all_within_architectures = all_within_architectures(fields, release);
  if (!fields.has("SHA256"))
    return fail(ErrorCode::unverified, "the Release file has no SHA256 list",
                "weaker hashes are not accepted; ask the archive's owner to publish SHA256");
  for (std::string_view rest = fields.get("SHA256"); !rest.empty();)
    TRY(add_file(release, take_until(rest, '\n')));
  return release;
}

}  // namespace kiln::packages::deb
