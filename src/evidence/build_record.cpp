// SPDX-License-Identifier: Apache-2.0
#include "evidence/build_record.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "plan/json_members.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

using plan::array_of;
using plan::get_digest;
using plan::get_size;
using plan::get_time;
using plan::only_members;

constexpr size_t k_most_items = 10'000;  // of any list of the record but dependencies
constexpr size_t k_longest_text = 4096;

// A list of the record, bounded.
template <typename T, typename Read>
Result<std::vector<T>> list_from(const Json& json, std::string_view key, Read read) {
  return plan::vector_from<T>(json, key, read, k_most_items);
}

// Text that stands in statements: not empty, on one line.
Result<std::string> get_text(const Json& json, std::string_view key) {
  std::string text = TRY(json.get_string(key));
  bool plain = std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (text.empty() || text.size() > k_longest_text || !plain)
    return fail(ErrorCode::corrupt,
                fmt::format("the record's {} is '{}'", key, printable(text, 60)));
  return text;
}

Result<std::string> get_path(const Json& json, std::string_view key) {
  std::string path = TRY(get_text(json, key));
  std::string clean = TRY(clean_path(path));
  if (clean != path)
    return fail(ErrorCode::corrupt, fmt::format("'{}' is no clean path", printable(path)));
  return path;
}

Result<std::vector<std::string>> get_texts(const Json& json, std::string_view key) {
  std::vector<std::string> texts = TRY(json.get_strings(key));
  if (texts.size() > k_most_items)
    return fail(ErrorCode::limit, fmt::format("{} has {} entries", key, texts.size()));
  return texts;
}

Json subject_json(const Subject& subject) {
  return Json::object({{"digest", subject.digest.str()}, {"size", subject.size}});
}

Result<Subject> subject_from(const Json& json) {
  TRY(only_members(json, {"digest", "size"}));
  return Subject{TRY(get_digest(json, "digest")), TRY(get_size(json, "size"))};
}

Json document_json(const DocumentRecord& document) {
  return Json::object(
      {{"kind", document.kind}, {"digest", document.digest.str()}, {"size", document.size}});
}

Result<DocumentRecord> document_from(const Json& json) {
  TRY(only_members(json, {"kind", "digest", "size"}));
  return DocumentRecord{TRY(get_text(json, "kind")), TRY(get_digest(json, "digest")),
                        TRY(get_size(json, "size"))};
}

Json file_json(const FileRecord& file) {
  return Json::object({{"path", file.path}, {"digest", file.digest.str()}});
}

Result<FileRecord> file_from(const Json& json) {
  TRY(only_members(json, {"path", "digest"}));
  return FileRecord{TRY(get_path(json, "path")), TRY(get_digest(json, "digest"))};
}

Json source_json(const SourceLocation& source) {
  return Json::object({{"repository", source.repository},
                       {"commit", source.commit},
                       {"path", source.path},
                       {"dirty", source.dirty}});
}

Result<SourceLocation> source_from(const Json& json) {
  TRY(only_members(json, {"repository", "commit", "path", "dirty"}));
  SourceLocation source;
  source.repository = TRY(json.get_string("repository"));
  source.commit = TRY(get_text(json, "commit"));
  source.path = TRY(get_path(json, "path"));
  source.dirty = TRY(json.get_bool("dirty"));
  if (source.commit.find_first_not_of("0123456789abcdef") != std::string::npos)
    return fail(ErrorCode::corrupt, fmt::format("'{}' is no commit", printable(source.commit, 60)));
  return source;
}

Json rewrite_json(const plan::Rewrite& rewrite) {
  return Json::object({{"from", rewrite.from}, {"to", rewrite.to}});
}

Result<plan::Rewrite> rewrite_from(const Json& json) {
  TRY(only_members(json, {"from", "to"}));
  return plan::Rewrite{TRY(json.get_string("from")), TRY(json.get_string("to"))};
}

Json parameters_json(const Parameters& parameters) {
  Json json = Json::object({{"platforms", Json::array_of(parameters.platforms)},
                            {"pins", parameters.pins},
                            {"compression", parameters.compression},
                            {"rewrites", array_of(parameters.rewrites, rewrite_json)},
                            {"keyrings", Json::array()},
                            {"mirrors", Json::array_of(parameters.mirrors)}});
  for (const Digest& keyring : parameters.keyrings) json["keyrings"].push_back(keyring.str());
  if (parameters.lock) json["lock"] = parameters.lock->str();
  if (parameters.source_date_epoch) json["source_date_epoch"] = *parameters.source_date_epoch;
  return json;
}

Result<Digest> digest_from(const Json& json) {
  if (!json.is_string()) return fail(ErrorCode::corrupt, "a digest is no text");
  return Digest::parse(json.as_string());
}

