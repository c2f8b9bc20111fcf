// SPDX-License-Identifier: Apache-2.0
//
// Archives that one run has loaded, so that the definitions of a catalog which share repositories
// share what was read of them.
#pragma once
#include "packages/archives.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace kiln::plan {

class ArchiveCache {
 public:
  explicit ArchiveCache(const packages::ArchiveOptions& options) : options_(options) {}

  // The packages of these archives: loaded by the first who asks, while others wait; a failure is
  // kept like a success. May be called from several threads at once.
  Result<std::shared_ptr<const packages::Universe>> get(const packages::Archives& archives,
                                                        World& world);

 private:
  struct Entry {
    std::once_flag once;
    std::shared_ptr<const packages::Universe> universe;
    Error error;  // when there is no universe
  };

  packages::ArchiveOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
};

}  // namespace kiln::plan
