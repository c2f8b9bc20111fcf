// SPDX-License-Identifier: Apache-2.0
#include "lint/program_check.hpp"

#include "base/strings.hpp"
#include "codec/elf.hpp"
#include "definition/run_as.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include <fmt/format.h>

namespace kiln::lint {

namespace {

constexpr std::string_view k_default_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int k_most_interpreters = 4;  // a script's interpreter may itself be a script
constexpr size_t k_longest_interpreter_line = 255;

// Whom a container runs as, as engines read `User` (OCI image-spec, config.md): by name or number;
// the groups that list a user count only where none is given.
struct RuntimeUser {
  std::string name;
  uint64_t uid = 0;
  std::set<uint64_t> gids;
};

RuntimeUser runtime_user(const definition::Accounts& accounts) {
  std::string_view group = accounts.run_as;
  std::string_view name = take_until(group, ':');
  RuntimeUser user{std::string(name.empty() ? "root" : name), 0, {}};
  const definition::User* listed = definition::run_as_user(accounts);
  if (listed != nullptr)
    user.uid = listed->uid;
  else if (auto number = parse_decimal(name))
    user.uid = *number;
  if (!group.empty()) {
    auto number = parse_decimal(group);
    for (const definition::Group& each : accounts.groups)
      if (each.name == group || (number && each.gid == *number)) user.gids.insert(each.gid);
    if (number) user.gids.insert(*number);
    return user;
  }
  user.gids.insert(listed != nullptr ? listed->gid : 0);
  for (const definition::Group& each : accounts.groups)
    if (listed && std::ranges::find(each.members, listed->name) != each.members.end())
      user.gids.insert(each.gid);
  return user;
}

// Looks at the program that a container starts and at all it needs to start.
class ProgramCheck {
 public:
  ProgramCheck(const plan::Plan& plan, const rootfs::Tree& tree, Location where,
               Diagnostics& diagnostics)
      : plan_(plan),
        tree_(tree),
        user_(runtime_user(plan.spec.accounts)),
        where_(std::move(where)),
        diagnostics_(diagnostics) {}

  void check(const std::string& word) {
    std::optional<std::string> path = find(word);
    if (!path) return report("entrypoint-missing", fmt::format("{} is not in the image", word));
    if (tree_.inode(*tree_.follow(*path))->type == model::FileType::directory)
      return report("entrypoint-mode", fmt::format("/{} is a directory, and no program", *path));
    check_file(*path, 0);
  }

 private:
  void report(std::string rule, std::string message, std::string advice = {}) {
    diagnostics_.error(std::move(rule), where_, std::move(message), std::move(advice));
  }

  // The path that a word means: itself, or where PATH finds a program, if it can one that runs.
  std::optional<std::string> find(const std::string& word) const {
    if (word.find('/') != std::string::npos)
      return tree_.follow(clean(word)) != nullptr ? std::optional(clean(word)) : std::nullopt;
    auto set = plan_.spec.environment.find("PATH");
    std::string_view path = set == plan_.spec.environment.end() ? k_default_path : set->second;
    std::optional<std::string> first;
    for (std::string_view directory : split(path, ':')) {
      std::string candidate = clean(fmt::format("{}/{}", directory, word));
      const rootfs::Node* node = tree_.follow(candidate);
      if (node == nullptr || tree_.inode(*node)->type != model::FileType::file) continue;
      if (may_execute(*tree_.inode(*node))) return candidate;
      if (!first) first = candidate;
    }
    return first;
  }

  static std::string clean(std::string_view path) {
    return clean_path(path).value_or(std::string(path));
  }

  void check_file(const std::string& path, int depth) {
    const rootfs::Node* node = tree_.follow(path);
    if (node == nullptr || tree_.inode(*node)->type != model::FileType::file) return;
    if (!may_execute(*tree_.inode(*node)))
      return report("entrypoint-mode",
                    fmt::format("/{} is not executable for {}", path, user_.name));
    Result<std::string_view> bytes = tree_.read(path);
    if (!bytes) return;
    if (bytes->starts_with("#!")) {
      check_script(path, bytes->substr(2, k_longest_interpreter_line), depth);
    } else if (std::optional<DynamicProgram> program = read_dynamic_program(*bytes)) {
      check_loading(path, *program);
    }
  }

  // As the kernel decides (path_resolution(7)); root may run what anybody may.
  bool may_execute(const rootfs::Node& node) const {
    if (user_.uid == 0) return (node.mode & 0111) != 0;
    if (node.uid == user_.uid) return (node.mode & 0100) != 0;
    return (node.mode & (user_.gids.contains(node.gid) ? 0010U : 0001U)) != 0;
  }

