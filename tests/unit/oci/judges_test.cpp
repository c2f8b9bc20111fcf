// SPDX-License-Identifier: Apache-2.0
//
// What other tools make of our layouts and archives.
#include "oci/archive.hpp"
#include "oci/layout.hpp"
#include "oci/reader.hpp"
#include "sample_image.hpp"
#include "support/tools.hpp"

#include <gmock/gmock.h>

namespace kiln::oci {
namespace {

using ::testing::HasSubstr;

class OciJudges : public ::testing::Test {
 protected:
  TemporaryDirectory directory_ = testing::value(TemporaryDirectory::create());
  SampleImage sample_ = sample_image();

  std::string at(const char* name) const { return (directory_.path() / name).string(); }

  void write_archive(const char* name) const {
    AtomicFile file = testing::value(AtomicFile::create(at(name)));
    testing::value(write_oci_archive(file, sample_.content));
    testing::value(file.commit());
  }

  void write_docker(const char* name) const {
    AtomicFile file = testing::value(AtomicFile::create(at(name)));
    std::vector<std::string> names = {"example.com/sample:1"};
    testing::value(write_docker_archive(file, sample_.content, sample_.manifest.digest, names));
    testing::value(file.commit());
  }
};

TEST_F(OciJudges, SkopeoInspectsOurLayout) {
  NEED_TOOL("skopeo");
  attach(sample_.content, sample_.index, "application/vnd.test", "application/json", "{}");
  testing::value(write_layout(at("layout"), sample_.content));
  auto run = testing::run_tool({"skopeo", "inspect", "oci:" + at("layout") + ":latest"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("2026-11-24T00:00:00Z"));
}

TEST_F(OciJudges, SkopeoCopiesOurArchivesAndWeReadTheCopies) {
  NEED_TOOL("skopeo");
  write_archive("archive.tar");
  write_docker("docker.tar");
  for (const auto& [from, to] :
       {std::pair{"oci-archive:" + at("archive.tar"), "oci:" + at("a")},
        std::pair{"docker-archive:" + at("docker.tar"), "docker-archive:" + at("b")},
        std::pair{"docker-archive:" + at("docker.tar"), "oci-archive:" + at("c")}}) {
    auto run = testing::run_tool({"skopeo", "--insecure-policy", "copy", from, to});
    ASSERT_EQ(run.exit_code, 0) << from << ": " << run.errors;
  }
  for (const char* name : {"a", "b", "c"}) {
    auto reader = testing::value(open_image(at(name)));
    ListedImage image = testing::value(find_image(*reader, std::nullopt));
    ASSERT_EQ(image.manifest.layers.size(), 2U);
    auto layer = testing::value(reader->open_layer(image.manifest.layers[1], 1U << 20));
    EXPECT_EQ(testing::value(read_all(*layer, 1U << 20)), sample_.tars[1]) << name;
  }
}

TEST_F(OciJudges, UmociUnpacksOurLayout) {
  NEED_TOOL("umoci");
  testing::value(write_layout(at("layout"), sample_.content));
  auto run = testing::run_tool(
      {"umoci", "raw", "unpack", "--rootless", "--image", at("layout") + ":latest", at("tree")});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_EQ(testing::value(read_file(at("tree/base.txt"))), "base\n");
  EXPECT_EQ(testing::value(read_file(at("tree/top.txt"))), "top\n");
}

TEST_F(OciJudges, GnuTarAndPythonListOurArchives) {
  NEED_TOOL("tar");
  NEED_TOOL("python3");
  write_docker("docker.tar");
  auto listed = testing::run_tool({"tar", "-tf", at("docker.tar")});
  EXPECT_EQ(listed.exit_code, 0) << listed.errors;
  EXPECT_THAT(listed.output, HasSubstr("manifest.json\n"));
  auto python = testing::run_tool(
      {"python3", "-c",
       "import sys,tarfile; print('\\n'.join(tarfile.open(sys.argv[1]).getnames()))",
       at("docker.tar")});
  EXPECT_EQ(python.exit_code, 0) << python.errors;
  EXPECT_THAT(python.output, HasSubstr("oci-layout\n"));
}

}  // namespace
}  // namespace kiln::oci
