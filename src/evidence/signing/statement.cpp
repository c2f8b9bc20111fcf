// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/statement.hpp"

#include "base/strings.hpp"
#include "evidence/signing/members.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr std::string_view k_type = "https://in-toto.io/Statement/v1";
constexpr std::array k_known_types = {k_type,
                                      std::string_view("https://in-toto.io/Statement/v0.1")};
constexpr size_t k_largest = 64U << 20;
constexpr size_t k_most_subjects = 4096;

Json to_json(const StatementSubject& subject) {
  Json json = Json::object({{"digest", Json::object_of(subject.digests)}});
  if (!subject.name.empty()) json["name"] = subject.name;
  if (!subject.annotations.empty()) json["annotations"] = Json::object_of(subject.annotations);
  return json;
}

// A digest is lower-case hexadecimal of an even number of digits. Annotations may be of any kind;
// only texts are kept.
Result<StatementSubject> subject_from(const Json& json) {
  StatementSubject subject;
  subject.name = TRY(json.get_string_or("name", ""));
  subject.digests = TRY(json.get_string_map("digest"));
  if (subject.digests.empty())
    return fail(ErrorCode::corrupt, "a subject of the statement has no digest");
  if (const Json* annotations = json.find("annotations");
      annotations != nullptr && annotations->is_object())
    for (const auto& [name, value] : annotations->as_object())
      if (value.is_string()) subject.annotations.emplace(name, value.as_string());
  return subject;
}

}  // namespace

StatementSubject subject_of(std::string name, const Digest& digest) {
  return {std::move(name), {{"sha256", digest.hex()}}, {}};
}

EncodedStatement encode(const Statement& statement) {
  return encode(statement.predicate_type, statement.subjects, canonical(statement.predicate));
}

EncodedStatement encode(std::string predicate_type, std::span<const StatementSubject> subjects,
                        std::string_view predicate) {
  Json list = Json::array();
  for (const StatementSubject& subject : subjects) list.push_back(to_json(subject));
  predicate = trim(predicate);
  std::string head = fmt::format(R"({{"_type":"{}","predicate":)", k_type);
  std::string tail = fmt::format(R"(,"predicateType":{},"subject":{}}})",
                                 canonical(Json(predicate_type)), canonical(list));
  std::string payload;
  payload.reserve(head.size() + predicate.size() + tail.size());
  payload.append(head).append(predicate).append(tail);
  return {std::move(predicate_type), std::move(payload)};
}

Result<Statement> parse_statement(std::string_view payload) {
  Json json = TRY_CONTEXT(parse_json(payload, {.size = k_largest}), "reading a statement");
  std::string type = TRY(json.get_string("_type"));
  if (std::ranges::find(k_known_types, type) == k_known_types.end())
    return fail(ErrorCode::unsupported,
                fmt::format("'{}' is not a type of statement known here", printable(type, 80)));
  Statement statement;
  statement.predicate_type = TRY(json.get_string("predicateType"));
  for (const Json& item : TRY(get_items(json, "subject", k_most_subjects)))
    statement.subjects.push_back(TRY(subject_from(item)));
  if (statement.predicate_type.empty() || statement.subjects.empty())
    return fail(ErrorCode::corrupt, "the statement has no predicate type or no subject");
  if (Json* predicate = const_cast<Json*>(json.find("predicate")); predicate != nullptr)
    statement.predicate = std::move(*predicate);
  return statement;
}

bool is_about(const Statement& statement, const Digest& digest) {
  return std::ranges::any_of(statement.subjects, [&](const StatementSubject& subject) {
    auto found = subject.digests.find("sha256");
    return found != subject.digests.end() && found->second == digest.hex();
  });
}

Statement image_signature(const Digest& digest,
                          const std::map<std::string, std::string>& annotations) {
  StatementSubject subject = subject_of("", digest);
  subject.annotations = annotations;
  return {std::string(k_image_signature_type), {std::move(subject)}, Json::object()};
}

}  // namespace kiln::signing
