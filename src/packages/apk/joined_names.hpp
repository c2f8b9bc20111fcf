// SPDX-License-Identifier: Apache-2.0
//
// The names and packages of several indexes under numbers of their own, as far as a question comes
// to them: what it never touches costs nothing.
#pragma once
#include "packages/apk/growing_array.hpp"
#include "packages/apk/package_set.hpp"

#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kiln::packages::apk {

// In the order in which the question comes to them; not the numbers of an index.
using NameId = uint32_t;
using PackageId = uint32_t;

inline constexpr PackageId k_nobody = UINT32_MAX;

// A name that a package has, by itself or by providing it.
struct Provider {
  PackageId package = k_nobody;
  std::string_view version;  // empty when provided without one
};

// A relation whose name has a number.
struct Link {
  NameId name = 0;
  Relation relation;
};

struct Package {
  CandidateId candidate = 0;
  NameId name = 0;
  std::string_view version;
  uint32_t provider_priority = 0;
  std::vector<uint32_t> sources;  // indexes that have it, in their order
  std::span<const std::pair<NameId, std::string_view>> provides;  // and their versions
  std::span<const Link> install_if;
};

class JoinedNames {
 public:
  explicit JoinedNames(const PackageSet& set);

  // A name that no index has gets a number, too; its text must then outlive this.
  NameId number(std::string_view name);
  size_t name_count() const { return names_.size(); }
  size_t package_count() const { return packages_.size(); }

  std::string_view text(NameId id) const { return names_[id].text; }
  // The place of a name in apk's table of names, which gives its lists of names their order: the
  // bucket of a hash, and in a bucket the last one mentioned first.
  uint64_t rank(NameId id) const { return names_[id].rank; }
  // In the order of the indexes. References stay good.
  std::span<const Provider> providers(NameId id);
  // The names of packages that have the name in their install_if, in the order of their ranks.
  std::span<const NameId> triggered(NameId id);
  const Package& package(PackageId id);
  // Valid as long as this.
  std::span<const Link> depends(PackageId id);

 private:
  struct Name {
    std::string_view text;
    uint64_t rank = 0;
    bool joined = false;          // its providers are known
    bool packages_known = false;  // those that it is the name of have numbers
    std::span<const Provider> providers;
    std::span<const NameId> triggered;
    bool triggered_known = false;
    uint32_t listed_for = 0;  // the last name, plus one, whose list of triggered ones has it
  };
  struct Held {
    Package package;
    bool complete = false;
  };

  NameId number(uint32_t source, uint32_t name);
  // With the index that is known to have it, and its number there.
  NameId add(std::string_view text, std::pair<uint32_t, uint32_t> known);
  void join(NameId id);
  void number_packages(NameId id);
  PackageId package_number(uint32_t source, uint32_t package);
  std::span<const Link> links(uint32_t source, IndexRange range);
  // A list of `size` items in memory_, not yet constructed.
  template <typename T>
  T* list(size_t size) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(memory_.allocate(size * sizeof(T), alignof(T)));
  }
  uint32_t& place(NameId id, uint32_t source) { return places_[id * set_.source_count() + source]; }

  const PackageSet& set_;
  std::pmr::monotonic_buffer_resource memory_;  // of all lists below that are spans
  // Of each index: its names' and packages' numbers here plus one, 0 before there is one.
  std::vector<std::vector<NameId>> name_numbers_;
  std::vector<std::vector<PackageId>> package_numbers_;
  std::vector<uint32_t> places_;  // of each name in each index, UINT32_MAX where it is not
  GrowingArray<Name> names_;
  GrowingArray<Held> packages_;
  std::vector<std::pair<std::string_view, NameId>> strangers_;  // names that no index has
};

}  // namespace kiln::packages::apk
