// SPDX-License-Identifier: Apache-2.0
#include "codec/elf.hpp"

#include "base/strings.hpp"

namespace kiln {

namespace {

constexpr uint16_t k_type_executable = 2;  // ET_EXEC
constexpr uint16_t k_type_shared = 3;      // ET_DYN
constexpr uint32_t k_segment_load = 1;     // PT_LOAD
constexpr uint32_t k_segment_dynamic = 2;  // PT_DYNAMIC
constexpr uint32_t k_segment_interp = 3;   // PT_INTERP
constexpr uint64_t k_end = 0;              // DT_NULL
constexpr uint64_t k_needed = 1;           // DT_NEEDED
constexpr uint64_t k_strings = 5;          // DT_STRTAB
constexpr uint64_t k_soname = 14;          // DT_SONAME
constexpr uint64_t k_rpath = 15;           // DT_RPATH
constexpr uint64_t k_runpath = 29;         // DT_RUNPATH
constexpr size_t k_longest_name = 255;

struct Segment {
  uint32_t type = 0;
  uint64_t offset = 0;
  uint64_t address = 0;
  uint64_t size = 0;  // in the file
};

class Elf {
 public:
  explicit Elf(std::string_view bytes) : bytes_(bytes) {}

  std::optional<SharedObject> read() {
    SharedObject object;
    if (!read_head() || number(16, 2) != k_type_shared) return std::nullopt;
    object.is_64_bit = wide_;
    object.is_big_endian = big_endian_;
    object.machine = static_cast<uint16_t>(number(18, 2));
    std::optional<Segment> dynamic = find_segment(k_segment_dynamic);
    if (!dynamic || bad_) return std::nullopt;
    std::optional<std::string> name = soname(*dynamic);
    if (!name || bad_) return std::nullopt;
    object.soname = std::move(*name);
    return object;
  }

  std::optional<DynamicProgram> read_program() {
    DynamicProgram program;
    if (!read_head()) return std::nullopt;
    uint64_t type = number(16, 2);
    if (type != k_type_executable && type != k_type_shared) return std::nullopt;
    program.machine = static_cast<uint16_t>(number(18, 2));
    if (std::optional<Segment> interp = find_segment(k_segment_interp))
      program.interpreter = text_at(interp->offset).value_or("");
    if (std::optional<Segment> dynamic = find_segment(k_segment_dynamic)) {
      program.needed = texts(*dynamic, k_needed);
      std::vector<std::string> paths = texts(*dynamic, k_runpath);
      if (paths.empty()) paths = texts(*dynamic, k_rpath);
      for (const std::string& path : paths)
        for (std::string_view one : split(path, ':')) program.run_path.emplace_back(one);
    }
    return bad_ ? std::nullopt : std::optional<DynamicProgram>(std::move(program));
  }

 private:
  bool read_head() {
    if (!bytes_.starts_with("\177ELF") || bytes_.size() < 52) return false;
    wide_ = bytes_[4] == 2;
    big_endian_ = bytes_[5] == 2;
    return (bytes_[4] == 1 || bytes_[4] == 2) && (bytes_[5] == 1 || bytes_[5] == 2);
  }

  uint64_t number(uint64_t at, size_t size) {
    if (at > bytes_.size() || size > bytes_.size() - at) {
      bad_ = true;
      return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < size; ++i) {
      size_t place = big_endian_ ? i : size - 1 - i;
      value = value << 8 | static_cast<unsigned char>(bytes_[at + place]);
    }
    return value;
  }

  uint64_t segment_count() { return number(wide_ ? 56 : 44, 2); }

  Segment segment(uint64_t index) {
    uint64_t table = number(wide_ ? 32 : 28, wide_ ? 8 : 4);
    uint64_t each = number(wide_ ? 54 : 42, 2);
    if (table > bytes_.size()) bad_ = true;
    if (bad_) return {};
    uint64_t at = table + index * each;
    Segment found;
    found.type = static_cast<uint32_t>(number(at, 4));
    found.offset = number(at + (wide_ ? 8 : 4), wide_ ? 8 : 4);
    found.address = number(at + (wide_ ? 16 : 8), wide_ ? 8 : 4);
    found.size = number(at + (wide_ ? 32 : 16), wide_ ? 8 : 4);
    return found;
  }

  std::optional<Segment> find_segment(uint32_t type) {
    uint64_t count = segment_count();
    for (uint64_t i = 0; i < count && !bad_; ++i) {
      Segment one = segment(i);
      if (one.type == type) return one;
    }
    return std::nullopt;
  }

  // Where an address of the loaded object lies in the file.
  std::optional<uint64_t> file_offset(uint64_t address) {
    uint64_t count = segment_count();
    for (uint64_t i = 0; i < count && !bad_; ++i) {
      Segment one = segment(i);
      if (one.type == k_segment_load && address >= one.address &&
          address - one.address < one.size) {
        return one.offset + (address - one.address);
      }
    }
    return std::nullopt;
  }

  // The text up to a NUL at a place of the file.
  std::optional<std::string> text_at(uint64_t offset) {
    if (offset >= bytes_.size()) return std::nullopt;
    std::string_view text = bytes_.substr(offset, k_longest_name + 1);
    size_t end = text.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(text.substr(0, end));
  }

  // The values of a tag in the dynamic section, in order.
  std::vector<uint64_t> values(const Segment& dynamic, uint64_t wanted) {
    std::vector<uint64_t> found;
    if (dynamic.offset > bytes_.size() || dynamic.size > bytes_.size() - dynamic.offset) {
      bad_ = true;
      return found;
    }
    size_t word = wide_ ? 8 : 4;
    for (uint64_t at = 0; at + 2 * word <= dynamic.size; at += 2 * word) {
      uint64_t tag = number(dynamic.offset + at, word);
      if (tag == k_end) break;
      if (tag == wanted) found.push_back(number(dynamic.offset + at + word, word));
    }
    return found;
  }

  // The texts that a tag's values name in the string table; `bad_` when the table is broken.
  std::vector<std::string> texts(const Segment& dynamic, uint64_t tag) {
    std::vector<std::string> found;
    std::vector<uint64_t> names = values(dynamic, tag);
    if (names.empty()) return found;
    std::vector<uint64_t> strings = values(dynamic, k_strings);
    std::optional<uint64_t> table = strings.empty() ? std::nullopt : file_offset(strings.back());
    for (uint64_t name : names) {
      std::optional<std::string> text =
          table && name < bytes_.size() ? text_at(*table + name) : std::nullopt;
      if (text) {
        found.push_back(std::move(*text));
      } else {
        bad_ = true;
      }
    }
    return found;
  }

  // Empty when the object has no name, nothing when its tables are broken.
  std::optional<std::string> soname(const Segment& dynamic) {
    std::vector<std::string> names = texts(dynamic, k_soname);
    if (bad_) return std::nullopt;
    return names.empty() ? std::string{} : std::move(names.back());
  }

  std::string_view bytes_;
  bool wide_ = true;
  bool big_endian_ = false;
  bool bad_ = false;  // something pointed outside the file
};

}  // namespace

std::optional<DynamicProgram> read_dynamic_program(std::string_view bytes) {
  return Elf(bytes).read_program();
}

std::optional<SharedObject> read_shared_object(std::string_view bytes) {
  return Elf(bytes).read();
}

}  // namespace kiln
