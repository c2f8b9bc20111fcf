// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/published_log.hpp"

#include "base/strings.hpp"
#include "evidence/tlog/merkle.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

bool is_readable(const signing::TrustedLog& log, std::string_view origin) {
  return log.host() == origin && log.key.algorithm() == KeyAlgorithm::ed25519;
}

}  // namespace

bool has_readable_log(const signing::TrustedRoot& root, std::string_view origin) {
  return std::ranges::any_of(
      root.logs, [&](const signing::TrustedLog& log) { return is_readable(log, origin); });
}

Result<PublishedLog> read_published(tlog::TileSource& source, const Trust& trust) {
  std::string note = TRY(source.checkpoint());
  std::string origin = note.substr(0, note.find('\n'));
  for (const signing::TrustedLog& log : trust.root()->logs) {
    if (!is_readable(log, origin) || trust.now < log.validity.from) continue;
    tlog::LogSettings settings = TRY(tlog::LogSettings::tiles(origin, log.key));
    tlog::SignedCheckpoint newest = TRY(tlog::open_checkpoint(note, settings.key, origin));
    return PublishedLog{std::move(settings), log.validity, std::move(newest.checkpoint),
                        std::move(note)};
  }
  return fail(ErrorCode::unverified,
              fmt::format("the trusted root does not have the log {}", printable(origin, 80)),
              "get the publisher's newest trusted_root.json");
}

Result<> check_continues(tlog::TileSource& source, const PublishedLog& log,
                         const std::string& older) {
  tlog::Checkpoint then = TRY(tlog::SignedCheckpoint::parse(older)).checkpoint;
  const tlog::Checkpoint& now = log.newest;
  if (then.size > now.size)
    return fail(ErrorCode::unverified,
                fmt::format("log {} ends after {} entries, and the evidence was proven in {}",
                            now.origin, now.size, then.size),
                "the log was cut off");
  tlog::TreeReader tree(source, now.size);
  std::vector<Digest> proof = TRY(tlog::prove_consistency(tree, then.size, now.size));
  return tlog::verify_consistency(then.size, then.root, now.size, now.root, proof);
}

}  // namespace kiln::verification
