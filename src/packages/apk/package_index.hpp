// SPDX-License-Identifier: Apache-2.0
//
// An APKINDEX in a form that is mapped and used at once: compiled when it is first seen, and from
// then on opened without work for each package.
//
//   index     = magic date counts packages names links provides providers triggered slots pool
//   magic     = "KILNAPK2" ; date = i64, seconds since 1970
//   counts    = packages names links provides triggered slots pool-size   ; u32 each
//   packages  = (packages + 1) * Package     ; the last one says where the others' tables end
//   names     = (names + 1) * Name           ; by first mention: of a package P:, D:, p:, i:
//   links     = links * Link                 ; of each package: D:, then i:
//   provides  = provides * Provided          ; of each package
//   providers = (packages + provides) * Provided   ; of each name, in the order of the packages
//   triggered = triggered * u32              ; packages that have the name in i:
//   slots     = slots * u32                  ; a hash table of names, their number + 1
//   pool      = *(length u16, text)          ; a text is named by where it begins
//
// Numbers have the machine's byte order: the form is a cache of one machine.
#pragma once
#include "base/result.hpp"
#include "base/time.hpp"
#include "packages/apk/index.hpp"
#include "packages/apk/relation.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kiln::packages::apk {

// The compiled form. Fails (limit) when it would be larger than 4 GiB or has words above 64 KiB.
Result<std::string> compile_index(std::span<const IndexEntry> entries, UnixTime date);

// Numbers of packages and names count within their index.
struct IndexPackage {
  uint32_t name = 0;
  std::string_view version;
  std::string_view architecture;
  std::string_view checksum;  // "Q1..."
  std::string_view origin;
  uint64_t size = 0;            // bytes of the file
  uint64_t installed_size = 0;  // bytes
  uint32_t provider_priority = 0;
};

// A name and a version, or a package and the version under which it provides.
struct IndexProvided {
  uint32_t number = 0;
  std::string_view version;  // empty when provided without one
};

struct IndexLink {
  uint32_t name = 0;
  Relation relation;
};

// A run of one of the tables.
struct IndexRange {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// A view of a compiled index; its bytes must outlive it. Whatever the bytes, no access leaves them.
class PackageIndex {
 public:
  PackageIndex() = default;
  // Fails (corrupt) when the bytes are no whole index of this version.
  static Result<PackageIndex> open(std::string_view bytes);

  UnixTime date() const { return date_; }
  uint32_t size() const { return packages_; }
  uint32_t name_count() const { return names_; }

  IndexPackage package(uint32_t number) const;
  uint32_t name_of(uint32_t package) const;
  std::string_view name(uint32_t number) const;
  std::optional<uint32_t> find(std::string_view name) const;

  IndexRange depends(uint32_t package) const;
  IndexRange install_if(uint32_t package) const;
  IndexLink link(uint32_t number) const;
  IndexRange provides(uint32_t package) const;
  IndexProvided provided(uint32_t number) const;
  IndexRange providers(uint32_t name) const;  // the package itself among them
  IndexProvided provider(uint32_t number) const;
  IndexRange triggered(uint32_t name) const;
  uint32_t triggered_package(uint32_t number) const;

 private:
  std::string_view text(uint32_t begin) const;

  UnixTime date_ = 0;
  uint32_t packages_ = 0;
  uint32_t names_ = 0;
  uint32_t links_ = 0;
  uint32_t provides_ = 0;
  uint32_t triggered_ = 0;
  uint32_t slots_ = 0;
  const char* package_table_ = nullptr;
  const char* name_table_ = nullptr;
  const char* link_table_ = nullptr;
  const char* provide_table_ = nullptr;
  const char* provider_table_ = nullptr;
  const char* triggered_table_ = nullptr;
  const char* slot_table_ = nullptr;
  std::string_view pool_;
};

}  // namespace kiln::packages::apk
