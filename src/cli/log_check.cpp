// SPDX-License-Identifier: Apache-2.0
//
// `kiln log check`, `verify` and `monitor`: whether a log keeps its word.
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "cli/log_actions.hpp"
#include "cli/log_argument.hpp"
#include "cli/own_file.hpp"
#include "evidence/tlog/audit.hpp"
#include "evidence/tlog/log_proof.hpp"
#include "evidence/tlog/monitor.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// A log that breaks its word is an answer, not a failure of ours.
template <typename T>
Result<std::optional<Error>> broken_word(const Result<T>& result) {
  if (result) return std::nullopt;
  ErrorCode code = result.error().code;
  if (code == ErrorCode::unverified || code == ErrorCode::corrupt) return result.error();
  return std::unexpected(result.error());
}

int answer_no(Session& session, Json json, const Error& error) {
  json["ok"] = false;
  json["problem"] = error.str();
  session.answer(fmt::format("FAILED: {}\n{}", error.str(),
                             error.hint.empty() ? "" : "  " + error.hint + "\n"),
                 json);
  return k_exit_no;
}

// That the log continues the checkpoint in a file.
Result<> check_against(const OpenedLog& log, const tlog::Checkpoint& now, const std::string& file) {
  std::string bytes = TRY(read_file(file, tlog::k_largest_note));
  TRY(from_own_file(tlog::SignedCheckpoint::parse(bytes), file));
  tlog::Checkpoint before =
      TRY(tlog::open_checkpoint(bytes, log.settings.key, log.settings.origin)).checkpoint;
  std::vector<Digest> proof;
  tlog::TreeReader tree(*log.source, now.size);
  if (before.size <= now.size) proof = TRY(tlog::prove_consistency(tree, before.size, now.size));
  return tlog::verify_consistency(before.size, before.root, now.size, now.root, proof);
}

std::string witness_lines(const tlog::Judgement& judgement, Json& json) {
  std::string text;
  json["witnesses"] = Json::array();
  for (const tlog::Judgement::Witness& witness : judgement.witnesses) {
    std::string who = witness.name;
    if (witness.own)
      who += " (run by the log's own operator: proves nothing to others)";
    else if (!witness.run_by.empty())
      who += fmt::format(" (run by {})", witness.run_by);
    text += witness.cosigned
                ? fmt::format("cosigned by {} at {}\n", who, format_rfc3339(*witness.cosigned))
                : fmt::format("not cosigned by {}\n", who);
    Json one =
        Json::object({{"name", witness.name}, {"run_by", witness.run_by}, {"own", witness.own}});
    if (witness.cosigned) one["cosigned"] = format_rfc3339(*witness.cosigned);
    json["witnesses"].push_back(std::move(one));
  }
  return text;
}

// The checkpoint of a proof, as --policy or --log-key judge it.
Result<tlog::Judgement> judge_proof(const Arguments& arguments, const tlog::LogProof& proof) {
  if (std::optional<tlog::TrustPolicy> policy = TRY(log_policy(arguments)))
    return tlog::judge(proof.checkpoint, *policy);
  tlog::LogSettings log = TRY(described_log(arguments, "of the proof"));
  return tlog::Judgement{
      .checkpoint = TRY(tlog::open_checkpoint(proof.checkpoint, log.key, log.origin)),
      .witnesses = {},
      .quorum = true,
      .quorum_of_others = false};
}

struct Verdict {
  tlog::LogProof proof;
  tlog::Judgement judgement;
};

Result<Verdict> verify_file(const Arguments& arguments, const std::string& entry,
                            const std::string& proof_file) {
  std::string bytes = TRY(read_file(proof_file, 4U << 20));
  Verdict verdict{.proof = TRY(tlog::LogProof::parse(bytes)), .judgement = {}};
  verdict.judgement = TRY(judge_proof(arguments, verdict.proof));
  TRY(tlog::verify_proof(verdict.proof, verdict.judgement.checkpoint.checkpoint, entry));
  return verdict;
}

Result<std::optional<tlog::MonitorState>> load_state(const Path& path) {
  Result<std::string> text = read_file(path, 4U << 20);
  if (!text && text.error().code == ErrorCode::not_found) return std::nullopt;
  std::string json = TRY(std::move(text));
  return TRY_CONTEXT(tlog::read_state(json), fmt::format("reading {}", path.string()));
}

Result<tlog::Expectations> expectations(const Arguments& arguments) {
  tlog::Expectations expected{
      .keys = {}, .others_sign = arguments.has("--others-sign"), .digests = {}};
  for (const std::string& file : arguments.values("--signer")) {
    std::string pem = TRY(read_file(file, 1U << 16));
    expected.keys.push_back(TRY(from_own_file(PublicKey::from_pem(pem), file)));
  }
  if (std::optional<std::string> file = arguments.value("--known")) {
    std::string text = TRY(read_file(*file));
    expected.digests.emplace();
    for (std::string_view word : split_words(text)) {
      if (word.starts_with("sha256:")) word.remove_prefix(7);
      expected.digests->insert(TRY(from_own_file(Digest::from_hex(word), *file)));
    }
  }
  return expected;
}

