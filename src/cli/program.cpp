// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>

namespace kiln::cli {

namespace {

constexpr std::string_view k_kind = "program";
const Path k_program = "/proc/self/exe";

}  // namespace

Result<Digest> program_digest(Store& store) {
  struct stat info = {};
  if (::stat(k_program.c_str(), &info) != 0)
    return fail_errno("cannot find the program itself", errno);
  std::string key = fmt::format("{}-{}-{}-{}.{}", info.st_dev, info.st_ino, info.st_size,
                                info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  if (std::shared_ptr<const Record> known = store.cached(k_kind, key))
    if (Result<Digest> digest = Digest::from_bytes(known->bytes())) return digest;
  MappedFile file = TRY(MappedFile::open(k_program));
  Digest digest = sha256(file.bytes());
  TRY(store.cache(k_kind, key, digest.bytes()));
  return digest;
}

std::string new_invocation() {
  std::array<unsigned char, 16> bytes{};
  ASSERT(::getentropy(bytes.data(), bytes.size()) == 0);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);  // version 4
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);  // variant of RFC 9562
  std::string hex = to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4),
                     hex.substr(12, 4), hex.substr(16, 4), hex.substr(20));
}

}  // namespace kiln::cli
