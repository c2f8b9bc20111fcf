// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/witness.hpp"

#include "base/strings.hpp"
#include "base/threads.hpp"
#include "net/url.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr uint64_t k_largest_answer = 1U << 16;
// One request tells the size that the witness has seen; another writer may be faster than we are.
constexpr int k_attempts = 4;

Result<HttpAnswer> post(const PolicyWitness& witness, const std::string& body, HttpClient& http) {
  HttpCall call{.method = "POST",
                .url = join_url(witness.url, "add-checkpoint"),
                .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
                .body = upload_of(body),
                .max_answer = k_largest_answer,
                .plain_http = witness.url.starts_with("http://"),
                .repeatable = true};
  return http.send(call);
}

Result<Cosignature> read_cosignature(const PolicyWitness& witness, const std::string& text,
                                     const std::string& answer) {
  std::vector<NoteSignature> lines = TRY(parse_signatures(answer));
  for (const NoteSignature& line : lines)
    if (witness.key.claims(line)) return verify_cosignature(text, line, witness.key);
  return fail(ErrorCode::unverified,
              fmt::format("witness {} answered without a signature of its key", witness.name));
}

std::unexpected<Error> refusal(const PolicyWitness& witness, const HttpAnswer& answer) {
  std::string_view why = answer.status == 404   ? "it does not know this log"
                         : answer.status == 403 ? "it does not know the log's key"
                         : answer.status == 422 ? "the log does not continue what it has seen"
                                                : std::string_view(answer.body);
  return fail(answer.status == 422 ? ErrorCode::unverified : ErrorCode::network,
              fmt::format("witness {} refused with status {}: {}", witness.name, answer.status,
                          printable(trim(why))));
}

// The size in an answer of 409, when asking again with it can help.
Result<uint64_t> seen_size(const PolicyWitness& witness, const HttpAnswer& answer,
                           uint64_t old_size, const Checkpoint& ours) {
  std::optional<uint64_t> seen = parse_decimal(trim(answer.body));
  if (!seen) return refusal(witness, answer);
  if (*seen > ours.size)
    return fail(ErrorCode::unverified,
                fmt::format("witness {} has seen {} entries of this log, which now has {}",
                            witness.name, *seen, ours.size),
                "the log was rolled back, perhaps to an old backup; entries are lost");
  if (*seen == old_size)
    return fail(ErrorCode::unverified,
                fmt::format("witness {} has seen another log of {} entries with this name and key",
                            witness.name, *seen),
                "two histories of the log exist; find out which one was published");
  return *seen;
}

}  // namespace

std::string witness_request(uint64_t old_size, std::span<const Digest> proof,
                            std::string_view checkpoint) {
  std::string body = fmt::format("old {}\n", old_size);
  for (const Digest& hash : proof) body += to_base64(hash.bytes()) + "\n";
  return body + "\n" + std::string(checkpoint);
}

Result<Cosignature> ask_witness(const PolicyWitness& witness, Log& log, HttpClient& http) {
  const SignedCheckpoint& ours = log.checkpoint();
  uint64_t old_size = 0;
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    std::vector<Digest> proof = TRY(log.consistency(old_size, ours.checkpoint.size));
    std::string body = witness_request(old_size, proof, ours.note.str());
    HttpAnswer answer = TRY(post(witness, body, http));
    if (answer.status == 200) return read_cosignature(witness, ours.note.text, answer.body);
    if (answer.status != 409) return refusal(witness, answer);
    old_size = TRY(seen_size(witness, answer, old_size, ours.checkpoint));
  }
  return fail(ErrorCode::network,
              fmt::format("witness {} changes while it is asked", witness.name));
}

Result<std::vector<WitnessAnswer>> ask_witnesses(const TrustPolicy& policy, Log& log,
                                                 HttpClient& http) {
  std::vector<WitnessAnswer> answers;
  for (const PolicyWitness& witness : policy.witnesses)
    if (!witness.url.empty())
      answers.push_back({witness, fail(ErrorCode::network, "the witness was not asked")});
  TRY(parallel_for(answers.size(), answers.size(), [&](size_t i) -> Result<> {
    answers[i].cosignature = ask_witness(answers[i].witness, log, http);
    return {};
  }));
  std::vector<NoteSignature> lines;
  for (const WitnessAnswer& answer : answers)
    if (answer.cosignature) lines.push_back(answer.cosignature->line);
  if (!lines.empty()) TRY(log.add_cosignatures(lines));
  return answers;
}

}  // namespace kiln::tlog
