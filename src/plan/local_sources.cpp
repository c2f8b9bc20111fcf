// SPDX-License-Identifier: Apache-2.0
#include "plan/local_sources.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <sys/stat.h>

namespace kiln::plan {

namespace {

namespace fs = std::filesystem;

constexpr size_t k_greatest_depth = 64;
constexpr size_t k_most_files = 100'000;
constexpr uint64_t k_greatest_file = 4ULL << 30;

// What a path means once all links are followed; fails when that is outside the root.
Result<Path> resolve_below(const Path& root, const std::string& relative) {
  std::error_code code;
  Path base = fs::canonical(root, code);
  if (code)
    return fail(ErrorCode::not_found,
                fmt::format("the catalog's root {} is not there", printable(root.string())));
  Path target = fs::canonical(base / relative, code);
  if (code)
    return fail(ErrorCode::not_found,
                fmt::format("{} is not there below the catalog's root", printable(relative)));
  auto [rest, unused] = std::ranges::mismatch(base, target);
  if (rest != base.end())
    return fail(ErrorCode::bad_input,
                fmt::format("{} leads out of the catalog's root", printable(relative)),
                "copy the file into the catalog");
  return target;
}

Result<> check_regular(const Path& target, const std::string& relative) {
  std::error_code code;
  if (fs::is_regular_file(target, code)) return {};
  return fail(ErrorCode::bad_input, fmt::format("{} is no regular file", printable(relative)));
}

class Collector {
 public:
  Collector(const Path& root, Store& store) : root_(root), store_(store) {}

  Result<> add(const std::string& relative, size_t depth) {
    Path target = TRY(resolve_below(root_, relative));
    std::error_code code;
    if (fs::is_directory(target, code)) return add_directory(target, relative, depth);
    return add_file(target, relative);
  }

  std::vector<LocalSource> take() {
    std::vector<LocalSource> list;
    for (auto& [path, source] : sources_) list.push_back(std::move(source));
    return list;
  }

 private:
  Result<> add_directory(const Path& target, const std::string& relative, size_t depth) {
    if (depth > k_greatest_depth)
      return fail(ErrorCode::limit, fmt::format("{} is nested too deeply", printable(relative)));
    if (depth > 0 && fs::is_symlink(root_ / relative))
      return fail(ErrorCode::bad_input,
                  fmt::format("{} is a link to a directory", printable(relative)),
                  "copy the directory, or name it as a source of its own");
    for (const std::string& name : TRY(list_directory(target)))
      TRY(add(relative + "/" + name, depth + 1));
    return {};
  }

  Result<> add_file(const Path& target, const std::string& relative) {
    if (sources_.contains(relative)) return {};
    if (sources_.size() == k_most_files)
      return fail(ErrorCode::limit,
                  fmt::format("there are more than {} local files", k_most_files));
    TRY(check_regular(target, relative));
    struct stat info{};
    if (::stat(target.c_str(), &info) != 0) return fail_errno("cannot look at " + relative, errno);
    if (static_cast<uint64_t>(info.st_size) > k_greatest_file)
      return fail(ErrorCode::limit, fmt::format("{} has {}", printable(relative),
                                                human_size(static_cast<uint64_t>(info.st_size))));
    MappedFile file = TRY(MappedFile::open(target));
    LocalSource source{relative, TRY(store_.put(file.bytes())), file.bytes().size(),
                       (info.st_mode & 0111) != 0};
    sources_.emplace(relative, std::move(source));
    return {};
  }

  const Path& root_;
  Store& store_;
  std::map<std::string, LocalSource> sources_;
};

}  // namespace

Result<std::string> read_local_file(const Path& root, std::string_view path, uint64_t limit) {
  std::string relative = TRY(clean_path(path));
  Path target = TRY(resolve_below(root, relative));
  TRY(check_regular(target, relative));
  return read_file(target, limit);
}

Result<std::vector<LocalSource>> collect_sources(const Path& root,
                                                 std::span<const std::string> paths, Store& store) {
  Collector collector(root, store);
  for (const std::string& path : paths) {
    std::string relative = TRY(clean_path(path));
    TRY(collector.add(relative, 0));
  }
  return collector.take();
}

}  // namespace kiln::plan
