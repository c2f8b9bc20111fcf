// SPDX-License-Identifier: Apache-2.0
//
// The statements that the signer makes of a build, as one table: what each is called, what it is
// about, its predicate type, and whether its predicate is made from the record or is a document
// that came with it. A further kind of statement is a further row.
#pragma once
#include "evidence/build_record.hpp"
#include "evidence/builder.hpp"
#include "evidence/check_record.hpp"
#include "evidence/signing/statement.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::evidence {

enum class Scope { image, platform };             // about the index, or about each manifest
enum class StatementSource { record, document };  // where the predicate comes from

struct StatementKind {
  std::string_view name;
  std::string predicate_type;
  Scope scope;
  StatementSource source;
};

// In the order in which statements are made and attached: the summary, which rests on others, last.
// The signature of each manifest is no statement of the record; the signer adds it.
std::span<const StatementKind> statement_kinds();
const StatementKind* find_statement_kind(std::string_view name);

// A statement before it is signed.
struct Claim {
  const StatementKind* kind = nullptr;
  Subject target;                       // what it is attached to
  signing::EncodedStatement statement;  // in-toto v1, about the target and what it holds for, too;
                                        // canonical unless its predicate is a document
};

// All statements of a build. Checks the record first, with check_record's errors.
Result<std::vector<Claim>> make_claims(const BuildRecord& record, const Documents& documents,
                                       const Builder& builder, UnixTime now);

}  // namespace kiln::evidence
