// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/bundle_directory.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr std::string_view k_bundle_suffix = ".sigstore.json";
constexpr std::string_view k_key_suffix = ".pub";
constexpr std::string_view k_lock_suffix = ".lock";
constexpr const char* k_root_name = "trusted_root.json";
constexpr size_t k_most_files = 2000;
constexpr uint64_t k_most_bytes = uint64_t{1} << 30;
constexpr uint64_t k_largest_key = 64U << 10;
constexpr uint64_t k_largest_root = 4U << 20;

// "release signer/1" as a file name.
std::string file_name(std::string_view text) {
  std::string name;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '.' || c == '-' || c == '_';
    name += plain ? c : '-';
  }
  return name.starts_with('.') ? "-" + name : name;
}

}  // namespace

Result<BundleDirectory> read_bundle_directory(const Path& directory) {
  BundleDirectory read;
  uint64_t bytes = 0;
  for (const std::string& name : TRY(list_directory(directory))) {
    Path path = directory / name;
    if (name == k_root_name) {
      std::string text = TRY(read_file(path, k_largest_root));
      read.trusted_root =
          TRY_CONTEXT(signing::parse_trusted_root(text), fmt::format("reading {}", path.string()));
    } else if (name.ends_with(k_key_suffix)) {
      std::string text = TRY(read_file(path, k_largest_key));
      PublicKey key =
          TRY_CONTEXT(PublicKey::anyones_from_pem(text), fmt::format("reading {}", path.string()));
      read.keys.push_back({name.substr(0, name.size() - k_key_suffix.size()), std::move(key)});
    } else if (name.ends_with(k_bundle_suffix)) {
      read.bundles.push_back(TRY(read_file(path, k_most_bytes - bytes)));
      bytes += read.bundles.back().size();
    } else if (name.ends_with(k_lock_suffix)) {
      read.locks.push_back(TRY(read_file(path, k_most_bytes - bytes)));
      bytes += read.locks.back().size();
    }
    if (read.bundles.size() + read.keys.size() + read.locks.size() > k_most_files)
      return fail(ErrorCode::limit,
                  fmt::format("{} has more than {} files", directory.string(), k_most_files));
  }
  return read;
}

Result<size_t> write_bundle_directory(const Path& directory, const Answer& answer,
                                      const Policy& policy) {
  TRY(make_directories(directory));
  size_t left_out = 0;
  for (const Exhibit& exhibit : answer.exhibits.items) {
    if (exhibit.form != Form::bundle) {
      ++left_out;
      continue;
    }
    std::string name = fmt::format("{}-{}{}", exhibit.target.hex().substr(0, 12),
                                   sha256(exhibit.bytes).hex().substr(0, 12), k_bundle_suffix);
    TRY(write_file(directory / name, exhibit.bytes));
  }
  for (const std::string& lock : answer.exhibits.locks)
    TRY(write_file(directory / fmt::format("{}-{}{}", answer.parts.root.digest.hex().substr(0, 12),
                                           sha256(lock).hex().substr(0, 12), k_lock_suffix),
                   lock));
  for (const Signer& signer : policy.signers)
    if (signer.key)
      TRY(write_file(directory / (file_name(signer.name) + std::string(k_key_suffix)),
                     signer.key->pem()));
  if (policy.trusted_root)
    TRY(write_file(directory / k_root_name, signing::encode(*policy.trusted_root)));
  return left_out;
}

}  // namespace kiln::verification
