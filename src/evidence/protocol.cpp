// SPDX-License-Identifier: Apache-2.0
#include "evidence/protocol.hpp"

#include "base/strings.hpp"
#include "plan/json_members.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

constexpr int k_format = 1;
constexpr uint32_t k_largest_options = 1U << 16;
constexpr uint32_t k_largest_record = 16U << 20;
constexpr uint32_t k_largest_document = 128U << 20;
constexpr uint64_t k_largest_request = 512U << 20;
constexpr size_t k_most_documents = 256;
constexpr uint32_t k_largest_header = 16U << 20;
constexpr uint32_t k_largest_blob = 256U << 20;

constexpr std::array k_codes = {
    ErrorCode::bad_input,   ErrorCode::not_found,     ErrorCode::unverified, ErrorCode::corrupt,
    ErrorCode::limit,       ErrorCode::unsatisfiable, ErrorCode::network,    ErrorCode::io,
    ErrorCode::unsupported, ErrorCode::interrupted};

Json error_json(const Error& error) {
  return Json::object({{"code", str(error.code)},
                       {"message", error.message},
                       {"context", Json::array_of(error.context)},
                       {"hint", error.hint}});
}

Result<Error> error_from(const Json& json) {
  std::string code = TRY(json.get_string("code"));
  auto found = std::ranges::find(k_codes, code, [](ErrorCode c) { return str(c); });
  Error error;
  error.code = found == k_codes.end() ? ErrorCode::corrupt : *found;
  error.message = TRY(json.get_string("message"));
  error.context = TRY(json.get_strings("context"));
  error.hint = TRY(json.get_string("hint"));
  return error;
}

Result<std::vector<signing::Form>> read_options(std::string_view text) {
  Json json = TRY(parse_json(text, {.depth = 4}));
  TRY(plan::check_format(json, k_format, "signer's request"));
  TRY(plan::only_members(json, {"format", "forms"}));
  std::vector<signing::Form> forms;
  for (const std::string& name : TRY(json.get_strings("forms"))) {
    std::optional<signing::Form> form = signing::parse_form(name);
    if (!form)
      return fail(ErrorCode::bad_input,
                  fmt::format("the signer knows no form '{}'", printable(name, 60)));
    forms.push_back(*form);
  }
  return forms;
}

}  // namespace

Result<> send_request(Channel& channel, const Request& request) {
  Json options = Json::object({{"format", k_format}, {"forms", Json::array()}});
  for (signing::Form form : request.forms) options["forms"].push_back(signing::str(form));
  TRY(channel.send(canonical(options)));
  TRY(channel.send(write_record(request.record)));
  for (const DocumentRecord* document : documents_of(request.record)) {
    auto found = request.documents.find(document->digest);
    ASSERT(found != request.documents.end());
    TRY(channel.send(found->second));
  }
  return {};
}

Result<Request> receive_request(Channel& channel) {
  Request request;
  std::string options = TRY(channel.receive(k_largest_options));
  request.forms = TRY(read_options(options));
  std::string text = TRY(channel.receive(k_largest_record));
  request.record = TRY(read_record(text));
  std::vector<const DocumentRecord*> documents = documents_of(request.record);
  if (documents.size() > k_most_documents)
    return fail(ErrorCode::limit, fmt::format("a record names {} documents", documents.size()));
  uint64_t total = 0;
  for (const DocumentRecord* document : documents) {
    Channel::Frame frame = TRY(channel.receive_hashed(k_largest_document));
    total += frame.bytes.size();
    if (total > k_largest_request)
      return fail(ErrorCode::limit, "the documents of a record are too large together");
    if (frame.digest != document->digest)
      return fail(ErrorCode::unverified, "a document is not the one that the record names");
    request.documents.insert_or_assign(document->digest, std::move(frame.bytes));
  }
  return request;
}

Result<> send_answer(Channel& channel, const Result<Evidence>& answer) {
  if (!answer)
    return channel.send(
        canonical(Json::object({{"format", k_format}, {"error", error_json(answer.error())}})));
  Json header = to_json(*answer);
  header["format"] = k_format;
  TRY(channel.send(canonical(header)));
  const oci::Content& content = answer->content;
  for (const auto& [digest, blob] : content.blobs()) {
    if (blob.file.empty()) {
      TRY(channel.send(blob.bytes));
      continue;
    }
    std::string bytes = TRY(content.bytes(digest, k_largest_blob));
    TRY(channel.send(bytes));
  }
  return {};
}

Result<Evidence> receive_answer(Channel& channel) {
  std::string text = TRY(channel.receive(k_largest_header));
  Json header = TRY(parse_json(text));
  TRY(plan::check_format(header, k_format, "signer's answer"));
  if (const Json* error = header.find("error")) {
    Error said = TRY(error_from(*error));
    return std::unexpected(std::move(said).with_context("asking the signer"));
  }
  DescribedEvidence described = TRY(evidence_from_json(header));
  Evidence evidence = std::move(described.evidence);
  for (const DescribedEvidence::BlobName& name : described.blobs) {
    Channel::Frame frame = TRY(channel.receive_hashed(k_largest_blob));
    if (frame.digest != name.digest)
      return fail(ErrorCode::unverified, "the signer answers with other bytes than it names");
    uint64_t size = frame.bytes.size();
    evidence.content.add_blob(name.digest,
                              {.size = size, .bytes = std::move(frame.bytes), .file = {}});
  }
  return evidence;
}

Result<> admit(Channel& channel, const std::vector<uid_t>& allowed) {
  uid_t peer = TRY(channel.peer_user());
  if (std::ranges::find(allowed, peer) != allowed.end()) return {};
  std::unexpected<Error> refused = fail(
      ErrorCode::unverified, fmt::format("the signer does not take records from user {}", peer),
      "it is told whom to serve with --allow-user");
  TRY(send_answer(channel, refused));
  return refused;
}

Result<> serve(Channel& channel, const Sign& sign,
               std::optional<std::chrono::milliseconds> patience) {
  while (!TRY(channel.at_end(patience))) {
    Result<Request> request = receive_request(channel);
    if (!request) {
      TRY(send_answer(channel, std::unexpected(request.error())));
      return std::unexpected(std::move(request).error());
    }
    TRY(send_answer(channel, sign(*request)));
  }
  return {};
}

}  // namespace kiln::evidence
