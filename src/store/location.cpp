// SPDX-License-Identifier: Apache-2.0
#include "store/store.hpp"

namespace kiln {

namespace {

// An absolute path that a variable holds; the XDG specification says to ignore relative ones.
std::optional<Path> absolute_path(const std::map<std::string, std::string>& environment,
                                  const std::string& name) {
  auto found = environment.find(name);
  if (found == environment.end() || !found->second.starts_with('/')) return std::nullopt;
  return Path(found->second);
}

}  // namespace

Result<StoreLocation> store_location(const std::map<std::string, std::string>& environment,
                                     const std::optional<Path>& chosen) {
  std::optional<Path> one_place = chosen;
  if (auto found = environment.find("KILN_STORE");
      !one_place && found != environment.end() && !found->second.empty())
    one_place = found->second;
  if (one_place) return StoreLocation{*one_place, *one_place / "state"};

  std::optional<Path> home = absolute_path(environment, "HOME");
  std::optional<Path> cache = absolute_path(environment, "XDG_CACHE_HOME");
  std::optional<Path> state = absolute_path(environment, "XDG_STATE_HOME");
  if (!cache && home) cache = *home / ".cache";
  if (!state && home) state = *home / ".local/state";
  if (!cache || !state)
    return fail(ErrorCode::bad_input, "there is no HOME to keep the store in",
                "set KILN_STORE or use --store");
  return StoreLocation{*cache / "kiln", *state / "kiln"};
}

}  // namespace kiln
