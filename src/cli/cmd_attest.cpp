// SPDX-License-Identifier: Apache-2.0
//
// kiln attest: any statement about an image, made, listed and shown. What is shown is not verified
// here; `kiln verify` does that.
#include "base/strings.hpp"
#include "cli/attaching.hpp"
#include "cli/command.hpp"
#include "cli/image_source.hpp"
#include "evidence/signing/bundle.hpp"
#include "oci/media_types.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_predicate = 128U << 20;

struct Attested {
  Digest subject;
  Digest bundle;
  signing::Statement statement;
  signing::Envelope envelope;
};

// The statement in a bundle of a referrer; nothing when it is something else.
Result<std::optional<Attested>> read_bundle(const oci::ImageReader& reader, const Digest& subject,
                                            const oci::Descriptor& referrer) {
  if (!oci::is_manifest_type(referrer.media_type)) return std::nullopt;
  std::string bytes = TRY(reader.bytes(referrer));
  oci::Manifest manifest = TRY(oci::parse_manifest(bytes));
  if (manifest.layers.size() != 1 || manifest.layers[0].media_type != signing::k_bundle_type)
    return std::nullopt;
  std::string text = TRY(reader.bytes(manifest.layers[0], 2 * k_largest_predicate));
  signing::Bundle bundle = TRY(signing::parse_bundle(text));
  const auto* envelope = std::get_if<signing::Envelope>(&bundle.content);
  if (envelope == nullptr) return std::nullopt;
  signing::Statement statement = TRY(signing::parse_statement(envelope->payload));
  return Attested{subject, manifest.layers[0].digest, std::move(statement), *envelope};
}

Result<std::vector<Attested>> find_statements(const oci::ImageReader& reader) {
  std::vector<Attested> list;
  std::vector<Digest> subjects;
  for (const oci::ListedImage& image : TRY(oci::list_images(reader))) {
    std::optional<oci::Descriptor> original = TRY(oci::original_index(reader, image.root));
    for (const Digest& digest :
         {image.root.digest, original.value_or(image.root).digest, image.descriptor.digest})
      if (std::ranges::find(subjects, digest) == subjects.end()) subjects.push_back(digest);
  }
  for (const Digest& subject : subjects)
    for (const oci::Descriptor& referrer : TRY(reader.referrers(subject)))
      if (auto found = TRY_CONTEXT(read_bundle(reader, subject, referrer),
                                   fmt::format("reading {}", referrer.digest.str())))
        list.push_back(std::move(*found));
  return list;
}

Result<int> list(Session& session, const std::vector<Attested>& found) {
  std::string text;
  Json json = Json::object({{"schema", "kiln.attest/1"}, {"statements", Json::array()}});
  for (const Attested& each : found) {
    text += fmt::format("{}  {}\n", each.subject.str(), each.statement.predicate_type);
    json["statements"].push_back(Json::object({{"subject", each.subject.str()},
                                               {"predicate_type", each.statement.predicate_type},
                                               {"bundle", each.bundle.str()}}));
  }
  session.answer(text.empty() ? "no statement\n" : text, json);
  return found.empty() ? k_exit_no : k_exit_ok;
}

Result<int> get(Session& session, const std::vector<Attested>& found, const std::string& type,
                bool envelopes) {
  std::string text;
  Json json = Json::object({{"schema", "kiln.attest/1"}, {"statements", Json::array()}});
  for (const Attested& each : found) {
    if (each.statement.predicate_type != type) continue;
    text +=
        (envelopes ? signing::encode(each.envelope) : canonical(each.statement.predicate)) + "\n";
    json["statements"].push_back(Json::object({{"subject", each.subject.str()},
                                               {"predicate_type", type},
                                               {"bundle", each.bundle.str()},
                                               {"predicate", each.statement.predicate}}));
    if (envelopes)
      json["statements"].as_array().back()["envelope"] =
          TRY(parse_json(signing::encode(each.envelope)));
  }
  if (text.empty()) {
    session.answer(fmt::format("no statement of the type {}\n", type), json);
    return k_exit_no;
  }
  session.answer(text, json);
  session.remark("not verified here: `kiln verify` tells whose statement it is\n");
  return k_exit_ok;
}

Result<int> make(Session& session, const Arguments& arguments, const std::string& file) {
  std::optional<std::string> type = arguments.value("--type");
  if (!type || type->find(':') == std::string::npos)
    return fail(ErrorCode::bad_input, "a predicate has a type, which is a URI",
                "name it with --type, such as https://in-toto.io/attestation/test-result/v0.1");
  std::string predicate = TRY(read_file(file, k_largest_predicate));
  Json parsed = TRY_CONTEXT(parse_json(predicate), fmt::format("reading {}", file));
  if (!parsed.is_object())
    return fail(ErrorCode::bad_input, fmt::format("{} holds no JSON object", file));
  SignableImage image = TRY(SignableImage::open(session, arguments.positionals()[0]));
  oci::Descriptor subject = TRY(image.manifests()).front();
  if (auto platform = arguments.value("--platform")) {
    model::Platform wanted = TRY(model::Platform::parse(*platform));
    subject = TRY(oci::find_image(image.reader(), wanted)).descriptor;
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
  std::vector<Attested> found = TRY(find_statements(*source.reader));
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
              {"--platform", "linux/ARCH", "about this platform's manifest, not the index"},
              {"--name", "NAME", "what the statement calls the image"},
              {"--list", "", "each statement's subject and type"},
              {"--get", "URI", "the predicates of a type, one a line"},
              {"--envelope", "", "with --get: the signed DSSE envelopes instead, one a line"}}),
         .examples = {{"kiln attest out/ --predicate result.json --type "
                       "https://in-toto.io/attestation/test-result/v0.1",
                       "a test's result, signed"},
                      {"kiln attest out/ --get https://slsa.dev/provenance/v1",
                       "how the image was made"},
                      {"kiln attest out/ --get https://slsa.dev/verification_summary/v1 --envelope",
                       "what slsa-verifier verify-vsa takes as --attestation-path"}},
         .exits = {{1, "there is no such statement"}}},
    .run = run};

}  // namespace kiln::cli
