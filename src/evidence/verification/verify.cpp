// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/verify.hpp"

#include "base/threads.hpp"
#include "evidence/signing/bundle.hpp"
#include "evidence/verification/contents.hpp"
#include "evidence/verification/findings.hpp"
#include "image/config.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// Adds bundles from elsewhere to what is about the same part of the image; others are left out.
void add_bundles(std::span<const std::string> bundles, const ImageParts& parts,
                 Exhibits& exhibits) {
  for (const std::string& text : bundles) {
    Result<signing::Bundle> bundle = signing::parse_bundle(text);
    const auto* envelope = bundle ? std::get_if<signing::Envelope>(&bundle->content) : nullptr;
    if (envelope == nullptr) continue;
    Result<signing::Statement> statement = signing::parse_statement(envelope->payload);
    if (!statement) continue;
    for (const Digest& subject : subjects_of(parts))
      if (signing::is_about(*statement, subject)) {
        exhibits.items.push_back({.form = Form::bundle,
                                  .target = subject,
                                  .where = fmt::format("file {}", sha256(text).str()),
                                  .bytes = text});
        break;
      }
  }
}

// What lies beside the image and says to be its lock, and those from elsewhere. Anybody may have
// put it there: which plan counts, the signed manifests say; see check_provenance.
std::vector<plan::Lock> read_locks(const Question& question, const Exhibits& exhibits,
                                   Verdict& verdict) {
  std::vector<plan::Lock> locks;
  for (const std::string& text : question.locks)
    if (Result<plan::Lock> lock = plan::read_lock(text)) locks.push_back(std::move(*lock));
  for (const std::string& text : exhibits.locks) {
    Result<plan::Lock> lock = plan::read_lock(text);
    if (lock)
      locks.push_back(std::move(*lock));
    else
      verdict.skip("evidence", "image", "ignored: " + lock.error().str());
  }
  return locks;
}

// Bytes and signatures, at the same time.
std::map<Digest, image::ImageView> look(const Question& question, const Trust& trust,
                                        Answer& answer) {
  std::map<Digest, image::ImageView> views;
  Verdict of_contents;
  Verdict of_signatures;
  (void)parallel_for(2, question.threads, [&](size_t job) -> Result<> {
    if (job == 0)
      views = check_contents(question.reader, answer.parts, question.threads, of_contents);
    else
      answer.judgement = judge(answer.exhibits, answer.parts, trust, of_signatures);
    return {};
  });
  answer.verdict.append(of_contents);
  answer.verdict.append(of_signatures);
  return views;
}

}  // namespace

Result<Answer> verify(const Question& question) {
  Answer answer;
  Verdict& verdict = answer.verdict;
  answer.parts = TRY(read_parts(question.reader, question.selection));
  answer.exhibits = TRY(gather(question.reader, answer.parts));
  add_bundles(question.bundles, answer.parts, answer.exhibits);
  std::vector<Signer> signers = signers_of(question.policy, question.keys, verdict);
  Trust trust{question.policy, signers, question.now};
  std::map<Digest, image::ImageView> views = look(question, trust, answer);
  std::vector<plan::Lock> locks = read_locks(question, answer.exhibits, verdict);
  Findings findings{.parts = answer.parts,
                    .exhibits = answer.exhibits,
                    .judgement = answer.judgement,
                    .trust = trust,
                    .image = question.image,
                    .tag = question.tag,
                    .views = views,
                    .locks = locks,
                    .logs = question.logs};
  for (auto* check : {check_name, check_index, check_signatures, check_log, check_witnesses,
                      check_replay, check_time, check_statements, check_sboms, check_provenance,
                      check_rebuilds, check_summaries})
    check(findings, verdict);
  return answer;
}

}  // namespace kiln::verification