Result<Parameters> parameters_from(const Json& json) {
  TRY(only_members(json, {"platforms", "pins", "compression", "rewrites", "keyrings", "mirrors",
                          "lock", "source_date_epoch"}));
  Parameters parameters;
  parameters.platforms = TRY(get_texts(json, "platforms"));
  parameters.pins = TRY(get_text(json, "pins"));
  parameters.compression = TRY(get_text(json, "compression"));
  parameters.rewrites = TRY(list_from<plan::Rewrite>(json, "rewrites", rewrite_from));
  parameters.keyrings = TRY(list_from<Digest>(json, "keyrings", digest_from));
  parameters.mirrors = TRY(get_texts(json, "mirrors"));
  if (json.find("lock") != nullptr) parameters.lock = TRY(get_digest(json, "lock"));
  if (json.find("source_date_epoch") != nullptr)
    parameters.source_date_epoch = TRY(json.get_int("source_date_epoch"));
  return parameters;
}

Json platform_json(const PlatformRecord& record) {
  return Json::object({{"platform", record.platform.str()},
                       {"manifest", subject_json(record.manifest)},
                       {"plan", record.plan.str()},
                       {"dependencies", to_json(record.dependencies)},
                       {"documents", array_of(record.documents, document_json)}});
}

Result<PlatformRecord> platform_from(const Json& json) {
  TRY(only_members(json, {"platform", "manifest", "plan", "dependencies", "documents"}));
  PlatformRecord record;
  std::string platform = TRY(json.get_string("platform"));
  record.platform = TRY(model::Platform::parse(platform));
  const Json* manifest = TRY(json.get_object("manifest"));
  record.manifest = TRY(subject_from(*manifest));
  record.plan = TRY(get_digest(json, "plan"));
  const Json::Array* dependencies = TRY(json.get_array("dependencies"));
  record.dependencies = TRY(resources_from_json(*dependencies));
  record.documents = TRY(list_from<DocumentRecord>(json, "documents", document_from));
  return record;
}

// What the run says of itself and of the definition.
Result<> read_run(const Json& json, BuildRecord& record) {
  record.mode = TRY(get_text(json, "mode"));
  record.invocation = TRY(get_text(json, "invocation"));
  record.started = TRY(get_time(json, "started"));
  record.finished = TRY(get_time(json, "finished"));
  record.kiln_version = TRY(get_text(json, "kiln_version"));
  record.kiln_digest = TRY(get_digest(json, "kiln_digest"));
  record.image = TRY(get_text(json, "image"));
  record.tags = TRY(get_texts(json, "tags"));
  record.definition = TRY(get_path(json, "definition"));
  record.definition_files = TRY(list_from<FileRecord>(json, "definition_files", file_from));
  if (json.find("source") == nullptr) return {};
  const Json* source = TRY(json.get_object("source"));
  record.source = TRY(source_from(*source));
  return {};
}

}  // namespace

std::string write_record(const BuildRecord& record) {
  Json json = Json::object({{"format", k_record_format},
                            {"mode", record.mode},
                            {"invocation", record.invocation},
                            {"started", format_rfc3339(record.started)},
                            {"finished", format_rfc3339(record.finished)},
                            {"kiln_version", record.kiln_version},
                            {"kiln_digest", record.kiln_digest.str()},
                            {"image", record.image},
                            {"tags", Json::array_of(record.tags)},
                            {"definition", record.definition},
                            {"definition_files", array_of(record.definition_files, file_json)},
                            {"parameters", parameters_json(record.parameters)},
                            {"index", subject_json(record.index)},
                            {"lock", document_json(record.lock)},
                            {"platforms", array_of(record.platforms, platform_json)},
                            {"documents", array_of(record.documents, document_json)}});
  if (record.source) json["source"] = source_json(*record.source);
  return canonical(json);
}

Result<BuildRecord> read_record(std::string_view text) {
  Json json = TRY(parse_json(text, {.depth = 8}));
  TRY(plan::check_format(json, k_record_format, "build record"));
  TRY(only_members(json, {"format", "mode", "invocation", "started", "finished", "kiln_version",
                          "kiln_digest", "image", "tags", "definition", "definition_files",
                          "source", "parameters", "index", "lock", "platforms", "documents"}));
  BuildRecord record;
  TRY(read_run(json, record));
  const Json* parameters = TRY(json.get_object("parameters"));
  record.parameters = TRY(parameters_from(*parameters));
  const Json* index = TRY(json.get_object("index"));
  record.index = TRY(subject_from(*index));
  const Json* lock = TRY(json.get_object("lock"));
  record.lock = TRY(document_from(*lock));
  record.platforms = TRY(list_from<PlatformRecord>(json, "platforms", platform_from));
  record.documents = TRY(list_from<DocumentRecord>(json, "documents", document_from));
  return record;
}

std::vector<const DocumentRecord*> documents_of(const BuildRecord& record) {
  std::vector<const DocumentRecord*> documents = {&record.lock};
  for (const DocumentRecord& document : record.documents) documents.push_back(&document);
  for (const PlatformRecord& platform : record.platforms)
    for (const DocumentRecord& document : platform.documents) documents.push_back(&document);
  return documents;
}

}  // namespace kiln::evidence
