// SPDX-License-Identifier: Apache-2.0
//
// What is in a store, read from its directories.
#include "store/layout.hpp"
#include "store/maintenance.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace kiln {

namespace {

// Adds the regular files of a directory; a file that goes meanwhile is no error.
Result<> add_files(std::vector<StoreEntry>& entries, StoreArea area, const std::string& kind,
                   const Path& directory) {
  for (std::string& name : TRY(list_directory(directory))) {
    Path path = directory / name;
    struct stat info = {};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    entries.push_back({.area = area,
                       .kind = kind,
                       .name = std::move(name),
                       .size = static_cast<uint64_t>(info.st_size),
                       .last_used = info.st_mtim.tv_sec,
                       .path = std::move(path)});
  }
  return {};
}

}  // namespace

std::string_view str(StoreArea area) {
  switch (area) {
    case StoreArea::blob:
      return "blob";
    case StoreArea::record:
      return "record";
    case StoreArea::state:
      return "state";
  }
  return "unknown";
}

std::string StoreEntry::str() const {
  return fmt::format("{} {}/{}", kiln::str(area), kind, name);
}

Result<std::vector<StoreEntry>> list_store(const Store& store) {
  std::vector<StoreEntry> entries;
  TRY(add_files(entries, StoreArea::blob, "sha256", layout::blobs(store.location())));
  Path records = layout::records(store.location());
  for (const std::string& kind : TRY(list_directory(records)))
    TRY(add_files(entries, StoreArea::record, kind, records / kind));
  Path state = layout::state(store.location());
  for (const std::string& kind : TRY(list_directory(state)))
    TRY(add_files(entries, StoreArea::state, kind, state / kind));
  return entries;
}

Result<StoreReport> report_store(const Store& store) {
  StoreReport report;
  for (const StoreEntry& entry : TRY(list_store(store))) {
    bool same = !report.parts.empty() && report.parts.back().area == entry.area &&
                report.parts.back().kind == entry.kind;
    if (!same) report.parts.push_back({.area = entry.area, .kind = entry.kind});
    StoreReport::Part& part = report.parts.back();
    ++part.count;
    ++report.count;
    part.bytes += entry.size;
    report.bytes += entry.size;
  }
  return report;
}

}  // namespace kiln
