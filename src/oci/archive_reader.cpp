// SPDX-License-Identifier: Apache-2.0
//
// An archive is walked once for the places of its members; blobs are then read where they lie.
// With `oci-layout` and `index.json` it is a layout. Otherwise `manifest.json` lists images as
// docker save has written them since 1.10:
//
//   [{"Config": "<path>", "RepoTags": ["name:tag", ...] / null, "Layers": ["<path>", ...]}, ...]
//
// from which manifests are made up, so that both kinds look alike.
#include "oci/archive_reader.hpp"

#include "base/strings.hpp"
#include "codec/decompress.hpp"
#include "codec/tar.hpp"
#include "codec/tar_format.hpp"
#include "oci/media_types.hpp"
#include "oci/stored.hpp"

#include <array>
#include <cerrno>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kiln::oci {

namespace {

constexpr size_t k_max_members = 100'000;
constexpr size_t k_max_docker_images = 1000;
constexpr size_t k_max_links = 8;
constexpr uint64_t k_max_decompressed = uint64_t{1} << 37;

struct Member {
  uint64_t offset = 0;
  uint64_t size = 0;
  std::string link;  // clean path of another member, when this is a symbolic link
};

using Members = std::map<std::string, Member, std::less<>>;

// A link's target, from the archive's root. Links that leave the archive are as good as absent.
std::string resolve_link(const std::string& path, const std::string& link) {
  Path target = (Path(path).parent_path() / link).lexically_normal();
  Result<std::string> clean = clean_path(target.string());
  return clean ? *clean : std::string{};
}

Result<Members> list_members(Source& source) {
  TarStream tar(source);
  Members members;
  while (std::optional<TarEntry> entry = TRY(tar.next())) {
    if (members.size() == k_max_members)
      return fail(ErrorCode::limit, "an image archive with more than 100000 members");
    if (entry->type != TarType::file && entry->type != TarType::symlink) continue;
    std::string path = TRY(clean_path(entry->path));
    Member member{entry->data_offset, entry->size, {}};
    if (entry->type == TarType::symlink) member.link = resolve_link(path, entry->link);
    members.insert_or_assign(std::move(path), std::move(member));
  }
  return members;
}

class ArchiveReader final : public ImageReader {
 public:
  ArchiveReader(std::shared_ptr<const Fd> file, Members members)
      : file_(std::move(file)), members_(std::move(members)) {}

  Result<> load() {
    if (members_.contains("oci-layout") && members_.contains("index.json")) {
      std::string text = TRY(read_member("index.json"));
      index_ = TRY(parse_index(text));
      return {};
    }
    if (members_.contains("manifest.json")) return load_docker();
    return fail(ErrorCode::unsupported, "the archive holds neither index.json nor manifest.json",
                "make it with docker save, podman save, or skopeo copy to oci-archive:");
  }

 protected:
  Result<std::unique_ptr<Source>> open_stored(const Descriptor& descriptor) const override {
    const Digest& digest = descriptor.digest;
    if (auto made = made_.find(digest); made != made_.end())
      return std::make_unique<MemorySource>(made->second);
    auto known = places_.find(digest);
    std::string path = known != places_.end() ? known->second : "blobs/sha256/" + digest.hex();
    const Member* member = find(path);
    if (member == nullptr)
      return fail(ErrorCode::not_found, fmt::format("the archive lacks blob {}", digest.str()));
    return slice_source(file_, member->offset, member->size);
  }

 private:
  const Member* find(std::string_view path) const {
    for (size_t step = 0; step < k_max_links; ++step) {
      auto found = members_.find(path);
      if (found == members_.end()) return nullptr;
      if (found->second.link.empty()) return &found->second;
      path = found->second.link;
    }
    return nullptr;
  }

  Result<const Member*> require(std::string_view path) const {
    const Member* member = find(path);
    if (member == nullptr)
      return fail(ErrorCode::corrupt,
                  fmt::format("the archive names {} and lacks it", printable(path)));
    return member;
  }

  Result<std::string> read_member(std::string_view path) const {
    const Member* member = TRY(require(path));
    std::unique_ptr<Source> source = slice_source(file_, member->offset, member->size);
    return with_context(read_all(*source, k_max_manifest_size),
                        fmt::format("reading {}", printable(path)));
  }

  Result<> load_docker() {
    std::string text = TRY(read_member("manifest.json"));
    Json images = TRY(parse_json(text));
    if (!images.is_array()) return fail(ErrorCode::corrupt, "manifest.json is not an array");
    if (images.as_array().size() > k_max_docker_images)
      return fail(ErrorCode::limit,
                  fmt::format("more than {} images in manifest.json", k_max_docker_images));
    for (const Json& image : images.as_array()) {
      if (!image.is_object()) return fail(ErrorCode::corrupt, "manifest.json lists no objects");
      TRY(add_docker_image(image));
    }
    return {};
  }

