// SPDX-License-Identifier: Apache-2.0
//
// `kiln log init`, `add` and `witness`: what needs the log's key or its lock.
#include "cli/command.hpp"
#include "cli/key_source.hpp"
#include "cli/log_actions.hpp"
#include "cli/log_argument.hpp"
#include "cli/password.hpp"
#include "crypto/encrypted_key.hpp"
#include "evidence/tlog/log.hpp"
#include "evidence/tlog/log_proof.hpp"
#include "evidence/tlog/witness.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

struct KeyOfNewLog {
  PrivateKey key;
  std::string note;  // for people: where a new secret lies and whether it is encrypted
};

// --key FILE, or a new key in the log's directory, encrypted with the password of the environment.
Result<KeyOfNewLog> key_for_new_log(Session& session, const Arguments& arguments,
                                    const Path& directory, bool rekor_v1) {
  Path path = directory / "key.pem";
  if (auto file = arguments.value("--key"))
    return KeyOfNewLog{TRY(open_key_file(*file, password_source(session))), {}};
  if (std::filesystem::exists(path))
    return KeyOfNewLog{TRY(open_key_file(path, password_source(session))), {}};
  PrivateKey key =
      PrivateKey::generate(rekor_v1 ? KeyAlgorithm::ecdsa_p256 : KeyAlgorithm::ed25519);
  TRY(make_directories(directory));
  std::string password = environment_password(session);
  TRY(write_file(path, password.empty() ? key.pem() : encrypt_key(key, password), 0600));
  std::string note =
      password.empty() ? "not encrypted; KILN_KEY_PASSWORD set when a log is made encrypts its key"
                       : "encrypted with the password in KILN_KEY_PASSWORD or COSIGN_PASSWORD";
  return KeyOfNewLog{std::move(key), fmt::format("secret: {}, {}\n", path.string(), note)};
}

std::string witness_line(const tlog::WitnessAnswer& answer) {
  std::string who = answer.witness.name;
  if (answer.witness.is_own())
    who += " (run by the log's own operator: proves nothing to others)";
  else if (!answer.witness.run_by.empty())
    who += fmt::format(" (run by {})", answer.witness.run_by);
  if (!answer.cosignature) return fmt::format("{}: {}\n", who, answer.cosignature.error().str());
  return fmt::format("{}: cosigned at {}\n", who, format_rfc3339(answer.cosignature->time));
}

Json witness_json(const tlog::WitnessAnswer& answer) {
  Json json = Json::object({{"name", answer.witness.name},
                            {"run_by", answer.witness.run_by},
                            {"own", answer.witness.is_own()}});
  if (answer.cosignature)
    json["cosigned"] = format_rfc3339(answer.cosignature->time);
  else
    json["error"] = answer.cosignature.error().str();
  return json;
}

// Asks the witnesses of the policy and says what they answered. Whether they are a quorum.
Result<bool> witness_round(Session& session, const tlog::TrustPolicy& policy, tlog::Log& log,
                           std::string& text, Json& json) {
  World& world = *TRY(session.world());
  std::vector<tlog::WitnessAnswer> answers = TRY(tlog::ask_witnesses(policy, log, world.http));
  std::vector<std::string> cosigned;
  json["witnesses"] = Json::array();
  for (const tlog::WitnessAnswer& answer : answers) {
    text += witness_line(answer);
    json["witnesses"].push_back(witness_json(answer));
    if (answer.cosignature) cosigned.push_back(answer.witness.name);
  }
  bool quorum = policy.is_quorum(cosigned);
  json["quorum"] = quorum;
  if (!quorum) text += fmt::format("no quorum: the policy asks for {}\n", policy.quorum);
  return quorum;
}

Result<std::vector<std::string>> read_entries(const std::vector<std::string>& files) {
  std::vector<std::string> entries;
  for (const std::string& file : files)
    entries.push_back(TRY(read_file(file, tlog::k_longest_entry)));
  return entries;
}

