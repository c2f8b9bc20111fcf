// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/suite.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"
#include "data/json.hpp"
#include "net/http_mirrors.hpp"
#include "net/url.hpp"
#include "packages/deb/release_file.hpp"
#include "packages/deb/signed_text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr UnixTime k_clock_tolerance = 24L * 3600;

struct Opened {
  SignedText text;
  std::string url;
  Digest digest;
};

// InRelease, or Release with Release.gpg where there is none.
Result<Opened> open_release(const Repository& repository, const std::string& base,
                            Patience patience, World& world) {
  std::string url = join_url(base, "InRelease");
  auto message = fetch_release_file(url, patience, world);
  if (message) {
    SignedText text = TRY(open_signed(*message, repository.keys, world.clock.now(), world.store));
    return Opened{std::move(text), std::move(url), sha256(*message)};
  }
  if (message.error().code != ErrorCode::not_found) return std::unexpected(message.error());
  url = join_url(base, "Release");
  auto content = fetch_release_file(url, patience, world);
  if (!content) {
    Error absent = std::move(message.error());  // speaks of InRelease, the usual form
    if (absent.hint.empty()) absent.hint = "does the archive have a suite of this name?";
    return std::unexpected(std::move(absent));
  }
  std::string signature =
      TRY_CONTEXT(fetch_release_file(join_url(base, "Release.gpg"), patience, world),
                  fmt::format("fetching the signature of {}", redacted(url)));
  SignedText text =
      TRY(open_signed(*content, signature, repository.keys, world.clock.now(), world.store));
  return Opened{std::move(text), std::move(url), sha256(*content)};
}

std::unexpected<Error> unverified(std::string message, std::string hint = {}) {
  return fail(ErrorCode::unverified, std::move(message), std::move(hint));
}

// One key may sign many suites: another one's Release file must not pass for this one's.
Result<> check_identity(const Repository& repository, const Release& release) {
  if (!repository.check_suite || repository.flat()) return {};
  if (release.suite.empty() && release.codename.empty()) return {};
  for (std::string_view name :
       {std::string_view(release.suite), std::string_view(release.codename)})
    if (name == repository.suite) return {};
  return unverified(
      fmt::format("the Release file of {} is that of suite \"{}\" ({})", repository.str(),
                  printable(release.suite), printable(release.codename)),
      "ask for the suite by the name that its Release file has");
}

Result<> check_age(const Repository& repository, const ArchiveOptions& options,
                   const Release& release, UnixTime now) {
  if (release.date > now + k_clock_tolerance)
    return unverified(fmt::format("the Release file of {} is dated {}, in the future",
                                  repository.str(), format_rfc3339(release.date)),
                      "check this machine's clock");
  bool check = options.check_valid_until && repository.check_valid_until;
  if (check && release.valid_until && now > *release.valid_until)
    return unverified(fmt::format("the Release file of {} was valid until {} and has expired",
                                  repository.str(), format_rfc3339(*release.valid_until)),
                      "the mirror is out of date, or the clock is wrong; try another mirror");
  auto greatest = options.greatest_age.count();
  if (greatest > 0 && now - release.date > greatest)
    return unverified(
        fmt::format("the Release file of {} is of {}, older than {} allowed", repository.str(),
                    format_rfc3339(release.date), human_age(options.greatest_age)),
        "the mirror is out of date; try another one, or allow more by `greatest-age` of the "
        "configuration");
  return {};
}

// A suite is the same on every mirror, so its name here must not depend on the mirror. One host may
// hold many archives, with the same suite, Origin and Label, so its name alone is not enough.
std::string identity_key(const Repository& repository, const Release& release) {
  const std::string& archive = repository.place.empty() ? repository.label : repository.place;
  return sha256(fmt::format("{}\n{}\n{}\n{}", archive, repository.suite, release.origin,
                            release.label))
      .hex();
}

Result<UnixTime> newest_seen(const std::string& state) {
  Json json = TRY(parse_json(state));
  return json.get_int("date");
}

// Refuses to go back behind what was seen, and remembers what is newer. The state is
// {"date", "release"}.
Result<> check_order(const Repository& repository, const Suite& suite, bool allow_older,
                     Store& store) {
  if (allow_older) return {};
  UnixTime date = suite.release.date;
  return store.update_state(
      "deb-suite", identity_key(repository, suite.release),
      [&](const std::optional<std::string>& present) -> Result<std::optional<std::string>> {
        UnixTime newest = present ? TRY(newest_seen(*present)) : INT64_MIN;
        if (date < newest)
          return unverified(
              fmt::format("the Release file of {} is of {}, but one of {} was seen before",
                          repository.str(), format_rfc3339(date), format_rfc3339(newest)),
              "the mirror is behind or somebody hides updates; try another mirror");
        if (date == newest) return std::nullopt;
        return canonical(Json::object({{"date", date}, {"release", suite.digest.str()}}));
      });
}

Result<Suite> load_from(const Repository& repository, const std::string& mirror,
                        const ArchiveOptions& options, Patience patience, World& world) {
  Opened opened =
      TRY_CONTEXT(open_release(repository, suite_url(repository, mirror), patience, world),
                  fmt::format("checking the signature of {}", repository.str()));
  Suite suite;
  suite.release = TRY(parse_release(opened.text.content));
  suite.url = std::move(opened.url);
  suite.digest = opened.digest;
  suite.fingerprints = std::move(opened.text.fingerprints);
  TRY(check_identity(repository, suite.release));
  TRY(check_age(repository, options, suite.release, world.clock.now()));
  TRY(check_order(repository, suite, options.allow_older, world.store));
  return suite;
}

}  // namespace

std::string suite_url(const Repository& repository, std::string_view mirror) {
  if (!repository.flat()) return join_url(mirror, "dists/" + repository.suite);
  std::string_view directory = repository.suite;
  while (directory.starts_with("./")) directory.remove_prefix(2);
  directory = directory.substr(std::min(directory.find_first_not_of('/'), directory.size()));
  while (directory.ends_with('/')) directory.remove_suffix(1);
  return directory.empty() ? std::string(mirror) : join_url(mirror, directory);
}

Result<Suite> load_suite(const Repository& repository, const ArchiveOptions& options,
                         World& world) {
  Suite suite;
  auto ask = [&](size_t number, Patience patience) -> Result<> {
    TRY(check_stop(world));
    const std::string& mirror = repository.mirrors[number];
    suite = TRY_CONTEXT(load_from(repository, mirror, options, patience, world),
                        "reading " + redacted(mirror));
    return {};
  };
  auto asked = ask_mirrors(world.http, repository.mirrors, ask);
  if (asked) return suite;
  std::vector<Error>& failures = asked.error();
  if (failures.empty())
    return fail(ErrorCode::bad_input, fmt::format("{} has no mirror", repository.str()));
  // A broken chain says more than a server that does not answer.
  auto broken = std::ranges::find(failures, ErrorCode::unverified, &Error::code);
  return std::unexpected(std::move(broken == failures.end() ? failures.front() : *broken));
}

}  // namespace kiln::packages::deb
