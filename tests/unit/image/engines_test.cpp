// SPDX-License-Identifier: Apache-2.0
//
// Whether engines run what we pack: a real Alpine tree, cut into layers, in every form of output.
#include "codec/decompress.hpp"
#include "codec/tar.hpp"
#include "codec/zstd_encode.hpp"
#include "image/index.hpp"
#include "oci/archive.hpp"
#include "oci/layout.hpp"
#include "sample_tree.hpp"
#include "support/containers.hpp"
#include "support/shared_data.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

namespace kiln::image {
namespace {

using ::testing::HasSubstr;

const std::string k_name = "localhost/kiln-test:1";

model::FileType type_of(TarType type) {
  switch (type) {
    case TarType::directory:
      return model::FileType::directory;
    case TarType::symlink:
      return model::FileType::symlink;
    case TarType::hard_link:
      return model::FileType::hard_link;
    default:
      return model::FileType::file;
  }
}

// A root file system's tar as a tree: busybox is one package, everything else another.
rootfs::Rootfs tree_of(std::string_view archive) {
  rootfs::Rootfs tree;
  tree.created = 1'700'000'000;
  TarReader tar(archive);
  while (auto entry = testing::value(tar.next())) {
    std::string path = testing::value(clean_path(entry->path));
    if (path.empty()) continue;
    rootfs::Node& node = tree.nodes[path];
    node.type = type_of(entry->type);
    node.mode = entry->mode;
    node.uid = entry->uid;
    node.gid = entry->gid;
    node.mtime = entry->mtime;
    node.link = entry->link;
    node.owners = {package(path == "bin/busybox" ? "busybox" : "base")};
    if (node.type == model::FileType::file)
      node.content = rootfs::Content::inline_bytes(std::string(tar.content(*entry)));
  }
  return tree;
}

class EnginesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto archive = testing::shared_file("images/alpine-minirootfs-3.20.3-x86_64.tar.gz");
    if (!archive) GTEST_SKIP() << "../shared/images is not there";
    tree_ = tree_of(testing::value(
        decompress_all(Compression::gzip, testing::value(read_file(*archive)), 1U << 30)));
    rootfs::Node note;
    note.owners = {definition("paths[0]")};
    note.uid = note.gid = 65532;
    note.mode = 0640;
    note.content = rootfs::Content::inline_bytes("hello from kiln\n");
    tree_.nodes["etc/note"] = note;
    plan_ = sample_plan({"base", "busybox"});
    plan_.spec.accounts.run_as = "65532:65532";
    plan_.spec.environment = {{"GREETING", "hello"}};
    plan_.spec.work_dir = "/tmp";
  }

  Assembly packed() {
    image_ = testing::value(pack(tree_, plan_, world_.world));
    std::vector<std::string> tags = {"1"};
    return testing::value(assemble(std::span(&image_, 1), tags, *world_.store));
  }

  std::string at(const char* name) const { return (world_.directory.path() / name).string(); }

  std::string docker_archive() {
    Assembly assembly = packed();
    AtomicFile file = testing::value(AtomicFile::create(at("docker.tar")));
    testing::value(oci::write_docker_archive(file, assembly.content, image_.manifest_digest,
                                             std::span(&k_name, 1)));
    testing::value(file.commit());
    return at("docker.tar");
  }

  static void expect_runs(testing::ContainerEngine& engine, const std::string& image) {
    auto run = engine.run_in(image, {"sh", "-c", "cat /etc/note; id -u; pwd; echo $GREETING"});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_EQ(run.output, "hello from kiln\n65532\n/tmp\nhello\n");
  }

  TestWorld world_;
  rootfs::Rootfs tree_;
  plan::Plan plan_;
  Image image_;
};

TEST_F(EnginesTest, PodmanLoadsAndRunsADockerArchive) {
  NEED_ENGINE(podman, testing::start_podman());
  auto load = podman.run({"load", "-i", docker_archive()});
  ASSERT_EQ(load.exit_code, 0) << load.errors;
  expect_runs(podman, k_name);
}

TEST_F(EnginesTest, PodmanPullsAndRunsALayout) {
  NEED_ENGINE(podman, testing::start_podman());
  Assembly assembly = packed();
  attach_lock(assembly, "{}");
  // Podman makes a name from the path, which must be in lower case.
  Path path = std::filesystem::temp_directory_path() / fmt::format("kiln-layout-{}", ::getpid());
  ASSERT_OK(oci::write_layout(path, assembly.content));
  auto pull = podman.run({"pull", "oci:" + path.string() + ":1"});
  ASSERT_OK(remove_tree(path));
  ASSERT_EQ(pull.exit_code, 0) << pull.errors;
  expect_runs(podman, image_.config_digest.hex());
}

TEST_F(EnginesTest, PodmanRunsZstdLayersFromAnOciArchive) {
  NEED_ENGINE(podman, testing::start_podman());
  plan_.policies.encoder = zstd_encoder_name();
  Assembly assembly = packed();
  AtomicFile file = testing::value(AtomicFile::create(at("oci.tar")));
  ASSERT_OK(oci::write_oci_archive(file, assembly.content));
  ASSERT_OK(file.commit());
  auto pull = podman.run({"pull", "oci-archive:" + at("oci.tar")});
  ASSERT_EQ(pull.exit_code, 0) << pull.errors;
  expect_runs(podman, image_.config_digest.hex());
}

TEST_F(EnginesTest, DockerLoadsAndRunsADockerArchive) {
  NEED_ENGINE(docker, testing::start_docker());
  auto load = docker.run({"load", "-i", docker_archive()});
  ASSERT_EQ(load.exit_code, 0) << load.errors;
  auto inspect = docker.run({"image", "inspect", "--format", "{{.Id}}", k_name});
  EXPECT_THAT(inspect.output, HasSubstr(image_.config_digest.str()));
  expect_runs(docker, k_name);
}

TEST_F(EnginesTest, UmociUnpacksTheTreeThatWasPacked) {
  NEED_TOOL("umoci");
  ASSERT_OK(oci::write_layout(at("layout"), packed().content));
  auto run =
      testing::run_tool({"umoci", "raw", "unpack", "--image", at("layout") + ":1", at("tree")});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  for (const auto& [path, node] : tree_.nodes) {
    if (node.type != model::FileType::file) continue;
    EXPECT_EQ(sha256(testing::value(read_file(Path(at("tree")) / path))), node.content.sha256)
        << path;
  }
}

}  // namespace
}  // namespace kiln::image
