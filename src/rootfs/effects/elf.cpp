// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/elf.hpp"

#include <cstring>

namespace kiln::rootfs {

namespace {

constexpr uint16_t k_type_shared = 3;      // ET_DYN
constexpr uint32_t k_segment_load = 1;     // PT_LOAD
constexpr uint32_t k_segment_dynamic = 2;  // PT_DYNAMIC
constexpr uint64_t k_end = 0;              // DT_NULL
constexpr uint64_t k_strings = 5;          // DT_STRTAB
constexpr uint64_t k_soname = 14;          // DT_SONAME
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
    if (!bytes_.starts_with("\177ELF") || bytes_.size() < 52) return std::nullopt;
    wide_ = bytes_[4] == 2;
    if ((bytes_[4] != 1 && bytes_[4] != 2) || bytes_[5] != 1) return std::nullopt;
    object.is_64_bit = wide_;
    if (number(16, 2) != k_type_shared) return std::nullopt;
    object.machine = static_cast<uint16_t>(number(18, 2));
    std::optional<Segment> dynamic = find_dynamic();
    if (!dynamic || bad_) return std::nullopt;
    std::optional<std::string> name = soname(*dynamic);
    if (!name || bad_) return std::nullopt;
    object.soname = std::move(*name);
    return object;
  }

 private:
  uint64_t number(uint64_t at, size_t size) {
    if (at > bytes_.size() || size > bytes_.size() - at) {
      bad_ = true;
      return 0;
    }
    uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + at, size);
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

  std::optional<Segment> find_dynamic() {
    uint64_t count = segment_count();
    for (uint64_t i = 0; i < count && !bad_; ++i) {
      Segment one = segment(i);
      if (one.type == k_segment_dynamic) return one;
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

  // Empty when the object has no name, nothing when its tables are broken.
  std::optional<std::string> soname(const Segment& dynamic) {
    if (dynamic.offset > bytes_.size() || dynamic.size > bytes_.size() - dynamic.offset) {
      return std::nullopt;
    }
    size_t word = wide_ ? 8 : 4;
    std::optional<uint64_t> strings, name;
    for (uint64_t at = 0; at + 2 * word <= dynamic.size; at += 2 * word) {
      uint64_t tag = number(dynamic.offset + at, word);
      uint64_t value = number(dynamic.offset + at + word, word);
      if (tag == k_end) break;
      if (tag == k_strings) strings = value;
      if (tag == k_soname) name = value;
    }
    if (!name) return std::string{};
    std::optional<uint64_t> table = strings ? file_offset(*strings) : std::nullopt;
    if (!table || *table > bytes_.size() || *name >= bytes_.size() - *table) return std::nullopt;
    std::string_view text = bytes_.substr(*table + *name, k_longest_name + 1);
    size_t end = text.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(text.substr(0, end));
  }

  std::string_view bytes_;
  bool wide_ = true;
  bool bad_ = false;  // something pointed outside the file
};

}  // namespace

std::optional<SharedObject> read_shared_object(std::string_view bytes) {
  return Elf(bytes).read();
}

}  // namespace kiln::rootfs
