// SPDX-License-Identifier: Apache-2.0
//
// One thing changed at a time, and the line of the verdict that says so.
#include "base/bytes.hpp"
#include "evidence/signing/notary.hpp"
#include "evidence/signing/simple_signing.hpp"
#include "image/index.hpp"
#include "oci/artifact.hpp"
#include "oci/media_types.hpp"
#include "signed_image.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::verification::tests {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::value;

void flip(std::string& bytes, size_t at) {
  bytes.at(at) = static_cast<char>(bytes[at] ^ 1);
}

// What the table of refusals calls a change.
std::string in_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

signing::Envelope& envelope_of(signing::Bundle& bundle) {
  return std::get<signing::Envelope>(bundle.content);
}

// --- bundles
// ---------------------------------------------------------------------------------------

struct BundleDamage {
  std::string name;
  std::function<void(signing::Bundle&, Installation&)> edit;
  std::string complaint;  // of the index's signature
};

void PrintTo(const BundleDamage& damage, std::ostream* out) {
  *out << damage.name;
}

std::vector<BundleDamage> bundle_damages() {
  using signing::Bundle;
  std::string not_by = "the signature is not by release (key sha256:";
  std::string no_tree = "the log entry is not in the tree";
  return {
      {"payload", [](Bundle& b, auto&) { flip(envelope_of(b).payload, 40); }, not_by},
      {"payload_type", [](Bundle& b, auto&) { envelope_of(b).payload_type += "x"; }, not_by},
      {"signature", [](Bundle& b, auto&) { flip(envelope_of(b).signatures[0].signature, 20); },
       not_by},
      {"entry_body", [](Bundle& b, auto&) { flip(b.entries[0].body, 60); },
       "the log's entry is about another signature"},
      {"entry_kind", [](Bundle& b, auto&) { b.entries[0].kind.version = "9"; },
       "a log entry of kind 'hashedrekord' 9 is not known here"},
      {"log_id", [](Bundle& b, auto&) { flip(b.entries[0].log_id, 3); },
       "the trusted root does not have the log"},
      {"entry_index",
       [](Bundle& b, auto&) {
         b.entries[0].log_index ^= 1;
         b.entries[0].proof.log_index ^= 1;
       },
       ""},
      {"entry_with_two_indexes", [](Bundle& b, auto&) { b.entries[0].log_index += 7; },
       "the log entry names two indexes"},
      {"proof", [](Bundle& b, auto&) { b.entries[0].proof.hashes.at(0) = sha256("x"); }, ""},
      {"proof_shorter", [](Bundle& b, auto&) { b.entries[0].proof.hashes.pop_back(); }, ""},
      {"proof_root", [](Bundle& b, auto&) { b.entries[0].proof.root = sha256("x"); },
       "the proof of the log entry is not for its checkpoint"},
      {"proof_size", [](Bundle& b, auto&) { ++b.entries[0].proof.tree_size; },
       "the proof of the log entry is not for its checkpoint"},
      {"checkpoint_origin", [](Bundle& b, auto&) { flip(b.entries[0].proof.checkpoint, 0); },
       "the checkpoint is one of 'mog.example', not of log log.example"},
      {"checkpoint_size",
       [](Bundle& b, auto&) {
         std::string& note = b.entries[0].proof.checkpoint;
         note.insert(note.find('\n') + 1, "1");
       },
       "while checking log log.example"},
      {"checkpoint_signature",
       [](Bundle& b, auto&) {
         std::string& note = b.entries[0].proof.checkpoint;
         size_t at = note.size() - 10;
         note[at] = note[at] == 'A' ? 'B' : 'A';
       },
       "while checking log log.example"},
      {"time_stamp",
       [](Bundle& b, Installation& i) {
         b.timestamps[0] = i.authority->stamp("other", k_start + 5);
       },
       ""},
      {"time_stamp_of_another_authority",
       [](Bundle& b, auto&) {
         Installation other("other.example");
         b.timestamps[0] = other.authority->stamp(signing::signature_of(b), k_start + 5);
       },
       ""},
      {"time_stamp_before_the_key",
       [](Bundle& b, Installation& i) {
         b.timestamps[0] = i.authority->stamp(signing::signature_of(b), k_end + 5);
       },
       ""},
      {"the_same_entry_twice", [](Bundle& b, auto&) { b.entries.push_back(b.entries[0]); },
       "the bundle has the same log entry or time stamp twice"},
      {"the_same_time_stamp_twice",
       [](Bundle& b, auto&) { b.timestamps.push_back(b.timestamps[0]); },
       "the bundle has the same log entry or time stamp twice"},
  };
}

class BundleTest : public ::testing::TestWithParam<BundleDamage> {};

TEST_P(BundleTest, IsRefusedWithThisChanged) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  image.edit_bundle = [&](signing::Bundle& bundle) { GetParam().edit(bundle, image.installation); };
  Answer answer = image.verify(image.policy());
  expect_refused(in_words(GetParam().name), answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(::testing::AllOf(StartsWith("failed statement index: bundle in referrer "),
                                        HasSubstr(GetParam().complaint))))
      << text(answer.verdict);
}

