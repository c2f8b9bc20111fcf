// SPDX-License-Identifier: Apache-2.0
#include "oci/reader.hpp"

#include "base/process.hpp"
#include "oci/archive.hpp"
#include "oci/layout.hpp"
#include "sample_image.hpp"

#include <gmock/gmock.h>

namespace kiln::oci {
namespace {

using ::testing::HasSubstr;

class ReaderTest : public ::testing::Test {
 protected:
  TemporaryDirectory directory_ = testing::value(TemporaryDirectory::create());
  Path path_ = directory_.path() / "image";
  SampleImage sample_ = sample_image();

  void write(std::string_view bytes) { testing::value(write_file(path_, bytes)); }

  void expect_is_the_sample(const ImageReader& reader) const {
    ListedImage image = testing::value(find_image(reader, std::nullopt));
    ASSERT_EQ(image.manifest.layers.size(), 2U);
    for (size_t i = 0; i < 2; ++i) {
      auto layer = testing::value(reader.open_layer(image.manifest.layers[i], 1U << 20));
      EXPECT_EQ(testing::value(read_all(*layer, 1U << 20)), sample_.tars[i]);
    }
    EXPECT_EQ(image.config.diff_ids[1], sha256(sample_.tars[1]));
  }

  std::string oci_archive() const {
    MemorySink sink;
    testing::value(write_oci_archive(sink, sample_.content));
    return sink.take();
  }

  // What docker save wrote before it knew of layouts, with a layer shared through a link.
  std::string old_docker_archive(const std::string& layer) const {
    Manifest manifest = testing::value(
        parse_manifest(testing::value(sample_.content.bytes(sample_.manifest.digest))));
    std::string config = testing::value(sample_.content.bytes(manifest.config.digest));
    MemorySink sink;
    TarWriter tar(sink);
    auto add = [&](const std::string& path, const std::string& bytes) {
      TarEntry entry;
      entry.path = path;
      entry.size = bytes.size();
      testing::value(tar.add(entry, bytes));
    };
    add("aa/layer.tar", layer);
    add("cc/layer.tar", sample_.tars[1]);
    TarEntry link;
    link.path = "bb/layer.tar";
    link.type = TarType::symlink;
    link.link = "../cc/layer.tar";
    testing::value(tar.add(link));
    add("config.json", config);
    add("manifest.json", R"([{"Config":"config.json","RepoTags":["sample:1"],)"
                         R"("Layers":["aa/layer.tar","bb/layer.tar"]}])");
    testing::value(tar.finish());
    return sink.take();
  }
};

std::string gzipped(const std::string& bytes) {
  return testing::value(run_process({{"gzip", "-c"}, bytes, {}, {}})).output;
}

TEST_F(ReaderTest, ReadsALayout) {
  ASSERT_OK(write_layout(path_, sample_.content));
  expect_is_the_sample(*testing::value(open_image(path_)));
}

TEST_F(ReaderTest, ReadsTheTarOfALayout) {
  write(oci_archive());
  expect_is_the_sample(*testing::value(open_image(path_)));
}

TEST_F(ReaderTest, ReadsACompressedTarOfALayout) {
  write(gzipped(oci_archive()));
  expect_is_the_sample(*testing::value(open_image(path_)));
}

TEST_F(ReaderTest, ReadsADockerArchiveOfOurs) {
  MemorySink sink;
  std::vector<std::string> names = {"example.com:5000/sample:1"};
  ASSERT_OK(write_docker_archive(sink, sample_.content, sample_.manifest.digest, names));
  write(sink.bytes());
  auto reader = testing::value(open_image(path_));
  expect_is_the_sample(*reader);
  EXPECT_EQ(testing::value(find_image(*reader, std::nullopt)).tag, "1");
}

TEST_F(ReaderTest, ReadsADockerArchiveFromBeforeLayouts) {
  write(old_docker_archive(sample_.tars[0]));
  auto reader = testing::value(open_image(path_));
  expect_is_the_sample(*reader);
  EXPECT_EQ(testing::value(find_image(*reader, std::nullopt)).tag, "sample:1");
}

TEST_F(ReaderTest, ReadsADockerArchiveWhoseLayersAreCompressed) {
  write(gzipped(old_docker_archive(gzipped(sample_.tars[0]))));
  expect_is_the_sample(*testing::value(open_image(path_)));
}

TEST_F(ReaderTest, RefusesALayerThatIsNotWhatTheConfigSays) {
  write(old_docker_archive(sample_tar("base.txt", "evil\n")));
  auto reader = testing::value(open_image(path_));
  ListedImage image = testing::value(find_image(*reader, std::nullopt));
  auto layer = testing::value(reader->open_layer(image.manifest.layers[0], 1U << 20));
  auto read = read_all(*layer, 1U << 20);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unverified);
}

TEST_F(ReaderTest, RefusesABlobThatWasChanged) {
  ASSERT_OK(write_layout(path_, sample_.content));
  Path blob = path_ / "blobs/sha256" / sample_.manifest.digest.hex();
  std::string bytes = testing::value(read_file(blob));
  bytes.back() = ' ';
  ASSERT_OK(write_file(blob, bytes));
  auto listed = list_images(*testing::value(open_image(path_)));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, ErrorCode::unverified);
}

