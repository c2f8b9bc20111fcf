// SPDX-License-Identifier: Apache-2.0
#include "evidence/latest_releases.hpp"

#include "evidence/release.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kiln::evidence {

namespace {

constexpr size_t k_largest = 4096;

// An origin is the name of one log, whose entries have each a number of their own.
std::string mark_of(const Evidence& evidence) {
  return fmt::format("{} {}\n", evidence.log, evidence.first_entry);
}

}  // namespace

Path LatestReleases::place_of(const std::string& name) const {
  return directory_ / sha256(name).hex();
}

Result<> LatestReleases::forget(const BuildRecord& record) {
  for (const std::string& name : release_names(record))
    if (::unlink(place_of(name).c_str()) != 0 && errno != ENOENT)
      return fail_errno(fmt::format("cannot remove {}", place_of(name).string()), errno);
  return {};
}

Result<> LatestReleases::note(const BuildRecord& record, const Evidence& evidence) {
  if (evidence.log.empty()) return {};
  TRY(make_directories(directory_));
  // Not synced: a mark that is torn or gone says that nothing is known.
  for (const std::string& name : release_names(record)) {
    Fd file = TRY(open_file(place_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600));
    TRY(write_all(file.get(), mark_of(evidence)));
  }
  return {};
}

bool LatestReleases::are(const BuildRecord& record, const Evidence& evidence) const {
  if (evidence.log.empty()) return false;
  return std::ranges::all_of(release_names(record), [&](const std::string& name) {
    Result<std::string> mark = read_file(place_of(name), k_largest);
    return mark && *mark == mark_of(evidence);
  });
}

}  // namespace kiln::evidence
