// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/freshness.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"
#include "data/json.hpp"
#include "net/url.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_seen = "apk-repository";
constexpr UnixTime k_clock_tolerance = 24L * 3600;

std::unexpected<Error> unverified(std::string message, std::string hint) {
  return fail(ErrorCode::unverified, std::move(message), std::move(hint));
}

// A repository is the same on every mirror and by every scheme.
std::string identity_key(const Repository& repository, const std::string& architecture) {
  std::string_view place = repository.url;
  if (size_t scheme = place.find("://"); scheme != std::string_view::npos)
    place.remove_prefix(scheme + 3);
  return sha256(fmt::format("{}\n{}", place, architecture)).hex();
}

Result<UnixTime> newest_seen(const std::optional<std::string>& state) {
  if (!state) return INT64_MIN;
  Json json = TRY(parse_json(*state));
  return json.get_int("date");
}

// Refuses to go back behind what was seen, and remembers what is newer: {"date"}.
Result<> check_order(const Repository& repository, const std::string& architecture, UnixTime date,
                     Store& store) {
  std::string key = identity_key(repository, architecture);
  std::optional<std::string> seen = TRY(store.state(k_seen, key));
  if (date == TRY(newest_seen(seen))) return {};
  return store.update_state(
      k_seen, key,
      [&](const std::optional<std::string>& present) -> Result<std::optional<std::string>> {
        UnixTime newest = TRY(newest_seen(present));
        if (date < newest)
          return unverified(fmt::format("the index is of {}, but one of {} was seen before",
                                        format_rfc3339(date), format_rfc3339(newest)),
                            "the mirror is behind or somebody hides updates; try another mirror");
        if (date == newest) return std::nullopt;
        return canonical(Json::object({{"date", date}}));
      });
}

// "3.19" of a word that begins with "v3.19" and goes on with something else than digits.
std::string_view release_of(std::string_view word) {
  auto digits = [&](size_t from) {
    size_t end = from;
    while (end < word.size() && word[end] >= '0' && word[end] <= '9') ++end;
    return end;
  };
  if (!word.starts_with('v')) return {};
  size_t dot = digits(1);
  if (dot == 1 || dot >= word.size() || word[dot] != '.') return {};
  size_t end = digits(dot + 1);
  return end == dot + 1 ? std::string_view{} : word.substr(1, end - 1);
}

}  // namespace

Result<> check_freshness(const Repository& repository, const std::string& architecture,
                         UnixTime date, const ArchiveOptions& options, World& world) {
  if (date == 0) return {};
  UnixTime now = world.clock.now();
  if (date > now + k_clock_tolerance)
    return unverified(fmt::format("the index is dated {}, in the future", format_rfc3339(date)),
                      "check this machine's clock");
  auto greatest = options.greatest_age.count();
  if (greatest > 0 && now - date > greatest)
    return unverified(fmt::format("the index is of {}, older than {} allowed", format_rfc3339(date),
                                  human_age(options.greatest_age)),
                      "the mirror is out of date, or the release gets no updates any more; try "
                      "another mirror, or allow more by `greatest-age` of the configuration");
  if (options.allow_older) return {};
  return check_order(repository, architecture, date, world.store);
}

Result<> check_release(const Repository& repository, std::string_view description) {
  std::string_view is = release_of(description);
  if (is.empty()) return {};
  std::string_view wanted = release_of_url(repository.url);
  if (wanted.empty() || wanted == is) return {};
  return unverified(fmt::format("the index of {} describes itself as that of {}",
                                redacted(repository.url), printable(description)),
                    "the mirror mixes releases up, or is hostile; try another mirror");
}

std::string_view release_of_url(std::string_view url) {
  for (std::string_view part : split(url, '/')) {
    std::string_view release = release_of(part);
    if (!release.empty() && release.size() + 1 == part.size()) return release;
  }
  return {};
}

}  // namespace kiln::packages::apk
