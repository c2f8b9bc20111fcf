// SPDX-License-Identifier: Apache-2.0
#include "store/store.hpp"

#include "store/layout.hpp"
#include "store/store_files.hpp"
#include "store/temporary_place.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln {

namespace {

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

// Makes a directory and the parents it lacks, each durable in its parent.
Result<> make_durable_directories(Disk& disk, const Path& path) {
  std::error_code ignored;
  if (path.empty() || std::filesystem::is_directory(path, ignored)) return {};
  Path parent = path.parent_path();
  TRY(make_durable_directories(disk, parent));
  TRY(disk.make_directory(path));
  return disk.sync_directory(parent);
}

}  // namespace

Store::Store(StoreLocation location, const StoreOptions& options)
    : location_(std::move(location)),
      clock_(options.clock != nullptr ? *options.clock : system_clock()),
      disk_(options.disk != nullptr ? *options.disk : real_disk()) {}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const Path& root, const StoreOptions& options) {
  return open(StoreLocation{root, root / "state"}, options);
}

Result<std::unique_ptr<Store>> Store::open(const StoreLocation& location,
                                           const StoreOptions& options) {
  std::error_code error;
  StoreLocation absolute{std::filesystem::absolute(location.root, error).lexically_normal(),
                         std::filesystem::absolute(location.state, error).lexically_normal()};
  std::unique_ptr<Store> store(new Store(std::move(absolute), options));
  TRY_CONTEXT(store->prepare(), fmt::format("opening the store {}", location.root.string()));
  return store;
}

Result<> Store::prepare() {
  TRY(make_durable_directories(disk_, location_.root));
  TRY(make_durable_directories(disk_, location_.state));
  lock_ = TRY(lock_file(layout::lock(location_.root), LOCK_SH));
  auto format = read_file(layout::format(location_), 4096);
  if (format && *format != layout::k_format)
    return fail(ErrorCode::unsupported,
                fmt::format("{} is a store of another format", location_.root.string()),
                "use the version of kiln that made it, or another --store");
  if (!format && format.error().code != ErrorCode::not_found)
    return std::unexpected(std::move(format).error());
  if (!format) TRY(create_layout());
  for (const Path& directory : {layout::temporaries(location_.state), layout::state(location_)})
    TRY(make_durable_directories(disk_, directory));
  TRY(remove_abandoned_places(layout::temporaries(location_.root), disk_));
  return remove_abandoned_places(layout::temporaries(location_.state), disk_);
}

// Several processes may do this at once: every step is fine when it was done already.
Result<> Store::create_layout() {
  Path blobs = layout::blobs(location_);
  for (const Path& directory : {blobs, layout::records(location_), layout::quarantine(location_),
                                layout::temporaries(location_.root)})
    TRY(make_durable_directories(disk_, directory));
  for (unsigned shard = 0; shard < 256; ++shard)
    TRY(disk_.make_directory(blobs / fmt::format("{:02x}", shard)));
  TRY(disk_.sync_directory(blobs));
  Path temporary = TRY(temporary_blob());
  Fd fd = TRY(disk_.create(temporary));
  TRY(disk_.write(fd.get(), layout::k_format));
  TRY(disk_.sync(fd.get(), temporary));
  TRY(disk_.rename(temporary, layout::format(location_)));
  return disk_.sync_directory(location_.root);
}

Result<Path> Store::temporary_blob() {
  std::lock_guard lock(places_mutex_);
  if (!blob_place_)
    blob_place_ = TRY(TemporaryPlace::create(layout::temporaries(location_.root), disk_));
  return blob_place_->next();
}

Result<Path> Store::temporary_state() {
  std::lock_guard lock(places_mutex_);
  if (!state_place_)
    state_place_ = TRY(TemporaryPlace::create(layout::temporaries(location_.state), disk_));
  return state_place_->next();
}

void Store::touch(const Path& path) const {
  struct stat info = {};
  UnixTime now = clock_.now();
  if (::stat(path.c_str(), &info) != 0 || std::abs(now - info.st_mtim.tv_sec) < k_day) return;
  set_time(path, now);
}

}  // namespace kiln
