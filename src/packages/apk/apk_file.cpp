// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/apk_file.hpp"

#include "base/strings.hpp"
#include "codec/decompress.hpp"
#include "codec/tar.hpp"
#include "crypto/digest.hpp"
#include "packages/apk/package_info.hpp"
#include "packages/payload.hpp"

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr uint64_t k_greatest_signatures = 1U << 20;  // decompressed
constexpr uint64_t k_greatest_control = 64U << 20;    // decompressed
constexpr std::string_view k_signature_prefix = ".SIGN.";
constexpr std::string_view k_info = ".PKGINFO";

std::unexpected<Error> bad_apk(std::string message) {
  return fail(ErrorCode::corrupt, std::move(message));
}

Result<std::map<std::string, std::string>> read_members(std::string_view tar,
                                                        std::string_view segment) {
  TarReader reader(tar, TarEnd::optional);
  std::map<std::string, std::string> members;
  while (auto entry = TRY(reader.next())) {
    const std::string& name = entry->path;
    if (entry->type != TarType::file || !name.starts_with('.') ||
        name.find('/') != std::string::npos)
      return bad_apk(fmt::format("the {} segment of an apk has \"{}\", which does not belong there",
                                 segment, printable(name)));
    if (!members.try_emplace(name, reader.content(*entry)).second)
      return bad_apk(
          fmt::format("the {} segment of an apk has {} twice", segment, printable(name)));
  }
  return members;
}

Result<std::string> take_segment(std::string_view& rest, std::string_view segment, uint64_t limit) {
  if (rest.empty()) return bad_apk(fmt::format("an apk has no {} segment", segment));
  return TRY_CONTEXT(take_gzip_member(rest, limit),
                     fmt::format("reading the {} segment of an apk", segment));
}

bool is_signatures(const std::map<std::string, std::string>& members) {
  return !members.empty() && members.begin()->first.starts_with(k_signature_prefix);
}

}  // namespace

Result<> check_format(std::string_view beginning) {
  if (beginning.starts_with("ADB"))
    return fail(ErrorCode::unsupported, "the package is of apk's format 3 (ADB), which is not read",
                "released Alpine has packages of format 2; use a repository that does");
  return {};
}

std::string ApkParts::checksum() const {
  return apk_checksum(control);
}

Result<ApkParts> read_apk(std::string_view file) {
  TRY(check_format(file));
  if (!file.starts_with("\x1f\x8b")) return bad_apk("an apk does not begin with a gzip member");
  ApkParts parts;
  std::string_view rest = file;
  std::string tar = TRY(take_segment(rest, "first", k_greatest_control));
  parts.control = file.substr(0, file.size() - rest.size());
  parts.members = TRY(read_members(tar, "first"));
  if (is_signatures(parts.members)) {
    if (tar.size() > k_greatest_signatures)
      return fail(ErrorCode::limit, "the signatures of an apk are larger than 1 MiB");
    parts.signatures = std::move(parts.members);
    std::string_view behind = rest;
    tar = TRY(take_segment(rest, "control", k_greatest_control));
    parts.control = behind.substr(0, behind.size() - rest.size());
    parts.members = TRY(read_members(tar, "control"));
  }
  if (!parts.members.contains(std::string(k_info))) return bad_apk("an apk has no .PKGINFO");
  if (rest.empty()) return bad_apk("an apk has no data segment");
  parts.data = rest;
  return parts;
}

Result<> check_data(const ApkParts& parts) {
  PackageInfo info = TRY(parse_package_info(parts.members.at(std::string(k_info))));
  if (info.datahash.empty())
    return fail(ErrorCode::unverified, "an apk's .PKGINFO has no datahash: its files are unvouched",
                "rebuild the package with a current abuild or melange");
  if (sha256(parts.data).hex() != info.datahash)
    return fail(ErrorCode::unverified, "the data segment of an apk is not what its datahash says",
                "the file was damaged or tampered with; fetch it from another mirror");
  return {};
}

}  // namespace kiln::packages::apk