// What one run of a monitor found.
struct Watch {
  std::string text;
  Json entries = Json::array();
  size_t alarms = 0;

  void see(uint64_t index, std::string_view entry, const tlog::Expectations& expected) {
    tlog::EntryView view = tlog::view_entry(entry);
    std::optional<std::string> why = tlog::alarm(view, tlog::leaf_hash(entry), expected);
    Json one = Json::object({{"index", index}, {"what", view.str()}});
    text += fmt::format("{:>8}  {}\n", index, view.str());
    if (why) {
      ++alarms;
      text += fmt::format("   ALARM  {}\n", *why);
      one["alarm"] = *why;
    }
    entries.push_back(std::move(one));
  }
};

}  // namespace

Result<int> log_check(Session& session, const Arguments& arguments) {
  OpenedLog log = TRY(open_log_argument(session, arguments, arguments.positionals()[1]));
  Json json = log_document("check");
  Result<tlog::SignedCheckpoint> found = newest_checkpoint(log);
  if (auto problem = TRY(broken_word(found))) return answer_no(session, json, *problem);
  const tlog::Checkpoint& now = found->checkpoint;
  json["checkpoint"] = checkpoint_json(now);
  std::string text =
      fmt::format("{}: {} signed\n", now.origin, counted(now.size, "entry", "entries"));
  if (std::optional<std::string> file = arguments.value("--against")) {
    if (auto problem = TRY(broken_word(check_against(log, now, *file))))
      return answer_no(session, json, *problem);
    text += fmt::format("continues {}\n", *file);
  }
  Result<tlog::AuditReport> audited = tlog::audit(*log.source, now);
  if (auto problem = TRY(broken_word(audited))) return answer_no(session, json, *problem);
  text += fmt::format("all entries and {} agree\n", counted(audited->tiles, "tile"));
  json["ok"] = true;
  json["tiles"] = audited->tiles;
  session.answer(text, json);
  return k_exit_ok;
}

Result<int> log_verify(Session& session, const Arguments& arguments) {
  const std::string& file = arguments.positionals()[1];
  std::string entry = TRY(read_file(file, tlog::k_longest_entry));
  Json json = log_document("verify");
  Result<Verdict> verdict =
      verify_file(arguments, entry, arguments.value("--proof-file").value_or(file + ".tlog-proof"));
  if (auto problem = TRY(broken_word(verdict))) return answer_no(session, json, *problem);
  const tlog::Judgement& judgement = verdict->judgement;
  json["index"] = verdict->proof.index;
  json["checkpoint"] = checkpoint_json(judgement.checkpoint.checkpoint);
  std::string text = fmt::format("{} is entry {} of {}\n", file, verdict->proof.index,
                                 judgement.checkpoint.checkpoint.origin);
  text += witness_lines(judgement, json);
  json["ok"] = judgement.quorum;
  json["quorum_of_others"] = judgement.quorum_of_others;
  if (!judgement.quorum) text += "FAILED: not enough witnesses cosigned the checkpoint\n";
  session.answer(text, json);
  return judgement.quorum ? k_exit_ok : k_exit_no;
}

Result<int> log_monitor(Session& session, const Arguments& arguments) {
  OpenedLog log = TRY(open_log_argument(session, arguments, arguments.positionals()[1]));
  std::optional<std::string> file = arguments.value("--state");
  if (!file)
    return fail(ErrorCode::bad_input,
                "--state FILE, where the last checkpoint is kept, is missing");
  std::optional<tlog::MonitorState> before = TRY(load_state(*file));
  tlog::Expectations expected = TRY(expectations(arguments));
  Watch watch;
  Result<tlog::MonitorState> after = tlog::follow(
      *log.source, log.settings, before, [&](uint64_t index, std::string_view entry) -> Result<> {
        watch.see(index, entry, expected);
        return {};
      });
  Json json = log_document("monitor");
  if (auto problem = TRY(broken_word(after))) return answer_no(session, json, *problem);
  TRY(write_file(*file, tlog::write_state(*after)));
  json["size"] = after->tree.size();
  json["entries"] = std::move(watch.entries);
  json["alarms"] = watch.alarms;
  json["ok"] = watch.alarms == 0;
  watch.text += fmt::format("{} in the log, {} new, {}\n", after->tree.size(),
                            after->tree.size() - (before ? before->tree.size() : 0),
                            counted(watch.alarms, "alarm"));
  session.answer(watch.text, json);
  return watch.alarms == 0 ? k_exit_ok : k_exit_no;
}

}  // namespace kiln::cli
