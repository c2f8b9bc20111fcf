// SPDX-License-Identifier: Apache-2.0
#include "oci/archive.hpp"

#include "codec/tar.hpp"
#include "oci/layout.hpp"
#include "oci/media_types.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kiln::oci {

namespace {

std::string blob_path(const Digest& digest) {
  return "blobs/sha256/" + digest.hex();
}

TarEntry file_entry(std::string path, uint64_t size) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.mode = 0444;
  entry.size = size;
  return entry;
}

TarEntry directory_entry(std::string path) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.type = TarType::directory;
  entry.mode = 0755;
  return entry;
}

// Exactly `size` bytes of a file; fewer or more there are an error.
Result<> write_file_bytes(Sink& sink, const Path& path, uint64_t size) {
  Fd fd = TRY(open_file(path, O_RDONLY));
  std::string buffer(1U << 20, '\0');
  uint64_t total = 0;
  while (true) {
    ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(fmt::format("cannot read {}", path.string()), errno);
    total += static_cast<size_t>(got);
    if (total > size || (got == 0 && total != size))
      return fail(ErrorCode::corrupt,
                  fmt::format("{} has not the {} bytes it should have", path.string(), size));
    if (got == 0) return {};
    TRY(sink.write(std::string_view(buffer).substr(0, static_cast<size_t>(got))));
  }
}

Result<> write_blob(Sink& sink, TarWriter& tar, const Digest& digest, const Blob& blob) {
  TarEntry entry = file_entry(blob_path(digest), blob.size);
  if (blob.file.empty()) return tar.add(entry, blob.bytes);
  std::string header = TRY(TarWriter::header_bytes(entry));
  TRY(sink.write(header));
  TRY(write_file_bytes(sink, blob.file, blob.size));
  return sink.write(TarWriter::padding_for(blob.size));
}

Result<> add_text(TarWriter& tar, std::string path, std::string_view text) {
  return tar.add(file_entry(std::move(path), text.size()), text);
}

Result<> write_members(Sink& sink, TarWriter& tar, const Content& content, const Index& index) {
  TRY(tar.add(directory_entry("blobs")));
  TRY(tar.add(directory_entry("blobs/sha256")));
  for (const auto& [digest, blob] : content.blobs())
    TRY_CONTEXT(write_blob(sink, tar, digest, blob), fmt::format("writing blob {}", digest.str()));
  TRY(add_text(tar, "index.json", encode(index)));
  return add_text(tar, "oci-layout", k_layout_marker);
}

// What `docker save` writes beside the layout.
std::string docker_manifest(const Manifest& manifest, std::span<const std::string> names) {
  Json layers = Json::array();
  for (const Descriptor& layer : manifest.layers) layers.push_back(blob_path(layer.digest));
  Json image = Json::object({{"Config", blob_path(manifest.config.digest)},
                             {"RepoTags", Json::array_of(names)},
                             {"Layers", std::move(layers)}});
  return canonical(Json::array({std::move(image)}));
}

// The manifest alone and what it needs.
Result<Content> only(const Content& content, const Digest& digest, const Manifest& manifest) {
  Content one;
  std::vector<Digest> needed = {digest, manifest.config.digest};
  for (const Descriptor& layer : manifest.layers) needed.push_back(layer.digest);
  for (const Digest& blob : needed) {
    auto found = content.blobs().find(blob);
    if (found == content.blobs().end())
      return fail(ErrorCode::not_found, fmt::format("blob {} is not there", blob.str()));
    one.add_blob(blob, found->second);
  }
  return one;
}

// One entry a name, in the words of containerd and of the OCI layout; one without when none is
// given.
Index index_of(const Descriptor& image, std::span<const std::string> names) {
  Index index;
  if (names.empty()) index.manifests.push_back(image);
  for (const std::string& name : names) {
    Descriptor entry = image;
    entry.annotations[std::string(k_image_name)] = name;
    size_t colon = name.rfind(':');
    bool tagged = colon != std::string::npos && name.find('/', colon) == std::string::npos;
    if (tagged) entry.annotations[std::string(k_ref_name)] = name.substr(colon + 1);
    index.manifests.push_back(std::move(entry));
  }
  return index;
}

}  // namespace

Result<> write_oci_archive(Sink& sink, const Content& content) {
  TarWriter tar(sink);
  TRY(write_members(sink, tar, content, content.index()));
  return tar.finish();
}

Result<> write_docker_archive(Sink& sink, const Content& content, const Digest& digest,
                              std::span<const std::string> names) {
  std::string bytes = TRY(content.bytes(digest));
  Manifest manifest = TRY(parse_manifest(bytes));
  Content one = TRY(only(content, digest, manifest));
  TarWriter tar(sink);
  TRY(write_members(sink, tar, one, index_of(describe(k_manifest_type, bytes), names)));
  TRY(add_text(tar, "manifest.json", docker_manifest(manifest, names)));
  return tar.finish();
}

}  // namespace kiln::oci
