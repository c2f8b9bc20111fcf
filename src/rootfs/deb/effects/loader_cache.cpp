// SPDX-License-Identifier: Apache-2.0
//
// libc-bin: /etc/ld.so.cache as `ldconfig -r` of the image's own glibc writes it, byte for byte,
// and the links by SONAME. The format (glibc's elf/cache.c and dl-cache.h), numbers in the byte
// order of the architecture, which u8(order) tells: 2 little-endian, 3 big-endian:
//
//   cache     = "glibc-ld.so.cache" "1.1" u32(entries) u32(size of strings) u8(order) 3*u8(0)
//               u32(offset of extension) 3*u32(0) *entry strings padding extension
//   entry     = u32(flags) u32(offset of name) u32(offset of path) u32(0) u64(0)
//   strings   = *(text NUL)        ; each once, one that ends another lies inside it
//   extension = u32(EAA42174) u32(1) u32(0) u32(0) u32(offset) u32(size) text   ; the generator
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/deb/effects/loader_libraries.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace kiln::rootfs::deb {

namespace {

constexpr std::string_view k_magic = "glibc-ld.so.cache1.1";
constexpr uint32_t k_extension_magic = 0xeaa42174;
constexpr size_t k_header_size = 48;
constexpr size_t k_entry_size = 24;
constexpr size_t k_extension_header_size = 24;

constexpr char k_little_endian = 2;
constexpr char k_big_endian = 3;

// Bytes with numbers in the order of an architecture.
class Writer {
 public:
  explicit Writer(bool big_endian) : big_endian_(big_endian) {}

  void u32(uint64_t value) {
    for (int i = 0; i < 4; ++i) {
      int shift = 8 * (big_endian_ ? 3 - i : i);
      bytes_ += static_cast<char>(value >> shift & 0xff);
    }
  }
  void text(std::string_view text) { bytes_ += text; }
  void fill_to(size_t size) { bytes_.resize(size, '\0'); }
  size_t size() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  bool big_endian_;
  std::string bytes_;
};

// The string table with glibc's tail merging: strings in descending order of their reversed text,
// one that ends with others before them.
class StringTable {
 public:
  explicit StringTable(const std::set<std::string>& texts) {
    std::vector<const std::string*> order;
    for (const std::string& text : texts) order.push_back(&text);
    std::ranges::sort(order, [](const std::string* a, const std::string* b) {
      auto [left, right] = std::mismatch(a->rbegin(), a->rend(), b->rbegin(), b->rend());
      if (left == a->rend() || right == b->rend()) return a->size() > b->size();
      return static_cast<unsigned char>(*left) > static_cast<unsigned char>(*right);
    });
    const std::string* previous = nullptr;
    for (const std::string* text : order) {
      if (previous && previous->ends_with(*text)) {
        offsets_[*text] = offsets_[*previous] + previous->size() - text->size();
      } else {
        offsets_[*text] = bytes_.size();
        bytes_ += *text;
        bytes_ += '\0';
      }
      previous = text;
    }
  }

  size_t offset(const std::string& text) const { return offsets_.at(text); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::map<std::string, size_t> offsets_;
};

std::string path_of(const Library& library) {
  return library.directory + "/" + library.name;
}

// "ldconfig (Debian GLIBC 2.41-12) stable release version 2.41"
std::string generator(std::string_view version) {
  return "ldconfig (Debian GLIBC " + std::string(version) + ") stable release version " +
         std::string(version.substr(0, version.rfind('-')));
}

std::string write_cache(std::vector<Library> libraries, std::string_view generator,
                        bool big_endian) {
  std::ranges::stable_sort(libraries, [](const Library& a, const Library& b) {
    int order = compare_library_names(b.name, a.name);
    return order != 0 ? order < 0 : a.flags > b.flags;
  });
  std::set<std::string> texts;
  for (const Library& library : libraries) {
    texts.insert(library.name);
    texts.insert(path_of(library));
  }
  StringTable strings(texts);
  size_t strings_at = k_header_size + libraries.size() * k_entry_size;
  size_t extension_at = (strings_at + strings.bytes().size() + 3) / 4 * 4;

  Writer out(big_endian);
  out.text(k_magic);
  out.u32(libraries.size());
  out.u32(strings.bytes().size());
  out.text({big_endian ? &k_big_endian : &k_little_endian, 1});
  out.fill_to(out.size() + 3);
  out.u32(extension_at);
  out.fill_to(k_header_size);
  for (const Library& library : libraries) {
    out.u32(library.flags);
    out.u32(strings_at + strings.offset(library.name));
    out.u32(strings_at + strings.offset(path_of(library)));
    out.fill_to(out.size() + k_entry_size - 12);
  }
  out.text(strings.bytes());
  out.fill_to(extension_at);
  for (uint64_t number : {uint64_t{k_extension_magic}, uint64_t{1}, uint64_t{0}, uint64_t{0},
                          uint64_t{extension_at + k_extension_header_size}, generator.size()})
    out.u32(number);
  out.text(generator);
  return out.take();
}

// The link by which programs find a library whose file has another name.
Result<> make_soname_link(Scene& scene, Maker& maker, const Library& library) {
  if (library.is_link || library.name == library.file) return {};
  std::string directory = TRY(scene.tree.resolve(library.directory, Last::follow));
  std::string link = directory + "/" + library.name;
  const Node* old = scene.tree.find(link);
  if (old && old->type != model::FileType::symlink) return {};
  if (old && scene.tree.follow(link) == scene.tree.follow(directory + "/" + library.file)) {
    return {};
  }
  return maker.link(link, library.file);
}

}  // namespace

Result<> make_loader_cache(Scene& scene, Maker& maker) {
  std::vector<Library> libraries = TRY(find_libraries(scene));
  for (const Library& library : libraries) TRY(make_soname_link(scene, maker, library));
  std::string_view version = scene.package("libc-bin")->id.version;
  return maker.file(
      "etc/ld.so.cache",
      write_cache(std::move(libraries), generator(version), architecture_of(scene).is_big_endian),
      {0644});
}

}  // namespace kiln::rootfs::deb
