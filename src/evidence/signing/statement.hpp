// SPDX-License-Identifier: Apache-2.0
//
// In-toto statements (in-toto attestation spec v1, statement.md): a predicate, which says something
// in a form that its type names, about subjects that are known by their digests.
//
//   {"_type":"https://in-toto.io/Statement/v1",
//    "subject":[{"name":NAME,"digest":{ALGORITHM:HEX},"annotations":{...}}],
//    "predicateType":URI,"predicate":{...}}
#pragma once
#include "crypto/digest.hpp"
#include "data/json.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::signing {

inline constexpr std::string_view k_statement_payload_type = "application/vnd.in-toto+json";

// The predicate type of an image's signature, as `cosign sign` of version 3 makes it.
inline constexpr std::string_view k_image_signature_type = "https://sigstore.dev/cosign/sign/v1";

// What a statement is about. `digests` maps names of algorithms ("sha256") to hexadecimal.
struct StatementSubject {
  std::string name;
  std::map<std::string, std::string> digests;
  std::map<std::string, std::string> annotations;

  bool operator==(const StatementSubject&) const = default;
};

// A subject known by its SHA-256.
StatementSubject subject_of(std::string name, const Digest& digest);

struct Statement {
  std::string predicate_type;
  std::vector<StatementSubject> subjects;
  Json predicate = Json::object();

  bool operator==(const Statement&) const = default;
};

// A statement as the bytes that are signed.
struct EncodedStatement {
  std::string predicate_type;
  std::string payload;
};

// Canonical JSON of a version 1 statement.
EncodedStatement encode(const Statement& statement);
// The same for a predicate that is there as the text of a JSON document, which is put in as it is:
// for large documents, and those whose bytes are known elsewhere by their digest.
EncodedStatement encode(std::string predicate_type, std::span<const StatementSubject> subjects,
                        std::string_view predicate);

// A statement of version 1 or 0.1 as anyone made it. Fails with corrupt, or with limit beyond
// 64 MiB and 4096 subjects.
Result<Statement> parse_statement(std::string_view payload);

// Whether one of the subjects has this SHA-256.
bool is_about(const Statement& statement, const Digest& digest);

// The statement that an image or artifact of this digest is signed; annotations are the signer's
// own, as `cosign verify -a` checks them.
Statement image_signature(const Digest& digest,
                          const std::map<std::string, std::string>& annotations = {});

}  // namespace kiln::signing
