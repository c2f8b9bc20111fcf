// SPDX-License-Identifier: Apache-2.0
//
// kiln attest: any statement about an image, made, listed and shown. What is shown is not verified
// here; `kiln verify` does that.
#include "base/strings.hpp"
#include "cli/attaching.hpp"
#include "cli/attested.hpp"
#include "cli/command.hpp"
#include "cli/image_argument.hpp"
#include "cli/image_source.hpp"
#include "cli/own_file.hpp"
#include "evidence/verification/policy.hpp"

#include <set>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_predicate = 128U << 20;

Json json_of(const Attested& each) {
  Json json = Json::object({{"subject", each.subject.str()},
                            {"predicate_type", each.statement.predicate_type},
                            {"form", each.form},
                            {"by", each.by},
                            {"where", each.where}});
  if (each.bundle) json["bundle"] = each.bundle->str();
  return json;
}

Result<int> list(Session& session, const std::vector<Attested>& found) {
  std::string text;
  Json json = Json::object({{"schema", "kiln.attest/1"}, {"statements", Json::array()}});
  for (const Attested& each : found) {
    text += fmt::format("{}  {}  {}, {}\n", each.subject.str(), each.statement.predicate_type,
                        each.form, each.by);
    json["statements"].push_back(json_of(each));
  }
  if (found.empty())
    session.answer("no statement\n", json);
  else
    session.give(text, json);
  return found.empty() ? k_exit_no : k_exit_ok;
}

Result<int> get(Session& session, const std::vector<Attested>& found, const std::string& wanted,
                bool envelopes) {
  // A URI, or the word that `kiln verify` and policies use.
  bool is_uri = wanted.find(':') != std::string::npos;
  std::string type = is_uri ? wanted : TRY(verification::predicate_type(wanted));
  std::string text;
  Json json = Json::object({{"schema", "kiln.attest/1"}, {"statements", Json::array()}});
  std::set<std::pair<Digest, std::string>> shown;
  for (const Attested& each : found) {
    if (each.statement.predicate_type != type) continue;
    if (envelopes && !each.envelope) continue;  // a statement that is signed as a layer only
    std::string line =
        envelopes ? signing::encode(*each.envelope) : canonical(each.statement.predicate);
    // The same in another form says nothing more.
    if (!shown.emplace(each.subject, line).second) continue;
    Json one = json_of(each);
    one["predicate"] = each.statement.predicate;
    if (envelopes) one["envelope"] = TRY(parse_json(line));
    text += line + "\n";
    json["statements"].push_back(std::move(one));
  }
  if (text.empty()) {
    session.answer(fmt::format("no statement of the type {}\n", type), json);
    return k_exit_no;
  }
  session.give(text, json);
  session.remark("not verified here: `kiln verify` tells whose statement it is\n");
  return k_exit_ok;
}

Result<int> make(Session& session, const Arguments& arguments, const std::string& file) {
  std::optional<std::string> type = arguments.value("--type");
  if (!type || type->find(':') == std::string::npos)
    return fail(ErrorCode::bad_input, "a predicate has a type, which is a URI",
                "name it with --type, such as https://in-toto.io/attestation/test-result/v0.1");
  std::string predicate = TRY(read_file(file, k_largest_predicate));
  Json parsed = TRY(from_own_file(parse_json(predicate), file));
  if (!parsed.is_object())
    return fail(ErrorCode::bad_input, fmt::format("{} holds no JSON object", file));
  SignableImage image =
      TRY(SignableImage::open(session, arguments.positionals()[0], arguments.value("--image")));
  oci::Descriptor subject = TRY(image.manifests()).front();
  if (auto platform = arguments.value("--platform")) {
    model::Platform wanted = TRY(model::Platform::parse(*platform));
    subject = TRY(oci::find_image(image.reader(), wanted, arguments.value("--image").value_or("")))
                  .descriptor;
  }
  std::vector<signing::StatementSubject> subjects = {
      signing::subject_of(arguments.value("--name").value_or("_"), subject.digest)};
  signing::Signed statement{.descriptor = subject,
                            .reference = {},
                            .statements = {signing::encode(*type, subjects, canonical(parsed))},
                            .sign_itself = false};
  std::vector<signing::Form> forms = {signing::Form::bundle};
  TRY(image.sign({&statement, 1}, forms, session, arguments.value("--key")));
  session.answer(fmt::format("attached {} to {}\n", *type, subject.digest.str()),
                 Json::object({{"schema", "kiln.attest/1"},
                               {"subject", subject.digest.str()},
                               {"predicate_type", *type}}));
  return k_exit_ok;
}

Result<int> run(Session& session, const Arguments& arguments) {
  auto predicate = arguments.value("--predicate");
  auto wanted = arguments.value("--get");
  if (predicate.has_value() + wanted.has_value() + arguments.has("--list") != 1)
    return fail(ErrorCode::bad_input, "one of --predicate, --list and --get says what to do");
  if (arguments.has("--envelope") && !wanted)
    return fail(ErrorCode::bad_input, "--envelope belongs to --get");
  if (predicate) return make(session, arguments, *predicate);
  ImageSource source = TRY(open_image_source(session, arguments.positionals()[0]));
  std::optional<model::Platform> platform;
  if (auto word = arguments.value("--platform")) platform = TRY(model::Platform::parse(*word));
  std::vector<Attested> found =
      TRY(find_statements(*source.reader, arguments.value("--image").value_or(""), platform));
  return wanted ? get(session, found, *wanted, arguments.has("--envelope")) : list(session, found);
}

}  // namespace

const Command k_attest = {
    .spec =
        {.name = "attest",
         .summary = "attach, list and show statements about an image",
         .description =
             "With --predicate, signs a statement about an image in a layout or a registry with "
             "the "
             "active key of the role `user`, logs it, and puts it beside the image; the predicate "
             "may be of any "
             "type. --list and --get show what lies beside an image of a layout, an archive or a "
             "registry, whoever made it, without verifying it.",
         .positionals = {{.name = "IMAGE"}},
         .options = with_registry_options(
             {{"--predicate", "FILE", "the JSON object to state"},
              {"--type", "URI", "the predicate's type"},
              {"--key", "FILE|URI", "sign with this key, or pkcs11: key, not the ring's"},
              {"--platform", "linux/ARCH",
               "about this platform's manifest, not the index; --list, --get: of it alone"},
              {"--name", "NAME", "what the statement calls the image"},
              image_option(),
              {"--list", "", "each statement's subject, type, form and key"},
              {"--get", "TYPE",
               "the predicates of a type, a URI or a word of policies, one a line"},
              {"--envelope", "", "with --get: the signed DSSE envelopes instead, one a line"}}),
         .examples = {{"kiln attest out/ --predicate result.json --type "
                       "https://in-toto.io/attestation/test-result/v0.1",
                       "a test's result, signed"},
                      {"kiln attest out/ --get provenance", "how the image was made"},
                      {"kiln attest out/ --get https://slsa.dev/verification_summary/v1 --envelope",
                       "what slsa-verifier verify-vsa takes as --attestation-path"}},
         .exits = {{1, "there is no such statement"}}},
    .run = run};

}  // namespace kiln::cli
