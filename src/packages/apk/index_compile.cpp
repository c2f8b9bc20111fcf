// SPDX-License-Identifier: Apache-2.0
//
// Compiling an index: names are numbered as they are mentioned; who provides a name is counted,
// then placed.
#include "packages/apk/index_format.hpp"
#include "packages/apk/package_index.hpp"
#include "packages/apk/relation_field.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace kiln::packages::apk {

namespace {

using namespace index_format;

constexpr size_t k_least_slots = 1024;

uint32_t flags_of(const Relation& relation) {
  return (relation.conflict ? k_conflict : 0) | (relation.less ? k_less : 0) |
         (relation.equal ? k_equal : 0) | (relation.greater ? k_greater : 0) |
         (relation.fuzzy ? k_fuzzy : 0);
}

// Texts by where they begin; the empty one is at 0.
class Pool {
 public:
  explicit Pool(size_t expected) {
    bytes_.reserve(expected);
    bytes_.append(2, '\0');
  }

  uint32_t add(std::string_view text) {
    if (text.empty()) return 0;
    whole_ &= text.size() <= UINT16_MAX && bytes_.size() + text.size() + 2 <= UINT32_MAX;
    if (!whole_) return 0;
    auto begin = static_cast<uint32_t>(bytes_.size());
    auto length = static_cast<uint16_t>(text.size());
    char head[sizeof length];
    std::memcpy(head, &length, sizeof length);
    bytes_.append(head, sizeof head).append(text);
    return begin;
  }

  bool whole() const { return whole_; }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  bool whole_ = true;
};

// Numbers names; an open hash table that doubles when it is more than half full.
class Names {
 public:
  explicit Names(Pool& pool) : pool_(pool), slots_(k_least_slots) {}

  uint32_t number(std::string_view name) {
    uint32_t hash = hash_of(name);
    for (size_t slot = hash;; ++slot) {
      uint32_t known = slots_[slot & (slots_.size() - 1)];
      if (known == 0) break;
      if (hashes_[known - 1] == hash && texts_[known - 1] == name) return known - 1;
    }
    texts_.push_back(name);
    hashes_.push_back(hash);
    begins_.push_back(pool_.add(name));
    if (2 * texts_.size() > slots_.size())
      grow();
    else
      place(static_cast<uint32_t>(texts_.size()));
    return static_cast<uint32_t>(texts_.size() - 1);
  }

  uint32_t size() const { return static_cast<uint32_t>(texts_.size()); }
  uint32_t text(uint32_t number) const { return begins_[number]; }
  const std::vector<uint32_t>& slots() const { return slots_; }

 private:
  void place(uint32_t number_and_one) {
    size_t slot = hashes_[number_and_one - 1];
    while (slots_[slot & (slots_.size() - 1)] != 0) ++slot;
    slots_[slot & (slots_.size() - 1)] = number_and_one;
  }

  void grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (uint32_t i = 1; i <= texts_.size(); ++i) place(i);
  }

  Pool& pool_;
  std::vector<uint32_t> slots_;
  std::vector<std::string_view> texts_;
  std::vector<uint32_t> hashes_;
  std::vector<uint32_t> begins_;
};

class Compilation {
 public:
  explicit Compilation(std::span<const IndexEntry> entries)
      : entries_(entries), pool_(entries.size() * 96), names_(pool_) {
    packages_.reserve(entries.size() + 1);
    links_.reserve(entries.size() * 6);
    provides_.reserve(entries.size() * 4);
  }

  void run() {
    for (const IndexEntry& entry : entries_) add(entry);
    Package end = {};
    end.depends = end.install_if = static_cast<uint32_t>(links_.size());
    end.provides = static_cast<uint32_t>(provides_.size());
    packages_.push_back(end);
    invert();
  }

  Result<std::string> serialise(UnixTime date) const;

 private:
  // Versions repeat the package's own in most provides and many dependencies.
  uint32_t version(std::string_view text, const IndexEntry& entry, const Package& package) {
    return text == entry.version ? package.version : pool_.add(text);
  }

  void add(const IndexEntry& entry) {
    Package package = {};
    package.size = entry.size;
    package.installed_size = entry.installed_size;
    package.name = names_.number(entry.name);
    package.version = pool_.add(entry.version);
    package.architecture = repeated(entry.architecture, last_architecture_);
    package.checksum = pool_.add(entry.checksum);
    package.origin = entry.origin == entry.name ? names_.text(package.name)
                                                : repeated(entry.origin, last_origin_);
    package.provider_priority = entry.provider_priority;
    auto add_link = [&](const Relation& relation) {
      links_.push_back({names_.number(relation.name), version(relation.version, entry, package),
                        flags_of(relation)});
    };
    package.depends = static_cast<uint32_t>(links_.size());
    for_each_relation(entry.depends, add_link);
    package.provides = static_cast<uint32_t>(provides_.size());
    for_each_relation(entry.provides, [&](const Relation& relation) {
      provides_.push_back(
          {names_.number(relation.name), version(relation.version, entry, package)});
    });
    package.install_if = static_cast<uint32_t>(links_.size());
    for_each_relation(entry.install_if, add_link);
    packages_.push_back(package);
  }

