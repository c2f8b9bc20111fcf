// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "base/units.hpp"
#include "data/schema_read.hpp"
#include "data/yaml.hpp"
#include "evidence/signing/statement.hpp"
#include "evidence/verification/policy_blocks.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr uint64_t k_largest_key = 64U << 10;
constexpr uint64_t k_largest_root = 4U << 20;
constexpr int64_t k_most_witnesses = 32;

class PolicyReader {
 public:
  PolicyReader(SchemaReader& schema, const Path& directory)
      : schema_(schema), directory_(directory) {}

  Policy read(const PolicyBlock& block) {
    Policy policy;
    check_format(block);
    refuse_reserved(block);
    policy.name = block.name.value;
    policy.images = texts(block.images);
    for (const Text& image : block.images) check_image_name(image);
    policy.builders = texts(block.builders);
    policy.allowed_differences = texts(block.allowed_differences);
    for (const SignerBlock& signer : block.signers) add_signer(signer, policy);
    read_root(block.trusted_root, policy);
    set(block.signatures.index, policy.index_signature);
    set(block.signatures.platforms, policy.platform_signatures);
    set(block.signatures.attestations, policy.attestation_signatures);
    policy.image_statements = predicate_types(block.statements.image);
    policy.platform_statements = predicate_types(block.statements.platform);
    set(block.log, policy.log);
    set(block.timestamp, policy.timestamp);
    set(block.sbom, policy.sbom);
    set(block.provenance, policy.provenance);
    policy.image_age = age(block.freshness.image);
    policy.evidence_age = age(block.freshness.evidence);
    read_witnesses(block.witnesses, policy);
    check_sense(block, policy);
    return policy;
  }

 private:
  // Hands on a value, or reports the error at the place of what was read.
  template <typename T>
  std::optional<T> at(const Position& where, Result<T> result) {
    if (result) return std::move(*result);
    schema_.error("bad-value", where, result.error().str(), result.error().hint);
    return std::nullopt;
  }

  static std::vector<std::string> texts(const std::vector<Text>& list) {
    std::vector<std::string> values;
    for (const Text& text : list) values.push_back(text.value);
    return values;
  }

  static void set(const Located<Demand>& read, Demand& into) {
    if (read.given()) into = read.value;
  }

  void check_format(const PolicyBlock& block) {
    if (!block.format.given() || block.format.value == k_policy_format) return;
    schema_.error("unknown-format", block.format.where,
                  fmt::format("this Kiln reads policies of format {}, not {}", k_policy_format,
                              block.format.value),
                  "a newer Kiln may know it");
  }

  void refuse_reserved(const PolicyBlock& block) {
    const std::array<std::pair<std::string_view, const AnyNode*>, 3> reserved = {
        {{"severities", &block.severities},
         {"vulnerabilities", &block.vulnerabilities},
         {"exceptions", &block.exceptions}}};
    for (const auto& [key, value] : reserved)
      if (value->node.start.line > 0)
        schema_.error("reserved-key", value->node.start,
                      fmt::format("\"{}\" is reserved for rules about vulnerabilities, which this "
                                  "Kiln cannot judge yet",
                                  key),
                      "leave it out, so that nobody takes it for being enforced");
  }

  // A name that could match no image, since names are compared without tag and digest.
  void check_image_name(const Text& text) {
    std::string_view last = text.value;
    last.remove_prefix(last.rfind('/') + 1);  // npos + 1 is 0
    if (last.find_first_of(":@") == std::string_view::npos) return;
    schema_.error("bad-value", text.where,
                  fmt::format("\"{}\" matches no image: names are compared without tag and digest",
                              printable(text.value)),
                  "leave out what comes after the repository");
  }

  std::optional<UnixTime> time(const Text& text) {
    return text.given() ? at(text.where, parse_rfc3339(text.value)) : std::nullopt;
  }

  std::optional<std::chrono::seconds> age(const Text& text) {
    return text.given() ? at(text.where, parse_age(text.value)) : std::nullopt;
  }

  void add_signer(const SignerBlock& block, Policy& policy) {
    Signer signer;
    signer.name = block.name.value;
    signer.identity = block.identity.value;
    signer.issuer = block.issuer.value;
    int kinds = (block.key.given() ? 1 : 0) + (block.identity.given() ? 1 : 0) +
                (block.certificate.given() ? 1 : 0);
    if (kinds != 1)
      schema_.error("bad-value", block.where,
                    "a signer has either a key, an identity or a certificate",
                    "write `key: FILE`, or `identity:` and `issuer:` of its certificates, or "
                    "`certificate: FILE` of the authority behind Notary signatures");
    if (block.identity.given() != block.issuer.given())
      schema_.error("bad-value", block.where, "identity and issuer belong together");
    if (block.subject.given() && !block.certificate.given())
      schema_.error("bad-value", block.subject.where, "a subject belongs to a certificate");
    if (block.key.given()) read_key(block.key, signer);
    if (block.certificate.given()) read_roots(block.certificate, signer);
    signer.subject = block.subject.value;
    signer.validity.from = time(block.from).value_or(0);
    signer.validity.until = time(block.until);
    if (signer.validity.until && *signer.validity.until < signer.validity.from)
      schema_.error("bad-value", block.until.where, "the signer's time ends before it begins");
    if (std::ranges::find(policy.signers, signer.name, &Signer::name) != policy.signers.end())
      schema_.error("duplicate", block.name.where,
                    fmt::format("there are two signers named \"{}\"", signer.name));
    for (const Signer& other : policy.signers)
      if (is_same(signer, other))
        schema_.error("duplicate", block.where,
                      fmt::format("\"{}\" and \"{}\" are one signer, of whom the first would count "
                                  "alone",
                                  other.name, signer.name),
                      "write one, whose time goes from the earlier `from` to the later `until`");
    policy.signers.push_back(std::move(signer));
  }

