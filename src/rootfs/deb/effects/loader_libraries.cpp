// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/effects/loader_libraries.hpp"

#include "base/strings.hpp"
#include "codec/elf.hpp"
#include "rootfs/deb/effects/effects.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace kiln::rootfs::deb {

namespace {

using model::FileType;

constexpr std::string_view k_configuration = "etc/ld.so.conf";
constexpr int k_deepest_include = 8;
constexpr uint16_t k_machine_386 = 3;
constexpr uint32_t k_flags_386 = 0x0003;

// Files that match the pattern of an include line, sorted, as paths in the tree.
std::vector<std::string> included(const Tree& tree, std::string_view pattern,
                                  std::string_view from) {
  std::string whole = pattern.starts_with('/')
                          ? std::string(pattern.substr(1))
                          : std::string(parent_of(from)) + "/" + std::string(pattern);
  std::vector<std::string> paths;
  for (auto [name, node] : tree.list(parent_of(whole))) {
    if (glob_match(name_of(whole), name)) {
      paths.push_back(std::string(parent_of(whole)) + "/" + std::string(name));
    }
  }
  return paths;
}

void read_configuration(const Tree& tree, std::string_view path, int depth,
                        std::vector<std::string>& directories) {
  Result<std::string_view> text = tree.read(path);
  if (!text || depth > k_deepest_include) return;
  for (std::string_view line : split(*text, '\n')) {
    line = trim(line.substr(0, line.find('#')));
    std::vector<std::string_view> words = split_words(line);
    if (words.empty() || words.front() == "hwcap") continue;
    if (words.front() == "include") {
      for (size_t i = 1; i < words.size(); ++i) {
        for (const std::string& file : included(tree, words[i], path)) {
          read_configuration(tree, file, depth + 1, directories);
        }
      }
    } else if (line.starts_with('/')) {
      while (line.size() > 1 && line.ends_with('/')) line.remove_suffix(1);
      directories.emplace_back(line.substr(0, line.find('=')));
    }
  }
}

// Whether a name can be a library's: "lib*.so*" or one of the loaders' (glibc's elf/dl-is_dso.h),
// and no leftover of a tool.
bool is_library_name(std::string_view name) {
  static constexpr std::array<std::string_view, 4> k_prefixes{"lib", "ld-", "ld.so.", "ld64.so."};
  if (std::ranges::none_of(k_prefixes, [&](auto prefix) { return name.starts_with(prefix); })) {
    return false;
  }
  if (name.find(".so") == std::string_view::npos) return false;
  return !name.ends_with("-gdb.py") && !name.ends_with(".dpkg-new") &&
         !name.ends_with(".dpkg-tmp") && name.find(".#prelink#") == std::string_view::npos;
}

uint32_t flags_of(const SharedObject& object, const DebianArchitecture& architecture) {
  if (object.machine == architecture.elf_machine && object.is_64_bit == architecture.is_64_bit &&
      object.is_big_endian == architecture.is_big_endian) {
    return architecture.loader_cache_flags;
  }
  if (object.machine == k_machine_386 && !object.is_64_bit && architecture.name == "amd64") {
    return k_flags_386;
  }
  return 0;
}

// The library that a directory's entry is, as ldconfig's search_dir sees it; nothing for others.
std::optional<Library> library_at(const Scene& scene, const std::string& resolved,
                                  std::string_view directory, std::string_view name) {
  if (!is_library_name(name)) return std::nullopt;
  std::string path = resolved.empty() ? std::string(name) : resolved + "/" + std::string(name);
  const Node* node = scene.tree.find(path);
  Result<std::string_view> bytes = scene.tree.read(path);
  if (!node || !bytes) return std::nullopt;
  std::optional<SharedObject> object = read_shared_object(*bytes);
  uint32_t flags = object ? flags_of(*object, architecture_of(scene)) : 0;
  if (flags == 0) return std::nullopt;

  Library library{.name = object->soname.empty() ? std::string(name) : object->soname,
                  .directory = std::string(directory),
                  .file = std::string(name),
                  .flags = flags,
                  .is_link = node->type == FileType::symlink};
  if (library.name.find('/') != std::string::npos) return std::nullopt;
  if (library.is_link && name != library.name) {
    // A link keeps its own name only when it is the one for linking programs ("libz.so").
    library.is_link = name.ends_with(".so") && library.name.starts_with(name);
  }
  if (library.is_link) library.name = std::string(name);
  return library;
}

// Of two files with one name: a file before a link, then the newer version.
bool is_better(const Library& candidate, const Library& known) {
  if (candidate.is_link != known.is_link) return !candidate.is_link;
  return compare_library_names(known.file, candidate.file) < 0;
}

void search_directory(Scene& scene, const std::string& resolved, const std::string& directory,
                      std::vector<Library>& libraries) {
  std::map<std::string, Library> found;
  for (auto [name, node] : scene.tree.list(resolved)) {
    if (name == "glibc-hwcaps" && node->type == FileType::directory) {
      scene.tree.rootfs().warnings.push_back("/" + resolved +
                                             "/glibc-hwcaps is not in the loader's cache");
    }
    std::optional<Library> library = library_at(scene, resolved, directory, name);
    if (!library) continue;
    auto [place, added] = found.emplace(library->name, *library);
    if (!added && is_better(*library, place->second)) place->second = std::move(*library);
  }
  for (auto& [name, library] : found) libraries.push_back(std::move(library));
}

}  // namespace

int compare_library_names(std::string_view a, std::string_view b) {
  auto is_digit = [](std::string_view text, size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  auto take_number = [&](std::string_view text, size_t& at) {
    uint32_t value = 0;  // wraps, as the original does
    while (is_digit(text, at)) value = value * 10 + static_cast<uint32_t>(text[at++] - '0');
    return static_cast<int32_t>(value);
  };
  size_t i = 0, j = 0;
  while (i < a.size()) {
    if (is_digit(a, i)) {
      if (!is_digit(b, j)) return 1;
      int32_t left = take_number(a, i), right = take_number(b, j);
      if (left != right) return left < right ? -1 : 1;
    } else if (is_digit(b, j)) {
      return -1;
    } else {
      auto left = static_cast<unsigned char>(a[i]);
      auto right = static_cast<unsigned char>(j < b.size() ? b[j] : '\0');
      if (left != right) return left < right ? -1 : 1;
      ++i;
      ++j;
    }
  }
  return j < b.size() ? -1 : 0;
}

Result<std::vector<Library>> find_libraries(Scene& scene) {
  std::vector<std::string> directories;
  read_configuration(scene.tree, k_configuration, 0, directories);
  for (std::string_view root : {"/lib/", "/usr/lib/"}) {
    directories.push_back(std::string(root) + std::string(architecture_of(scene).triplet));
  }
  directories.insert(directories.end(), {"/lib", "/usr/lib"});

  std::vector<Library> libraries;
  std::set<std::string> searched;
  for (const std::string& directory : directories) {
    std::string resolved = TRY(scene.tree.resolve(directory, Last::follow));
    const Node* node = scene.tree.find(resolved);
    if (!node || node->type != FileType::directory || !searched.insert(resolved).second) continue;
    search_directory(scene, resolved, directory, libraries);
  }
  return libraries;
}

}  // namespace kiln::rootfs::deb
