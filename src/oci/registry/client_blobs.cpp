// SPDX-License-Identifier: Apache-2.0
//
// Blobs: asking, getting, mounting, deleting. Sending them is in upload.cpp.
#include "oci/registry/client.hpp"
#include "oci/registry/refusal.hpp"
#include "oci/registry/upload.hpp"

#include <fmt/format.h>

namespace kiln::registry {

namespace {

std::string blob_path(const Digest& digest) {
  return "blobs/" + digest.str();
}

}  // namespace

Result<bool> RegistryClient::has_blob(const Digest& digest) {
  HttpAnswer answer = TRY(call({.method = "HEAD", .url = url(blob_path(digest))}));
  if (answer.status == 200) return true;
  if (answer.status == 404) return false;
  return refusal(doing(fmt::format("does not say whether it has blob {}", digest.str())), answer);
}

Result<> RegistryClient::get_blob(const Digest& digest, uint64_t size, Sink& sink,
                                  const BlobProgress& progress) {
  std::string authorization = TRY(authenticator_.authorization(scopes_));
  HttpRequest request;
  request.url = url(blob_path(digest));
  request.max_size = size;
  request.immutable = true;
  if (!authorization.empty()) request.headers = {{"Authorization", authorization}};
  request.authenticate = [&](const HttpHeaders& headers) -> Result<std::string> {
    authorization = TRY(authenticator_.answer(headers, scopes_, authorization));
    return authorization;
  };
  uint64_t told = 0;
  if (progress)
    request.progress = [&](uint64_t now, uint64_t) { progress(now - std::exchange(told, now)); };
  HashSink hashed(&sink);
  Result<HttpResponse> got = http_.get(request, hashed);
  bool too_long = !got && got.error().code == ErrorCode::limit;
  if (!got && !too_long)
    return std::unexpected(
        std::move(got).error().with_context(doing(fmt::format("is asked for {}", digest.str()))));
  if (too_long || hashed.size() != size || hashed.finish() != digest)
    return fail(ErrorCode::unverified,
                doing(fmt::format("sent other bytes than those of blob {}", digest.str())));
  return {};
}

Result<> RegistryClient::put_blob(const Digest& digest, uint64_t size, const BlobOpener& open,
                                  const BlobProgress& progress) {
  return Upload(*this, digest, size, open, progress).run();
}

Result<bool> RegistryClient::mount_blob(const Digest& digest, const std::string& from) {
  HttpCall mount{.method = "POST",
                 .url = url(fmt::format("blobs/uploads/?mount={}&from={}", digest.str(), from)),
                 .repeatable = true};
  Scopes scopes = scopes_;
  scopes.push_back(fmt::format("repository:{}:pull", from));
  HttpAnswer answer = TRY(call(std::move(mount), scopes));
  return answer.status == 201;
}

Result<> RegistryClient::delete_blob(const Digest& digest) {
  HttpAnswer answer = TRY(call({.method = "DELETE", .url = url(blob_path(digest))}));
  if (answer.status == 202 || answer.status == 200) return {};
  return refusal(doing(fmt::format("does not delete blob {}", digest.str())), answer);
}

}  // namespace kiln::registry