  // Whether two signers make the same signatures: a signature is of the first one that it fits.
  static bool is_same(const Signer& one, const Signer& other) {
    auto digests = [](const Signer& signer) {
      std::set<Digest> found;
      for (const Certificate& root : signer.roots) found.insert(root.digest());
      return found;
    };
    if (one.key_digest || other.key_digest) return one.key_digest == other.key_digest;
    if (!one.identity.empty() || !other.identity.empty())
      return one.identity == other.identity && one.issuer == other.issuer;
    return !one.roots.empty() && one.subject == other.subject && digests(one) == digests(other);
  }

  // A PEM block, "sha256:..." of a key, or the name of a file with a PEM block.
  void read_key(const Text& text, Signer& signer) {
    if (text.value.starts_with("sha256:")) {
      signer.key_digest = at(text.where, Digest::parse(text.value));
      return;
    }
    std::optional<std::string> pem = text.value;
    if (!text.value.starts_with("-----BEGIN")) pem = read_named(text, k_largest_key);
    if (!pem) return;
    signer.key = at(text.where, PublicKey::anyones_from_pem(*pem));
    if (signer.key) signer.key_digest = signer.key->digest();
  }

  // The certificates of a PEM block, or of a file with some.
  void read_roots(const Text& text, Signer& signer) {
    std::optional<std::string> pem = text.value;
    if (!text.value.starts_with("-----BEGIN")) pem = read_named(text, k_largest_key);
    if (!pem) return;
    if (auto roots = at(text.where, certificates_from_pem(*pem))) signer.roots = std::move(*roots);
  }

  std::optional<std::string> read_named(const Text& name, uint64_t limit) {
    return at(name.where, read_file(directory_ / name.value, limit));
  }

  void read_root(const Text& name, Policy& policy) {
    if (!name.given()) return;
    if (std::optional<std::string> text = read_named(name, k_largest_root))
      policy.trusted_root = at(name.where, signing::parse_trusted_root(*text));
  }

  std::vector<std::string> predicate_types(const std::vector<Text>& words) {
    std::vector<std::string> types;
    for (const Text& word : words) {
      auto type = at(word.where, predicate_type(word.value));
      if (type && *type == signing::k_image_signature_type)
        schema_.error("bad-value", word.where, "a signature is no statement",
                      "`index` and `platforms` below `signatures` demand signatures");
      else if (type)
        types.push_back(*type);
    }
    return types;
  }

  void read_witnesses(const WitnessesBlock& block, Policy& policy) {
    for (const WitnessBlock& witness : block.keys)
      if (auto key = at(witness.key.where, tlog::NoteKey::parse(witness.key.value)))
        policy.witnesses.push_back({std::move(*key), witness.run_by.value, witness.own.value});
    int64_t quorum = block.quorum.value;
    if (quorum < 0 || quorum > k_most_witnesses) {
      schema_.error("bad-value", block.quorum.where,
                    fmt::format("the quorum is a number from 0 to {}", k_most_witnesses));
      return;
    }
    policy.quorum = static_cast<size_t>(quorum);
    // Several witnesses of one operator are one opinion.
    std::set<std::string> operators;
    for (const Witness& witness : policy.witnesses)
      if (!witness.own) operators.insert(witness.run_by);
    if (policy.quorum > operators.size())
      schema_.error("bad-value", block.quorum.where,
                    fmt::format("the quorum is {}, but the witnesses have only {}", quorum,
                                counted(operators.size(), "other operator")),
                    "witnesses with `own: true` do not count");
  }

  // What could never be fulfilled.
  void check_sense(const PolicyBlock& block, const Policy& policy) {
    auto needs_root = [&](const Position& where, std::string_view what) {
      if (!policy.trusted_root && !block.trusted_root.given())
        schema_.error("missing-key", where, fmt::format("{} needs `trusted-root`", what),
                      "name the publisher's trusted_root.json, which has the keys of its logs and "
                      "time stamp authorities");
    };
    if (policy.log == Demand::required) needs_root(block.log.where, "a required log");
    if (policy.timestamp == Demand::required)
      needs_root(block.timestamp.where, "a required time stamp");
    if (policy.image_age) needs_root(block.freshness.image.where, "an age of the image");
    if (policy.evidence_age) needs_root(block.freshness.evidence.where, "an age of the evidence");
    if (block.witnesses.quorum.given()) needs_root(block.witnesses.quorum.where, "a quorum");
    for (const SignerBlock& signer : block.signers)
      if (signer.identity.given()) needs_root(signer.identity.where, "a signer by identity");
  }

  SchemaReader& schema_;
  const Path& directory_;
};

}  // namespace

Policy read_policy(std::string_view text, const std::string& file, const Path& directory,
                   Diagnostics& diagnostics) {
  diagnostics.add_text(file, std::string(text));
  const std::array<std::string, 1> files = {file};
  SchemaReader schema(diagnostics, files);
  PolicyBlock block;
  std::optional<YamlNode> root = parse_yaml(text, file, diagnostics);
  if (!root) return {};
  schema.read(*root, "", block);
  Policy policy = PolicyReader(schema, directory).read(block);
  policy.digest = sha256(text);
  diagnostics.sort();
  return policy;
}

Result<Policy> load_policy(const Path& file, Diagnostics& diagnostics) {
  std::string text = TRY(read_file(file, k_largest_policy));
  Policy policy = read_policy(text, file.string(), file.parent_path(), diagnostics);
  if (diagnostics.has_errors()) return std::unexpected(diagnostics.as_error());
  return policy;
}

}  // namespace kiln::verification
