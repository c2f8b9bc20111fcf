// SPDX-License-Identifier: Apache-2.0
#include "store/store.hpp"

#include "base/strings.hpp"
#include "store/layout.hpp"
#include "store/store_files.hpp"
#include "store/temporary_place.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln {

namespace {

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

// Directories that are made first and become durable after, each in its parent: syncs that follow
// each other cost a file system with a journal one commit.
class NewDirectories {
 public:
  explicit NewDirectories(Disk& disk) : disk_(disk) {}

  // Makes a directory and the parents it lacks.
  Result<> make(const Path& path) {
    std::error_code ignored;
    if (path.empty() || std::filesystem::is_directory(path, ignored)) return {};
    Path parent = path.parent_path();
    TRY(make(parent));
    TRY(disk_.make_directory(path));
    changed_.insert(std::move(parent));
    return {};
  }

  Result<> sync() {
    for (const Path& parent : changed_) TRY(disk_.sync_directory(parent));
    return {};
  }

 private:
  Disk& disk_;
  std::set<Path> changed_;
};

}  // namespace

namespace {

// Of a store that is being made, a mount's own and where a store's state may lie below it.
bool may_be_in_a_new_store(std::string_view name) {
  constexpr std::string_view k_names[] = {"blobs", "records", "quarantine", "tmp",
                                          "state", "lock",    "lost+found"};
  return std::ranges::find(k_names, name) != std::end(k_names);
}

// Nobody's files are taken for damaged or old things of a store: without the mark of one, a
// directory may hold what is left where one was about to be made, and nothing else.
Result<> check_may_become_a_store(const Path& root) {
  auto names_in = [](const Path& directory) -> Result<std::vector<std::string>> {
    std::error_code error;
    if (!std::filesystem::is_directory(directory, error)) return std::vector<std::string>();
    return list_directory(directory);
  };
  auto refuse = [&](const std::string& name) {
    return fail(ErrorCode::bad_input,
                fmt::format("{} holds {} and is no store", root.string(), printable(name)),
                "name a directory that is empty, not there yet, or was made by Kiln");
  };
  for (const std::string& name : TRY(names_in(root)))
    if (!may_be_in_a_new_store(name)) return refuse(name);
  for (std::string_view empty : {"records", "quarantine"})
    for (const std::string& name : TRY(names_in(root / empty)))
      return refuse(fmt::format("{}/{}", empty, name));
  for (const std::string& name : TRY(names_in(root / "blobs")))
    if (name != "sha256") return refuse("blobs/" + name);
  return {};
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
  if (location.root.empty()) return fail(ErrorCode::bad_input, "the store's directory has no name");
  std::error_code error;
  StoreLocation absolute{std::filesystem::absolute(location.root, error).lexically_normal(),
                         std::filesystem::absolute(location.state, error).lexically_normal()};
  std::unique_ptr<Store> store(new Store(std::move(absolute), options));
  TRY_CONTEXT(store->prepare(), fmt::format("opening the store {}", location.root.string()));
  return store;
}

Result<> Store::prepare() {
  std::error_code error;
  if (!std::filesystem::exists(layout::format(location_), error))
    TRY(check_may_become_a_store(location_.root));
  NewDirectories made(disk_);
  TRY(made.make(location_.root));
  TRY(made.make(location_.state));
  lock_ = TRY(lock_file(layout::lock(location_.root), LOCK_SH));
  auto format = read_file(layout::format(location_), 4096);
  if (format && *format != layout::k_format)
    return fail(
        ErrorCode::unsupported,
        fmt::format("{} is a store of another format", location_.root.string()),
        "use the Kiln that made it or another --store, or remove all in it but state, which "
        "alone cannot be made again");
  if (!format && format.error().code != ErrorCode::not_found)
    return std::unexpected(std::move(format).error());
  for (const Path& directory : {layout::temporaries(location_.state), layout::state(location_)})
    TRY(made.make(directory));
  if (!format) TRY(create_layout());
  TRY(made.sync());
  TRY(remove_abandoned_places(layout::temporaries(location_.root), disk_));
  return remove_abandoned_places(layout::temporaries(location_.state), disk_);
}

// Several processes may do this at once: every step is fine when it was done already, by one that
// may not have come to its syncs.
Result<> Store::create_layout() {
  Path blobs = layout::blobs(location_);
  for (const Path& directory : {blobs.parent_path(), blobs, layout::records(location_),
                                layout::quarantine(location_), layout::temporaries(location_.root)})
    TRY(disk_.make_directory(directory));
  for (const Path& directory : {location_.root, blobs.parent_path(), blobs})
    TRY(disk_.sync_directory(directory));
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
  set_time(path, now, info.st_mtim.tv_nsec);
}

}  // namespace kiln
