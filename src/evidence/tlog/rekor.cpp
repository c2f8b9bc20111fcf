// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/rekor.hpp"

#include "data/json.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

Digest log_id(const NoteKey& log) {
  if (log.type() == NoteKeyType::ecdsa) return log.key().digest();
  return sha256(fmt::format("{}\n\x01{}", log.name(), log.key().raw()));
}

std::string promise_text(const EntryPromise& promise, const NoteKey& log) {
  return canonical(Json::object({{"body", to_base64(promise.body)},
                                 {"integratedTime", promise.integrated},
                                 {"logID", log_id(log).hex()},
                                 {"logIndex", promise.index}}));
}

Result<std::string> sign_promise(const EntryPromise& promise, const NoteKey& log,
                                 SigningKey& secret) {
  return secret.sign(promise_text(promise, log));
}

Result<> verify_promise(const EntryPromise& promise, const NoteKey& log,
                        std::string_view signature) {
  return log.key().verify(promise_text(promise, log), signature);
}

}  // namespace kiln::tlog
