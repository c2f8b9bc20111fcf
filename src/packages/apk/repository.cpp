// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/repository.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln::packages::apk {

Result<Repository> parse_repository(std::string_view line) {
  Repository repository;
  std::vector<std::string_view> words = split_words(line);
  if (words.size() == 2 && words[0].starts_with('@') && words[0].size() > 1) {
    repository.tag = words[0].substr(1);
    words.erase(words.begin());
  }
  bool is_url = words.size() == 1 && (words[0].starts_with('/') || words[0].contains("://"));
  if (!is_url)
    return fail(ErrorCode::bad_input,
                fmt::format("\"{}\" is not an Alpine repository", printable(line)),
                "write a URL as in /etc/apk/repositories: "
                "https://dl-cdn.alpinelinux.org/alpine/v3.22/main, or \"@tag URL\"");
  repository.url = words[0].starts_with('/') ? "file://" + std::string(words[0]) : words[0];
  while (repository.url.ends_with('/')) repository.url.pop_back();
  return repository;
}

}  // namespace kiln::packages::apk
