// SPDX-License-Identifier: Apache-2.0
//
// The blobs of the store.
#include "store/boot_mark.hpp"
#include "store/layout.hpp"
#include "store/store.hpp"
#include "store/store_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace kiln {

Path Store::path_of(const Digest& digest) const {
  return layout::blobs(location_) / digest.hex();
}

// Whether a blob's file still has the bytes of its name; only one without a mark is hashed: a whole
// second, or what a blob in haste has until the machine starts anew. One that cannot be opened now
// is as good as absent, and nothing is known of its bytes.
Store::Found Store::look_at(const Path& path, const Digest& digest) const {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return Found::absent;
  if (info.st_mtim.tv_nsec == 0 || has_boot_mark(info)) return Found::whole;
  auto file = MappedFile::open(path);
  if (!file) return Found::absent;
  if (sha256(file->bytes()) != digest) return Found::damaged;
  (void)settle(path, info.st_mtim.tv_sec);
  return Found::whole;
}

// Makes the bytes of a whole blob durable, and then marks it: the mark must not reach the disk
// before them.
Result<> Store::settle(const Path& path, UnixTime time) const {
  Fd fd = TRY(of_disk(open_file(path, O_RDONLY)));
  TRY(of_disk(disk_.sync(fd.get(), path)));
  set_time(path, time);
  return {};
}

bool Store::has(const Digest& digest) const {
  Path path = path_of(digest);
  Found found = look_at(path, digest);
  if (found != Found::damaged) return found == Found::whole;
  (void)set_aside(path, layout::quarantine(location_), "blob-sha256-" + digest.hex(), disk_, [&] {
    found = look_at(path, digest);
    return found == Found::damaged;
  });
  return found == Found::whole;
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

Result<Digest> Store::put(std::string_view bytes, Durability durability) {
  Digest digest = sha256(bytes);
  Path path = path_of(digest);
  if (has(digest)) {
    touch(path);
    if (durability == Durability::synced) TRY(make_durable(digest));
    return digest;
  }
  Writer blob = TRY(writer());
  TRY(blob.append(bytes));
  TRY(blob.keep(digest, durability));
  return digest;
}

// A blob that is there; its name may not be durable yet when another process just made it.
Result<> Store::make_durable(const Digest& digest) {
  Path path = path_of(digest);
  struct stat info = {};
  if (::stat(path.c_str(), &info) == 0 && info.st_mtim.tv_nsec != 0)
    TRY(settle(path, info.st_mtim.tv_sec));
  return of_disk(disk_.sync_directory(path.parent_path()));
}

Result<bool> Store::adopt(const Digest& digest, const Path& file) {
  if (has(digest)) return true;
  set_time(file, clock_.now());
  return disk_.link(file, path_of(digest));
}

Result<Store::Writer> Store::writer() {
  Path path = TRY(of_disk(temporary_blob()));
  Fd fd = TRY(of_disk(disk_.create(path)));
  return Writer(*this, std::move(path), std::move(fd));
}

Store::Writer::Writer(Store& store, Path path, Fd fd)
    : store_(&store), path_(std::move(path)), fd_(std::move(fd)) {}

Store::Writer::Writer(Writer&& other) noexcept
    : store_(other.store_),
      path_(std::exchange(other.path_, Path{})),
      fd_(std::move(other.fd_)),
      hash_(other.hash_),
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
  TRY(append(bytes));
  hash_.update(bytes);
  return {};
}

// Bytes whose digest is known.
Result<> Store::Writer::append(std::string_view bytes) {
  ASSERT(!path_.empty());
  TRY_CONTEXT(store_->disk_.write(fd_.get(), bytes), "writing a blob to the store");
  size_ += bytes.size();
  return {};
}

Result<Digest> Store::Writer::commit(Durability durability) {
  ASSERT(!path_.empty());
  Digest digest = hash_.finish();
  auto kept = keep(digest, durability);
  discard();
  TRY(std::move(kept));
  return digest;
}

Result<> Store::Writer::commit_expecting(const Digest& digest, std::optional<uint64_t> size,
                                         Durability durability) {
  ASSERT(!path_.empty());
  Digest actual = hash_.finish();
  Result<> kept;
  if (size && *size != size_) {
    kept = fail(ErrorCode::unverified, fmt::format("{} bytes arrived instead of {}", size_, *size));
  } else if (actual != digest) {
    kept = fail(ErrorCode::unverified,
                fmt::format("the bytes are {} instead of {}", actual.str(), digest.str()));
  } else {
    kept = keep(digest, durability);
  }
  discard();
  return kept;
}

// Gives the temporary file its name. A blob that is there already stays, so that mappings of it and
// this file share their pages.
Result<> Store::Writer::keep(const Digest& digest, Durability durability) {
  Path target = store_->path_of(digest);
  if (store_->has(digest)) {
    store_->touch(target);
    return durability == Durability::synced ? store_->make_durable(digest) : Result<>();
  }
  durability = TRY(mark(durability));
  TRY(of_disk(store_->disk_.rename(path_, target)));
  path_.clear();
  if (durability == Durability::none) return {};
  return of_disk(store_->disk_.sync_directory(target.parent_path()));
}

// Gives the temporary file its time. Where no mark of this start of the machine can be set, such as
// on a file system without fractions of a second, each blob is made durable.
Result<Durability> Store::Writer::mark(Durability durability) {
  if (durability == Durability::none) {
    set_boot_mark(path_, store_->clock_.now());
    struct stat info = {};
    if (::fstat(fd_.get(), &info) == 0 && has_boot_mark(info)) return durability;
  }
  TRY(of_disk(store_->disk_.sync(fd_.get(), path_)));
  set_time(path_, store_->clock_.now());
  return Durability::synced;
}

}  // namespace kiln
