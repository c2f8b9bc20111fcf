// SPDX-License-Identifier: Apache-2.0
#include "image/config.hpp"

#include "sample_tree.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

oci::ImageConfig config_of(const plan::Plan& plan, const TreeBuilder& builder = sample_tree()) {
  Layer layer;
  layer.diff_id = sha256("layer");
  layer.title = "packages: 2 small ones";
  layer.packages = {"a", "b"};
  return make_config(builder.tree, plan, {layer});
}

TEST(Config, CarriesWhatTheDefinitionSays) {
  plan::Plan plan = sample_tree_plan();
  plan.spec.accounts.run_as = "nonroot";
  plan.spec.environment = {{"LANG", "C.UTF-8"}, {"A", "${B}"}};
  plan.spec.entrypoint = {"/usr/bin/tool"};
  plan.spec.cmd = {"--help"};
  plan.spec.ports = {"80/tcp", "53/udp"};
  plan.spec.volumes = {"/data"};
  plan.spec.work_dir = "/srv";
  plan.spec.stop_signal = "SIGQUIT";
  oci::ImageConfig config = config_of(plan);
  EXPECT_EQ(config.user, "nonroot");
  EXPECT_THAT(config.env,
              ElementsAre("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                          "A=${B}", "LANG=C.UTF-8"));
  EXPECT_THAT(config.entrypoint, ElementsAre("/usr/bin/tool"));
  EXPECT_THAT(config.cmd, ElementsAre("--help"));
  EXPECT_THAT(config.exposed_ports, ElementsAre("53/udp", "80/tcp"));
  EXPECT_THAT(config.volumes, ElementsAre("/data"));
  EXPECT_EQ(config.working_dir, "/srv");
  EXPECT_EQ(config.stop_signal, "SIGQUIT");
  EXPECT_EQ(config.created, "2023-11-14T22:13:20Z");
}

TEST(Config, KeepsThePathOfTheDefinition) {
  plan::Plan plan = sample_tree_plan();
  plan.spec.environment = {{"PATH", "/opt/bin:/bin"}};
  EXPECT_THAT(config_of(plan).env, ElementsAre("PATH=/opt/bin:/bin"));
}

TEST(Config, LabelsTheImageAndLetsTheDefinitionHaveTheLastWord) {
  plan::Plan plan = sample_tree_plan();
  plan.spec.flavor = "compat";
  plan.spec.dates = {{"release", "2026-01-01"}, {"end-of-life", "2030-01-01"}};
  plan.spec.labels = {{"com.example", "x"}, {"dev.kiln.image.title", "Mine"}};
  auto labels = config_of(plan).labels;
  EXPECT_EQ(labels["dev.kiln.image.title"], "Mine");
  EXPECT_EQ(labels["com.example"], "x");
  EXPECT_EQ(labels["dev.kiln.image.version"], "1.2-debian13");
  EXPECT_EQ(labels["dev.kiln.image.distro"], "debian-13");
  EXPECT_EQ(labels["dev.kiln.image.variant"], "runtime");
  EXPECT_EQ(labels["dev.kiln.image.flavor"], "compat");
  EXPECT_EQ(labels["dev.kiln.image.definition"], "image/sample/debian-13/1");
  EXPECT_EQ(labels["dev.kiln.image.date.release"], "2026-01-01");
  EXPECT_EQ(labels["dev.kiln.image.date.end-of-life"], "2030-01-01");
  EXPECT_EQ(labels["dev.kiln.image.chain-id"], sha256("layer").str());
  EXPECT_EQ(labels["dev.kiln.image.shell"], "");
  EXPECT_EQ(labels["dev.kiln.image.package-manager"], "");
}

TEST(Config, FindsShellAndPackageManagerInTheTree) {
  TreeBuilder builder = sample_tree();
  builder.file("usr/bin/bash", "#", package("bash"));
  builder.file("usr/bin/apt-get", "#", package("apt"));
  auto labels = config_of(sample_tree_plan(), builder).labels;
  EXPECT_EQ(labels["dev.kiln.image.shell"], "bash");
  EXPECT_EQ(labels["dev.kiln.image.package-manager"], "apt");
}

TEST(Config, TellsTheHistoryOfEachLayer) {
  auto history = config_of(sample_tree_plan()).history;
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].created_by, "kiln packages: 2 small ones");
  EXPECT_EQ(history[0].comment, "a b");
}

TEST(Annotations, NameThePlanAndYieldToTheDefinition) {
  plan::Plan plan = sample_tree_plan();
  plan.spec.annotations = {{"org.opencontainers.image.title", "Theirs"}};
  auto annotations = make_annotations(sample_tree().tree, plan, sha256("plan"));
  EXPECT_EQ(annotations["dev.kiln.plan.digest"], sha256("plan").str());
  EXPECT_EQ(annotations["org.opencontainers.image.created"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(annotations["org.opencontainers.image.version"], "1.2-debian13");
  EXPECT_EQ(annotations["org.opencontainers.image.title"], "Theirs");
}

}  // namespace
}  // namespace kiln::image
