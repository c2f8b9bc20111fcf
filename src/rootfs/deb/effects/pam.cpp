// SPDX-License-Identifier: Apache-2.0
//
// libpam-runtime: the common-* files of /etc/pam.d, which pam-auth-update(8) makes of templates and
// of the profiles that are on by default, most important first; and its notes in /var/lib/pam.
#include "base/strings.hpp"
#include "rootfs/deb/effects/effects.hpp"

#include <algorithm>
#include <map>

namespace kiln::rootfs::deb {

namespace {

constexpr std::string_view k_types[] = {"auth", "account", "password", "session",
                                        "session-noninteractive"};
constexpr std::string_view k_primary = "Primary";
constexpr std::string_view k_additional = "Additional";

struct Profile {
  std::string name;
  long priority = 0;
  std::map<std::string, std::string, std::less<>> fields;  // lines joined with line ends

  std::string_view field(std::string_view key) const {
    auto found = fields.find(key);
    return found == fields.end() ? std::string_view{} : std::string_view(found->second);
  }
};

bool is_field(std::string_view line) {
  size_t colon = line.find(": ");
  size_t end = colon == std::string_view::npos ? line.size() - 1 : colon;
  return !line.empty() && line[end] == ':' &&
         line.substr(0, end).find_first_of(" \t") == std::string_view::npos;
}

Profile parse_profile(std::string name, std::string_view text) {
  Profile profile;
  profile.name = std::move(name);
  std::string* field = nullptr;
  for (std::string_view line : split(text, '\n')) {
    if (is_field(line)) {
      size_t colon = line.find(':');
      std::string key(line.substr(0, colon));
      if (key.ends_with("-Final")) key.resize(key.size() - 6);
      field = &profile.fields[key];
      *field = std::string(trim(line.substr(colon + 1)));
    } else if (field && !trim(line).empty()) {
      if (!field->empty()) *field += '\n';
      *field += trim(line);
    }
  }
  if (profile.field("Session-Interactive-Only") != "yes") {
    for (std::string_view part : {"-Type", "", "-Initial"}) {
      auto found = profile.fields.find("Session" + std::string(part));
      if (found != profile.fields.end()) {
        profile.fields["Session-noninteractive" + std::string(part)] = found->second;
      }
    }
  }
  if (auto priority = parse_decimal(profile.field("Priority"))) {
    profile.priority = static_cast<long>(std::min<uint64_t>(*priority, INT32_MAX));
  }
  return profile;
}

std::vector<Profile> read_profiles(const Tree& tree) {
  std::vector<Profile> profiles;
  for (auto [name, node] : tree.list("usr/share/pam-configs")) {
    auto text = tree.read("usr/share/pam-configs/" + std::string(name));
    if (text) profiles.push_back(parse_profile(std::string(name), *text));
  }
  std::ranges::sort(profiles, [](const Profile& a, const Profile& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.name > b.name;
  });
  return profiles;
}

std::string capitalised(std::string_view type) {
  std::string text(type);
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

// A profile's lines for one type; those for the first place in a block where it has them.
std::string_view lines_of(const Profile& profile, const std::string& type, bool first) {
  std::string_view initial = first ? profile.field(type + "-Initial") : std::string_view{};
  return initial.empty() ? profile.field(type) : initial;
}

// "[success=1 default=ignore]\tpam_unix.so nullok" of a profile's line: `end` becomes the number
// of lines to jump over.
std::string merge_line(std::string_view line, long jump) {
  size_t module = line.starts_with('[') ? line.find(']') + 1 : line.find_first_of(" \t");
  module = line.find_first_not_of(" \t", std::min(module, line.size()));
  if (module == std::string_view::npos) return std::string(line);
  size_t options = std::min(line.find_first_of(" \t", module), line.size());
  std::string head(line.substr(0, options));
  for (size_t at = head.find("end"); at != std::string::npos; at = head.find("end", at)) {
    head.replace(at, 3, std::to_string(jump));
  }
  std::string rest;
  for (std::string_view word : split_words(line.substr(options))) {
    if (!rest.empty()) rest += ' ';
    rest += word;
  }
  return head + " " + rest + "\n";
}

std::string make_block(const std::vector<Profile>& enabled, std::string_view type,
                       std::string_view block) {
  std::string upper = capitalised(type);
  std::string_view word = type.starts_with("session") ? "session" : type;
  std::vector<std::string_view> lines;
  bool first = true;
  for (const Profile& profile : enabled) {
    if (profile.field(upper + "-Type") != block) continue;
    for (std::string_view line : split(lines_of(profile, upper, first), '\n')) {
      if (!line.empty()) lines.push_back(line);
    }
    first = false;
  }
  long count = static_cast<long>(lines.size()) - (block == k_additional ? 1 : 0);
  std::string out;
  if (block == k_primary && count == 0) {
    out = std::string(word) + "\t[default=1]\t\t\tpam_permit.so\n";
  }
  for (std::string_view line : lines) {
    out += std::string(word) + "\t" + merge_line(line, count--);
  }
  return out;
}

// The template with its two blocks filled; empty when it has not the expected shape.
std::string fill_template(std::string_view text, const std::vector<Profile>& enabled,
                          std::string_view type) {
  struct Block {
    std::string_view head, tail, name;
  };
  constexpr Block k_blocks[] = {
      {"# here are the per-package modules (the \"Primary\" block)",
       "# here's the fallback if no module succeeds", k_primary},
      {"# and here are more per-package modules (the \"Additional\" block)",
       "# end of pam-auth-update config", k_additional},
  };
  std::string out;
  for (const Block& block : k_blocks) {
    size_t head = text.find(block.head);
    size_t tail = text.find(block.tail);
    if (head == std::string_view::npos || tail == std::string_view::npos || tail < head) return {};
    size_t line_end = text.find('\n', head) + 1;
    out += text.substr(0, line_end);
    out += make_block(enabled, type, block.name);
    text.remove_prefix(tail);
  }
  out += text;
  return out;
}

// What pam-auth-update remembers of its choice, to tell later changes apart.
std::string notes(const std::vector<Profile>& enabled, std::string_view type) {
  std::string upper = capitalised(type);
  std::string out;
  for (std::string_view other : {k_additional, k_primary}) {
    bool first = true;
    for (const Profile& profile : enabled) {
      std::string_view block = profile.field(upper + "-Type");
      if (block.empty() || block == other) continue;
      std::string_view lines = lines_of(profile, upper, first);
      first = false;
      if (!lines.empty()) out += "Module: " + profile.name + "\n" + std::string(lines) + "\n";
    }
    if (first && other == k_additional) out += "Module: null\n[default=1]\t\t\tpam_permit.so\n";
  }
  return out;
}

}  // namespace

Result<> make_pam_configuration(Scene& scene, Maker& maker) {
  std::vector<Profile> all = read_profiles(scene.tree);
  std::string seen;
  std::vector<Profile> enabled;
  for (Profile& profile : all) {
    seen += profile.name + "\n";
    if (profile.field("Default") == "yes") enabled.push_back(std::move(profile));
  }
  for (std::string_view type : k_types) {
    auto text = scene.tree.read("usr/share/pam/common-" + std::string(type));
    if (!text) continue;
    std::string filled = fill_template(*text, enabled, type);
    if (filled.empty()) continue;
    TRY(maker.file("etc/pam.d/common-" + std::string(type), std::move(filled), {0644}));
    TRY(maker.file("var/lib/pam/" + std::string(type), notes(enabled, type), {0644}));
  }
  return maker.file("var/lib/pam/seen", std::move(seen), {0644});
}

}  // namespace kiln::rootfs::deb
