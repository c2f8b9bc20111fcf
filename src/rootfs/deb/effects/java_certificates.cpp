// SPDX-License-Identifier: Apache-2.0
//
// ca-certificates-java: the trusted certificates as a Java key store, entries sorted by alias and
// dated with the image. The format is JKS version 2:
//
//   store  = magic(FE ED FE ED) u32(2) u32(count) *entry sha1
//   entry  = u32(2) text(alias) u64(milliseconds) text("X.509") u32(size) DER
//   text   = u16(size) UTF-8
//   sha1   = SHA-1 of the password in UTF-16BE, "Mighty Aphrodite", and all bytes before
#include "base/strings.hpp"
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/effects/certificate.hpp"

#include <map>

namespace kiln::rootfs::deb {

namespace {

constexpr std::string_view k_password = "changeit";  // the package's own default
constexpr std::string_view k_directory = "etc/ssl/certs";
constexpr uint32_t k_magic = 0xfeedfeed;

template <typename Number>
void put_number(std::string& out, Number number) {
  for (int shift = static_cast<int>(sizeof number) * 8 - 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<uint64_t>(number) >> shift & 0xff);
  }
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<uint16_t>(text.size()));
  out += text;
}

// Alias -> DER of every certificate that a link in /etc/ssl/certs names.
Result<std::map<std::string, std::string>> trusted(const Tree& tree) {
  std::map<std::string, std::string> entries;
  for (auto [name, node] : tree.list(k_directory)) {
    if (node->type != model::FileType::symlink || !name.ends_with(".pem") ||
        !(node->link.starts_with("/usr/share/ca-certificates/") ||
          node->link.starts_with("/usr/local/share/ca-certificates/"))) {
      continue;
    }
    std::string path = std::string(k_directory) + "/" + std::string(name);
    std::string_view pem = TRY(tree.read(path));
    std::vector<Certificate> list = TRY(read_certificates(pem));
    if (!list.empty()) entries.emplace("debian:" + to_lower(name), std::move(list.front().der));
  }
  return entries;
}

std::string key_store(const std::map<std::string, std::string>& entries, UnixTime time) {
  std::string store;
  put_number(store, k_magic);
  put_number(store, uint32_t{2});
  put_number(store, static_cast<uint32_t>(entries.size()));
  for (const auto& [alias, der] : entries) {
    put_number(store, uint32_t{2});
    put_text(store, alias);
    put_number(store, static_cast<uint64_t>(time) * 1000);
    put_text(store, "X.509");
    put_number(store, static_cast<uint32_t>(der.size()));
    store += der;
  }
  Hasher hash(HashAlgorithm::sha1);
  for (char c : k_password) hash.update(std::string{'\0', c});
  hash.update("Mighty Aphrodite");
  hash.update(store);
  return store + hash.finish();
}

}  // namespace

Result<> make_java_certificates(Scene& scene, Maker& maker) {
  if (!maker.exists("usr/bin/java")) return {};  // as the package's script: no Java, no store
  std::map<std::string, std::string> entries = TRY(trusted(scene.tree));
  return maker.file("etc/ssl/certs/java/cacerts", key_store(entries, scene.created), {0644});
}

}  // namespace kiln::rootfs::deb
