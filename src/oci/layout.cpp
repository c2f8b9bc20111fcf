// SPDX-License-Identifier: Apache-2.0
#include "oci/layout.hpp"

#include "base/strings.hpp"

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
    for (const File& file : files_)
      if (::fdatasync(file.fd.get()) != 0)
        return fail_errno(fmt::format("cannot write {}", file.path.string()), errno);
    files_.clear();
    return {};
  }

 private:
  struct File {
    Fd fd;
    Path path;
  };
  static constexpr size_t k_most_open = 128;
  std::vector<File> files_;
};

Result<> copy_bytes(const Path& from, int target) {
  Fd source = TRY(open_file(from, O_RDONLY));
  std::string buffer(1U << 20, '\0');
  while (true) {
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
  return copy_bytes(blob.file, TRY(files.create(target, 0444)));
}

Result<> fill(const Path& directory, const Content& content) {
  Path blobs = directory / "blobs" / "sha256";
  TRY(make_directories(blobs));
  NewFiles files;
  for (const auto& [digest, blob] : content.blobs())
    TRY_CONTEXT(place_blob(blobs / digest.hex(), blob, files),
                fmt::format("writing blob {}", digest.str()));
  TRY(files.write(directory / "index.json", encode(content.index()), 0644));
  TRY(files.write(directory / "oci-layout", k_layout_marker, 0644));
  TRY(files.make_durable());
  for (const Path& each : {blobs, blobs.parent_path(), directory}) TRY(sync_directory(each));
  return {};
}

// The directory's own name, also of "x/" and "x/.".
Path plain(const Path& directory) {
  Path path = std::filesystem::absolute(directory).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

Result<> write_layout(const Path& directory, const Content& content) {
  Path target = plain(directory);
  bool replaces = TRY(check_replaceable(target));
  TRY(make_directories(target.parent_path()));
  TemporaryDirectory temporary = TRY(TemporaryDirectory::create(target.parent_path()));
  Path made = temporary.path() / "layout";
  if (::mkdir(made.c_str(), 0777) != 0)
    return fail_errno(fmt::format("cannot create {}", made.string()), errno);
  TRY(fill(made, content));
  // Exchanged, the old layout lies in the temporary directory and goes with it.
  unsigned flags = replaces ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), flags) != 0)
    return fail_errno(fmt::format("cannot create {}", target.string()), errno);
  return sync_directory(target.parent_path());
}

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

}  // namespace kiln::oci
