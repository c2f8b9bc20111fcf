// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/licences/names.hpp"

#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "evidence/sbom/licences/spdx_list.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

struct Alias {
  std::string_view name;  // lower case, blanks as "-"
  std::string_view id;
};

// Names that are neither SPDX's own nor follow the rules of the GNU licences below.
constexpr Alias k_aliases[] = {
    {"all-permissive", "FSFAP"},
    {"apache", "Apache-2.0"},
    {"apache-2", "Apache-2.0"},
    {"apache-2-llvm-exceptions", "Apache-2.0 WITH LLVM-exception"},
    {"apache-2.0-with-llvm-exceptions", "Apache-2.0 WITH LLVM-exception"},
    {"apache2", "Apache-2.0"},
    {"artistic", "Artistic-1.0-Perl"},
    {"artistic-1", "Artistic-1.0"},
    {"artistic-2", "Artistic-2.0"},
    {"boost", "BSL-1.0"},
    {"boost-1.0", "BSL-1.0"},
    {"bsd-2", "BSD-2-Clause"},
    {"bsd-2-clause-freebsd", "BSD-2-Clause"},
    {"bsd-2-clause-netbsd", "BSD-2-Clause"},
    {"bsd-3", "BSD-3-Clause"},
    {"bsd-4", "BSD-4-Clause"},
    {"bsd-4-clause-california", "BSD-4-Clause-UC"},
    {"bsd2", "BSD-2-Clause"},
    {"bsd3", "BSD-3-Clause"},
    {"bsl-1", "BSL-1.0"},
    {"cc0", "CC0-1.0"},
    {"cc-by-3", "CC-BY-3.0"},
    {"cc-by-4", "CC-BY-4.0"},
    {"cc-by-sa-3", "CC-BY-SA-3.0"},
    {"cc-by-sa-4", "CC-BY-SA-4.0"},
    {"expat", "MIT"},
    {"mit/expat", "MIT"},
    {"openldap-2.8", "OLDAP-2.8"},
    {"mpl-1", "MPL-1.0"},
    {"mpl-2", "MPL-2.0"},
    {"python-2.0", "Python-2.0"},
    {"w3c-software", "W3C"},
    {"zlib/libpng", "Zlib"},
};

// What may follow "with" or a dash, without the word "exception".
constexpr Alias k_exceptions[] = {
    {"autoconf", "Autoconf-exception-generic"},
    {"autoconf-generic", "Autoconf-exception-generic"},
    {"autoconf-macro", "Autoconf-exception-macro"},
    {"autoconf-data", "Autoconf-exception-generic"},
    {"automake", "Autoconf-exception-generic"},
    {"bison", "Bison-exception-2.2"},
    {"bison-2.2", "Bison-exception-2.2"},
    {"classpath", "Classpath-exception-2.0"},
    {"font", "Font-exception-2.0"},
    {"gcc", "GCC-exception-3.1"},
    {"gcc-runtime-library", "GCC-exception-3.1"},
    {"libtool", "Libtool-exception"},
    {"linux-syscall-note", "Linux-syscall-note"},
    {"llvm", "LLVM-exception"},
    {"texinfo", "Texinfo-exception"},
};

std::string_view find(std::span<const Alias> table, std::string_view name) {
  auto found = std::ranges::find(table, name, &Alias::name);
  return found == table.end() ? std::string_view{} : found->id;
}

// Lower case, each run of blanks a dash.
std::string normalised(std::string_view name) {
  std::string out;
  for (std::string_view word : split_words(name)) {
    if (!out.empty()) out += '-';
    out += to_lower(word);
  }
  return out;
}

struct GnuFamily {
  std::string_view prefix;  // lower case
  std::string_view id;
  std::string_view first;  // the version that a bare name allows, with every later one
};

constexpr GnuFamily k_gnu_families[] = {
    {"agpl", "AGPL", ""}, {"lgpl", "LGPL", "2.0"}, {"gfdl", "GFDL", "1.1"}, {"gpl", "GPL", "1.0"}};

