// SPDX-License-Identifier: Apache-2.0
//
// Compiling a Packages file: the text is cut between paragraphs into as many parts as there are
// threads, each part is parsed by itself, and the parts are put behind each other. What is not
// needed any more is freed on the way, since a large archive's text and tables together are most of
// the memory that a build takes.
#include "base/huge_pages.hpp"
#include "base/threads.hpp"
#include "packages/deb/index.hpp"
#include "packages/deb/index_format.hpp"
#include "packages/deb/index_part.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace kiln::packages::deb {

namespace {

using namespace index_format;

constexpr size_t k_greatest_text = 1U << 30;

// Cuts a text into about `count` parts that end where a paragraph does.
std::vector<std::string_view> cut(std::string_view text, size_t count) {
  std::vector<std::string_view> parts;
  size_t about = text.size() / count + 1;
  while (text.size() > about) {
    size_t end = text.find("\n\n", about);
    if (end == std::string_view::npos) break;
    parts.push_back(text.substr(0, end + 2));
    text.remove_prefix(end + 2);
  }
  parts.push_back(text);
  return parts;
}

// All tables in their order as one, with numbers counted from the beginning of the whole; the pools
// stay where they are.
struct Whole {
  std::vector<IndexPart> parts;
  std::vector<uint32_t> bounds;
  std::vector<Numbers> numbers;
  std::vector<ProvidedName> provided;
  std::vector<std::string_view> names;           // of the records
  std::vector<std::string_view> provided_names;  // of `provided`
  size_t pool_size = 0;
};

void add_part(Whole& whole, const IndexPart& part) {
  auto pool_begin = static_cast<uint32_t>(whole.pool_size);
  auto record_begin = static_cast<uint32_t>(whole.numbers.size());
  std::string_view pool = part.pool;
  for (size_t place = 0; place < part.bounds.size(); ++place) {
    whole.bounds.push_back(pool_begin + part.bounds[place]);
    if (place % k_index_fields != 0) continue;
    uint32_t begin = part.bounds[place];
    whole.names.push_back(pool.substr(begin, part.bounds[place + 1] - begin));
  }
  for (const ProvidedName& name : part.provided) {
    whole.provided.push_back({pool_begin + name.begin, name.length, record_begin + name.record});
    whole.provided_names.push_back(pool.substr(name.begin, name.length));
  }
  whole.numbers.insert(whole.numbers.end(), part.numbers.begin(), part.numbers.end());
  whole.pool_size += pool.size();
}

Result<Whole> merge(std::vector<IndexPart> parts) {
  Whole whole;
  size_t records = 0;
  for (const IndexPart& part : parts) records += part.numbers.size();
  whole.bounds.reserve(records * k_index_fields + 1);
  whole.numbers.reserve(records);
  whole.names.reserve(records);
  for (const IndexPart& part : parts) {
    if (part.pool.size() > UINT32_MAX - whole.pool_size)
      return fail(ErrorCode::limit, "a package index is too large");
    add_part(whole, part);
  }
  whole.bounds.push_back(static_cast<uint32_t>(whole.pool_size));
  whole.parts = std::move(parts);
  return whole;
}

// The first eight bytes of a name as a number that is ordered as they are.
uint64_t prefix_of(std::string_view name) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, name.data(), std::min(name.size(), sizeof prefix));
  return std::endian::native == std::endian::little ? __builtin_bswap64(prefix) : prefix;
}

// The places of names in the order of the names, equal ones as they come. Most pairs are told apart
// by the beginnings, which lie beside each other, unlike the names.
std::vector<uint32_t> order_of(const std::vector<std::string_view>& names) {
  struct Entry {
    uint64_t prefix;
    uint32_t place;
  };
  std::vector<Entry> entries;
  entries.reserve(names.size());
  for (std::string_view name : names)
    entries.push_back({prefix_of(name), static_cast<uint32_t>(entries.size())});
  std::ranges::sort(entries, [&](const Entry& a, const Entry& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    int order = names[a.place].compare(names[b.place]);
    return order != 0 ? order < 0 : a.place < b.place;
  });
  std::vector<uint32_t> order;
  order.reserve(entries.size());
  for (const Entry& entry : entries) order.push_back(entry.place);
  return order;
}

// Gives the memory back; assigning an empty string keeps it.
void release(std::string& text) {
  std::string().swap(text);
}

template <typename T>
void append_table(std::string& out, const std::vector<T>& table) {
  out.append(reinterpret_cast<const char*>(table.data()), table.size() * sizeof(T));
}

std::string serialise(Whole whole, const std::vector<uint32_t>& by_name,
                      const std::vector<uint32_t>& by_provided) {
  Header header = {};
  std::memcpy(header.magic, k_magic.data(), k_magic.size());
  header.records = static_cast<uint32_t>(whole.numbers.size());
  header.provided = static_cast<uint32_t>(whole.provided.size());
  header.pool_size = whole.pool_size;
  std::string out;
  out.reserve(sizeof header + whole.numbers.size() * (sizeof(Numbers) + 4) +
              whole.bounds.size() * 4 + whole.provided.size() * sizeof(ProvidedName) +
              whole.pool_size);
  prefer_huge_pages(out);
  out.append(reinterpret_cast<const char*>(&header), sizeof header);
  append_table(out, whole.numbers);
  append_table(out, whole.bounds);
  append_table(out, by_name);
  for (uint32_t place : by_provided)
    out.append(reinterpret_cast<const char*>(&whole.provided[place]), sizeof(ProvidedName));
  for (IndexPart& part : whole.parts) {
    out.append(part.pool);
    release(part.pool);
  }
  return out;
}

}  // namespace

Result<std::string> compile_index(std::string packages, size_t threads) {
  if (packages.size() > k_greatest_text)
    return fail(ErrorCode::limit, "a package index is larger than 1 GiB");
  auto texts = cut(packages, std::max<size_t>(threads, 1));
  std::vector<IndexPart> parts(texts.size());
  TRY(parallel_for(texts.size(), threads, [&](size_t i) { return parts[i].parse(texts[i]); }));
  release(packages);
  Whole whole = TRY(merge(std::move(parts)));
  std::array<std::vector<uint32_t>, 2> orders;
  TRY(parallel_for(orders.size(), threads, [&](size_t i) -> Result<> {
    orders[i] = order_of(i == 0 ? whole.names : whole.provided_names);
    return {};
  }));
  return serialise(std::move(whole), orders[0], orders[1]);
}

}  // namespace kiln::packages::deb
