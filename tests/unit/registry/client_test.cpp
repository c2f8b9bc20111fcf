// SPDX-License-Identifier: Apache-2.0
//
// The client against real registries: one without and two with the referrers API.
#include "oci/registry/client.hpp"

#include "oci/media_types.hpp"
#include "support/registry_server.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace kiln::registry {
namespace {

using testing::RegistryKind;
using testing::RegistryServer;
using testing::value;

BlobOpener opener(std::string_view bytes) {
  return [bytes]() -> Result<std::unique_ptr<Source>> {
    return std::make_unique<MemorySource>(bytes);
  };
}

class ClientTest : public ::testing::TestWithParam<RegistryKind> {
 protected:
  void SetUp() override {
    NEED_TOOL(testing::program_of(GetParam()));
    server_.emplace(GetParam());
    client_ = client("base/nginx");
  }
  std::unique_ptr<RegistryClient> client(std::string repository) {
    return std::make_unique<RegistryClient>(
        *http_, server_->host(), std::move(repository),
        ClientOptions{.access = Access::push, .plain_http = true});
  }
  Digest put(std::string_view bytes) {
    Digest digest = sha256(bytes);
    value(client_->put_blob(digest, bytes.size(), opener(bytes)));
    return digest;
  }
  std::string get(const Digest& digest, uint64_t size) {
    MemorySink sink;
    value(client_->get_blob(digest, size, sink));
    return sink.take();
  }
  // Pushes an artifact without content, about `subject` when there is one.
  oci::Descriptor put_artifact(const std::string& type, std::optional<oci::Descriptor> subject) {
    put("{}");
    oci::Manifest manifest;
    manifest.artifact_type = type;
    manifest.config = oci::empty_descriptor();
    manifest.layers = {oci::empty_descriptor()};
    manifest.subject = std::move(subject);
    std::string bytes = oci::encode(manifest);
    oci::Descriptor descriptor = oci::describe(oci::k_manifest_type, bytes);
    descriptor.artifact_type = type;
    value(client_->put_manifest(descriptor.digest.str(), descriptor.media_type, bytes));
    return descriptor;
  }

  std::optional<RegistryServer> server_;
  std::unique_ptr<HttpClient> http_ = make_http_client({.attempts = 2});
  std::unique_ptr<RegistryClient> client_;
};

TEST_P(ClientTest, BlobsGoAndComeBack) {
  std::string large(9U << 20, 'x');
  for (std::string_view bytes : {std::string_view("small"), std::string_view(large)}) {
    EXPECT_FALSE(value(client_->has_blob(sha256(bytes))));
    uint64_t told = 0;
    Digest digest = sha256(bytes);
    value(client_->put_blob(digest, bytes.size(), opener(bytes), [&](uint64_t n) { told += n; }));
    EXPECT_EQ(told, bytes.size());
    EXPECT_TRUE(value(client_->has_blob(digest)));
    EXPECT_EQ(get(digest, bytes.size()), bytes);
  }
  Result<> absent = [&] {
    MemorySink sink;
    return client_->get_blob(sha256("absent"), 6, sink);
  }();
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::not_found);
}

TEST_P(ClientTest, ARegistryRefusesOtherBytes) {
  EXPECT_FALSE(client_->put_blob(sha256("these"), 5, opener("those")));
  EXPECT_FALSE(value(client_->has_blob(sha256("these"))));
}

TEST_P(ClientTest, MountsFromAnotherRepository) {
  Digest digest = put("a layer");
  std::unique_ptr<RegistryClient> other = client("base/other");
  EXPECT_FALSE(value(other->mount_blob(sha256("absent"), "base/nginx")));
  EXPECT_TRUE(value(other->mount_blob(digest, "base/nginx")));
  EXPECT_TRUE(value(other->has_blob(digest)));
}

TEST_P(ClientTest, ManifestsByTagAndDigest) {
  EXPECT_EQ(value(client_->find_manifest("1")), std::nullopt);
  EXPECT_THAT(value(client_->tags()), ::testing::IsEmpty());
  oci::Descriptor made = put_artifact("application/x", std::nullopt);
  std::string bytes = value(client_->get_manifest(made.digest.str())).bytes;
  for (const char* tag : {"1", "1.2"}) value(client_->put_manifest(tag, made.media_type, bytes));
  EXPECT_THAT(value(client_->tags()), ::testing::UnorderedElementsAre("1", "1.2"));
  std::optional<oci::Descriptor> found = value(client_->find_manifest("1"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->digest, made.digest);
  EXPECT_EQ(found->size, made.size);
  EXPECT_EQ(found->media_type, oci::k_manifest_type);
  EXPECT_EQ(value(client_->get_manifest("1.2")).bytes, bytes);
  value(client_->delete_manifest(made.digest.str()));
  EXPECT_EQ(value(client_->find_manifest(made.digest.str())), std::nullopt);
}

TEST_P(ClientTest, ReferrersComeFromTheApiOrFromTheFallbackTag) {
  oci::Descriptor subject = put_artifact("application/x", std::nullopt);
  EXPECT_THAT(value(client_->referrers(subject.digest)).manifests, ::testing::IsEmpty());
  std::vector<oci::Descriptor> about = {put_artifact("application/a", subject),
                                        put_artifact("application/b", subject)};
  bool has_api = GetParam() == RegistryKind::olareg;
  if (!has_api) {
    EXPECT_TRUE(value(client_->add_fallback_referrers(subject.digest, {&about[0], 1})));
    EXPECT_TRUE(value(client_->add_fallback_referrers(subject.digest, about)));
    EXPECT_FALSE(value(client_->add_fallback_referrers(subject.digest, about)));
  }
  Referrers found = value(client_->referrers(subject.digest));
  EXPECT_EQ(found.from_api, has_api);
  std::vector<Digest> digests;
  for (const oci::Descriptor& entry : found.manifests) digests.push_back(entry.digest);
  EXPECT_THAT(digests, ::testing::UnorderedElementsAre(about[0].digest, about[1].digest));
}

TEST_P(ClientTest, ARegistryWithoutEncryptionIsRecognised) {
  RegistryClient encrypted(*http_, server_->host(), "base/nginx", {.access = Access::push});
  Result<std::optional<oci::Descriptor>> found = encrypted.find_manifest("1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::network);
  EXPECT_THAT(found.error().hint, ::testing::HasSubstr("--plain-http"));
}

INSTANTIATE_TEST_SUITE_P(Registries, ClientTest,
                         ::testing::Values(RegistryKind::distribution2, RegistryKind::distribution3,
                                           RegistryKind::olareg),
                         [](const auto& kind) {
                           std::string name = testing::program_of(kind.param);
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace kiln::registry