  // A text that is often that of the package before.
  uint32_t repeated(std::string_view text, std::pair<std::string_view, uint32_t>& last) {
    if (text != last.first) last = {text, pool_.add(text)};
    return last.second;
  }

  void invert();

  std::span<const IndexEntry> entries_;
  Pool pool_;
  Names names_;
  std::pair<std::string_view, uint32_t> last_architecture_;
  std::pair<std::string_view, uint32_t> last_origin_;
  std::vector<Package> packages_;
  std::vector<Name> name_table_;
  std::vector<index_format::Link> links_;
  std::vector<Provided> provides_;
  std::vector<Provided> providers_;
  std::vector<uint32_t> triggered_;
};

// Calls `use` with a package and each name that it has: its own, then what it provides.
template <typename Use>
void for_each_name(const std::vector<Package>& packages, const std::vector<Provided>& provides,
                   Use use) {
  for (uint32_t i = 0; i + 1 < packages.size(); ++i) {
    use(i, Provided{packages[i].name, packages[i].version});
    for (uint32_t p = packages[i].provides; p < packages[i + 1].provides; ++p) use(i, provides[p]);
  }
}

void Compilation::invert() {
  name_table_.assign(names_.size() + 1, {});
  for (uint32_t i = 0; i < names_.size(); ++i) name_table_[i].text = names_.text(i);
  auto for_each_condition = [&](auto use) {
    for (uint32_t i = 0; i + 1 < packages_.size(); ++i)
      for (uint32_t l = packages_[i].install_if; l < packages_[i + 1].depends; ++l)
        use(i, links_[l].name);
  };
  for_each_name(packages_, provides_,
                [&](uint32_t, const Provided& name) { ++name_table_[name.number + 1].providers; });
  for_each_condition([&](uint32_t, uint32_t name) { ++name_table_[name + 1].triggered; });
  for (size_t i = 1; i < name_table_.size(); ++i) {
    name_table_[i].providers += name_table_[i - 1].providers;
    name_table_[i].triggered += name_table_[i - 1].triggered;
  }
  providers_.resize(name_table_.back().providers);
  triggered_.resize(name_table_.back().triggered);
  std::vector<Name> next = name_table_;
  for_each_name(packages_, provides_, [&](uint32_t package, const Provided& name) {
    providers_[next[name.number].providers++] = {package, name.version};
  });
  for_each_condition(
      [&](uint32_t package, uint32_t name) { triggered_[next[name].triggered++] = package; });
}

template <typename T>
void append_table(std::string& out, const std::vector<T>& table) {
  out.append(reinterpret_cast<const char*>(table.data()), table.size() * sizeof(T));
}

Result<std::string> Compilation::serialise(UnixTime date) const {
  constexpr size_t k_most = UINT32_MAX / 2;
  if (!pool_.whole() || links_.size() > k_most || providers_.size() > k_most)
    return fail(ErrorCode::limit, "a package index is too large, or has a word above 64 KiB");
  Header header = {};
  std::memcpy(header.magic, k_magic.data(), k_magic.size());
  header.date = date;
  header.packages = static_cast<uint32_t>(entries_.size());
  header.names = names_.size();
  header.relations = static_cast<uint32_t>(links_.size());
  header.provides = static_cast<uint32_t>(provides_.size());
  header.triggered = static_cast<uint32_t>(triggered_.size());
  header.slots = static_cast<uint32_t>(names_.slots().size());
  header.pool_size = static_cast<uint32_t>(pool_.bytes().size());
  std::string out;
  out.reserve(sizeof header + packages_.size() * sizeof(Package) +
              name_table_.size() * sizeof(Name) + links_.size() * sizeof(index_format::Link) +
              (provides_.size() + providers_.size()) * sizeof(Provided) +
              (triggered_.size() + names_.slots().size()) * sizeof(uint32_t) +
              pool_.bytes().size());
  out.append(reinterpret_cast<const char*>(&header), sizeof header);
  append_table(out, packages_);
  append_table(out, name_table_);
  append_table(out, links_);
  append_table(out, provides_);
  append_table(out, providers_);
  append_table(out, triggered_);
  append_table(out, names_.slots());
  return out += pool_.bytes();
}

}  // namespace

Result<std::string> compile_index(std::span<const IndexEntry> entries, UnixTime date) {
  Compilation compilation(entries);
  compilation.run();
  return compilation.serialise(date);
}

}  // namespace kiln::packages::apk
