// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/index_load.hpp"

#include "codec/decompress.hpp"
#include "net/url.hpp"
#include "world/fetch.hpp"

#include <array>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr std::string_view k_kind = "deb-index-1";
constexpr uint64_t k_greatest_list = 1ULL << 30;  // decompressed

// In order of the time from request to text. For the 54 MiB of trixie's main list, gzip takes 13.3
// MB and 90 ms, xz 9.7 MB and 550 ms: xz would win below some 60 Mbit/s only.
constexpr std::array<std::string_view, 6> k_suffixes = {".zst", ".gz", ".xz", ".lzma", ".bz2", ""};

struct Choice {
  std::string path;
  ReleaseFile file;
  Compression compression = Compression::none;
};

// The forms in which a suite offers a list, the one to prefer first.
std::vector<Choice> choices(const Release& release, const std::string& path) {
  std::vector<Choice> found;
  for (std::string_view suffix : k_suffixes) {
    std::string name = path + std::string(suffix);
    auto file = release.files.find(name);
    auto compression = compression_of_name(name);
    if (file != release.files.end() && compression)
      found.push_back({std::move(name), file->second, *compression});
  }
  return found;
}

std::optional<CompiledIndex> find_compiled(const Digest& digest, Store& store) {
  auto record = store.cached(k_kind, digest.hex());
  if (record == nullptr) return std::nullopt;
  auto index = PackageIndex::open(record->bytes());
  if (!index) return std::nullopt;
  return CompiledIndex{*index, record, digest};
}

std::vector<std::string> urls_of(const Repository& repository, const Suite& suite,
                                 const Choice& choice) {
  std::vector<std::string> urls;
  size_t slash = choice.path.rfind('/');
  std::string directory = slash == std::string::npos ? "" : choice.path.substr(0, slash + 1);
  for (const std::string& mirror : repository.mirrors) {
    std::string base = suite_url(repository, mirror);
    if (suite.release.acquire_by_hash)
      urls.push_back(join_url(base, directory + "by-hash/SHA256/" + choice.file.sha256.hex()));
    urls.push_back(join_url(base, choice.path));
  }
  return urls;
}

Result<> fetch_list(const Repository& repository, const Suite& suite, const Choice& choice,
                    World& world) {
  if (choice.file.size > k_greatest_list)
    return fail(ErrorCode::limit, fmt::format("{} is larger than 1 GiB", choice.path));
  world.progress.add_total(choice.file.size);
  auto urls = urls_of(repository, suite, choice);
  auto fetched = fetch_blob(world, urls, choice.file.sha256, choice.file.size);
  if (fetched) return {};
  Error error = std::move(fetched).error();
  if (error.code == ErrorCode::unverified && error.hint.empty())
    error.hint = "the mirror may be in the middle of an update: try again, or another mirror";
  return std::unexpected(std::move(error));
}

Result<CompiledIndex> compile_choice(const Choice& choice, World& world) {
  auto blob = TRY(world.store.map(choice.file.sha256, choice.file.size));
  std::string text = TRY(decompress_all(choice.compression, blob->bytes(), k_greatest_list));
  std::string bytes = TRY(compile_index(std::move(text), world.threads));
  TRY(world.store.cache(k_kind, choice.file.sha256.hex(), bytes));
  auto keeper = std::make_shared<const std::string>(std::move(bytes));
  PackageIndex index = TRY(PackageIndex::open(*keeper));
  return CompiledIndex{index, keeper, choice.file.sha256};
}

std::unexpected<Error> no_list(const Repository& repository, const std::string& path) {
  return fail(ErrorCode::not_found,
              fmt::format("the Release file of {} names no {}", repository.str(), path));
}

}  // namespace

Result<CompiledIndex> load_index(const Repository& repository, const Suite& suite,
                                 const std::string& path, World& world) {
  auto offered = choices(suite.release, path);
  if (offered.empty()) return no_list(repository, path);
  for (const Choice& choice : offered)
    if (auto compiled = find_compiled(choice.file.sha256, world.store)) return std::move(*compiled);

  std::optional<Error> first;
  for (const Choice& choice : offered) {
    TRY(check_stop(world));
    auto there = fetch_list(repository, suite, choice, world);
    if (there)
      return with_context(compile_choice(choice, world),
                          fmt::format("reading {} of {}", choice.path, repository.str()));
    there.error().add_context(fmt::format("fetching {} of {}", choice.path, repository.str()));
    if (there.error().code != ErrorCode::not_found) return std::unexpected(there.error());
    if (!first) first = std::move(there.error());
  }
  return std::unexpected(std::move(*first));
}

}  // namespace kiln::packages::deb