INSTANTIATE_TEST_SUITE_P(Changed, BundleTest, ::testing::ValuesIn(bundle_damages()),
                         [](const auto& each) { return each.param.name; });

// --- the image and what lies beside it -----------------------------------------------------------

// Puts other bytes under a digest.
void replace_blob(oci::Content& content, const Digest& digest, std::string bytes) {
  oci::Blob blob = content.blobs().at(digest);
  blob.bytes = std::move(bytes);
  blob.size = blob.bytes.size();
  content.add_blob(digest, std::move(blob));
}

TEST(Image, IsRefusedWithALayerChanged) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  std::string bytes = value(image.image.content.bytes(image.image.manifests[0].digest));
  oci::Descriptor layer = value(oci::parse_manifest(bytes)).layers[0];
  image.edit_layout = [&](oci::Content& content) {
    std::string tar = content.blobs().at(layer.digest).bytes;
    flip(tar, 520);
    replace_blob(content, layer.digest, tar);
  };
  Answer answer = image.verify(image.policy());
  expect_refused("stored layer: one bit", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(::testing::AllOf(StartsWith("failed contents linux/amd64: "),
                                        HasSubstr(layer.digest.str()))));
}

TEST(Image, IsRefusedWithTheSignatureOfAnother) {
  SignedImage other;
  other.image = plain_image("other\n");
  other.sign(std::vector{signing::Form::simple_tag});
  SignedImage image;
  image.installation.key = other.installation.key;
  image.made.content = other.made.content;
  std::string own_tag = fmt::format("sha256-{}.sig", image.image.index.digest.hex());
  image.edit_layout = [&](oci::Content& content) {
    content.list(other.made.objects[0].descriptor, own_tag);
  };
  Answer answer = image.verify(image.policy());
  expect_refused("evidence of another image", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(StartsWith("failed signature index: simple signature in tag sha256-")));
  EXPECT_THAT(complaints(answer.verdict),
              Contains("missing signature index: no trusted signer has signed it"));
}

TEST(Image, IsRefusedWithAStatementAboutAnother) {
  SignedImage image;
  Digest other = sha256("another image");
  image.sign(std::vector{signing::Form::bundle},
             {{statement_about(other, "https://example.org/test")}, {}, {}});
  EXPECT_THAT(
      complaints(image.verify(image.policy()).verdict),
      Contains(HasSubstr(fmt::format("the statement by release is not about {}, but about {}",
                                     image.image.index.digest.str(), other.str()))));
}

TEST(Image, IsRefusedWhenADemandedReferrerWasTakenAway) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  image.keep = [&](const signing::SignedObject& object) {
    return object.predicate_type != "https://example.org/test" ||
           object.subject != image.image.manifests[1].digest;
  };
  Policy policy = image.policy();
  policy.platform_statements = {"https://example.org/test"};
  Answer answer = image.verify(policy);
  expect_refused("evidence removed", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains("missing statement linux/arm64: no trusted signer says "
                       "https://example.org/test about it"));
}

TEST(Image, IsRefusedWithStatementsOfAnotherTypeThanTheDemandedOne) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  Policy policy = image.policy();
  policy.platform_statements = {"https://example.org/another"};
  Answer answer = image.verify(policy);
  expect_refused("another predicate type", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains("missing statement linux/arm64: no trusted signer says "
                       "https://example.org/another about it"));
}

TEST(Image, IsRefusedWithATrustedRootThatLacksTheLog) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  Policy policy = image.policy();
  std::erase_if(policy.trusted_root->logs,
                [](const signing::TrustedLog& log) { return log.host() == "log.example"; });
  Answer answer = image.verify(policy);
  expect_refused("a trusted root without the log", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr("the trusted root does not have the log")));
}

TEST(Image, IsRefusedWhenTheLogWasNotTrustedThen) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  Policy policy = image.policy();
  for (signing::TrustedLog& log : policy.trusted_root->logs) log.validity.until = k_start + 10;
  Answer answer = image.verify(policy);
  expect_refused("a log that was not trusted then", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr("the log that has the signature was not trusted at that time")));
}

