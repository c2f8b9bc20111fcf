// SPDX-License-Identifier: Apache-2.0
#include "cli/source_location.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "evidence/public_url.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_file = 64U << 20;

class Git {
 public:
  explicit Git(const Environment& environment) {
    for (const char* name : {"PATH", "HOME", "XDG_CONFIG_HOME"})
      if (auto found = environment.find(name); found != environment.end())
        environment_.push_back(fmt::format("{}={}", name, found->second));
    for (const char* setting : {"GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "LC_ALL=C"})
      environment_.emplace_back(setting);
  }

  // What a command prints; nothing when it fails or git is not there.
  std::optional<std::string> run(const Path& directory,
                                 const std::vector<std::string>& words) const {
    std::vector<std::string> arguments = {"git", "-C", directory.string(), "--no-optional-locks",
                                          "--literal-pathspecs"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    Result<ProcessResult> run =
        run_process({.arguments = std::move(arguments), .environment = environment_});
    if (!run || run->exit_code != 0) return std::nullopt;
    return std::move(run->output);
  }

 private:
  std::vector<std::string> environment_;
};

bool lies_in_checkout(const Path& file) {
  std::error_code ignored;
  for (Path at = file.parent_path(); !at.empty(); at = at.parent_path()) {
    if (std::filesystem::exists(at / ".git", ignored)) return true;
    if (at == at.parent_path()) break;
  }
  return false;
}

// The name that git gives to a file's bytes (SHA-1 repositories).
std::optional<std::string> blob_name(const Path& file) {
  Result<std::string> bytes = read_file(file, k_largest_file);
  if (!bytes) return std::nullopt;
  return hash_hex(HashAlgorithm::sha1,
                  fmt::format("blob {}{}{}", bytes->size(), std::string_view("\0", 1), *bytes));
}

// Path -> name of the blob, of those files that a commit has: "mode blob NAME\tPATH\0" each.
std::map<std::string, std::string> blobs_of(std::string_view listing) {
  std::map<std::string, std::string> blobs;
  while (!listing.empty()) {
    std::string_view entry = take_until(listing, '\0');
    std::string_view what = take_until(entry, '\t');
    std::vector<std::string_view> words = split_words(what);
    if (words.size() == 3 && words[1] == "blob") blobs.emplace(entry, words[2]);
  }
  return blobs;
}

bool is_as_committed(const Git& git, const Path& root, const std::string& commit,
                     const std::vector<Path>& files) {
  std::vector<std::string> words = {"ls-tree", "-z", "--full-tree", commit, "--"};
  for (const Path& file : files) words.push_back(file.lexically_relative(root).generic_string());
  std::optional<std::string> listing = git.run(root, words);
  if (!listing) return false;
  std::map<std::string, std::string> blobs = blobs_of(*listing);
  return std::ranges::all_of(files, [&](const Path& file) {
    auto found = blobs.find(file.lexically_relative(root).generic_string());
    return found != blobs.end() && blob_name(file) == found->second;
  });
}

}  // namespace

std::optional<evidence::SourceLocation> find_source(const Path& file, std::span<const Path> others,
                                                    const Environment& environment) {
  std::error_code error;
  Path real = std::filesystem::canonical(file, error);
  if (error || !lies_in_checkout(real)) return std::nullopt;
  Git git(environment);
  std::optional<std::string> answer =
      git.run(real.parent_path(), {"rev-parse", "--show-toplevel", "HEAD"});
  if (!answer) return std::nullopt;
  std::string_view rest = *answer;
  Path root = std::string(take_until(rest, '\n'));
  evidence::SourceLocation source;
  source.commit = trim(rest);
  source.path = real.lexically_relative(root).generic_string();
  if (source.commit.empty() || source.path.empty() || source.path.starts_with(".."))
    return std::nullopt;
  if (auto remote = git.run(root, {"config", "--get", "remote.origin.url"}))
    source.repository = evidence::public_git_remote(trim(*remote)).value_or("");
  std::vector<Path> files = {real};
  for (const Path& other : others) {
    Path resolved = std::filesystem::canonical(other, error);
    files.push_back(error ? other : resolved);
  }
  source.dirty = !is_as_committed(git, root, source.commit, files);
  return source;
}

}  // namespace kiln::cli
