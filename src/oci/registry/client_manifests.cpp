// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "data/json.hpp"
#include "oci/media_types.hpp"
#include "oci/registry/client.hpp"
#include "oci/registry/refusal.hpp"

#include <fmt/format.h>

namespace kiln::registry {

namespace {

constexpr std::string_view k_accepted =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

std::string manifest_path(std::string_view selector) {
  return fmt::format("manifests/{}", selector);
}

// "application/json" of "application/json; charset=utf-8".
std::string content_type(const HttpAnswer& answer) {
  std::string type = answer.header("content-type");
  std::string_view rest = type;
  return std::string(trim(take_until(rest, ';')));
}

// What a manifest says that it is, or else what its registry says.
std::string media_type_of(const HttpAnswer& answer) {
  Result<Json> json = parse_json(answer.body, {.depth = 32, .size = oci::k_max_manifest_size});
  if (json && json->is_object()) {
    Result<std::string> own = json->get_string_or("mediaType", "");
    if (own && !own->empty()) return *own;
  }
  return content_type(answer);
}

}  // namespace

Result<std::optional<oci::Descriptor>> RegistryClient::find_manifest(const std::string& selector) {
  HttpCall head{.method = "HEAD", .url = url(manifest_path(selector))};
  head.headers = {{"Accept", std::string(k_accepted)}};
  HttpAnswer answer = TRY(call(std::move(head)));
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200)
    return refusal(doing(fmt::format("does not say what {} is", printable(selector))), answer);
  oci::Descriptor found;
  found.media_type = content_type(answer);
  Result<Digest> digest = Digest::parse(answer.header("docker-content-digest"));
  std::optional<uint64_t> size = parse_decimal(answer.header("content-length"));
  if (!digest || !size) {
    FetchedManifest whole = TRY(get_manifest(selector));
    return whole.descriptor;
  }
  found.digest = *digest;
  found.size = *size;
  return found;
}

Result<FetchedManifest> RegistryClient::get_manifest(const std::string& selector) {
  HttpCall get{.url = url(manifest_path(selector)), .max_answer = oci::k_max_manifest_size};
  get.headers = {{"Accept", std::string(k_accepted)}};
  HttpAnswer answer = TRY(call(std::move(get)));
  if (answer.status != 200)
    return refusal(doing(fmt::format("does not have {}", printable(selector))), answer);
  FetchedManifest fetched;
  fetched.descriptor = oci::describe(media_type_of(answer), answer.body);
  std::string promised =
      selector.find(':') != std::string::npos ? selector : answer.header("docker-content-digest");
  if (!promised.empty() && promised != fetched.descriptor.digest.str() &&
      promised.starts_with("sha256:"))
    return fail(ErrorCode::unverified,
                doing(fmt::format("sent other bytes than those of {}", printable(promised))));
  fetched.bytes = std::move(answer.body);
  return fetched;
}

Result<> RegistryClient::put_manifest(const std::string& selector, const std::string& media_type,
                                      std::string_view bytes) {
  HttpCall put{.method = "PUT", .url = url(manifest_path(selector))};
  put.headers = {{"Content-Type", media_type}};
  put.body = upload_of(bytes);
  HttpAnswer answer = TRY(call(std::move(put)));
  if (answer.status != 201 && answer.status != 200)
    return refusal(doing(fmt::format("does not take manifest {}", printable(selector))), answer);
  std::string digest = answer.header("docker-content-digest");
  if (digest.starts_with("sha256:") && digest != sha256(bytes).str())
    return fail(ErrorCode::unverified, doing(fmt::format("says that it stored {} instead of {}",
                                                         printable(digest), sha256(bytes).str())));
  return {};
}

Result<> RegistryClient::delete_manifest(const std::string& selector) {
  HttpAnswer answer = TRY(call({.method = "DELETE", .url = url(manifest_path(selector))}));
  if (answer.status == 202 || answer.status == 200) return {};
  return refusal(doing(fmt::format("does not delete {}", printable(selector))), answer);
}

}  // namespace kiln::registry
