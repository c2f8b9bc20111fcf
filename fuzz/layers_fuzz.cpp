// SPDX-License-Identifier: Apache-2.0
//
// Layers are applied or refused; whatever they say, every path of the tree is clean and lies in a
// directory of the tree. The input is a list of entries, so that all of it passes the tar reader:
//
//   input = *(kind path NUL [link NUL])     kind modulo 9: a type of entry, 7 and 8: the next layer
#include "base/files.hpp"
#include "base/strings.hpp"
#include "codec/tar.hpp"
#include "image/file_tree.hpp"
#include "image/installed.hpp"

#include <cstddef>
#include <cstdint>

namespace {

using kiln::TarEntry;
using kiln::TarType;

// Writes entries up to the end of a layer and removes them from `input`.
std::string take_layer(std::string_view& input) {
  kiln::MemorySink sink;
  kiln::TarWriter tar(sink);
  while (!input.empty()) {
    int kind = static_cast<unsigned char>(input.front()) % 9;
    input.remove_prefix(1);
    if (kind > 6) break;
    TarEntry entry;
    entry.type = static_cast<TarType>(kind);
    entry.path = kiln::take_until(input, '\0');
    std::string text(entry.type == TarType::file || entry.type == TarType::hard_link ||
                             entry.type == TarType::symlink
                         ? kiln::take_until(input, '\0')
                         : std::string_view{});
    if (entry.type == TarType::file)
      entry.size = text.size();
    else
      entry.link = std::move(text);
    (void)tar.add(entry, entry.type == TarType::file ? std::string_view(text) : "");
  }
  ASSERT(tar.finish());
  return sink.take();
}

void check(const kiln::image::FileTree& tree) {
  for (const auto& [path, file] : tree.files()) {
    auto clean = kiln::clean_path(path);
    ASSERT(clean && *clean == path && !path.empty());
    size_t slash = path.rfind('/');
    if (slash == std::string::npos) continue;
    auto parent = tree.files().find(path.substr(0, slash));
    ASSERT(parent != tree.files().end());
    ASSERT(parent->second.type == kiln::model::FileType::directory);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  kiln::image::FileTree tree;
  while (!input.empty()) {
    std::string layer = take_layer(input);
    kiln::MemorySource source(layer);
    if (!tree.apply(source)) break;
  }
  check(tree);
  (void)kiln::image::installed_packages(tree);
  (void)kiln::image::claimed_files(tree);
  return 0;
}
