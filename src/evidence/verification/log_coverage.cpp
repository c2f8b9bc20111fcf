// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/log_coverage.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr const char* k_hint = "name it with a further --log, too";

bool is_read(std::span<const PublishedLog> read, std::string_view log) {
  return std::ranges::any_of(read,
                             [&](const PublishedLog& each) { return each.settings.origin == log; });
}

// A proof that lies in several logs is known by any of them.
void look_for_unread(const Findings& findings, std::span<const PublishedLog> read,
                     Verdict& verdict) {
  std::set<std::string> unread;
  for (const Proof* proof : all_proofs(findings.judgement)) {
    if (std::ranges::any_of(proof->logs,
                            [&](const LogProof& log) { return is_read(read, log.log); }))
      continue;
    for (const LogProof& log : proof->logs) unread.insert(log.log);
  }
  for (const std::string& log : unread)
    if (has_readable_log(*findings.trust.root(), log))
      verdict.miss("log", printable(log),
                   "evidence was proven in this log, which was not read: whether its key was "
                   "revoked and what came after, only that log tells",
                   k_hint);
    else
      verdict.skip("log", printable(log),
                   "evidence was proven in this log, which --log cannot read");
}

// The log that began when another one ended, as `kiln key rotate` makes them; or null.
const signing::TrustedLog* successor_of(const PublishedLog& log, const signing::TrustedRoot& root) {
  auto found = std::ranges::find_if(root.logs, [&](const signing::TrustedLog& other) {
    return other.validity.from == *log.validity.until && other.host() != log.settings.origin &&
           has_readable_log(root, other.host());
  });
  return found == root.logs.end() ? nullptr : &*found;
}

void look_for_successors(const Findings& findings, std::span<const PublishedLog> read,
                         Verdict& verdict) {
  for (const PublishedLog& log : read) {
    if (!log.validity.until || *log.validity.until >= findings.trust.now) continue;
    std::string name = printable(log.settings.origin);
    std::string end = format_rfc3339(*log.validity.until);
    const signing::TrustedLog* next = successor_of(log, *findings.trust.root());
    if (next == nullptr)
      verdict.skip("log", name, fmt::format("it ended at {}: what came after is not in it", end));
    else if (!is_read(read, next->host()))
      verdict.miss(
          "log", printable(next->host()),
          fmt::format("{} ended at {} and goes on in this log, which was not read", name, end),
          k_hint);
  }
}

}  // namespace

void check_coverage(const Findings& findings, std::span<const PublishedLog> read,
                    Verdict& verdict) {
  look_for_unread(findings, read, verdict);
  look_for_successors(findings, read, verdict);
}

}  // namespace kiln::verification
