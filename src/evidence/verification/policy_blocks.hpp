// SPDX-License-Identifier: Apache-2.0
//
// The keys of a policy file, as docs/formats/policy.md describes them.
#pragma once
#include "data/schema.hpp"
#include "evidence/verification/policy.hpp"

#include <array>
#include <utility>

namespace kiln {

template <>
struct EnumNames<verification::Demand> {
  static constexpr std::array<std::pair<verification::Demand, std::string_view>, 2> values = {
      {{verification::Demand::if_present, "if-present"},
       {verification::Demand::required, "required"}}};
};

}  // namespace kiln

namespace kiln::verification {

struct SignerBlock {
  Place where;
  Text name, key, identity, issuer, certificate, subject, from, until;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("name", self.name);
    fields("key", self.key);
    fields("identity", self.identity);
    fields("issuer", self.issuer);
    fields("certificate", self.certificate);
    fields("subject", self.subject);
    fields("from", self.from);
    fields("until", self.until);
  }
};

struct SignaturesBlock {
  Located<Demand> index, platforms, attestations;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("index", self.index);
    fields("platforms", self.platforms);
    fields("attestations", self.attestations);
  }
};

struct StatementsBlock {
  std::vector<Text> image, platform;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("image", self.image);
    fields("platform", self.platform);
  }
};

struct WitnessBlock {
  Text key, run_by;
  Located<bool> own;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("key", self.key);
    fields.required("operator", self.run_by);
    fields("own", self.own);
  }
};

struct WitnessesBlock {
  Located<int64_t> quorum;
  std::vector<WitnessBlock> keys;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("quorum", self.quorum);
    fields.required("keys", self.keys);
  }
};

struct FreshnessBlock {
  Text image, evidence;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("image", self.image);
    fields("evidence", self.evidence);
  }
};

struct PolicyBlock {
  Located<int64_t> format;
  Text name, trusted_root;
  std::vector<Text> images, builders, allowed_differences;
  std::vector<SignerBlock> signers;
  SignaturesBlock signatures;
  StatementsBlock statements;
  WitnessesBlock witnesses;
  FreshnessBlock freshness;
  Located<Demand> log, timestamp, sbom, provenance;
  AnyNode severities, vulnerabilities, exceptions;  // reserved

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("format", self.format);
    fields("name", self.name);
    fields("images", self.images);
    fields.required("signers", self.signers);
    fields("trusted-root", self.trusted_root);
    fields("builders", self.builders);
    fields("signatures", self.signatures);
    fields("statements", self.statements);
    fields("log", self.log);
    fields("witnesses", self.witnesses);
    fields("timestamp", self.timestamp);
    fields("freshness", self.freshness);
    fields("sbom", self.sbom);
    fields("allowed-differences", self.allowed_differences);
    fields("provenance", self.provenance);
    fields("severities", self.severities);
    fields("vulnerabilities", self.vulnerabilities);
    fields("exceptions", self.exceptions);
  }
};

}  // namespace kiln::verification
