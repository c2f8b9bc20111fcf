// SPDX-License-Identifier: Apache-2.0
#include "oci/manifest.hpp"

#include "oci/config.hpp"
#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::oci {
namespace {

using ::testing::HasSubstr;

TEST(Descriptor, OfTheEmptyObjectIsTheOneTheSpecificationNames) {
  EXPECT_EQ(
      canonical(to_json(empty_descriptor())),
      R"({"data":"e30=","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c0)"
      R"(60f61caaff8a","mediaType":"application/vnd.oci.empty.v1+json","size":2})");
}

TEST(Descriptor, ReadsBackWhatItWrites) {
  Descriptor descriptor = describe(k_layer_gzip_type, "layer");
  descriptor.artifact_type = "application/x";
  descriptor.platform = model::Platform{"linux", "arm64", ""};
  descriptor.annotations = {{"a", "1"}, {"b", "2"}};
  descriptor.data = "layer";
  EXPECT_EQ(testing::value(descriptor_from_json(to_json(descriptor))), descriptor);
}

TEST(Descriptor, RefusesEmbeddedDataThatIsNotTheBlob) {
  Descriptor descriptor = describe(k_layer_type, "layer");
  descriptor.data = "other";
  auto read = descriptor_from_json(to_json(descriptor));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unverified);
}

TEST(Descriptor, RefusesNegativeSizesAndOddDigests) {
  Json json = to_json(describe(k_layer_type, "layer"));
  json["size"] = -1;
  EXPECT_FALSE(descriptor_from_json(json));
  json["size"] = 1;
  json["digest"] = "sha256:ABC";
  EXPECT_FALSE(descriptor_from_json(json));
  json["digest"] = "sha512:abc";
  auto read = descriptor_from_json(json);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unsupported);
}

TEST(Manifest, ReadsBackWhatItWrites) {
  Manifest manifest;
  manifest.media_type = k_manifest_type;
  manifest.artifact_type = "application/x";
  manifest.config = empty_descriptor();
  manifest.layers = {describe(k_layer_type, "a"), describe(k_layer_zstd_type, "b")};
  manifest.subject = describe(k_manifest_type, "c");
  manifest.annotations = {{"k", "v"}};
  EXPECT_EQ(testing::value(parse_manifest(encode(manifest))), manifest);
}

TEST(Manifest, ReadsDockersOwnForm) {
  std::string digest = describe("", "x").digest.str();
  Manifest manifest = testing::value(parse_manifest(
      R"({"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",)"
      R"("config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":1,"digest":")" +
      digest + R"("},"layers":[],"unknown":{"x":[1.5]}})"));
  EXPECT_EQ(manifest.config.digest.str(), digest);
  EXPECT_TRUE(is_config_type(manifest.config.media_type));
}

TEST(Manifest, RefusesWhatIsAnIndexAsWell) {
  Manifest manifest;
  manifest.config = empty_descriptor();
  auto with = [](std::string document, std::string_view more) {
    document.insert(1, more);
    return document;
  };
  std::string plain = encode(manifest);
  std::string index = encode(Index{});
  EXPECT_OK(parse_manifest(plain));
  EXPECT_FALSE(parse_manifest(with(plain, R"("manifests":[],)")));
  EXPECT_OK(parse_index(index));
  EXPECT_FALSE(parse_index(with(index, R"("layers":[],)")));
  EXPECT_FALSE(parse_index(with(index, R"("config":{},)")));
}

TEST(Manifest, RefusesSchemaOneAndIndexes) {
  EXPECT_FALSE(parse_manifest(R"({"schemaVersion":1,"config":{}})"));
  EXPECT_FALSE(parse_manifest(encode(Index{})));
  EXPECT_FALSE(parse_manifest("[]"));
}

TEST(Index, ReadsBackWhatItWritesAndAnEmptyOne) {
  Index index;
  index.media_type = k_index_type;
  EXPECT_EQ(testing::value(parse_index(encode(index))), index);
  index.manifests = {describe(k_manifest_type, "a")};
  index.manifests[0].platform = model::Platform{"linux", "arm", "v7"};
  index.annotations = {{"k", "v"}};
  EXPECT_EQ(testing::value(parse_index(encode(index))), index);
}

TEST(Index, RefusesMoreEntriesThanAnyoneNeeds) {
  Index index;
  index.manifests.assign(4097, describe(k_manifest_type, "a"));
  auto read = parse_index(encode(index));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::limit);
}

ImageConfig full_config() {
  ImageConfig config;
  config.created = "2026-11-24T00:00:00Z";
  config.author = "Kiln";
  config.platform = {"linux", "arm64", ""};
  config.user = "nonroot";
  config.exposed_ports = {"80/tcp"};
  config.env = {"PATH=/bin", "A=b"};
  config.entrypoint = {"/bin/x"};
  config.cmd = {"--help"};
  config.volumes = {"/data"};
  config.working_dir = "/";
  config.labels = {{"l", "v"}};
  config.stop_signal = "SIGQUIT";
  config.diff_ids = {sha256("a"), sha256("b")};
  config.history = {{"2026-11-24T00:00:00Z", "by", "comment", false}, {"", "empty", "", true}};
  return config;
}

TEST(ImageConfig, ReadsBackWhatItWrites) {
  EXPECT_EQ(testing::value(parse_config(encode(full_config()))), full_config());
}

// Clients such as crane compare the two.
TEST(ImageConfig, NamesTheSameVariantAsAnIndex) {
  ImageConfig config;
  config.platform = {"linux", "arm64", ""};
  Json json = testing::value(parse_json(encode(config)));
  EXPECT_EQ(testing::value(json.get_string("variant")), "v8");
  EXPECT_EQ(testing::value(to_json(config.platform).get_string("variant")), "v8");
  config.platform = {"linux", "amd64", ""};
  EXPECT_EQ(testing::value(parse_json(encode(config))).find("variant"), nullptr);
}

TEST(ImageConfig, TakesNullForAbsentAsDockerWritesIt) {
  ImageConfig config = testing::value(parse_config(
      R"({"architecture":"amd64","os":"linux","config":{"Env":null,"Volumes":null,"Labels":null,)"
      R"("ExposedPorts":null,"Cmd":null},"rootfs":{"type":"layers","diff_ids":null},)"
      R"("history":null})"));
  EXPECT_EQ(config.platform.architecture, "amd64");
  EXPECT_TRUE(config.diff_ids.empty());
}

TEST(ImageConfig, ChainIdFollowsTheSpecification) {
  Digest a = sha256("a");
  Digest b = sha256("b");
  EXPECT_EQ(chain_id({a}), a);
  EXPECT_EQ(chain_id({a, b}), sha256(a.str() + " " + b.str()));
  EXPECT_TRUE(chain_id({}).is_zero());
}

}  // namespace
}  // namespace kiln::oci
