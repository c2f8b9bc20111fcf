// SPDX-License-Identifier: Apache-2.0
//
// A witness of the tests' own, on the loopback address. Who uses it links kiln_tlog.
#pragma once
#include "base/strings.hpp"
#include "evidence/tlog/merkle.hpp"
#include "evidence/tlog/witness.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <string>

#include <fmt/format.h>

namespace kiln::testing {

// A witness that remembers a size, as C2SP tlog-witness describes one, and checks the proof.
class ScratchWitness {
 public:
  explicit ScratchWitness(std::string name)
      : key_(value(tlog::NoteKey::of_witness(std::move(name), secret_.public_key()))) {
    server_.on("/add-checkpoint", [this](const ServerRequest& request) { return answer(request); });
  }
  tlog::PolicyWitness in_policy(std::string run_by = {}) {
    return {.name = key_.name(), .key = key_, .url = server_.url("/"), .run_by = std::move(run_by)};
  }
  std::string vkey() const { return key_.str(); }
  std::string policy_line() {
    return fmt::format("witness {} {} {}\n", key_.name(), key_.str(), server_.url("/"));
  }
  size_t asked() const { return server_.count("/add-checkpoint"); }
  uint64_t seen = 0;

 private:
  ServerResponse answer(const ServerRequest& request) {
    std::string_view rest = request.body;
    std::string_view first = take_until(rest, '\n');
    uint64_t old_size = value(Result<uint64_t>(parse_decimal(first.substr(4)).value_or(0)));
    std::vector<Digest> proof;
    for (std::string_view line = take_until(rest, '\n'); !line.empty();
         line = take_until(rest, '\n'))
      proof.push_back(value(Digest::from_bytes(value(from_base64(line)))));
    tlog::SignedCheckpoint checkpoint = value(tlog::SignedCheckpoint::parse(rest));
    const tlog::Checkpoint& now = checkpoint.checkpoint;
    if (old_size != seen) return {.status = 409, .body = fmt::format("{}\n", seen)};
    if (now.size == seen && now.root != root_)
      return {.status = 409, .body = fmt::format("{}\n", seen)};
    if (!tlog::verify_consistency(seen, root_, now.size, now.root, proof)) return {.status = 422};
    seen = now.size;
    root_ = now.root;
    return {.body = value(tlog::cosign(checkpoint.note.text, 1700000000, key_, secret_)).str()};
  }

  PrivateKey secret_ = PrivateKey::generate(KeyAlgorithm::ed25519);
  tlog::NoteKey key_;
  Digest root_;
  HttpServer server_;
};

}  // namespace kiln::testing
