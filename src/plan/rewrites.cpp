// SPDX-License-Identifier: Apache-2.0
#include "plan/rewrites.hpp"

#include "base/strings.hpp"
#include "net/url.hpp"

#include <set>

#include <fmt/format.h>

namespace kiln::plan {

namespace {

bool begins_with_prefix(std::string_view url, std::string_view prefix) {
  if (!url.starts_with(prefix)) return false;
  return url.size() == prefix.size() || prefix.ends_with('/') || url[prefix.size()] == '/';
}

// The longest prefix; of two that are alike the later one, which may stand on the command line.
const Rewrite* best_rewrite(std::string_view url, const std::vector<Rewrite>& rewrites) {
  const Rewrite* best = nullptr;
  for (const Rewrite& rewrite : rewrites)
    if (begins_with_prefix(url, rewrite.from) &&
        (best == nullptr || rewrite.from.size() >= best->from.size()))
      best = &rewrite;
  return best;
}

std::string replaced(std::string_view url, const Rewrite& rewrite) {
  std::string_view rest = url.substr(rewrite.from.size());
  if (rewrite.to.ends_with('/') && rest.starts_with('/')) rest.remove_prefix(1);
  return rewrite.to + std::string(rest);
}

// The place of the URL in a repository entry: the first word that looks like one.
std::string_view url_in(std::string_view entry) {
  bool in_options = false;
  for (std::string_view word : split_words(entry)) {
    if (word.starts_with('[')) in_options = true;
    if (!in_options && word.find("://") != std::string_view::npos) return word;
    if (word.ends_with(']')) in_options = false;
  }
  return entry;
}

std::string host_of(std::string_view url) {
  auto parsed = Url::parse(url);
  return parsed ? parsed->host : std::string();
}

}  // namespace

Result<Rewrite> Rewrite::parse(std::string_view text) {
  std::string_view rest = text;
  std::string_view from = take_until(rest, '=');
  if (from.size() == text.size() || from.find("://") == std::string_view::npos)
    return fail(ErrorCode::bad_input,
                fmt::format("'{}' is no rewrite of a repository", printable(text)),
                "write URL=OTHER-URL, or URL= to leave out the repositories that begin with it");
  return Rewrite{std::string(from), std::string(rest)};
}

void hint_at_rewrite(Error& error, const std::vector<std::string>& repositories) {
  if (error.code != ErrorCode::network) return;
  const std::string said = error.str();
  for (const std::string& entry : repositories) {
    std::string_view url = url_in(entry);
    std::string host = host_of(url);
    if (host.empty() || !said.contains(host)) continue;
    std::string_view separator = error.hint.empty() ? "" : "; ";
    error.hint += fmt::format("{}--rewrite {}= leaves this repository of the definition out",
                              separator, redacted(url));
    return;
  }
}

RewrittenSources apply_rewrites(const std::vector<std::string>& repositories,
                                const std::vector<std::string>& keyring,
                                const std::vector<Rewrite>& rewrites) {
  RewrittenSources result;
  std::set<const Rewrite*> used;
  std::set<std::string> kept_hosts;
  std::set<std::string> left_hosts;
  for (const std::string& entry : repositories) {
    std::string_view url = url_in(entry);
    const Rewrite* rewrite = best_rewrite(url, rewrites);
    if (rewrite == nullptr) {
      kept_hosts.insert(host_of(url));
      result.repositories.push_back(entry);
      result.as_written.push_back(entry);
      continue;
    }
    used.insert(rewrite);
    left_hosts.insert(host_of(url));
    if (rewrite->to.empty()) continue;
    std::string changed = entry;
    changed.replace(static_cast<size_t>(url.data() - entry.data()), url.size(),
                    replaced(url, *rewrite));
    result.repositories.push_back(std::move(changed));
    result.as_written.push_back(entry);
  }
  for (const std::string& url : keyring) {
    std::string host = host_of(url);
    if (const Rewrite* rewrite = best_rewrite(url, rewrites)) {
      used.insert(rewrite);
      if (!rewrite->to.empty()) result.keyring.push_back(replaced(url, *rewrite));
    } else if (!left_hosts.contains(host) || kept_hosts.contains(host)) {
      result.keyring.push_back(url);
    }
  }
  for (const Rewrite& rewrite : rewrites)
    if (used.contains(&rewrite)) result.used.push_back(rewrite);
  return result;
}

}  // namespace kiln::plan