TEST_F(ReaderTest, RefusesABlobThatIsLongerThanItsDescriptorSays) {
  ASSERT_OK(write_layout(path_, sample_.content));
  Path blob = path_ / "blobs/sha256" / sample_.manifest.digest.hex();
  ASSERT_OK(write_file(blob, testing::value(read_file(blob)) + " "));
  auto listed = list_images(*testing::value(open_image(path_)));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, ErrorCode::unverified);
}

TEST_F(ReaderTest, SaysWhatIsMissing) {
  ASSERT_OK(write_layout(path_, sample_.content));
  std::filesystem::remove(path_ / "blobs/sha256" / sample_.manifest.digest.hex());
  auto listed = list_images(*testing::value(open_image(path_)));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, ErrorCode::not_found);
  EXPECT_THAT(listed.error().message, HasSubstr(sample_.manifest.digest.str()));
}

TEST_F(ReaderTest, RefusesOtherTarsAndDirectories) {
  write(sample_.tars[0]);
  auto tar = open_image(path_);
  ASSERT_FALSE(tar);
  EXPECT_EQ(tar.error().code, ErrorCode::unsupported);
  auto directory = open_image(directory_.path());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::unsupported);
  EXPECT_FALSE(open_image(directory_.path() / "absent"));
}

TEST_F(ReaderTest, NamesThePlatformsThatThereAre) {
  ASSERT_OK(write_layout(path_, sample_.content));
  auto reader = testing::value(open_image(path_));
  auto none = find_image(*reader, model::Platform{"linux", "riscv64", ""});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().hint, HasSubstr("linux/amd64"));
}

TEST_F(ReaderTest, FindsWhatIsAttachedToAnImageButNoImageInIt) {
  attach(sample_.content, sample_.index, "application/vnd.test", "application/json", "{\"a\":1}");
  ASSERT_OK(write_layout(path_, sample_.content));
  auto reader = testing::value(open_image(path_));
  expect_is_the_sample(*reader);
  auto found =
      testing::value(find_artifacts(*reader, sample_.index.digest, "application/vnd.test"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(testing::value(reader->bytes(found[0].manifest.layers[0])), "{\"a\":1}");
  EXPECT_TRUE(
      testing::value(find_artifacts(*reader, sample_.manifest.digest, "application/vnd.test"))
          .empty());
}

TEST_F(ReaderTest, DoesNotFollowIndexesForEver) {
  Content content;
  Descriptor inner = sample_.index;
  for (int depth = 0; depth < 6; ++depth) {
    Index index;
    index.manifests = {inner};
    inner = content.add(k_index_type, encode(index));
  }
  for (const auto& [digest, blob] : sample_.content.blobs()) content.add_blob(digest, blob);
  content.list(inner);
  ASSERT_OK(write_layout(path_, content));
  auto listed = list_images(*testing::value(open_image(path_)));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, ErrorCode::limit);
}

}  // namespace
}  // namespace kiln::oci
