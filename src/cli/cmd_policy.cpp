// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "evidence/verification/export.hpp"
#include "evidence/verification/policy.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

Json strings(const std::vector<std::string>& list) {
  return Json::array_of(list);
}

Json signers_json(const verification::Policy& policy) {
  Json list = Json::array();
  for (const verification::Signer& signer : policy.signers) {
    Json item = Json::object({{"name", signer.name}});
    if (signer.key_digest) item["key"] = signer.key_digest->str();
    if (!signer.identity.empty()) item["identity"] = signer.identity;
    if (!signer.roots.empty()) item["certificates"] = Json::array();
    for (const Certificate& root : signer.roots)
      item["certificates"].push_back(root.digest().str());
    list.push_back(std::move(item));
  }
  return list;
}

Result<int> check(Session& session, const verification::Policy& policy) {
  std::vector<std::string> demands = verification::describe(policy);
  std::string text;
  for (const std::string& demand : demands) text += demand + "\n";
  session.give(text, Json::object({{"schema", "kiln.policy/1"},
                                   {"digest", policy.digest.str()},
                                   {"signers", signers_json(policy)},
                                   {"demands", strings(demands)}}));
  return k_exit_ok;
}

Result<int> export_as(Session& session, const Arguments& arguments,
                      const verification::Policy& policy) {
  std::optional<std::string> format = arguments.value("--format");
  std::optional<std::string> output = arguments.value("--output");
  if (!format || !output)
    return fail(ErrorCode::bad_input, "an export needs --format and -o DIR",
                "kiln policy export policy.yaml --format kyverno -o DIR");
  verification::Export made = TRY(verification::export_policy(policy, *format));
  Path directory = *output;
  TRY(make_directories(directory));
  Json files = Json::array();
  std::string text;
  for (const auto& [name, content] : made.files) {
    TRY(write_file(directory / name, content));
    files.push_back(name);
    text += fmt::format("wrote {}\n", (directory / name).string());
  }
  for (const std::string& lost : made.not_expressed)
    text += fmt::format("not expressed: {}\n", lost);
  session.answer(text, Json::object({{"schema", "kiln.policy/1"},
                                     {"files", std::move(files)},
                                     {"not_expressed", strings(made.not_expressed)}}));
  return k_exit_ok;
}

Result<int> run(Session& session, const Arguments& arguments) {
  Diagnostics found;
  Result<verification::Policy> policy =
      verification::load_policy(arguments.positionals()[1], found);
  session.show(found);
  if (!policy) return std::unexpected(std::move(policy).error());
  if (arguments.positionals()[0] == "check") return check(session, *policy);
  return export_as(session, arguments, *policy);
}

}  // namespace

const Command k_policy = {
    .spec = {.name = "policy",
             .summary = "check a policy, or write it in another program's language",
             .description =
                 "A policy says what must be true before an image is accepted (docs/policy.md). "
                 "`check` reports every mistake and says in words what is demanded. `export` "
                 "writes the same for Kyverno, the sigstore policy-controller, or podman, skopeo "
                 "and CRI-O, and says what they cannot express.",
             .positionals = {{.name = "ACTION", .choices = {"check", "export"}}, {.name = "FILE"}},
             .options = {{.name = "--format",
                          .value = "NAME",
                          .help = "of an export",
                          .choices = {"kyverno", "policy-controller", "podman"}},
                         {.name = "--output",
                          .value = "DIR",
                          .help = "where an export goes",
                          .letter = 'o'}},
             .examples = {{"kiln policy check policy.yaml",
                           "is it right, and what does it demand?"},
                          {"kiln policy export policy.yaml --format kyverno -o k8s",
                           "the same for a cluster"}},
             .exits = {},
             .actions = {{"check", 1}, {"export", 1, {"--format", "--output"}}}},
    .run = run};

}  // namespace kiln::cli
