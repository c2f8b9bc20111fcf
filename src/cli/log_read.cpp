// SPDX-License-Identifier: Apache-2.0
//
// `kiln log show`, `prove` and `mirror`: what anybody can do who reads the log.
#include "base/output_target.hpp"
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "cli/log_actions.hpp"
#include "cli/log_argument.hpp"
#include "cli/output_request.hpp"
#include "evidence/tlog/entry_view.hpp"
#include "evidence/tlog/log_proof.hpp"
#include "evidence/tlog/mirror.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_default_count = 20;

Result<int> show_entry(Session& session, const OpenedLog& log, const tlog::Checkpoint& checkpoint,
                       uint64_t index) {
  std::string entry = TRY(tlog::read_entry(*log.source, index, checkpoint.size, checkpoint.root));
  Json json = log_document("show");
  json["index"] = index;
  json["leaf"] = tlog::leaf_hash(entry).str();
  json["entry"] = to_base64(entry);
  session.give(entry.ends_with('\n') ? entry : entry + "\n", json);
  return k_exit_ok;
}

// The newest entries, one a line.
Result<std::string> list_newest(const OpenedLog& log, const tlog::Checkpoint& checkpoint,
                                uint64_t count, Json& json) {
  std::string text;
  json["entries"] = Json::array();
  uint64_t index = checkpoint.size - std::min(checkpoint.size, count);
  while (index < checkpoint.size) {
    std::vector<std::string> entries =
        TRY(tlog::read_entries(*log.source, index, checkpoint.size, checkpoint.size));
    for (const std::string& entry : entries) {
      std::string what = tlog::view_entry(entry).str();
      text += fmt::format("{:>8}  {}\n", index, what);
      json["entries"].push_back(Json::object({{"index", index}, {"what", what}}));
      ++index;
    }
  }
  return text;
}

}  // namespace

Result<int> log_show(Session& session, const Arguments& arguments) {
  OpenedLog log = TRY(open_log_argument(session, arguments, arguments.positionals()[1]));
  tlog::SignedCheckpoint found = TRY(newest_checkpoint(log));
  const tlog::Checkpoint& checkpoint = found.checkpoint;
  if (arguments.positionals().size() > 2) {
    uint64_t index = TRY(parse_count(arguments.positionals()[2], "INDEX"));
    return show_entry(session, log, checkpoint, index);
  }
  uint64_t count = k_default_count;
  if (auto wanted = arguments.value("--last")) count = TRY(parse_count(*wanted, "--last"));
  std::string text =
      fmt::format("log:     {}\nkey:     {}\nentries: {}\nroot:    {}\n", checkpoint.origin,
                  log.settings.key.str(), checkpoint.size, to_base64(checkpoint.root.bytes()));
  Json json = log_document("show");
  json["checkpoint"] = checkpoint_json(checkpoint);
  json["key"] = log.settings.key.str();
  json["signatures"] = Json::array();
  for (const tlog::NoteSignature& line : found.note.signatures) {
    text += fmt::format("signed:  {}\n", printable(line.name));
    json["signatures"].push_back(line.name);
  }
  text += TRY(list_newest(log, checkpoint, count, json));
  session.give(text, json);
  return k_exit_ok;
}

Result<int> log_prove(Session& session, const Arguments& arguments) {
  if (arguments.positionals().size() < 3)
    return fail(ErrorCode::bad_input, "INDEX of the entry is missing");
  OpenedLog log = TRY(open_log_argument(session, arguments, arguments.positionals()[1]));
  uint64_t index = TRY(parse_count(arguments.positionals()[2], "INDEX"));
  tlog::SignedCheckpoint found = TRY(newest_checkpoint(log));
  tlog::TreeReader tree(*log.source, found.checkpoint.size);
  tlog::LogProof proof{
      index, TRY(tlog::prove_inclusion(tree, index, found.checkpoint.size)), {}, found.note.str()};
  Digest leaf = TRY(tree.node(0, index));
  TRY(tlog::verify_inclusion(leaf, index, found.checkpoint.size, proof.hashes,
                             found.checkpoint.root));
  std::string text = arguments.has("--spicy") ? proof.spicy() : proof.str();
  Json json = log_document("prove");
  json["index"] = index;
  json["leaf"] = leaf.str();
  json["checkpoint"] = checkpoint_json(found.checkpoint);
  json["proof"] = text;
  if (auto output = arguments.value("--output")) {
    Path path = output_path(*output);
    TRY(session.reserve_output(path));
    TRY(write_file(path, text));
    session.answer(fmt::format("wrote {}\n", output_name(path)), json);
  } else {
    session.give(text, json);
  }
  return k_exit_ok;
}

Result<int> log_mirror(Session& session, const Arguments& arguments) {
  if (arguments.positionals().size() < 3)
    return fail(ErrorCode::bad_input, "DIR of the mirror is missing");
  OpenedLog log = TRY(open_log_argument(session, arguments, arguments.positionals()[1]));
  Path directory = arguments.positionals()[2];
  tlog::MirrorReport report = TRY(tlog::mirror(*log.source, log.settings, directory));
  Json json = log_document("mirror");
  json["before"] = report.before;
  json["size"] = report.size;
  session.answer(fmt::format("{} new, {} in the mirror\n",
                             counted(report.size - report.before, "entry", "entries"), report.size),
                 json);
  return k_exit_ok;
}

}  // namespace kiln::cli
