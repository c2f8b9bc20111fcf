// SPDX-License-Identifier: Apache-2.0
//
// TarParser reads headers one after the other, gathers the extensions that stand before an entry
// (pax x and g, GNU L and K), and joins them with the entry's own header. TarReader and TarStream
// are the same parser over two kinds of input.
#include "base/strings.hpp"
#include "codec/tar.hpp"
#include "codec/tar_format.hpp"
#include "codec/tar_input.hpp"

#include <array>

#include <fmt/format.h>

namespace kiln {

using namespace tar_format;

namespace {

// What stands before the header of an entry.
struct Extensions {
  PaxValues pax;
  std::optional<std::string> long_name;
  std::optional<std::string> long_link;
  bool has_pax = false;

  bool empty() const { return !has_pax && !long_name && !long_link; }
};

bool is_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == bytes.npos;
}

std::string_view until_nul(std::string_view field) {
  return field.substr(0, field.find('\0'));
}

Result<uint64_t> parse_unsigned(Field field, std::string_view block, uint64_t most) {
  int64_t value = TRY(parse_number(field.in(block)));
  if (value < 0 || static_cast<uint64_t>(value) > most)
    return fail(ErrorCode::corrupt, fmt::format("{} is out of range in a tar header", value));
  return static_cast<uint64_t>(value);
}

Result<> check_header(std::string_view block) {
  int64_t expected = TRY(parse_number(k_checksum.in(block)));
  if (expected != checksum(block))
    return fail(ErrorCode::corrupt, "the checksum of a tar header is wrong");
  return {};
}

Result<TarType> parse_type(char flag) {
  switch (flag) {
    case '\0':
    case '0':
    case '7':
      return TarType::file;
    case '1':
      return TarType::hard_link;
    case '2':
      return TarType::symlink;
    case '3':
      return TarType::character_device;
    case '4':
      return TarType::block_device;
    case '5':
      return TarType::directory;
    case '6':
      return TarType::fifo;
    default:
      return fail(ErrorCode::unsupported, fmt::format("tar entries of type '{}' are not read",
                                                      printable(std::string_view(&flag, 1))));
  }
}

std::string header_path(std::string_view block) {
  std::string_view name = until_nul(k_name.in(block));
  std::string_view prefix = until_nul(k_prefix.in(block));
  // GNU tar keeps times where POSIX has the prefix; older formats have nothing there.
  if (k_magic.in(block) != k_posix_magic || prefix.empty()) return std::string(name);
  return fmt::format("{}/{}", prefix, name);
}

bool is_link(TarType type) {
  return type == TarType::hard_link || type == TarType::symlink;
}
bool is_device(TarType type) {
  return type == TarType::character_device || type == TarType::block_device;
}

// The fields that a header alone decides.
Result<TarEntry> parse_entry(std::string_view block) {
  TarEntry entry;
  entry.type = TRY(parse_type(block[k_type.at]));
  entry.path = header_path(block);
  entry.mode = static_cast<uint32_t>(TRY(parse_unsigned(k_mode, block, UINT32_MAX))) & 07777;
  entry.uid = static_cast<uint32_t>(TRY(parse_unsigned(k_uid, block, UINT32_MAX)));
  entry.gid = static_cast<uint32_t>(TRY(parse_unsigned(k_gid, block, UINT32_MAX)));
  entry.size = TRY(parse_unsigned(k_size, block, INT64_MAX));
  entry.mtime = TRY(parse_number(k_mtime.in(block)));
  if (is_link(entry.type)) entry.link = until_nul(k_link.in(block));
  if (is_device(entry.type)) {
    entry.device_major = static_cast<uint32_t>(TRY(parse_unsigned(k_major, block, UINT32_MAX)));
    entry.device_minor = static_cast<uint32_t>(TRY(parse_unsigned(k_minor, block, UINT32_MAX)));
  }
  // Before POSIX a directory was a file whose name ends with a slash.
  if (block[k_type.at] == '\0' && entry.path.ends_with('/')) entry.type = TarType::directory;
  return entry;
}

Result<> apply(Extensions& extensions, TarEntry& entry) {
  PaxValues& pax = extensions.pax;
  if ((extensions.long_name && pax.path) || (extensions.long_link && pax.link))
    return fail(ErrorCode::corrupt, "two kinds of long name for one tar entry");
  if (extensions.long_name) entry.path = std::move(*extensions.long_name);
  if (pax.path) entry.path = std::move(*pax.path);
  if (pax.size) entry.size = *pax.size;
  if (pax.mtime) entry.mtime = *pax.mtime;
  if (pax.uid) entry.uid = *pax.uid;
  if (pax.gid) entry.gid = *pax.gid;
  entry.xattrs = std::move(pax.xattrs);
  if (pax.apk_sha1) entry.apk_sha1 = std::move(*pax.apk_sha1);
  if (is_link(entry.type) && extensions.long_link) entry.link = std::move(*extensions.long_link);
  if (is_link(entry.type) && pax.link) entry.link = std::move(*pax.link);
  return {};
}

Result<> check(const TarEntry& entry) {
  auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::corrupt, fmt::format("tar entry '{}' {}", printable(entry.path), why));
  };
  if (entry.path.empty()) return refuse("has no name");
  if (entry.size > INT64_MAX) return refuse("has an impossible size");
  if (entry.type != TarType::file && entry.size != 0)
    return refuse("is not a file and has content");
  if (entry.type == TarType::file && entry.path.ends_with('/'))
    return refuse("is a file with the name of a directory");
  if (is_link(entry.type) && entry.link.empty()) return refuse("is a link to nothing");
  return {};
}

}  // namespace

