// SPDX-License-Identifier: Apache-2.0
#include "cli/key_actions.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

std::string_view place_of(const signing::KeyEntry& entry) {
  if (entry.secret.empty()) return "public only";
  return entry.is_token() ? "token" : "file";
}

}  // namespace

std::string key_line(const signing::KeyEntry& entry) {
  std::string times = "since " + format_rfc3339(entry.validity.from);
  if (entry.validity.until)
    times = fmt::format("{} to {}", format_rfc3339(entry.validity.from),
                        format_rfc3339(*entry.validity.until));
  return fmt::format("{:<13} {:<10} {:<7} {:<11} {}  {}\n", str(entry.role),
                     str(entry.key.algorithm()), str(entry.state), place_of(entry),
                     entry.key.digest().hex().substr(0, 16), times);
}

Json key_json(const signing::KeyEntry& entry) {
  Json json = Json::object({{"id", entry.id()},
                            {"role", str(entry.role)},
                            {"state", str(entry.state)},
                            {"algorithm", str(entry.key.algorithm())},
                            {"public_key", entry.key.pem()},
                            {"secret", place_of(entry)},
                            {"valid_from", format_rfc3339(entry.validity.from)}});
  if (entry.validity.until) json["valid_until"] = format_rfc3339(*entry.validity.until);
  if (!entry.reason.empty()) json["reason"] = entry.reason;
  if (!entry.host.empty()) json["host"] = entry.host;
  if (!entry.chain.empty()) {
    json["certificates"] = Json::array();
    for (const Certificate& certificate : entry.chain)
      json["certificates"].push_back(certificate.pem());
  }
  return json;
}

std::string ring_heading(const signing::KeyRingStore& store) {
  return fmt::format("key ring {} of {}{}\n", store.directory().string(), store.ring().host,
                     store.ring().local
                         ? ": untrusted local keys, which nothing but this machine vouches for"
                         : "");
}

}  // namespace kiln::cli