// "2", "2.0", "v2", "2.1.0" as SPDX writes versions; nothing when it is none.
std::optional<std::string> gnu_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  while (text.ends_with(".0") && text.find('.') != text.size() - 2) text.remove_suffix(2);
  bool digits = !text.empty() && std::ranges::all_of(text, [](char c) {
    return c == '.' || (c >= '0' && c <= '9');
  });
  if (!digits) return std::nullopt;
  return text.find('.') == std::string_view::npos ? std::string(text) + ".0" : std::string(text);
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  bool there = text.ends_with(suffix);
  if (there) text.remove_suffix(suffix.size());
  return there;
}

// "gpl-2+", "lgpl-2.1-or-later", "gfdl-niv-1.3+", "gpl2", "gpl": family, version, whether later
// versions are allowed.
std::string gnu_name(std::string_view name) {
  for (const GnuFamily& family : k_gnu_families) {
    if (!name.starts_with(family.prefix)) continue;
    std::string_view rest = name.substr(family.prefix.size());
    std::string_view invariants;
    if (rest.starts_with("-niv")) {
      rest.remove_prefix(4);
      invariants = "-no-invariants";
    } else if (take_suffix(rest, "-no-invariant") || take_suffix(rest, "-no-invariants")) {
      invariants = "-no-invariants";
    }
    bool later = take_suffix(rest, "+") || take_suffix(rest, "-or-later");
    if (!later) take_suffix(rest, "-only");
    if (rest.starts_with('-')) rest.remove_prefix(1);
    if (rest.empty() && !family.first.empty() && !later)
      return fmt::format("{}-{}{}-or-later", family.id, family.first, invariants);
    std::optional<std::string> version = gnu_version(rest);
    if (!version) return {};
    std::string id =
        fmt::format("{}-{}{}-{}", family.id, *version, invariants, later ? "or-later" : "only");
    return std::string(spdx_licence(id));
  }
  return {};
}

std::string plain_name(std::string_view name) {
  if (std::string_view id = find(k_aliases, name); !id.empty()) return std::string(id);
  if (std::string id = gnu_name(name); !id.empty()) return id;
  return std::string(spdx_licence(name));
}

// "bison-exception" and the like as SPDX names it.
std::string_view exception_name(std::string_view text) {
  if (std::string_view id = spdx_exception(text); !id.empty()) return id;
  for (std::string_view word : {"-exceptions", "-exception"}) take_suffix(text, word);
  if (text.starts_with("exception-")) text.remove_prefix(10);
  return find(k_exceptions, text);
}

// What an identifier may hold: letters, digits, "." and "-".
std::string reference_name(std::string_view name) {
  std::string out;
  for (char c : name.substr(0, 60)) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || c == '.')
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (out.ends_with('-') || out.ends_with('.')) out.pop_back();
  return out;
}

}  // namespace

std::string spdx_name(std::string_view debian_name) {
  std::string name = normalised(debian_name);
  if (std::string id = plain_name(name); !id.empty()) return id;
  size_t with = name.find("-with-");
  size_t skip = 6;
  if (with == std::string::npos && name.ends_with("-exception")) {
    with = name.find("+-");  // "gpl-3+-autoconf-exception"
    if (with != std::string::npos) ++with;
    skip = 1;
  }
  if (with == std::string::npos) return {};
  std::string licence = plain_name(std::string_view(name).substr(0, with));
  std::string_view exception = exception_name(std::string_view(name).substr(with + skip));
  if (licence.empty() || exception.empty()) return {};
  return fmt::format("{} WITH {}", licence, exception);
}

std::string_view name_without_remark(std::string_view debian_name) {
  size_t tilde = debian_name.find('~');
  return tilde == std::string_view::npos ? std::string_view{} : debian_name.substr(0, tilde);
}

std::string licence_reference(std::string_view name, std::string_view text) {
  constexpr std::string_view k_prefix = "LicenseRef-";
  if (name.starts_with(k_prefix)) name.remove_prefix(k_prefix.size());
  return fmt::format("{}{}-{}", k_prefix, reference_name(name), sha256(text).hex().substr(0, 8));
}

}  // namespace kiln::sbom