class TarParser {
 public:
  TarParser(std::unique_ptr<TarInput> input, TarEnd end) : input_(std::move(input)), end_(end) {}

  Result<std::optional<TarEntry>> next() {
    if (ended_) return std::nullopt;
    TRY(input_->skip(content_left_ + padding_));
    content_left_ = padding_ = 0;
    uint64_t place = input_->offset();
    auto entry = next_entry();
    if (!entry) entry.error().add_context(fmt::format("reading a tar archive at byte {}", place));
    return entry;
  }

  Result<size_t> read(char* buffer, size_t size) {
    size_t wanted = std::min<uint64_t>(size, content_left_);
    if (wanted == 0) return 0;
    size_t got = TRY(input_->read(buffer, wanted));
    if (got == 0) return fail(ErrorCode::corrupt, "the tar archive is cut short");
    content_left_ -= got;
    return got;
  }

 private:
  Result<std::optional<TarEntry>> next_entry() {
    Extensions extensions{.pax = globals_, .long_name = {}, .long_link = {}};
    while (true) {
      std::string_view block = TRY(input_->take(k_block));
      if (is_zero(block)) {
        TRY(finish(block, extensions));
        return std::nullopt;
      }
      TRY(check_header(block));
      char type = block[k_type.at];
      if (type == k_pax_entry || type == k_pax_global || type == k_gnu_long_name ||
          type == k_gnu_long_link) {
        uint64_t size = TRY(parse_unsigned(k_size, block, INT64_MAX));
        TRY(read_extension(type, size, extensions));
        continue;
      }
      TarEntry entry = TRY(parse_entry(block));
      TRY(apply(extensions, entry));
      TRY(check(entry));
      return begin(std::move(entry));
    }
  }

  Result<TarEntry> begin(TarEntry entry) {
    entry.data_offset = input_->offset();
    content_left_ = entry.size;
    padding_ = padded(entry.size) - entry.size;
    return entry;
  }

  // `block` is a zero block, or nothing at the end of the input.
  Result<> finish(std::string_view block, const Extensions& extensions) {
    if (!extensions.empty())
      return fail(ErrorCode::corrupt, "an extended header without an entry ends the tar archive");
    if (block.empty() && end_ == TarEnd::required)
      return fail(ErrorCode::corrupt, "the tar archive has no end");
    ended_ = true;
    std::array<char, 16384> rest;
    while (size_t got = TRY(input_->read(rest.data(), rest.size())))
      if (!is_zero({rest.data(), got}))
        return fail(ErrorCode::corrupt, "bytes follow the end of the tar archive");
    return {};
  }

  Result<> read_extension(char type, uint64_t size, Extensions& extensions) {
    if (size > k_largest_extension)
      return fail(ErrorCode::limit, fmt::format("an extended tar header of {} bytes", size));
    std::string_view body = TRY(input_->take(padded(size)));
    if (body.size() < size) return fail(ErrorCode::corrupt, "the tar archive is cut short");
    body = body.substr(0, size);
    switch (type) {
      case k_pax_global:
        return read_globals(body, extensions);
      case k_gnu_long_name:
        return read_long(body, extensions.long_name);
      case k_gnu_long_link:
        return read_long(body, extensions.long_link);
      default:
        break;
    }
    if (extensions.has_pax) return fail(ErrorCode::corrupt, "two extended headers for one entry");
    extensions.has_pax = true;
    return parse_pax(body, extensions.pax);
  }

  Result<> read_globals(std::string_view body, Extensions& extensions) {
    if (!extensions.empty())
      return fail(ErrorCode::corrupt, "a global tar header between an entry's own headers");
    TRY(parse_pax(body, globals_));
    if (!globals_.xattrs.empty())
      return fail(ErrorCode::unsupported, "extended attributes for all entries of a tar");
    extensions.pax = globals_;
    return {};
  }

  Result<> read_long(std::string_view body, std::optional<std::string>& name) {
    if (name) return fail(ErrorCode::corrupt, "two long names for one tar entry");
    name = until_nul(body);
    if (name->size() > k_longest_path)
      return fail(ErrorCode::limit, fmt::format("a name of {} bytes in a tar", name->size()));
    return {};
  }

  std::unique_ptr<TarInput> input_;
  TarEnd end_;
  PaxValues globals_;
  uint64_t content_left_ = 0;  // of the entry given last
  uint64_t padding_ = 0;
  bool ended_ = false;
};

TarReader::TarReader(std::string_view archive, TarEnd end)
    : archive_(archive), parser_(std::make_unique<TarParser>(tar_input(archive), end)) {}
TarReader::TarReader(TarReader&&) noexcept = default;
TarReader& TarReader::operator=(TarReader&&) noexcept = default;
TarReader::~TarReader() = default;

Result<std::optional<TarEntry>> TarReader::next() {
  auto entry = TRY(parser_->next());
  if (entry && entry->size > archive_.size() - entry->data_offset)
    return fail(ErrorCode::corrupt,
                fmt::format("the content of '{}' is cut short in the tar", printable(entry->path)));
  return entry;
}

TarStream::TarStream(Source& from, TarEnd end)
    : parser_(std::make_unique<TarParser>(tar_input(from), end)) {}
TarStream::~TarStream() = default;

Result<std::optional<TarEntry>> TarStream::next() {
  return parser_->next();
}

Result<size_t> TarStream::read(char* buffer, size_t size) {
  return parser_->read(buffer, size);
}

}  // namespace kiln
