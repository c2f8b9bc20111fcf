// SPDX-License-Identifier: Apache-2.0
//
// Using other repositories than a definition names: a rewrite replaces the beginning of a
// repository's URL, or drops repositories that begin with it. So definitions that name a vendor's
// archive are built from a mirror of it, from local packages, or from Debian alone.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::plan {

// `from` is a URL prefix that ends at a component of the path; an empty `to` drops.
struct Rewrite {
  std::string from;
  std::string to;

  // "FROM=TO", or "FROM=" to drop. Fails with bad_input.
  static Result<Rewrite> parse(std::string_view text);
  std::string str() const { return from + "=" + to; }
  bool operator==(const Rewrite&) const = default;
};

struct RewrittenSources {
  std::vector<std::string> repositories;
  std::vector<std::string> as_written;  // the entries that `repositories` come from, in its order
  std::vector<std::string> keyring;
  std::vector<Rewrite> used;  // each once, in the order in which they were given
};

// Applies the rewrite with the longest fitting prefix to each repository entry (of either form:
// sources.list line or bare URL) and keyring URL. A keyring entry that no rewrite fits goes with
// its repositories: it is dropped when its host served only repositories that were rewritten.
RewrittenSources apply_rewrites(const std::vector<std::string>& repositories,
                                const std::vector<std::string>& keyring,
                                const std::vector<Rewrite>& rewrites);

// Tells how to do without the repository whose host an error of the network names, if one of these
// entries has it.
void hint_at_rewrite(Error& error, const std::vector<std::string>& repositories);

}  // namespace kiln::plan
