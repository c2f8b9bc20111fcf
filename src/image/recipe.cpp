// SPDX-License-Identifier: Apache-2.0
#include "image/recipe.hpp"

#include "base/pages.hpp"
#include "codec/tar.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::image {

namespace {

using model::FileType;

TarType tar_type(FileType type) {
  switch (type) {
    case FileType::file:
      return TarType::file;
    case FileType::directory:
      return TarType::directory;
    case FileType::symlink:
      return TarType::symlink;
    case FileType::hard_link:
      return TarType::hard_link;
    case FileType::character_device:
      return TarType::character_device;
    case FileType::block_device:
      return TarType::block_device;
    case FileType::fifo:
      return TarType::fifo;
  }
  return TarType::file;
}

TarEntry tar_entry(const LayerEntry& entry) {
  const rootfs::Node& node = *entry.node;
  TarEntry tar;
  tar.path = entry.path;
  tar.type = tar_type(node.type);
  tar.mode = node.mode;
  tar.uid = node.uid;
  tar.gid = node.gid;
  tar.mtime = entry.mtime;
  if (!entry.link_to.empty()) {
    tar.type = TarType::hard_link;
    tar.link = entry.link_to;
    return tar;
  }
  if (node.type == FileType::file) tar.size = node.content.size;
  if (node.type == FileType::symlink) tar.link = node.link;
  tar.device_major = node.device_major;
  tar.device_minor = node.device_minor;
  tar.xattrs = node.xattrs;
  return tar;
}

// Appends the part of a piece that lies in [begin, end), where the piece stands at `at`; gives that
// part, which may be empty.
std::string_view append_part(std::string& out, std::string_view piece, uint64_t at, uint64_t begin,
                             uint64_t end) {
  uint64_t from = std::max(at, begin);
  uint64_t to = std::min(at + piece.size(), end);
  if (from >= to) return {};
  std::string_view part = piece.substr(from - at, to - from);
  out.append(part);
  return part;
}

// What was copied out of one payload, whose pages need not stay in memory when the layer goes on: a
// large image would hold all of its packages there. Who needs them again gets them from the file.
class PagesRead {
 public:
  PagesRead() = default;
  ~PagesRead() { let_go(); }
  PagesRead(const PagesRead&) = delete;
  PagesRead& operator=(const PagesRead&) = delete;

  void add(const Digest& payload, std::string_view part) {
    if (part.empty() || payload.is_zero()) return;  // else it lies in no file
    if (payload != payload_) let_go();
    payload_ = payload;
    const char* begin = read_.empty() ? part.data() : std::min(read_.data(), part.data());
    const char* end = std::max(read_.data() + read_.size(), part.data() + part.size());
    read_ = {begin, static_cast<size_t>(end - begin)};
  }

 private:
  void let_go() {
    let_go_of_mapped(read_);
    read_ = {};
  }
  Digest payload_;
  std::string_view read_;
};

}  // namespace

Result<> Payloads::add(const Digest& payload, Store& store) {
  if (!maps_.contains(payload)) maps_.emplace(payload, TRY(store.map(payload)));
  return {};
}

Result<std::string_view> Payloads::bytes_of(const rootfs::Content& content) const {
  std::string_view all = content.bytes;
  if (!content.payload.is_zero()) {
    auto found = maps_.find(content.payload);
    ASSERT(found != maps_.end());
    all = found->second->bytes();
  }
  if (content.offset > all.size() || content.size > all.size() - content.offset)
    return fail(ErrorCode::corrupt,
                fmt::format("a file's content lies outside its payload {}", content.payload.str()));
  return all.substr(content.offset, content.size);
}

Result<Recipe> Recipe::of(const LayerGroup& group) {
  Recipe recipe;
  Sha256 hash;
  hash.update("kiln-recipe/1\n");
  for (const LayerEntry& layer_entry : group.entries) {
    TarEntry tar = tar_entry(layer_entry);
    Entry entry;
    entry.begin = recipe.tar_size_;
    entry.header = TRY(TarWriter::header_bytes(tar));
    Digest content;
    if (tar.type == TarType::file && tar.size > 0) {
      entry.content = &layer_entry.node->content;
      content = entry.content->sha256;
    }
    hash.update(fmt::format("{} {} {}\n", entry.header.size(), tar.size, content.hex()));
    hash.update(entry.header);
    recipe.tar_size_ += entry.header.size() + tar.size + TarWriter::padding_for(tar.size).size();
    recipe.entries_.push_back(std::move(entry));
  }
  recipe.tar_size_ += TarWriter::k_end_of_archive.size();
  recipe.digest_ = hash.finish();
  return recipe;
}

Result<> Recipe::add_payloads(Payloads& payloads, Store& store) const {
  for (const Entry& entry : entries_)
    if (entry.content != nullptr && !entry.content->payload.is_zero())
      TRY(payloads.add(entry.content->payload, store));
  return {};
}

Result<> Recipe::append_range(uint64_t begin, uint64_t end, const Payloads& payloads,
                              std::string& out) const {
  PagesRead read;
  auto after = std::ranges::upper_bound(entries_, begin, {}, &Entry::begin);
  auto first = after == entries_.begin() ? after : after - 1;
  for (auto entry = first; entry != entries_.end() && entry->begin < end; ++entry) {
    append_part(out, entry->header, entry->begin, begin, end);
    if (entry->content == nullptr) continue;
    std::string_view content = TRY(payloads.bytes_of(*entry->content));
    uint64_t at = entry->begin + entry->header.size();
    read.add(entry->content->payload, append_part(out, content, at, begin, end));
    append_part(out, TarWriter::padding_for(content.size()), at + content.size(), begin, end);
  }
  append_part(out, TarWriter::k_end_of_archive, tar_size_ - TarWriter::k_end_of_archive.size(),
              begin, end);
  return {};
}

}  // namespace kiln::image
