// SPDX-License-Identifier: Apache-2.0
//
// A Packages file in a form that is mapped and used at once: compiled when it is first seen, and
// from then on opened without work for each package.
//
//   index    = magic records provided pool-size numbers bounds by-name provided-names pool
//   magic    = "KILNDEB1"
//   records, provided = u32 ; pool-size = u64 ; 8 bytes of zeros
//   numbers  = records * (size u64, installed-size u64, sha256[32], flags u32, zero u32)
//   bounds   = (records * k_index_fields + 1) * u32   ; ascending; field f of record r is the
//                                                     ; pool from bound r * fields + f to the next
//   by-name  = records * u32                          ; record numbers, ordered by package name
//   provided-names = provided * (begin u32, length u32, record u32)   ; ordered by name
//
// Numbers have the machine's byte order: the form is a cache of one machine. The pool holds the
// relation fields in the order in which apt reads them, see first_mention().
#pragma once
#include "base/result.hpp"
#include "crypto/digest.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

enum class IndexField : uint8_t {
  package,
  pre_depends,
  depends,
  conflicts,
  breaks,
  recommends,
  suggests,
  replaces,
  enhances,
  provides,
  version,
  architecture,
  source,          // empty when it is the package's name
  source_version,  // empty when it is the package's version
  section,
  filename,  // below the archive's root; clean
};
inline constexpr size_t k_index_fields = 16;

enum class MultiArch : uint8_t { no, same, foreign, allowed };

struct IndexNumbers {
  Digest sha256;
  uint64_t size = 0;            // bytes
  uint64_t installed_size = 0;  // bytes
  MultiArch multi_arch = MultiArch::no;
  bool essential = false;
  bool important = false;  // "Important: yes" or "Protected: yes"
  uint8_t priority = 0;    // required 1, important 2, standard 3, optional 4, extra 5, else 0
};

// The compiled form of a Packages file. Fails (corrupt) and names the package when one lacks its
// name, version, architecture, file name, size or SHA-256, or has a malformed one. The text is
// parsed on up to `threads` threads, and freed before all is put together; the outcome does not
// depend on the number of threads.
Result<std::string> compile_index(std::string packages, size_t threads);

// A view of a compiled index; its bytes must outlive it. Whatever the bytes, no access leaves them.
class PackageIndex {
 public:
  // Fails (corrupt) when the bytes are no whole index of this version.
  static Result<PackageIndex> open(std::string_view bytes);

  uint32_t size() const { return records_; }
  std::string_view text(uint32_t record, IndexField field) const;
  IndexNumbers numbers(uint32_t record) const;

  // The records of a package name, in the order of the Packages file.
  std::vector<uint32_t> named(std::string_view name) const;
  // The records whose Provides field has the name, in the order of the Packages file.
  std::vector<uint32_t> providers(std::string_view name) const;
  // The record at a place in the order of names, for walking over all of them.
  uint32_t by_name(uint32_t place) const;

  // Where a package name is first met when the fields of all packages are read in order, as a
  // package or in a relation: what apt numbers packages by, and so its last word between providers.
  // Takes up to milliseconds.
  std::optional<uint32_t> first_mention(std::string_view name) const;

 private:
  uint32_t bound(size_t place) const;
  std::string_view provided_name(uint32_t place) const;
  bool is_mention(size_t begin, size_t end) const;

  uint32_t records_ = 0;
  uint32_t provided_ = 0;
  const char* numbers_ = nullptr;
  const char* bounds_ = nullptr;
  const char* by_name_ = nullptr;
  const char* provided_names_ = nullptr;
  std::string_view pool_;
};

}  // namespace kiln::packages::deb
