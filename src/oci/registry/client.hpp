// SPDX-License-Identifier: Apache-2.0
//
// One repository of a registry over the distribution API (distribution-spec 1.1): blobs, manifests,
// tags and referrers. What a registry sends is checked: digests of manifests and blobs always,
// sizes and pages are bounded, credentials never leave the registry's own server but for the token
// service that it names. Safe to use from several threads at once.
#pragma once
#include "net/http.hpp"
#include "oci/manifest.hpp"
#include "oci/registry/authenticator.hpp"
#include "oci/registry/reference.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::registry {

enum class Access { pull, push };

struct ClientOptions {
  Access access = Access::pull;
  std::optional<Credentials> credentials = {};
  bool plain_http = false;  // http instead of https
};

// Opens a blob's bytes, once for each attempt to send them.
using BlobOpener = std::function<Result<std::unique_ptr<Source>>()>;
// Told how many bytes of a blob went over since it was told last.
using BlobProgress = std::function<void(uint64_t more)>;

struct FetchedManifest {
  oci::Descriptor descriptor;  // type, digest, size
  std::string bytes;
};

struct Referrers {
  std::vector<oci::Descriptor> manifests;
  bool from_api = false;  // else from the fallback tag
};

class RegistryClient {
 public:
  RegistryClient(HttpClient& http, std::string host, std::string repository, ClientOptions options);

  const std::string& host() const { return host_; }
  const std::string& repository() const { return repository_; }

  // --- blobs -------------------------------------------------------------------------------------
  Result<bool> has_blob(const Digest& digest);
  // Every byte of a blob, once and in order; a transfer that breaks off is resumed. Not found is
  // not_found; digest and size are checked at the end (unverified).
  Result<> get_blob(const Digest& digest, uint64_t size, Sink& sink,
                    const BlobProgress& progress = {});
  // Sends a blob, a large one so that an upload that breaks off goes on where the registry says.
  Result<> put_blob(const Digest& digest, uint64_t size, const BlobOpener& open,
                    const BlobProgress& progress = {});
  // Takes a blob over from another repository of the registry; false when it cannot be had so.
  Result<bool> mount_blob(const Digest& digest, const std::string& from);
  Result<> delete_blob(const Digest& digest);

  // --- manifests, by digest or tag ---------------------------------------------------------------
  // Type, digest and size as the registry says; nothing when it is not there.
  Result<std::optional<oci::Descriptor>> find_manifest(const std::string& selector);
  // At most k_max_manifest_size bytes; they have the digest that was asked for (unverified). Fails
  // with not_found when there is none.
  Result<FetchedManifest> get_manifest(const std::string& selector);
  // Whether the registry lists it for its subject, referrers() of that says.
  Result<> put_manifest(const std::string& selector, const std::string& media_type,
                        std::string_view bytes);
  Result<> delete_manifest(const std::string& selector);

  // --- lists -------------------------------------------------------------------------------------
  // All tags in the registry's order; none when the repository is not there. Fails with limit when
  // there are more than `most`.
  Result<std::vector<std::string>> tags(size_t most = 100'000);
  // What the registry lists about a manifest, by the API or else by the fallback tag. Whether each
  // really is about it, only its manifest says.
  Result<Referrers> referrers(const Digest& subject);
  // Adds what is missing to the index under the fallback tag, for registries without the API;
  // whether that changed it. Another client that does the same may undo it: only a later call that
  // changes nothing tells that it stayed.
  Result<bool> add_fallback_referrers(const Digest& subject,
                                      std::span<const oci::Descriptor> manifests);

 private:
  friend class Upload;

  // The answer to a call, after as many challenges as make sense. Paths are below the repository.
  Result<HttpAnswer> call(HttpCall call, const Scopes& scopes);
  Result<HttpAnswer> call(HttpCall call) { return this->call(std::move(call), scopes_); }
  Result<HttpAnswer> explained(Result<HttpAnswer> answer) const;
  std::string url(std::string_view path) const;
  std::string doing(std::string_view what) const;
  Result<std::optional<std::vector<oci::Descriptor>>> api_referrers(const Digest& subject);
  struct FallbackIndex {
    oci::Index index;
    std::string etag;
  };
  Result<std::optional<FallbackIndex>> fallback_index(const Digest& subject);

  HttpClient& http_;
  const std::string host_;
  const std::string repository_;
  const bool plain_http_;
  std::string base_;    // "https://host/v2/repository/"
  std::string origin_;  // whom credentials are told
  Scopes scopes_;
  Authenticator authenticator_;
};

// The tag that stands for the referrers of a manifest where there is no API: "sha256-<hex>".
std::string fallback_tag(const Digest& subject);

}  // namespace kiln::registry
