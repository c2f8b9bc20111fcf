// SPDX-License-Identifier: Apache-2.0
//
// What packages have systemd-tmpfiles(8) make when they are installed: the lines of their files in
// tmpfiles.d(5), for places that stay (not /run, /tmp and the kernel's). Lines of other kinds, with
// specifiers or patterns are told in the account of the script and not done.
#include "base/files.hpp"
#include "base/strings.hpp"
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/deb/scripts/account.hpp"
#include "rootfs/deb/scripts/snippets.hpp"
#include "rootfs/effects/identities.hpp"
#include "rootfs/system.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace kiln::rootfs::deb {

namespace {

using model::FileType;

enum class Outcome { done, needless, unknown };

// A field that may be "-"; ":" before it holds for what is made and not for what is there.
template <typename T>
struct Given {
  std::optional<T> value;
  bool only_new = false;
};

struct Line {
  char type = 0;
  bool again = false;  // "+": what is there gives way
  std::string path;
  Given<uint32_t> mode, uid, gid;
  std::string argument;
};

constexpr std::string_view k_at_start[] = {"run", "tmp", "dev", "proc", "sys"};

bool begins_with(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

// Whether a container has something of its own there when it starts.
bool is_made_at_start(std::string_view path) {
  return begins_with(path, "var/run") || begins_with(path, "var/lock") ||
         std::ranges::any_of(k_at_start, [&](auto name) { return begins_with(path, name); });
}

// The first six fields and what follows them.
std::array<std::string_view, 7> fields_of(std::string_view text) {
  std::array<std::string_view, 7> fields{};
  for (size_t i = 0; i < fields.size(); ++i) {
    text = trim(text);
    size_t end = i + 1 == fields.size() ? text.size() : text.find_first_of(" \t");
    fields[i] = text.substr(0, end);
    text.remove_prefix(std::min(end, text.size()));
  }
  return fields;
}

class TemporaryFiles {
 public:
  TemporaryFiles(Scene& scene, Maker& maker) : scene_(scene), maker_(maker) {}

  // Does what a package's files say, and sets its account right.
  Result<> make(const packages::UnpackedPackage& package, const std::vector<std::string>& names) {
    done_ = needless_ = false;
    unknown_.clear();
    made_.clear();
    std::string all;
    for (const std::string& name : names) {
      // By its path, systemd-tmpfiles takes a file from anywhere.
      if (name.find('/') != std::string::npos) unknown_ = name;
      all += text_of(name) + "\n";
    }
    std::vector<std::string_view> changes;  // of what the other lines make
    for (std::string_view text : split(all, '\n')) {
      text = trim(text);
      if (text.empty() || text.starts_with('#')) continue;
      if (std::string_view("zZem").find(text.front()) != std::string_view::npos)
        changes.push_back(text);
      else
        TRY(take(text));
    }
    for (std::string_view text : changes) TRY(take(text));
    tell(package);
    return {};
  }

 private:
  // The administrator's file of a name wins over the package's.
  std::string text_of(const std::string& name) const {
    if (name.find('/') != std::string::npos) return {};
    for (std::string_view directory : {"etc/tmpfiles.d/", "usr/lib/tmpfiles.d/"}) {
      Result<std::string_view> text = scene_.tree.read(std::string(directory) + name);
      if (text) return std::string(*text);
    }
    return {};
  }

  Result<> take(std::string_view text) {
    Outcome outcome = TRY(run(text));
    if (outcome == Outcome::done) done_ = true;
    if (outcome == Outcome::needless) needless_ = true;
    if (outcome == Outcome::unknown && unknown_.empty()) unknown_ = std::string(text);
    return {};
  }

  Result<Outcome> run(std::string_view text) {
    std::array<std::string_view, 7> fields = fields_of(text);
    std::string_view type = fields[0];
    // "!" is for the start of a machine; these four types are for cleaning up.
    if (type.find('!') != std::string_view::npos ||
        std::string_view("rRxX").find(type.front()) != std::string_view::npos)
      return Outcome::needless;
    Line line;
    line.type = type.front();
    for (char modifier : type.substr(1)) {
      if (modifier == '+') line.again = true;
      if (std::string_view("+-$").find(modifier) == std::string_view::npos) return Outcome::unknown;
    }
    if (fields[1].find_first_of("%*?[\"'\\") != std::string_view::npos) return Outcome::unknown;
    Result<std::string> path = clean_path(fields[1]);
    if (!path || path->empty()) return Outcome::unknown;
    if (is_made_at_start(*path)) return Outcome::needless;
    line.path = std::move(*path);
    if (!read_mode(fields[2], line.mode) || !read_account(fields[3], line.uid, true) ||
        !read_account(fields[4], line.gid, false))
      return Outcome::unknown;
    if (fields[6] != "-") line.argument = std::string(fields[6]);
    if (line.argument.find_first_of("%\\") != std::string::npos) return Outcome::unknown;
    return make(line);
  }

  static bool read_mode(std::string_view word, Given<uint32_t>& mode) {
    if (word.empty() || word == "-") return true;
    mode.only_new = word.starts_with(':');
    if (mode.only_new) word.remove_prefix(1);
    std::optional<uint64_t> number = parse_octal(word);
    if (!number || *number > 07777) return false;
    mode.value = static_cast<uint32_t>(*number);
    return true;
  }

  bool read_account(std::string_view word, Given<uint32_t>& id, bool is_user) const {
    if (word.empty() || word == "-") return true;
    id.only_new = word.starts_with(':');
    if (id.only_new) word.remove_prefix(1);
    if (word.empty() || word.find_first_of("%\"'\\") != std::string_view::npos) return false;
    std::optional<uint64_t> number = parse_decimal(word);
    if (number && *number >= UINT32_MAX) return false;
    const definition::Accounts& accounts = scene_.spec.accounts;
    id.value = number    ? static_cast<uint32_t>(*number)
               : is_user ? uid_for(word, scene_.system.users, accounts)
                         : gid_for(word, scene_.system.groups, accounts);
    return true;
  }

  // Whether systemd-tmpfiles would work there: it makes directories on the way, and follows links
  // on it but not at its end.
  bool is_workable(const Line& line) const {
    std::string parent(parent_of(line.path));
    while (!parent.empty() && !scene_.tree.follow(parent)) parent = parent_of(parent);
    const Node* holder = parent.empty() ? nullptr : scene_.tree.follow(parent);
    if (holder && holder->type != FileType::directory) return false;
    Result<std::string> place = scene_.tree.resolve(line.path, Last::keep);
    if (!place) return false;
    const Node* there = scene_.tree.find(*place);
    return !there || there->type != FileType::symlink || line.type == 'L';
  }

  Result<Outcome> make(const Line& line) {
    if (!is_workable(line)) return Outcome::unknown;
    const Node* old = scene_.tree.follow(line.path);
    switch (line.type) {
      case 'd':
      case 'D':
      case 'v':
      case 'q':
      case 'Q':
        if (!made_.insert(line.path).second) return Outcome::done;  // the first line counts
        if (old && old->type != FileType::directory) return Outcome::unknown;
        TRY(maker_.directory(line.path, attributes(line, 0755)));
        if (old) adjust(line, line.path);
        return Outcome::done;
      case 'f':
      case 'F':
        if (!made_.insert(line.path).second) return Outcome::done;
        if (old && old->type == FileType::directory) return Outcome::unknown;
        if (!old) {
          TRY(maker_.file(line.path, line.argument, attributes(line, 0644)));
          return Outcome::done;
        }
        if (line.again || line.type == 'F')
          TRY(maker_.file(line.path, line.argument, {old->mode, old->uid, old->gid}));
        adjust(line, line.path);
        return Outcome::done;
      case 'L':
        return make_link(line);
      case 'C':
        return copy(line, old);
      case 'e':
        if (old && old->type != FileType::directory) return Outcome::unknown;
        [[fallthrough]];
      case 'z':
      case 'm':
        if (old) adjust(line, line.path);
        return Outcome::done;
      case 'Z':
        if (old) adjust_all(line);
        return Outcome::done;
      default:
        return Outcome::unknown;
    }
  }

  // What a link or a copy is of; of the factory's where the line does not say.
  static std::string source_of(const Line& line) {
    return line.argument.empty() ? "/usr/share/factory/" + line.path : line.argument;
  }

  Result<Outcome> make_link(const Line& line) {
    const Node* there = scene_.tree.find(TRY(scene_.tree.resolve(line.path, Last::keep)));
    if (there && !line.again) return Outcome::done;
    if (there && there->type == FileType::directory) return Outcome::unknown;
    TRY(maker_.link(line.path, source_of(line)));
    return Outcome::done;
  }

  Result<Outcome> copy(const Line& line, const Node* old) {
    if (old) return Outcome::done;
    Result<std::string> source = clean_path(source_of(line));
    if (!source || is_made_at_start(*source)) return Outcome::unknown;
    const Node* from = scene_.tree.follow(*source);
    if (!from) return Outcome::done;  // systemd-tmpfiles passes over it as well
    if (from->type == FileType::directory) return Outcome::unknown;
    TRY(maker_.copy(*source, line.path));
    adjust(line, line.path);
    return Outcome::done;
  }

  // Of something new. What lies in a setgid directory gets that one's group (inode(7)).
  Attributes attributes(const Line& line, uint32_t mode) const {
    const Node* parent = scene_.tree.follow(parent_of(line.path));
    bool inherits = parent && (parent->mode & 02000) != 0;
    return {line.mode.value.value_or(mode), line.uid.value.value_or(0),
            line.gid.value.value_or(inherits ? parent->gid : 0)};
  }

  void adjust(const Line& line, std::string_view path) {
    const Node* node = scene_.tree.follow(path);
    if (!node) return;
    auto pick = [](const Given<uint32_t>& given, uint32_t present) {
      return given.value && !given.only_new ? *given.value : present;
    };
    maker_.attributes(path, pick(line.mode, node->mode), pick(line.uid, node->uid),
                      pick(line.gid, node->gid));
  }

  // Everything at and below a place; links are not followed.
  void adjust_all(const Line& line) {
    Result<std::string> top = scene_.tree.resolve(line.path, Last::follow);
    if (!top) return;
    std::vector<std::string> paths;
    const auto& nodes = scene_.tree.rootfs().nodes;
    for (auto it = nodes.lower_bound(*top); it != nodes.end() && it->first.starts_with(*top); ++it)
      if (begins_with(it->first, *top) && it->second.type != FileType::symlink)
        paths.push_back(it->first);
    for (const std::string& path : paths) adjust(line, path);
  }

  void tell(const packages::UnpackedPackage& package) const {
    using Verdict = ScriptAccount::Verdict;
    for (ScriptAccount& account : scene_.tree.rootfs().scripts) {
      if (account.script != "postinst" || account.package != package.id ||
          account.verdict == Verdict::not_understood)
        continue;
      if (!unknown_.empty()) {
        account.verdict = Verdict::not_understood;
        account.reason = "dh_installtmpfiles: " + printable(unknown_, 160);
      } else if (done_) {
        account.verdict = Verdict::done;
        size_t at = account.reason.find(k_files_below_run);
        if (at == std::string::npos) continue;
        if (needless_)
          account.reason.insert(at, "tmpfiles; ");
        else
          account.reason.replace(at, k_files_below_run.size(), "tmpfiles");
      }
    }
  }

  Scene& scene_;
  Maker& maker_;
  bool done_ = false;
  bool needless_ = false;
  std::string unknown_;         // the first line that is not done
  std::set<std::string> made_;  // of one package
};

}  // namespace

Result<> make_temporary_files(Scene& scene, Maker& maker) {
  TemporaryFiles files(scene, maker);
  for (const auto& package : scene.packages) {
    std::vector<std::string> names = temporary_files_of(*package);
    if (!names.empty()) TRY(files.make(*package, names));
  }
  return {};
}

}  // namespace kiln::rootfs::deb
