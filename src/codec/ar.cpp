// SPDX-License-Identifier: Apache-2.0
#include "codec/ar.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::string_view k_magic = "!<arch>\n";
constexpr std::string_view k_member_magic = "`\n";
constexpr size_t k_header_size = 60;
constexpr size_t k_most_members = 64;

std::string_view without_padding(std::string_view field) {
  return field.substr(0, field.find_last_not_of(' ') + 1);
}

Result<std::string_view> member_name(std::string_view header) {
  std::string_view name = without_padding(header.substr(0, 16));
  if (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
  if (name.empty() || name.find_first_of(std::string_view("/\0", 2)) != name.npos)
    return fail(
        ErrorCode::corrupt,
        fmt::format("'{}' is not a name that a package's ar member may have", printable(name)));
  return name;
}

}  // namespace

Result<std::vector<ArMember>> read_ar(std::string_view archive) {
  if (!archive.starts_with(k_magic)) return fail(ErrorCode::corrupt, "not an ar archive");
  std::string_view rest = archive.substr(k_magic.size());
  std::vector<ArMember> members;
  while (!rest.empty()) {
    if (rest.size() < k_header_size || rest.substr(58, 2) != k_member_magic)
      return fail(ErrorCode::corrupt, "an ar member's header is damaged or cut short");
    std::string_view name = TRY(member_name(rest));
    auto size = parse_decimal(without_padding(rest.substr(48, 10)));
    rest.remove_prefix(k_header_size);
    if (!size || *size > rest.size())
      return fail(ErrorCode::corrupt, fmt::format("ar member '{}' is cut short", printable(name)));
    if (members.size() == k_most_members)
      return fail(ErrorCode::limit,
                  fmt::format("more than {} members in an ar archive", k_most_members));
    members.push_back({name, rest.substr(0, *size)});
    rest.remove_prefix(*size);
    if (*size % 2 != 0) {
      if (!rest.starts_with('\n'))
        return fail(ErrorCode::corrupt,
                    fmt::format("ar member '{}' lacks its padding", printable(name)));
      rest.remove_prefix(1);
    }
  }
  return members;
}

}  // namespace kiln
