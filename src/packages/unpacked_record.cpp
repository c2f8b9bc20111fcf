// SPDX-License-Identifier: Apache-2.0
#include "packages/unpacked_record.hpp"

#include <cstring>

namespace kiln::packages {

namespace {

constexpr std::string_view k_magic = "KILNUNP2";
constexpr size_t k_smallest_file = 93;  // bytes of a file whose texts are empty

class Writer {
 public:
  void raw(std::string_view bytes) { out_.append(bytes); }
  template <typename T>
  void number(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(std::string_view text) {
    number(static_cast<uint32_t>(text.size()));
    raw(text);
  }
  void texts(const std::map<std::string, std::string>& map) {
    number(static_cast<uint32_t>(map.size()));
    for (const auto& [key, value] : map) {
      text(key);
      text(value);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Reads past the end give zeros and set a flag that is asked for once at the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::string_view raw(size_t size) {
    if (size > rest_.size()) {
      good_ = false;
      size = 0;
    }
    std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  template <typename T>
  T number() {
    T value = 0;
    std::string_view bytes = raw(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(raw(number<uint32_t>())); }
  Digest digest() {
    auto value = Digest::from_bytes(raw(Digest::k_size));
    good_ = good_ && value;
    return value.value_or(Digest{});
  }
  // A count of things of at least `smallest` bytes each.
  uint32_t count(size_t smallest) {
    auto value = number<uint32_t>();
    if (value > rest_.size() / smallest) good_ = false;
    return good_ ? value : 0;
  }
  std::map<std::string, std::string> texts() {
    std::map<std::string, std::string> map;
    for (uint32_t left = count(8); left > 0 && good_; --left) {
      std::string key = text();
      map.insert_or_assign(map.end(), std::move(key), text());
    }
    return map;
  }
  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

void write_file_entry(Writer& writer, const PackageFile& file) {
  writer.text(file.path);
  writer.number(static_cast<uint8_t>(file.type));
  writer.number(file.mode);
  writer.number(file.uid);
  writer.number(file.gid);
  writer.number(file.mtime);
  writer.number(file.offset);
  writer.number(file.size);
  writer.raw(file.sha256.bytes());
  writer.text(file.link);
  writer.texts(file.xattrs);
  writer.number(file.device_major);
  writer.number(file.device_minor);
  writer.text(file.checksum);
}

PackageFile read_file_entry(Reader& reader) {
  PackageFile file;
  file.path = reader.text();
  file.type = static_cast<model::FileType>(reader.number<uint8_t>());
  file.mode = reader.number<uint32_t>();
  file.uid = reader.number<uint32_t>();
  file.gid = reader.number<uint32_t>();
  file.mtime = reader.number<UnixTime>();
  file.offset = reader.number<uint64_t>();
  file.size = reader.number<uint64_t>();
  file.sha256 = reader.digest();
  file.link = reader.text();
  file.xattrs = reader.texts();
  file.device_major = reader.number<uint32_t>();
  file.device_minor = reader.number<uint32_t>();
  file.checksum = reader.text();
  return file;
}

}  // namespace

std::string to_record(const UnpackedPackage& package) {
  Writer writer;
  writer.raw(k_magic);
  writer.text(package.id.name);
  writer.text(package.id.version);
  writer.text(package.id.architecture);
  writer.raw(package.package.bytes());
  writer.text(package.checksum);
  writer.raw(package.payload.bytes());
  writer.number(static_cast<uint32_t>(package.files.size()));
  for (const PackageFile& file : package.files) write_file_entry(writer, file);
  writer.texts(package.control);
  return writer.take();
}

Result<UnpackedPackage> from_record(std::string_view record) {
  Reader reader(record);
  UnpackedPackage package;
  bool known = reader.raw(k_magic.size()) == k_magic;
  package.id.name = reader.text();
  package.id.version = reader.text();
  package.id.architecture = reader.text();
  package.package = reader.digest();
  package.checksum = reader.text();
  package.payload = reader.digest();
  uint32_t count = known ? reader.count(k_smallest_file) : 0;
  package.files.reserve(count);
  for (; count > 0 && reader.good(); --count) {
    package.files.push_back(read_file_entry(reader));
    known = known && package.files.back().type <= model::FileType::fifo;
  }
  package.control = reader.texts();
  if (!known || !reader.good() || !reader.at_end())
    return fail(ErrorCode::corrupt, "the record of an unpacked package is damaged");
  return package;
}

}  // namespace kiln::packages
