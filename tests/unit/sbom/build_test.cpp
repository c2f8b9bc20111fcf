// SPDX-License-Identifier: Apache-2.0
//
// From packages to an image and its bill of materials, and back from the image's bytes.
#include "evidence/sbom/check.hpp"
#include "evidence/sbom/make.hpp"
#include "evidence/sbom/parts.hpp"
#include "image/encoder.hpp"
#include "image/index.hpp"
#include "image/inspect.hpp"
#include "oci/layout.hpp"
#include "packages/deb/unpack.hpp"
#include "rootfs/install.hpp"
#include "support/deb_package.hpp"
#include "support/test_world.hpp"

#include <gmock/gmock.h>

namespace kiln::sbom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BuildTest : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::DebPackage base{.name = "base-files", .fields = "Source: base (2.0)\n"};
    base.add("./usr/").add("./usr/lib/").add("./usr/lib/os-release", "ID=debian\n");
    add(base);
    testing::DebPackage app{.name = "app", .fields = "Depends: base-files\n"};
    app.add("./usr/").add("./usr/bin/").add("./usr/bin/app", "program", 0755);
    app.add_symlink("./usr/bin/alias", "app");
    app.add("./usr/share/").add("./usr/share/doc/").add("./usr/share/doc/app/");
    app.add("./usr/share/doc/app/copyright",
            "Format: x\n\nFiles: *\nCopyright: 2020 Ann\nLicense: Expat\n");
    add(app);
    locked_.plan.spec.definition_name = "image/sample/debian-13/1";
    locked_.plan.spec.image = "kiln/sample";
    locked_.plan.spec.variant = "runtime";
    locked_.plan.spec.target = {"debian", "trixie", "13"};
    locked_.plan.spec.os_release = {{"ID", "debian"}, {"VERSION_ID", "13"}};
    locked_.plan.spec.paths = {{.type = definition::PathType::file,
                                .path = "/etc/app.conf",
                                .content = "x=1\n",
                                .mode = 0644}};
    locked_.plan.distribution = "debian";
    locked_.plan.codename = "trixie";
    locked_.plan.policies.encoder = testing::value(image::encoder_name_for(""));
    locked_.places["paths[0]"] = "image/sample/debian-13/1.yaml:9:5";
  }

  void add(const testing::DebPackage& package) {
    std::string bytes = testing::deb_bytes(package);
    Digest digest = testing::value(world_.store().put(bytes));
    model::PackageId id{package.name, package.version, package.architecture};
    locked_.plan.packages.push_back({id, digest, bytes.size()});
    plan::Origin origin;
    origin.source = package.name;
    origin.source_version = package.version;
    origin.urls = {"http://a/debian/pool/main/x/" + package.file_name()};
    origin.reasons = {{"", "image/sample/debian-13/1.yaml:5:7", ""}};
    locked_.origins.push_back(std::move(origin));
    packages_.packages.push_back(testing::value(packages::deb::unpack(id, digest, world_)));
  }

  Document made() {
    tree_ = testing::value(rootfs::install(locked_.plan, packages_, world_.store()));
    image_ = testing::value(image::pack(tree_, locked_.plan, world_));
    Authorship authorship;
    authorship.tool_version = "0.1.0";
    return testing::value(
        from_build({locked_, tree_, image_, packages_.packages}, authorship, world_));
  }

  image::ImageView packed() {
    image::Assembly assembly =
        testing::value(image::assemble(std::span(&image_, 1), {}, world_.store()));
    Path layout = world_.directory() / "layout";
    testing::value(oci::write_layout(layout, assembly.content));
    auto reader = testing::value(oci::open_image(layout));
    return testing::value(image::inspect(*reader,
                                         testing::value(oci::find_image(*reader, std::nullopt)),
                                         image::FileHashes::sha256_and_sha1));
  }

  testing::TestWorld world_;
  plan::LockedPlan locked_;
  rootfs::Inputs packages_;
  rootfs::Rootfs tree_;
  image::Image image_;
};

const File& file_at(const Document& document, std::string_view path) {
  auto found = std::ranges::find(document.files, path, &File::path);
  EXPECT_NE(found, document.files.end()) << path;
  return *found;
}

TEST_F(BuildTest, ListsEveryFileOfTheImageAndNothingElse) {
  Document document = made();
  image::ImageView view = packed();
  for (Format format : {Format::spdx_2_3, Format::cyclonedx_1_6, Format::cyclonedx_1_7})
    EXPECT_THAT(check(testing::value(read_claims(write(document, format))), view), IsEmpty());
}

TEST_F(BuildTest, KnowsPackagesTheirSourcesAndWhatTheyNeed) {
  Document document = made();
  ASSERT_EQ(document.packages.size(), 2U);
  const Package& app = document.packages[0];
  EXPECT_EQ(app.supplier.email, "nobody@kiln.invalid");
  EXPECT_THAT(app.depends, ElementsAre(1));
  EXPECT_EQ(app.licences.concluded, "MIT");
  EXPECT_EQ(app.sha256, locked_.plan.packages[1].sha256);
  EXPECT_EQ(app.sha512.size(), 128U);
  EXPECT_TRUE(app.executable);
  EXPECT_EQ(app.requested_at, "image/sample/debian-13/1.yaml:5:7");
  const Source& base = document.sources[document.packages[1].source];
  EXPECT_EQ(base.name + " " + base.version, "base 2.0");
  EXPECT_EQ(base.url, "http://a/debian/pool/main/x/base_2.0.dsc");
}

TEST_F(BuildTest, KnowsWhatMadeEachFile) {
  Document document = made();
  EXPECT_EQ(document.packages[*file_at(document, "usr/bin/app").package].name, "app");
  EXPECT_EQ(file_at(document, "etc/app.conf").made_by, "definition paths[0]");
  EXPECT_EQ(file_at(document, "usr/bin/app").sha1, sha1_of("program"));
  for (const File& file : document.files)
    EXPECT_TRUE(file.package || !file.made_by.empty()) << file.path;
}

TEST_F(BuildTest, IsTheSameColdAndWarm) {
  std::string cold = write(made(), Format::spdx_2_3);
  EXPECT_EQ(write(made(), Format::spdx_2_3), cold);
}

TEST_F(BuildTest, OfTheImageAloneNamesTheSameThings) {
  Document document = made();
  Authorship authorship;
  Document read = testing::value(from_image(packed(), &locked_, authorship, 0));
  EXPECT_EQ(read.created, document.created);
  ASSERT_EQ(read.packages.size(), document.packages.size());
  for (size_t i = 0; i < read.packages.size(); ++i) {
    EXPECT_EQ(read.packages[i].licences.declared, document.packages[i].licences.declared);
    EXPECT_EQ(read.packages[i].depends, document.packages[i].depends);
    EXPECT_EQ(read.packages[i].url, document.packages[i].url);
  }
  ASSERT_EQ(read.files.size(), document.files.size());
  for (size_t i = 0; i < read.files.size(); ++i) {
    EXPECT_EQ(read.files[i].path, document.files[i].path);
    EXPECT_EQ(read.files[i].sha256, document.files[i].sha256);
    EXPECT_EQ(read.files[i].sha1, document.files[i].sha1);
  }
}

}  // namespace
}  // namespace kiln::sbom
