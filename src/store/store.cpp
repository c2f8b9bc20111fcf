// SPDX-License-Identifier: Apache-2.0
#include "store/store.hpp"

#include "store/boot_mark.hpp"
#include "store/layout.hpp"
#include "store/record.hpp"
#include "store/temporary_place.hpp"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln {

namespace {

constexpr UnixTime k_day = 86'400;
constexpr uint64_t k_largest_state = 64U << 20;

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

Result<Fd> lock_file(const Path& path, int operation) {
  Fd fd = TRY(open_file(path, O_RDWR | O_CREAT, 0644));
  while (::flock(fd.get(), operation) != 0) {
    if (errno != EINTR) return fail_errno(fmt::format("cannot lock {}", path.string()), errno);
  }
  return fd;
}

Result<> check_name(std::string_view kind, std::string_view key) {
  if (is_record_name(kind) && is_record_name(key)) return {};
  return fail(ErrorCode::bad_input,
              fmt::format("\"{}/{}\" cannot name a record of the store", kind, key));
}

// Sets the time of last change to a whole second. On a blob that is the mark of having been found
// whole: whoever edits it in place, be it through a hard link from a layout, gives it a fraction.
void set_time(const Path& path, UnixTime time) {
  timespec times[2] = {{.tv_sec = time, .tv_nsec = 0}, {.tv_sec = time, .tv_nsec = 0}};
  ::utimensat(AT_FDCWD, path.c_str(), times, 0);
}

// Whether a blob's file still has the bytes of its name; only one without the mark is hashed.
bool is_whole(const Path& path, const Digest& digest, const struct stat& info) {
  if (info.st_mtim.tv_nsec == 0) return true;
  auto file = MappedFile::open(path);
  if (!file || sha256(file->bytes()) != digest) return false;
  set_time(path, info.st_mtim.tv_sec);
  return true;
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

// --- blobs ------------------------------------------------------------------------------------

Path Store::path_of(const Digest& digest) const {
  std::string hex = digest.hex();
  return layout::blobs(location_) / hex.substr(0, 2) / hex;
}

bool Store::has(const Digest& digest) const {
  Path path = path_of(digest);
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  if (is_whole(path, digest, info)) return true;
  (void)disk_.rename(path, layout::quarantine(location_) / ("blob--" + digest.hex()));
  return false;
}

Result<std::shared_ptr<const MappedFile>> Store::map(const Digest& digest,
                                                     std::optional<uint64_t> expected_size) {
  std::shared_ptr<const MappedFile> mapped;
  {
    std::lock_guard lock(maps_mutex_);
    if (auto found = maps_.find(digest); found != maps_.end()) mapped = found->second.lock();
  }
  if (!mapped) {
    Path path = path_of(digest);
    if (!has(digest))
      return fail(ErrorCode::not_found, fmt::format("{} is not in the store", digest.str()));
    MappedFile file = TRY(MappedFile::open(path));
    mapped = std::make_shared<const MappedFile>(std::move(file));
    touch(path);
    std::lock_guard lock(maps_mutex_);
    std::weak_ptr<const MappedFile>& known = maps_[digest];
    if (auto other = known.lock()) {
      mapped = other;
    } else {
      known = mapped;
    }
  }
  if (expected_size && mapped->bytes().size() != *expected_size)
    return fail(ErrorCode::corrupt,
                fmt::format("{} has {} bytes in the store instead of {}", digest.str(),
                            mapped->bytes().size(), *expected_size),
                "`kiln store verify` moves damaged blobs away, so that they are fetched again");
  return mapped;
}

Result<Digest> Store::put(std::string_view bytes) {
  Digest digest = sha256(bytes);
  Path path = path_of(digest);
  if (has(digest)) {
    touch(path);
    TRY(disk_.sync_directory(path.parent_path()));
    return digest;
  }
  Writer blob = TRY(writer());
  TRY(blob.write(bytes));
  return blob.commit();
}

Result<Store::Writer> Store::writer() {
  Path path = TRY(temporary_blob());
  Fd fd = TRY(disk_.create(path));
  return Writer(*this, std::move(path), std::move(fd));
}

Store::Writer::Writer(Store& store, Path path, Fd fd)
    : store_(&store), path_(std::move(path)), fd_(std::move(fd)) {}

Store::Writer::Writer(Writer&& other) noexcept
    : store_(other.store_),
      path_(std::exchange(other.path_, Path{})),
      fd_(std::move(other.fd_)),
      hash_(std::move(other.hash_)),
      size_(other.size_) {}

Store::Writer& Store::Writer::operator=(Writer&& other) noexcept {
  std::swap(store_, other.store_);
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(hash_, other.hash_);
  std::swap(size_, other.size_);
  return *this;
}

Store::Writer::~Writer() {
  discard();
}

void Store::Writer::discard() {
  if (!path_.empty()) (void)store_->disk_.remove(path_);
  path_.clear();
  fd_ = Fd();
}

Result<> Store::Writer::write(std::string_view bytes) {
  ASSERT(!path_.empty());
  TRY_CONTEXT(store_->disk_.write(fd_.get(), bytes), "writing a blob to the store");
  hash_.update(bytes);
  size_ += bytes.size();
  return {};
}

Result<Digest> Store::Writer::commit() {
  ASSERT(!path_.empty());
  Digest digest = hash_.finish();
  auto kept = keep(digest);
  discard();
  TRY(std::move(kept));
  return digest;
}

Result<> Store::Writer::commit_expecting(const Digest& digest, std::optional<uint64_t> size) {
  ASSERT(!path_.empty());
  Digest actual = hash_.finish();
  Result<> kept;
  if (size && *size != size_) {
    kept = fail(ErrorCode::unverified, fmt::format("{} bytes arrived instead of {}", size_, *size));
  } else if (actual != digest) {
    kept = fail(ErrorCode::unverified,
                fmt::format("the bytes are {} instead of {}", actual.str(), digest.str()));
  } else {
    kept = keep(digest);
  }
  discard();
  return kept;
}

// Gives the temporary file its name. A blob that is there already stays, so that mappings of it and
// this file share their pages; its name may not be durable yet when another process just made it.
Result<> Store::Writer::keep(const Digest& digest) {
  Path target = store_->path_of(digest);
  if (!store_->has(digest)) {
    TRY(store_->disk_.sync(fd_.get(), path_));
    set_time(path_, store_->clock_.now());
    TRY(store_->disk_.rename(path_, target));
    path_.clear();
  }
  store_->touch(target);
  return store_->disk_.sync_directory(target.parent_path());
}

// --- records and state ------------------------------------------------------------------------

std::shared_ptr<const Record> Store::cached(std::string_view kind, std::string_view key) {
  if (!check_name(kind, key)) return nullptr;
  Path path = layout::records(location_) / kind / key;
  struct stat before = {};
  struct stat info = {};
  if (::stat(path.c_str(), &before) != 0) return nullptr;
  auto file = MappedFile::open(path);
  if (!file || ::stat(path.c_str(), &info) != 0) return nullptr;
  // Another process may replace the file meanwhile; then the mark is not that of the mapped bytes.
  bool marked = has_boot_mark(info) && has_boot_mark(before) && info.st_ino == before.st_ino;
  auto payload = marked ? open_checked_record(kind, key, file->bytes())
                        : open_record(kind, key, file->bytes());
  if (!payload) {
    (void)disk_.remove(path);
    return nullptr;
  }
  UnixTime now = clock_.now();
  bool is_large = file->bytes().size() >= k_marked_record;
  bool is_recent = std::abs(now - info.st_mtim.tv_sec) < k_day;
  if (is_large && !(marked && is_recent))
    set_boot_mark(path, is_recent ? info.st_mtim.tv_sec : now);
  else if (!is_recent)
    set_time(path, now);
  return std::make_shared<const Record>(std::move(*file), *payload);
}

Result<> Store::cache(std::string_view kind, std::string_view key, std::string_view bytes) {
  TRY(check_name(kind, key));
  Path directory = layout::records(location_) / kind;
  TRY(disk_.make_directory(directory));
  return write_record(TRY(temporary_blob()), directory / key, kind, key, bytes, Durability::none);
}

Result<> Store::write_record(const Path& temporary, const Path& target, std::string_view kind,
                             std::string_view key, std::string_view bytes, Durability durability) {
  auto written = [&]() -> Result<> {
    Fd fd = TRY(disk_.create(temporary));
    TRY(disk_.write(fd.get(), record_header(kind, key, bytes)));
    TRY(disk_.write(fd.get(), bytes));
    if (durability == Durability::synced) TRY(disk_.sync(fd.get(), temporary));
    return disk_.rename(temporary, target);
  }();
  if (!written) (void)disk_.remove(temporary);
  return with_context(std::move(written), fmt::format("keeping {}/{}", kind, key));
}

Result<std::optional<std::string>> Store::state(std::string_view kind, std::string_view key) const {
  TRY(check_name(kind, key));
  Path path = layout::state(location_) / kind / key;
  auto file = read_file(path, k_largest_state);
  if (!file && file.error().code == ErrorCode::not_found) return std::nullopt;
  std::string bytes = TRY(std::move(file));
  auto payload = open_record(kind, key, bytes);
  if (!payload)
    return fail(ErrorCode::corrupt,
                fmt::format("{} is damaged: {}", path.string(), payload.error().message),
                "restore the file from a backup, or remove it to begin anew without what it says");
  return std::string(*payload);
}

Result<> Store::set_state(std::string_view kind, std::string_view key, std::string_view bytes) {
  return update_state(kind, key, [&](const std::optional<std::string>&) {
    return Result<std::optional<std::string>>(std::string(bytes));
  });
}

Result<> Store::update_state(std::string_view kind, std::string_view key,
                             const StateChange& change) {
  TRY(check_name(kind, key));
  Fd lock = TRY(lock_file(layout::lock(location_.state), LOCK_EX));
  std::optional<std::string> present = TRY(state(kind, key));
  std::optional<std::string> next = TRY(change(present));
  if (!next) return {};
  Path directory = layout::state(location_) / kind;
  TRY(disk_.make_directory(directory));
  TRY(disk_.sync_directory(directory.parent_path()));
  Path temporary = TRY(temporary_state());
  TRY(write_record(temporary, directory / key, kind, key, *next, Durability::synced));
  return disk_.sync_directory(directory);
}

}  // namespace kiln
