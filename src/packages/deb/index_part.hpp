// SPDX-License-Identifier: Apache-2.0
//
// The first half of compiling an index: a run of whole paragraphs of a Packages file becomes tables
// of its own, which index_compile.cpp puts behind each other.
#pragma once
#include "packages/deb/index.hpp"
#include "packages/deb/index_format.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

// The fields of one package while its paragraph is read.
struct IndexStanza {
  std::array<std::string_view, k_index_fields> texts;
  std::string_view size;
  std::string_view installed_size;
  std::string_view sha256;
  uint32_t flags = 0;
  std::string_view* last = nullptr;  // what a continuation line belongs to
  bool empty = true;

  std::string_view& text(IndexField field) { return texts[static_cast<size_t>(field)]; }
};

class IndexPart {
 public:
  // Fails (corrupt) and names the package that is not as it must be.
  Result<> parse(std::string_view text);

  std::string pool;
  std::vector<uint32_t> bounds;  // k_index_fields a record, without the last one
  std::vector<index_format::Numbers> numbers;
  std::vector<index_format::ProvidedName> provided;

 private:
  void add_line(std::string_view line);
  Result<> finish();
  Result<> check() const;
  void split_source();
  Result<> add_numbers();
  Result<> add_provided(std::string_view field);
  std::unexpected<Error> bad(std::string_view what) const;
  IndexStanza stanza_;
};

}  // namespace kiln::packages::deb