  Result<> add_docker_image(const Json& image) {
    std::string config_path = TRY(image.get_string("Config"));
    std::string config_bytes = TRY(read_member(config_path));
    ImageConfig config = TRY(parse_config(config_bytes));
    std::vector<std::string> layers = TRY(image.get_strings_or_empty("Layers"));
    if (layers.size() != config.diff_ids.size())
      return fail(ErrorCode::corrupt,
                  fmt::format("the archive lists {} layers and the image's config {}",
                              layers.size(), config.diff_ids.size()));
    Manifest manifest;
    manifest.config = describe(k_config_type, config_bytes);
    made_.insert_or_assign(manifest.config.digest, std::move(config_bytes));
    for (size_t i = 0; i < layers.size(); ++i)
      manifest.layers.push_back(TRY(describe_layer(layers[i], config.diff_ids[i])));
    return list(manifest, config, TRY(image.get_strings_or_empty("RepoTags")));
  }

  // An uncompressed layer is named by its diff id, which is checked when it is read; of another
  // one the digest is computed.
  Result<Descriptor> describe_layer(const std::string& path, const Digest& diff_id) {
    const Member* member = TRY(require(path));
    std::array<char, 16> first;
    std::unique_ptr<Source> source = slice_source(file_, member->offset, member->size);
    size_t got = TRY(source->read(first.data(), first.size()));
    Descriptor layer;
    layer.size = member->size;
    layer.digest = diff_id;
    layer.media_type = k_layer_type;
    Compression compression = detect_compression({first.data(), got});
    if (compression != Compression::none) {
      source = slice_source(file_, member->offset, member->size);
      HashSink hash;
      TRY(copy(*source, hash));
      layer.digest = hash.finish();
      layer.media_type = compression == Compression::zstd ? k_layer_zstd_type : k_layer_gzip_type;
    }
    places_.insert_or_assign(layer.digest, path);
    return layer;
  }

  Result<> list(const Manifest& manifest, const ImageConfig& config,
                const std::vector<std::string>& names) {
    std::string bytes = encode(manifest);
    Descriptor descriptor = describe(k_manifest_type, bytes);
    descriptor.platform = config.platform;
    made_.insert_or_assign(descriptor.digest, std::move(bytes));
    if (!names.empty()) descriptor.annotations[std::string(k_ref_name)] = names.front();
    index_.manifests.push_back(std::move(descriptor));
    return {};
  }

  std::shared_ptr<const Fd> file_;
  Members members_;
  std::map<Digest, std::string> made_;    // blobs that lie in memory
  std::map<Digest, std::string> places_;  // blobs that lie under another name than their digest's
};

// A temporary file without a name, which disappears with its descriptor.
Result<Fd> anonymous_file() {
  TemporaryDirectory directory = TRY(TemporaryDirectory::create());
  return open_file(directory.path() / "archive.tar", O_RDWR | O_CREAT | O_EXCL, 0600);
}

class FdSink final : public Sink {
 public:
  explicit FdSink(int fd) : fd_(fd) {}
  Result<> write(std::string_view bytes) override { return write_all(fd_, bytes); }

 private:
  int fd_;
};

Result<std::shared_ptr<const Fd>> decompressed(std::shared_ptr<const Fd> file) {
  uint64_t size = TRY(file_size(*file));
  std::array<char, 16> first;
  size_t got = TRY(slice_source(file, 0, size)->read(first.data(), first.size()));
  Compression compression = detect_compression({first.data(), got});
  if (compression == Compression::none) return file;
  std::unique_ptr<Source> raw = slice_source(file, 0, size);
  std::unique_ptr<Source> source = decompress(compression, *raw, k_max_decompressed);
  Fd plain = TRY(anonymous_file());
  FdSink sink(plain.get());
  TRY(copy(*source, sink));
  return std::make_shared<const Fd>(std::move(plain));
}

}  // namespace

Result<bool> begins_like_an_archive(const Path& path) {
  Fd file = TRY(open_file(path, O_RDONLY));
  std::array<char, tar_format::k_block> first{};
  size_t got = 0;
  while (got < first.size()) {
    ssize_t more = ::read(file.get(), first.data() + got, first.size() - got);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return fail_errno(fmt::format("cannot read {}", path.string()), errno);
    if (more == 0) break;
    got += static_cast<size_t>(more);
  }
  std::string_view block(first.data(), got);
  if (detect_compression(block) != Compression::none) return true;
  if (got < first.size()) return false;
  Result<int64_t> sum = tar_format::parse_number(tar_format::k_checksum.in(block));
  return sum && *sum == tar_format::checksum(block);
}

Result<std::unique_ptr<ImageReader>> open_archive(Fd file) {
  auto plain = TRY(decompressed(std::make_shared<const Fd>(std::move(file))));
  uint64_t size = TRY(file_size(*plain));
  std::unique_ptr<Source> source = slice_source(plain, 0, size);
  Members members = TRY(list_members(*source));
  auto reader = std::make_unique<ArchiveReader>(std::move(plain), std::move(members));
  TRY(reader->load());
  return reader;
}

}  // namespace kiln::oci