// Anyone who can write to a registry can put garbage there.
TEST(Image, IsAcceptedWithGarbageOfEveryKindBesideIt) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  std::string unknown_member = "{\"mediaType\": \"" + std::string(signing::k_bundle_type) +
                               "\", \"verificationMaterial\": {}, \"more\": 1}";
  std::string lock_type = image::lock_type();
  image.edit_layout = [&](oci::Content& content) {
    for (std::string_view type :
         {signing::k_bundle_type, signing::k_jws_type, signing::k_simple_signing_type,
          std::string_view("application/vnd.dsse.envelope.v1+json"),
          std::string_view("application/vnd.in-toto+json"), std::string_view(lock_type)})
      for (const std::string& text : {std::string("garbage"), std::string("{}"), unknown_member})
        oci::attach(content, image.image.index, type, type, text);
    oci::Descriptor manifest = content.add(oci::k_manifest_type, "no manifest");
    manifest.artifact_type = signing::k_bundle_type;
    content.list(manifest, fmt::format("sha256-{}.sig", image.image.index.digest.hex()));
  };
  Answer answer = image.verify(image.policy());
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  std::vector<std::string> skipped = lines(answer.verdict, Outcome::skipped);
  EXPECT_THAT(skipped, Contains(StartsWith("evidence index: ignored: bundle in referrer sha256:")));
  EXPECT_THAT(skipped, Contains(StartsWith("evidence index: ignored: notary signature in ")));
  EXPECT_THAT(skipped, Contains(HasSubstr("(while reading tag sha256-")));
}

TEST(Image, IsRefusedWhenItsOwnBundlesAreGarbage) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  image.keep = [](const signing::SignedObject&) { return false; };
  image.edit_layout = [&](oci::Content& content) {
    oci::attach(content, image.image.index, signing::k_bundle_type, signing::k_bundle_type, "{}");
  };
  EXPECT_THAT(complaints(image.verify(image.policy()).verdict),
              Contains("missing signature index: no trusted signer has signed it"));
}

TEST(Image, IsAcceptedWithArtifactsThatAreNoEvidence) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  image.edit_layout = [&](oci::Content& content) {
    oci::attach(content, image.image.index, "application/x-notes", "text/plain", "notes");
  };
  Answer answer = image.verify(image.policy());
  EXPECT_TRUE(answer.verdict.accepted());
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(HasSubstr("of no known kind: referrer sha256:")));
}

// --- simple signing
// --------------------------------------------------------------------------------

struct SimpleDamage {
  std::string name;
  std::function<void(oci::Descriptor& layer, std::string& payload)> edit;
  std::string complaint;
};

void PrintTo(const SimpleDamage& damage, std::ostream* out) {
  *out << damage.name;
}

void edit_annotation(oci::Descriptor& layer, std::string_view name,
                     const std::function<void(Json&)>& edit) {
  std::string& text = layer.annotations.at(std::string(name));
  Json json = value(parse_json(text));
  edit(json);
  text = canonical(json);
}

std::vector<SimpleDamage> simple_damages() {
  std::string unsigned_image = "missing signature index: no trusted signer has signed it";
  return {
      {"payload", [](auto&, std::string& payload) { flip(payload, 40); }, unsigned_image},
      {"signature",
       [](oci::Descriptor& layer, auto&) {
         std::string& text = layer.annotations.at(std::string(signing::k_signature_annotation));
         text[20] = text[20] == 'A' ? 'B' : 'A';
       },
       unsigned_image},
      {"no_signature",
       [](oci::Descriptor& layer, auto&) {
         layer.annotations.erase(std::string(signing::k_signature_annotation));
       },
       unsigned_image},
      {"promise",
       [](oci::Descriptor& layer, auto&) {
         edit_annotation(layer, signing::k_log_annotation,
                         [](Json& json) { json["Payload"]["integratedTime"] = k_start + 1; });
       },
       "the promise of log rekor.log.example is not its own"},
      {"time_stamp",
       [](oci::Descriptor& layer, auto&) {
         edit_annotation(layer, signing::k_timestamp_annotation,
                         [](Json& json) { json["SignedRFC3161Timestamp"] = to_base64("nothing"); });
       },
       "the time stamp is not by a trusted authority"},
  };
}

class SimpleTest : public ::testing::TestWithParam<SimpleDamage> {};

TEST_P(SimpleTest, IsRefusedWithThisChanged) {
  SignedImage image;
  image.sign(std::vector{signing::Form::simple_tag});
  image.keep = [](const signing::SignedObject&) { return false; };
  image.edit_layout = [&](oci::Content& content) {
    for (const signing::SignedObject& object : image.made.objects) {
      std::string bytes = value(content.bytes(object.descriptor.digest));
      oci::Manifest manifest = value(oci::parse_manifest(bytes));
      oci::Descriptor layer = manifest.layers[0];
      std::string payload = value(content.bytes(layer.digest));
      GetParam().edit(layer, payload);
      oci::Descriptor stored = content.add(layer.media_type, payload);
      layer.digest = stored.digest;
      layer.size = stored.size;
      manifest.layers = {layer};
      oci::Descriptor listed = content.add(oci::k_manifest_type, oci::encode(manifest));
      listed.artifact_type = object.descriptor.artifact_type;
      content.list(listed, object.tag);
    }
  };
  Answer answer = image.verify(image.policy());
  expect_refused(in_words(GetParam().name), answer.verdict);
  EXPECT_THAT(complaints(answer.verdict), Contains(HasSubstr(GetParam().complaint)))
      << text(answer.verdict);
}

INSTANTIATE_TEST_SUITE_P(Changed, SimpleTest, ::testing::ValuesIn(simple_damages()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace kiln::verification::tests
