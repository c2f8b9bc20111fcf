// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "base/units.hpp"
#include "evidence/verification/export.hpp"

#include <fmt/format.h>

namespace kiln::verification {

namespace {

std::string names_of(const std::vector<std::string>& types) {
  std::vector<std::string> names;
  for (const std::string& type : types) names.push_back(predicate_name(type));
  return join(names, ", ");
}

std::string age(const std::optional<std::chrono::seconds>& greatest) {
  return greatest ? human_age(*greatest) : "";
}

class Description {
 public:
  // A sentence for a demand, or one that says that it is none.
  void add(bool demanded, std::string sentence, std::string_view otherwise) {
    sentences_.push_back(demanded ? std::move(sentence)
                                  : fmt::format("not demanded: {}", otherwise));
  }
  void add(Demand demand, std::string_view sentence, std::string_view otherwise) {
    add(demand == Demand::required, std::string(sentence), otherwise);
  }
  std::vector<std::string> take() { return std::move(sentences_); }

 private:
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<std::string> describe(const Policy& policy) {
  Description text;
  text.add(!policy.images.empty(), "images: " + join(policy.images, ", "),
           "a certain name; the policy is about every image");
  std::vector<std::string> signers;
  for (const Signer& signer : policy.signers) signers.push_back(signer.str());
  text.add(true, "signers, of whom one must have signed: " + join(signers, ", "), "");
  text.add(policy.index_signature, "a signature of the index", "a signature of the index");
  text.add(policy.platform_signatures, "a signature of each platform's manifest",
           "signatures of each platform's manifest");
  text.add(policy.attestation_signatures, "a signature of each attestation manifest",
           "signatures of attestation manifests");
  text.add(!policy.image_statements.empty(),
           "statements about the image: " + names_of(policy.image_statements),
           "statements about the image");
  text.add(!policy.platform_statements.empty(),
           "statements about each platform: " + names_of(policy.platform_statements),
           "statements about each platform");
  text.add(!policy.builders.empty(),
           "provenance by one of the builders " + join(policy.builders, ", "), "a certain builder");
  text.add(policy.provenance, "provenance that agrees with the lock",
           "provenance; where there is some, it must agree with the lock");
  text.add(policy.sbom, "a bill of materials that agrees with every file",
           "a bill of materials; where there is one, it must agree with every file");
  text.add(policy.log, "an entry in a trusted log for all of it",
           policy.trusted_root ? "log entries; where there are some, they must be right"
                               : "log entries; without `trusted-root` they are not looked at");
  text.add(policy.quorum > 0,
           fmt::format("{} of other operators that have seen the log",
                       counted(policy.quorum, "witness", "witnesses")),
           "witnesses of the log");
  text.add(policy.timestamp, "a proven time for all of it", "proven times");
  text.add(
      policy.image_age.has_value(),
      policy.image_age ? fmt::format("a signature no older than {}", age(policy.image_age)) : "",
      "a greatest age of the image");
  text.add(policy.evidence_age.has_value(),
           policy.evidence_age
               ? fmt::format("statements no older than {}", age(policy.evidence_age))
               : "",
           "a greatest age of statements");
  return text.take();
}

}  // namespace kiln::verification
