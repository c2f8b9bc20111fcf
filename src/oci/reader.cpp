// SPDX-License-Identifier: Apache-2.0
#include "oci/reader.hpp"

#include "base/strings.hpp"
#include "codec/decompress.hpp"
#include "oci/archive_reader.hpp"
#include "oci/media_types.hpp"
#include "oci/stored.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>

namespace kiln::oci {

namespace {

class LayoutReader final : public ImageReader {
 public:
  LayoutReader(Path directory, Index index) : directory_(std::move(directory)) {
    index_ = std::move(index);
  }

 protected:
  Result<std::unique_ptr<Source>> open_stored(const Descriptor& descriptor) const override {
    const Digest& digest = descriptor.digest;
    Path path = directory_ / "blobs" / "sha256" / digest.hex();
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
      return fail(ErrorCode::not_found, fmt::format("the layout lacks blob {}", digest.str()));
    auto file = std::make_shared<const Fd>(TRY(open_file(path, O_RDONLY)));
    uint64_t size = TRY(file_size(*file));
    return slice_source(std::move(file), 0, size);
  }

 private:
  Path directory_;
};

Result<std::unique_ptr<ImageReader>> open_layout(const Path& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory / "oci-layout", error))
    return fail(ErrorCode::unsupported,
                fmt::format("{} is a directory, but not an OCI layout", directory.string()),
                "name a directory with an oci-layout file, or an archive from docker save");
  std::string text = TRY(read_file(directory / "index.json", k_max_manifest_size));
  Index index = TRY_CONTEXT(parse_index(text), fmt::format("reading {}", directory.string()));
  return std::make_unique<LayoutReader>(directory, std::move(index));
}

// Gives bytes that were already taken from a source before the rest of it.
class Rejoined final : public Source {
 public:
  Rejoined(std::string head, std::unique_ptr<Source> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}
  Result<size_t> read(char* buffer, size_t size) override {
    if (at_ == head_.size()) return rest_->read(buffer, size);
    size_t given = head_.copy(buffer, size, at_);
    at_ += given;
    return given;
  }

 private:
  std::string head_;
  std::unique_ptr<Source> rest_;
  size_t at_ = 0;
};

// A decompressing source together with the one below it.
class OwningDecoder final : public Source {
 public:
  OwningDecoder(Compression compression, std::unique_ptr<Source> from, uint64_t limit)
      : from_(std::move(from)), decoded_(decompress(compression, *from_, limit)) {}
  Result<size_t> read(char* buffer, size_t size) override { return decoded_->read(buffer, size); }

 private:
  std::unique_ptr<Source> from_;
  std::unique_ptr<Source> decoded_;
};

// The subject of a manifest or index; nothing when it has none.
Result<std::optional<Descriptor>> subject_of(const Descriptor& entry, std::string_view bytes) {
  if (is_index_type(entry.media_type)) return TRY(parse_index(bytes)).subject;
  return TRY(parse_manifest(bytes)).subject;
}

Result<ImageReader::Subjects> read_subjects(const ImageReader& reader) {
  ImageReader::Subjects subjects;
  for (const Descriptor& entry : reader.index().manifests) {
    if (!is_manifest_type(entry.media_type) && !is_index_type(entry.media_type)) continue;
    Result<std::string> bytes = reader.bytes(entry);
    if (!bytes && bytes.error().code == ErrorCode::interrupted)
      return std::unexpected(std::move(bytes).error());
    if (!bytes) {
      subjects.broken.push_back(std::move(bytes).error().with_context(
          fmt::format("reading {}, which is listed", entry.digest.str())));
      continue;
    }
    // What cannot be read is about nothing; whoever wants that very entry is told what is wrong.
    Result<std::optional<Descriptor>> subject = subject_of(entry, *bytes);
    if (subject && *subject) subjects.entries.emplace((*subject)->digest, entry);
  }
  return subjects;
}

}  // namespace

const Result<ImageReader::Subjects>& ImageReader::subjects() const {
  std::call_once(subjects_read_, [&] { subjects_ = read_subjects(*this); });
  return subjects_;
}

Result<std::vector<Error>> ImageReader::broken_entries() const {
  const Result<Subjects>& read = subjects();
  if (!read) return std::unexpected(read.error());
  return read->broken;
}

Result<std::vector<Descriptor>> ImageReader::referrers(const Digest& subject) const {
  const Result<Subjects>& read = subjects();
  if (!read) return std::unexpected(read.error());
  std::vector<Descriptor> found;
  auto [begin, end] = read->entries.equal_range(subject);
  for (auto entry = begin; entry != end; ++entry) found.push_back(entry->second);
  return found;
}

Result<std::optional<Descriptor>> ImageReader::tagged(std::string_view tag) const {
  for (const Descriptor& entry : index_.manifests) {
    auto name = entry.annotations.find(std::string(k_ref_name));
    if (name != entry.annotations.end() && name->second == tag) return entry;
  }
  return std::nullopt;
}

Result<std::unique_ptr<Source>> ImageReader::open(const Descriptor& descriptor) const {
  std::unique_ptr<Source> stored = TRY(open_stored(descriptor));
  return verified_source(std::move(stored), descriptor.digest, descriptor.size);
}

Result<std::string> ImageReader::bytes(const Descriptor& descriptor, uint64_t limit) const {
  if (descriptor.size > limit)
    return fail(ErrorCode::limit,
                fmt::format("blob {} has {}, more than the {} accepted", descriptor.digest.str(),
                            human_size(descriptor.size), human_size(limit)));
  std::unique_ptr<Source> source = TRY(open(descriptor));
  return read_all(*source, limit);
}

Result<std::unique_ptr<Source>> ImageReader::open_layer(const Descriptor& layer,
                                                        uint64_t limit) const {
  std::unique_ptr<Source> source = TRY(open(layer));
  std::array<char, 16> first;
  size_t got = 0;
  while (got < first.size()) {
    size_t more = TRY(source->read(first.data() + got, first.size() - got));
    if (more == 0) break;
    got += more;
  }
  std::string head(first.data(), got);
  Compression compression = detect_compression(head);
  auto whole = std::make_unique<Rejoined>(std::move(head), std::move(source));
  return std::make_unique<OwningDecoder>(compression, std::move(whole), limit);
}

Result<std::unique_ptr<ImageReader>> open_image(const Path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return open_layout(path);
  Fd file = TRY(open_file(path, O_RDONLY));
  return with_context(open_archive(std::move(file)), fmt::format("reading {}", path.string()));
}

}  // namespace kiln::oci
