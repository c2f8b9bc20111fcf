// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/deb_file.hpp"

#include "base/strings.hpp"
#include "codec/ar.hpp"
#include "codec/tar.hpp"
#include "packages/deb/control.hpp"
#include "packages/deb/version.hpp"
#include "packages/payload.hpp"

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr uint64_t k_greatest_control = 64U << 20;  // decompressed

std::unexpected<Error> bad_deb(std::string message) {
  return fail(ErrorCode::corrupt, std::move(message));
}

// Cuts the suffix off a member called "<name>.tar<suffix>".
Result<Compression> compression_of_member(const ArMember& member, std::string_view name) {
  if (!member.name.starts_with(name))
    return bad_deb(
        fmt::format("a .deb has the member \"{}\" where {} must be", printable(member.name), name));
  std::string_view suffix = member.name.substr(name.size());
  for (std::string_view known : {"", ".gz", ".xz", ".zst", ".bz2", ".lzma"})
    if (suffix == known) return compression_of_name(member.name);
  return fail(
      ErrorCode::unsupported,
      fmt::format("a .deb has a member \"{}\" of unknown compression", printable(member.name)));
}

Result<> check_format(const ArMember& member) {
  if (member.name != "debian-binary")
    return bad_deb("a .deb does not begin with the member debian-binary");
  std::string_view rest = member.data;
  std::string_view version = take_until(rest, '\n');
  if (version.starts_with("2.")) return {};
  return fail(ErrorCode::unsupported,
              fmt::format("a .deb is of format \"{}\"; only 2.x is known", printable(version, 20)));
}

}  // namespace

Result<DebParts> read_deb(std::string_view file) {
  auto members = TRY(read_ar(file));
  if (members.empty()) return bad_deb("a .deb has no members");
  TRY(check_format(members.front()));
  std::vector<ArMember> rest;
  for (const ArMember& member : std::span(members).subspan(1))
    if (!member.name.starts_with('_')) rest.push_back(member);
  if (rest.size() != 2)
    return bad_deb(
        fmt::format("a .deb has {} members besides debian-binary instead of 2", rest.size()));
  DebParts parts;
  parts.control_compression = TRY(compression_of_member(rest[0], "control.tar"));
  parts.control = rest[0].data;
  parts.data_compression = TRY(compression_of_member(rest[1], "data.tar"));
  parts.data = rest[1].data;
  return parts;
}

Result<std::map<std::string, std::string>> read_control(const DebParts& parts) {
  std::string tar =
      TRY(decompress_all(parts.control_compression, parts.control, k_greatest_control));
  TarReader reader(tar);
  std::map<std::string, std::string> members;
  while (auto entry = TRY(reader.next())) {
    std::string name = TRY(member_path(entry->path));
    if (name.empty() && entry->type == TarType::directory) continue;
    if (entry->type != TarType::file || name.find('/') != std::string::npos)
      return bad_deb(fmt::format("the control archive has \"{}\", which is no plain file",
                                 printable(entry->path)));
    if (!members.try_emplace(name, reader.content(*entry)).second)
      return bad_deb(fmt::format("the control archive has {} twice", printable(name)));
  }
  if (!members.contains("control")) return bad_deb("the control archive has no control file");
  return members;
}

Result<model::PackageId> read_id(std::string_view control_file) {
  Paragraph fields = TRY(parse_paragraph(control_file));
  model::PackageId id{std::string(fields.get("Package")), std::string(fields.get("Version")),
                      std::string(fields.get("Architecture"))};
  if (id.name.empty() || id.architecture.empty())
    return bad_deb("a control file lacks Package or Architecture");
  TRY(check_version(id.version));
  return id;
}

}  // namespace kiln::packages::deb
