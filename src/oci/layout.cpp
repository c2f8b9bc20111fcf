// SPDX-License-Identifier: Apache-2.0
#include "oci/layout.hpp"

#include "base/new_directory.hpp"
#include "base/strings.hpp"
#include "oci/layout_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::oci {

namespace {

constexpr std::array<std::string_view, 4> k_names = {"blobs", "index.json", "manifest.json",
                                                     "oci-layout"};

// Fails unless the path is absent, an empty directory, or a layout and nothing more.
Result<bool> check_replaceable(const Path& directory) {
  std::error_code error;
  std::filesystem::file_status status = std::filesystem::symlink_status(directory, error);
  if (!std::filesystem::exists(status)) return false;
  std::string hint = "name a new directory, or remove this one first";
  if (!std::filesystem::is_directory(status))
    return fail(ErrorCode::bad_input,
                fmt::format("{} exists and is not a directory", directory.string()), hint);
  std::vector<std::string> names = TRY(list_directory(directory));
  bool marked = std::ranges::find(names, "oci-layout") != names.end();
  for (const std::string& name : names)
    if (!marked || std::ranges::find(k_names, name) == k_names.end())
      return fail(ErrorCode::bad_input,
                  fmt::format("{} holds {}, so it is not an OCI layout that could be replaced",
                              directory.string(), printable(name)),
                  hint);
  return true;
}

// New files that become durable together. Syncing each as it is written makes the file system
// commit its journal once a file; once all are on their way to the disk, the first sync commits for
// all.
class NewFiles {
 public:
  explicit NewFiles(const StopCheck& stop) : stop_(stop) {}
  const StopCheck& stop() const { return stop_; }
  Result<int> create(const Path& path, unsigned mode) {
    if (files_.size() == k_most_open) TRY(make_durable());
    files_.push_back({TRY(open_file(path, O_WRONLY | O_CREAT | O_EXCL, mode)), path});
    return files_.back().fd.get();
  }
  Result<> write(const Path& path, std::string_view bytes, unsigned mode) {
    return write_all(TRY(create(path, mode)), bytes);
  }
  Result<> make_durable() {
    // Gives their bytes a place and begins to write them; failing is fine, fdatasync does it, too.
    for (const File& file : files_) ::sync_file_range(file.fd.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    for (const File& file : files_) {
      TRY(ask(stop_));
      if (::fdatasync(file.fd.get()) != 0)
        return fail_errno(fmt::format("cannot write {}", file.path.string()), errno);
    }
    files_.clear();
    return {};
  }

 private:
  struct File {
    Fd fd;
    Path path;
  };
  static constexpr size_t k_most_open = 128;
  const StopCheck& stop_;
  std::vector<File> files_;
};

Result<> copy_bytes(const Path& from, int target, const StopCheck& stop) {
  Fd source = TRY(open_file(from, O_RDONLY));
  std::string buffer(1U << 20, '\0');
  while (true) {
    TRY(ask(stop));
    ssize_t got = ::read(source.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(fmt::format("cannot read {}", from.string()), errno);
    if (got == 0) return {};
    TRY(write_all(target, std::string_view(buffer).substr(0, static_cast<size_t>(got))));
  }
}

Result<> place_blob(const Path& target, const Blob& blob, NewFiles& files) {
  if (blob.file.empty()) return files.write(target, blob.bytes, 0444);
  struct stat info = {};
  if (::stat(blob.file.c_str(), &info) != 0)
    return fail_errno(fmt::format("cannot find {}", blob.file.string()), errno);
  if (static_cast<uint64_t>(info.st_size) != blob.size)
    return fail(ErrorCode::corrupt, fmt::format("{} has {} bytes instead of {}", blob.file.string(),
                                                info.st_size, blob.size));
  if (::link(blob.file.c_str(), target.c_str()) == 0) return {};
  return copy_bytes(blob.file, TRY(files.create(target, 0444)), files.stop());
}

Result<> fill(const Path& directory, const Content& content, const StopCheck& stop) {
  Path blobs = directory / "blobs" / "sha256";
  TRY(make_directories(blobs));
  NewFiles files(stop);
  for (const auto& [digest, blob] : content.blobs()) {
    TRY(ask(stop));
    TRY_CONTEXT(place_blob(blobs / digest.hex(), blob, files),
                fmt::format("writing blob {}", digest.str()));
  }
  TRY(files.write(directory / "index.json", encode(content.index()), 0644));
  TRY(files.write(directory / "oci-layout", k_layout_marker, 0644));
  TRY(files.make_durable());
  for (const Path& each : {blobs, blobs.parent_path(), directory}) TRY(sync_directory(each));
  return {};
}

bool is_regular(const Path& path, struct stat& info) {
  return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

// Whether a file has these bytes.
bool has_bytes(const Path& path, std::string_view bytes) {
  struct stat info = {};
  if (!is_regular(path, info) || static_cast<uint64_t>(info.st_size) != bytes.size()) return false;
  Result<std::string> there = read_file(path, bytes.size());
  return there && *there == bytes;
}

// Whether a file of a layout is this blob: a link to its file, or its bytes.
bool is_placed(const Path& path, const Blob& blob) {
  if (blob.file.empty()) return has_bytes(path, blob.bytes);
  struct stat placed = {};
  struct stat source = {};
  return is_regular(path, placed) && ::stat(blob.file.c_str(), &source) == 0 &&
         placed.st_dev == source.st_dev && placed.st_ino == source.st_ino &&
         static_cast<uint64_t>(placed.st_size) == blob.size;
}

// Whether the directory is the layout of this content already, with nothing besides. Blobs that
// were copied and not linked are not compared.
bool is_filled(const Path& directory, const Content& content) {
  struct stat info = {};
  if (::lstat(directory.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return false;
  Result<std::vector<std::string>> names = list_directory(directory);
  Result<std::vector<std::string>> blobs = list_directory(directory / "blobs" / "sha256");
  Result<std::vector<std::string>> algorithms = list_directory(directory / "blobs");
  if (!names || !blobs || !algorithms || algorithms->size() != 1) return false;
  std::ranges::sort(*names);
  if (*names != std::vector<std::string>{"blobs", "index.json", "oci-layout"}) return false;
  if (blobs->size() != content.blobs().size()) return false;
  if (!has_bytes(directory / "oci-layout", k_layout_marker)) return false;
  if (!has_bytes(directory / "index.json", encode(content.index()))) return false;
  return std::ranges::all_of(content.blobs(), [&](const auto& named) {
    return is_placed(directory / "blobs" / "sha256" / named.first.hex(), named.second);
  });
}

// The directory's own name, also of "x/" and "x/.".
Path plain(const Path& directory) {
  Path path = std::filesystem::absolute(directory).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

// Everything that a layout holds. The content's files are the layout's.
Result<Content> layout_content(const Path& directory) {
  Content content;
  std::string text = TRY(read_file(directory / "index.json", k_max_manifest_size));
  Index index = TRY_CONTEXT(parse_index(text), fmt::format("reading {}", directory.string()));
  for (Descriptor& entry : index.manifests) content.list(std::move(entry));
  Path blobs = directory / "blobs" / "sha256";
  for (const std::string& name : TRY(list_directory(blobs))) {
    Result<Digest> digest = Digest::from_hex(name);
    std::error_code error;
    uint64_t size = std::filesystem::file_size(blobs / name, error);
    if (!digest || error || !std::filesystem::is_regular_file(symlink_status(blobs / name)))
      return fail(ErrorCode::corrupt, fmt::format("{} in the layout is no blob", printable(name)));
    content.add_file(*digest, size, blobs / name);
  }
  return content;
}

// Who holds the layout's lock says so.
Result<> write(const Path& target, const Content& content, const StopCheck& stop, bool is_locked) {
  TRY(check_replaceable(target));
  NewDirectory made = TRY(NewDirectory::create(target));
  TRY(fill(made.path(), content, stop));
  // Looked at again: what was not there may have come, and another may have written there.
  bool replaces = TRY(check_replaceable(target));
  Fd lock;
  if (replaces && !is_locked) lock = TRY(lock_layout(target));
  using enum NewDirectory::Replace;
  return made.commit(replaces ? present : nothing);
}

}  // namespace

Result<> write_layout(const Path& directory, const Content& content, const StopCheck& stop) {
  Path target = plain(directory);
  if (is_filled(target, content)) return {};
  return write(target, content, stop, false);
}

Result<> change_layout(const Path& directory, const std::function<Result<>(Content&)>& change) {
  Path target = plain(directory);
  Fd lock = TRY(lock_layout(target));
  Content content = TRY(layout_content(target));
  TRY(change(content));
  return write(target, content, {}, true);
}

}  // namespace kiln::oci