  // The program that `#!/usr/bin/env` runs: after -S and assignments (env(1)).
  static std::string_view program_of_env(std::span<const std::string_view> words) {
    for (std::string_view word : words) {
      if (word == "-S" || word == "--split-string" || word == "-i" || word == "-") continue;
      if (word.starts_with("-S")) word.remove_prefix(2);
      if (word.starts_with('-')) return {};
      if (word.find('=') == std::string_view::npos) return word;
    }
    return {};
  }

  void check_script(const std::string& path, std::string_view line, int depth) {
    std::vector<std::string_view> words = split_words(line.substr(0, line.find('\n')));
    if (words.empty() || depth == k_most_interpreters) return;
    std::string interpreter = clean(words[0]);
    if (tree_.follow(interpreter) == nullptr)
      return report("interpreter-missing",
                    fmt::format("/{} is a script of {}, which is not in the image", path, words[0]),
                    "add the package that has it, or start a program instead");
    check_file(interpreter, depth + 1);
    if (rootfs::name_of(interpreter) != "env") return;
    std::string_view program = program_of_env(std::span(words).subspan(1));
    if (program.empty()) return;
    if (std::optional<std::string> found = find(std::string(program)))
      return check_file(*found, depth + 1);
    report("interpreter-missing",
           fmt::format("/{} is a script of {}, which is not in the image", path, program),
           "add the package that has it, or start a program instead");
  }

  void check_loading(const std::string& path, const DynamicProgram& program) {
    if (!program.interpreter.empty() && tree_.follow(clean(program.interpreter)) == nullptr)
      report("interpreter-missing",
             fmt::format("/{} needs the loader {}, which is not in the image", path,
                         program.interpreter),
             "add libc6, or start a static program");
    std::set<std::string> seen;
    check_libraries(path, program, seen);
  }

  void check_libraries(const std::string& path, const DynamicProgram& program,
                       std::set<std::string>& seen) {
    for (const std::string& name : program.needed) {
      if (!seen.insert(name).second) continue;
      std::optional<std::string> found = find_library(path, name, program);
      if (!found) {
        report("library-missing",
               fmt::format("/{} needs {}, which is not in the image", path, name));
        continue;
      }
      Result<std::string_view> bytes = tree_.read(*found);
      std::optional<DynamicProgram> library = bytes ? read_dynamic_program(*bytes) : std::nullopt;
      if (library) check_libraries(*found, *library, seen);
    }
  }

  std::optional<std::string> find_library(const std::string& path, const std::string& name,
                                          const DynamicProgram& program) const {
    for (std::string directory : program.run_path) {
      size_t origin = directory.find("$ORIGIN");
      if (origin != std::string::npos)
        directory.replace(
            origin, 7, rootfs::parent_of(tree_.resolve(path, rootfs::Last::follow).value_or(path)));
      std::string candidate = lexical(directory + "/" + name);
      if (tree_.follow(candidate) != nullptr) return candidate;
    }
    for (const std::string& directory : library_directories()) {
      std::string candidate = clean(directory + "/" + name);
      if (tree_.follow(candidate) != nullptr) return candidate;
    }
    return std::nullopt;
  }

  // A path without its ".." components, as far as they stay inside the root.
  static std::string lexical(std::string_view path) {
    std::vector<std::string> parts;
    for (std::string_view part : split(path, '/')) {
      if (part == ".." && !parts.empty()) {
        parts.pop_back();
      } else if (!part.empty() && part != "." && part != "..") {
        parts.emplace_back(part);
      }
    }
    return join(parts, "/");
  }

  // LD_LIBRARY_PATH, the lines of /etc/ld.so.conf.d, and the loader's own directories.
  std::vector<std::string> library_directories() const {
    std::vector<std::string> list;
    auto set = plan_.spec.environment.find("LD_LIBRARY_PATH");
    if (set != plan_.spec.environment.end())
      for (std::string_view directory : split(set->second, ':')) list.emplace_back(directory);
    for (const auto& [name, node] : tree_.list("etc/ld.so.conf.d")) {
      Result<std::string_view> text = tree_.read(fmt::format("etc/ld.so.conf.d/{}", name));
      if (!text) continue;
      for (std::string_view line : split(*text, '\n'))
        if (trim(line).starts_with('/')) list.emplace_back(trim(line));
    }
    for (const auto& [name, node] : tree_.list("usr/lib"))
      if (name.find("-linux-") != std::string_view::npos)
        list.push_back(fmt::format("/usr/lib/{}", name));
    list.insert(list.end(), {"/usr/lib64", "/usr/lib", "/lib64", "/lib"});
    return list;
  }

  const plan::Plan& plan_;
  const rootfs::Tree& tree_;
  RuntimeUser user_;
  Location where_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_program(const plan::Plan& plan, const rootfs::Tree& tree, const std::string& word,
                   const Location& where, Diagnostics& diagnostics) {
  ProgramCheck(plan, tree, where, diagnostics).check(word);
}

}  // namespace kiln::lint
