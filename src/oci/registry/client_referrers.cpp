// SPDX-License-Identifier: Apache-2.0
//
// What is about a manifest: the referrers API, and where there is none the index that clients keep
// under a tag made from the digest (distribution-spec, "Listing Referrers" and "Referrers Tag
// Schema"; go-containerregistry writes that index with wrong artifact types, so that what an entry
// says about its manifest is not relied on).
#include "base/strings.hpp"
#include "oci/media_types.hpp"
#include "oci/registry/client.hpp"
#include "oci/registry/link.hpp"
#include "oci/registry/refusal.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::registry {

namespace {

constexpr size_t k_most_pages = 100;
constexpr size_t k_most_referrers = 10'000;
constexpr int k_attempts = 5;  // to change an index that others change, too

bool is_index(const HttpAnswer& answer) {
  return answer.header("content-type").starts_with(oci::k_index_type);
}

}  // namespace

std::string fallback_tag(const Digest& subject) {
  return "sha256-" + subject.hex();
}

Result<Referrers> RegistryClient::referrers(const Digest& subject) {
  Referrers found;
  if (auto listed = TRY(api_referrers(subject))) {
    found.manifests = std::move(*listed);
    found.from_api = true;
  } else if (auto fallback = TRY(fallback_index(subject))) {
    found.manifests = std::move(fallback->index.manifests);
  }
  return found;
}

// Nothing when the registry has no such API.
Result<std::optional<std::vector<oci::Descriptor>>> RegistryClient::api_referrers(
    const Digest& subject) {
  std::vector<oci::Descriptor> found;
  std::optional<Url> page = TRY(Url::parse(url("referrers/" + subject.str())));
  std::string about = doing(fmt::format("is asked what is about {}", subject.str()));
  for (size_t pages = 0; page; ++pages) {
    if (pages == k_most_pages || found.size() > k_most_referrers)
      return fail(ErrorCode::limit,
                  fmt::format("{} lists too much about {}", host_, subject.str()));
    HttpCall get{.url = page->str(), .max_answer = oci::k_max_manifest_size};
    get.headers = {{"Accept", std::string(oci::k_index_type)}};
    HttpAnswer answer = TRY(call(std::move(get)));
    bool absent =
        answer.status == 404 || answer.status == 405 || (answer.status == 200 && !is_index(answer));
    if (absent && pages == 0) return std::nullopt;
    if (answer.status != 200) return refusal(about, answer);
    oci::Index index = TRY_CONTEXT(oci::parse_index(answer.body), about);
    std::ranges::move(index.manifests, std::back_inserter(found));
    page = TRY(next_page(*page, answer.header("link")));
  }
  return found;
}

Result<std::optional<RegistryClient::FallbackIndex>> RegistryClient::fallback_index(
    const Digest& subject) {
  std::string tag = fallback_tag(subject);
  HttpCall get{.url = url("manifests/" + tag), .max_answer = oci::k_max_manifest_size};
  get.headers = {{"Accept", std::string(oci::k_index_type)}};
  HttpAnswer answer = TRY(call(std::move(get)));
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200) return refusal(doing("does not show the tag " + tag), answer);
  FallbackIndex found;
  found.index = TRY_CONTEXT(oci::parse_index(answer.body), doing("has the tag " + tag));
  found.etag = answer.header("etag");
  return found;
}

Result<bool> RegistryClient::add_fallback_referrers(const Digest& subject,
                                                    std::span<const oci::Descriptor> manifests) {
  std::string tag = fallback_tag(subject);
  for (int attempt = 1;; ++attempt) {
    FallbackIndex present = TRY(fallback_index(subject)).value_or(FallbackIndex{});
    size_t before = present.index.manifests.size();
    for (const oci::Descriptor& manifest : manifests)
      if (std::ranges::find(present.index.manifests, manifest.digest, &oci::Descriptor::digest) ==
          present.index.manifests.end())
        present.index.manifests.push_back(manifest);
    if (present.index.manifests.size() == before) return false;
    std::string bytes = oci::encode(present.index);
    HttpCall put{.method = "PUT", .url = url("manifests/" + tag)};
    put.headers = {{"Content-Type", std::string(oci::k_index_type)}};
    if (!present.etag.empty()) put.headers.emplace_back("If-Match", present.etag);
    put.body = upload_of(bytes);
    HttpAnswer answer = TRY(call(std::move(put)));
    if (answer.status == 201 || answer.status == 200) return true;
    if (answer.status != 412 || attempt == k_attempts)
      return refusal(doing("does not take the tag " + tag), answer);
  }
}

}  // namespace kiln::registry