Result<> write_proof(const Path& path, const tlog::Appended& added, const std::string& checkpoint) {
  tlog::LogProof proof{added.index, added.proof, {}, checkpoint};
  return write_file(path, proof.str());
}

}  // namespace

Result<int> log_init(Session& session, const Arguments& arguments) {
  Path directory = arguments.positionals()[1];
  std::optional<std::string> origin = arguments.value("--origin");
  if (!origin)
    return fail(ErrorCode::bad_input, "a log needs a name that nobody else uses",
                "give it with --origin, as a host: --origin log.example.org");
  std::optional<std::string> tree = arguments.value("--rekor-v1");
  if (std::filesystem::exists(directory / "log.json"))
    return fail(ErrorCode::bad_input,
                fmt::format("there is a log in {} already", directory.string()));
  auto [key, note] = TRY(key_for_new_log(session, arguments, directory, tree.has_value()));
  uint64_t tree_id = tree ? TRY(parse_count(*tree, "the tree id")) : 0;
  tlog::LogSettings settings =
      tree ? TRY(tlog::LogSettings::rekor_v1(*origin, tree_id, key.public_key()))
           : TRY(tlog::LogSettings::tiles(*origin, key.public_key()));
  TRY(tlog::Log::create({.directory = directory}, settings, key));
  Json json = log_document("init");
  json["origin"] = settings.origin;
  json["key"] = settings.key.str();
  json["serve"] = tlog::tree_of(directory).string();
  session.answer(fmt::format("made the log {}\nkey: {}\nserve: {}\n{}", settings.origin,
                             settings.key.str(), tlog::tree_of(directory).string(), note),
                 json);
  return k_exit_ok;
}

Result<int> log_add(Session& session, const Arguments& arguments) {
  Path directory = arguments.positionals()[1];
  std::vector<std::string> files(arguments.positionals().begin() + 2,
                                 arguments.positionals().end());
  if (files.empty()) return fail(ErrorCode::bad_input, "FILE... to add to the log is missing");
  std::vector<std::string> entries = TRY(read_entries(files));
  std::optional<tlog::TrustPolicy> policy = TRY(log_policy(arguments));
  std::unique_ptr<SigningKey> key = TRY(log_key(session, arguments, directory));
  tlog::Log log = TRY(tlog::Log::open({.directory = directory}, *key));
  std::vector<tlog::Appended> added = TRY(log.append(entries));
  std::string text;
  Json json = log_document("add");
  bool quorum = !policy || TRY(witness_round(session, *policy, log, text, json));
  std::string checkpoint =
      TRY(read_file(tlog::tree_of(directory) / "checkpoint", tlog::k_largest_note));
  json["entries"] = Json::array();
  for (size_t i = 0; i < added.size(); ++i) {
    text += fmt::format("{}: entry {}\n", files[i], added[i].index);
    json["entries"].push_back(Json::object(
        {{"file", files[i]}, {"index", added[i].index}, {"leaf", added[i].leaf.str()}}));
    if (arguments.has("--proof")) TRY(write_proof(files[i] + ".tlog-proof", added[i], checkpoint));
  }
  json["checkpoint"] = checkpoint_json(log.checkpoint().checkpoint);
  session.answer(text, json);
  return quorum ? k_exit_ok : k_exit_no;
}

Result<int> log_witness(Session& session, const Arguments& arguments) {
  Path directory = arguments.positionals()[1];
  std::optional<tlog::TrustPolicy> policy = TRY(log_policy(arguments));
  if (!policy)
    return fail(ErrorCode::bad_input, "--policy FILE names the witnesses and is missing");
  std::unique_ptr<SigningKey> key = TRY(log_key(session, arguments, directory));
  tlog::Log log = TRY(tlog::Log::open({.directory = directory}, *key));
  std::string text;
  Json json = log_document("witness");
  bool quorum = TRY(witness_round(session, *policy, log, text, json));
  json["checkpoint"] = checkpoint_json(log.checkpoint().checkpoint);
  session.answer(text, json);
  return quorum ? k_exit_ok : k_exit_no;
}

}  // namespace kiln::cli
