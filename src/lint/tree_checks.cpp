// SPDX-License-Identifier: Apache-2.0
#include "lint/tree_checks.hpp"

#include "base/strings.hpp"
#include "codec/elf.hpp"
#include "rootfs/audit.hpp"
#include "rootfs/contents.hpp"
#include "rootfs/tree.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::lint {

namespace {

constexpr std::string_view k_default_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int k_most_interpreters = 4;  // a script's interpreter may itself be a script
constexpr size_t k_longest_interpreter_line = 255;

// Looks at the program that a container starts and at all it needs to start.
class ProgramCheck {
 public:
  ProgramCheck(const plan::Plan& plan, rootfs::Tree& tree, Location where, Diagnostics& diagnostics)
      : plan_(plan), tree_(tree), where_(std::move(where)), diagnostics_(diagnostics) {}

  void check(const std::string& word) {
    std::optional<std::string> path = find(word);
    if (!path) return report("entrypoint-missing", fmt::format("{} is not in the image", word));
    check_file(*path, 0);
  }

 private:
  void report(std::string rule, std::string message, std::string advice = {}) {
    diagnostics_.error(std::move(rule), where_, std::move(message), std::move(advice));
  }

  // The path that a word means: itself, or where PATH finds it.
  std::optional<std::string> find(const std::string& word) const {
    if (word.find('/') != std::string::npos)
      return tree_.follow(clean(word)) != nullptr ? std::optional(clean(word)) : std::nullopt;
    auto set = plan_.spec.environment.find("PATH");
    std::string_view path = set == plan_.spec.environment.end() ? k_default_path : set->second;
    for (std::string_view directory : split(path, ':')) {
      std::string candidate = clean(fmt::format("{}/{}", directory, word));
      if (tree_.follow(candidate) != nullptr) return candidate;
    }
    return std::nullopt;
  }

  static std::string clean(std::string_view path) {
    return clean_path(path).value_or(std::string(path));
  }

  void check_file(const std::string& path, int depth) {
    const rootfs::Node* node = tree_.follow(path);
    if (node == nullptr || tree_.inode(*node)->type != model::FileType::file) return;
    if ((tree_.inode(*node)->mode & 0111) == 0)
      return report("entrypoint-mode", fmt::format("/{} is not executable", path));
    Result<std::string_view> bytes = tree_.read(path);
    if (!bytes) return;
    if (bytes->starts_with("#!")) {
      check_script(path, bytes->substr(2, k_longest_interpreter_line), depth);
    } else if (std::optional<DynamicProgram> program = read_dynamic_program(*bytes)) {
      check_program(path, *program);
    }
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
    if (rootfs::name_of(interpreter) == "env" && words.size() > 1 && !words[1].starts_with('-') &&
        !find(std::string(words[1])))
      report("interpreter-missing",
             fmt::format("/{} is a script of {}, which is not in the image", path, words[1]));
  }

  void check_program(const std::string& path, const DynamicProgram& program) {
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
  rootfs::Tree& tree_;
  Location where_;
  Diagnostics& diagnostics_;
};

void check_scripts(const rootfs::Rootfs& tree, const Location& where, Diagnostics& diagnostics) {
  for (const rootfs::ScriptAccount& account : tree.scripts) {
    if (account.verdict != rootfs::ScriptAccount::Verdict::not_understood) continue;
    diagnostics.warning("script-not-understood", where,
                        fmt::format("the {} of {} may matter: {}", account.script,
                                    account.package.name, account.reason),
                        "look at what it does; put its effect into `paths` if the image needs it");
  }
}

}  // namespace

void check_tree(const definition::Definition& definition, const plan::Plan& plan,
                rootfs::Rootfs& rootfs, Store& store, Diagnostics& diagnostics) {
  rootfs::StoreContents contents(store);
  rootfs::Tree tree(rootfs, contents);
  const std::vector<Text>& command =
      definition.entrypoint.empty() ? definition.cmd : definition.entrypoint;
  const std::vector<std::string>& words =
      plan.spec.entrypoint.empty() ? plan.spec.cmd : plan.spec.entrypoint;
  if (!words.empty() && !command.empty())
    ProgramCheck(plan, tree, definition.location(command.front().where), diagnostics)
        .check(words.front());
  const Location where = definition.location(definition.image.where);
  check_scripts(rootfs, where, diagnostics);
  if (plan.spec.variant == "dev") return;
  for (const std::string& path : rootfs::audit(rootfs).setuid)
    diagnostics.warning("setuid", where, fmt::format("{} is setuid", path),
                        "delete it in `paths`, or take its mode bit");
}

}  // namespace kiln::lint
