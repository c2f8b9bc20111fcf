// SPDX-License-Identifier: Apache-2.0
//
// What stands beside the suites of Debian's archive that were loaded: their other components,
// backports, other releases. It is read only to explain that a package is missing, and nothing is
// ever chosen from it.
#pragma once
#include "packages/deb/archive.hpp"
#include "packages/deb/index_load.hpp"
#include "packages/deb/universe.hpp"

#include <array>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

class Neighbours final : public Neighbourhood {
 public:
  // Of those of the repositories that are releases of Debian. The world must outlive this.
  Neighbours(std::span<const Repository> loaded, std::string architecture,
             const ArchiveOptions& options, World& world);

  // Looks from near to far, until a list has the name: other components, backports, the other
  // releases. A list is read once; one that cannot be read is named in `not_read`, unless the
  // server says that there is none. May be called from several threads.
  Elsewhere holding(std::string_view name) const override;

 private:
  struct List {
    std::string name;  // "debian trixie non-free"
    CompiledIndex compiled;
  };
  // Lists at one distance, read when they are first needed.
  struct Ring {
    std::vector<Repository> repositories;
    bool read = false;
    std::vector<List> lists;
    std::vector<std::string> not_read;
  };

  void read(Ring& ring) const;
  void read(const Repository& repository, Ring& ring) const;

  std::string architecture_;
  ArchiveOptions options_;
  World& world_;
  mutable std::mutex mutex_;
  mutable std::array<Ring, 3> rings_;  // components, backports, other releases
};

}  // namespace kiln::packages::deb
