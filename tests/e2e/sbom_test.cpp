// SPDX-License-Identifier: Apache-2.0
//
// Bills of materials of a real image before the judges that others wrote: the official CycloneDX
// schemas, spdx-tools, the SPDX 3 model, and the package lists of syft and trivy. The programs come
// from scripts/install-peers.
#include "data/json.hpp"
#include "e2e/kiln_program.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_validate_cyclonedx = R"(
const fs = require('fs'), path = require('path');
const main = require.resolve('@cyclonedx/cyclonedx-library/package.json');
const folder = path.join(path.dirname(main), 'res', 'schema');
const read = name => JSON.parse(fs.readFileSync(path.join(folder, name)));
const Ajv = require('ajv');
const ajv = new Ajv({strict: false, allErrors: true});
require('ajv-formats')(ajv);
for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
  ajv.addSchema(read(name + '.SNAPSHOT.schema.json'),
                'http://cyclonedx.org/schema/' + name + '.SNAPSHOT.schema.json');
const validate = ajv.compile(read('bom-' + process.argv[2] + '.SNAPSHOT.schema.json'));
if (!validate(JSON.parse(fs.readFileSync(process.argv[1])))) {
  console.log(JSON.stringify(validate.errors.slice(0, 5)));
  process.exit(1);
}
)";

constexpr std::string_view k_read_spdx_3 = R"(
import sys
from spdx_python_model import v3_0_1 as spdx
objects = spdx.SHACLObjectSet()
with open(sys.argv[1], 'rb') as document:
    spdx.JSONLDDeserializer().read(document, objects)
missing = objects.link()
assert not missing, list(missing)[:3]
files = sum(1 for _ in objects.foreach_type('software_File', match_subclass=False))
assert files > 0
)";

class Sbom : public ::testing::Test {
 protected:
  void SetUp() override {
    NEED_NETWORK();
    layout_ = directory_.path() / "layout";
    archive_ = build_archive(Path(KILN_CATALOG) / "image/curl/debian-13/8.yaml");
    ToolRun built = kiln({"build", KILN_CATALOG "/image/curl/debian-13/8.yaml", "-o", layout_,
                          "--platform", native_platform()});
    ASSERT_EQ(built.exit_code, 0) << built.errors;
  }

  // The bill of materials of the layout, with Kiln's lock beside it, or of the archive, without.
  std::string sbom(const std::string& format, const Path& image) {
    std::string file = directory_.path() / (format + ".json");
    ToolRun run = kiln({"sbom", image, "--format", format, "-o", file});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return file;
  }

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  Path layout_;
  Path archive_;
};

TEST_F(Sbom, FollowsTheCycloneDxSchemas) {
  NEED_TOOL("node");
  std::string modules = peers_directory() + "/node/node_modules";
  if (!fs::exists(modules + "/@cyclonedx/cyclonedx-library") || !fs::exists(modules + "/ajv"))
    GTEST_SKIP() << "the schemas are not installed: use scripts/install-peers cyclonedx";
  for (std::string version : {"1.6", "1.7"})
    for (const Path& image : {layout_, archive_}) {
      std::string file = sbom("cyclonedx-" + version, image);
      ToolRun run = run_tool({"node", "-e", std::string(k_validate_cyclonedx), file, version},
                             {"NODE_PATH=" + modules});
      EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
    }
}

TEST_F(Sbom, IsValidForSpdxTools) {
  std::string program = peers_directory() + "/python/bin/pyspdxtools";
  if (!fs::exists(program)) GTEST_SKIP() << "use scripts/install-peers spdx_tools";
  for (const Path& image : {layout_, archive_}) {
    std::string file = sbom("spdx-2.3", image);
    std::string named = directory_.path() / "document.spdx.json";
    fs::rename(file, named);
    ToolRun run = run_tool({program, "-i", named});
    EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  }
}

TEST_F(Sbom, IsReadByTheSpdx3Model) {
  std::string python = peers_directory() + "/python/bin/python";
  if (!fs::exists(python) || run_tool({python, "-c", "import spdx_python_model"}).exit_code != 0)
    GTEST_SKIP() << "use scripts/install-peers spdx_3";
  for (const Path& image : {layout_, archive_}) {
    ToolRun run = run_tool({python, "-c", std::string(k_read_spdx_3), sbom("spdx-3.0.1", image)});
    EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  }
}

// purls of Debian packages in any JSON of syft or trivy.
void collect_purls(const Json& json, std::set<std::string>& purls) {
  if (json.is_array()) {
    for (const Json& item : json.as_array()) collect_purls(item, purls);
  } else if (json.is_object()) {
    for (const auto& [name, member] : json.as_object()) {
      if (name == "purl" && member.is_string() && member.as_string().starts_with("pkg:deb/"))
        purls.insert(member.as_string());
      collect_purls(member, purls);
    }
  }
}

std::set<std::string> purls_of(const ToolRun& run) {
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  std::set<std::string> purls;
  collect_purls(value(parse_json(run.output)), purls);
  EXPECT_FALSE(purls.empty());
  return purls;
}

TEST_F(Sbom, GivesSyftTheSamePackagesAsTheImage) {
  NEED_TOOL("syft");
  std::set<std::string> expected =
      purls_of(run_tool({"syft", "scan", "docker-archive:" + archive_.string(), "-o", "json"}));
  for (std::string format : {"spdx-2.3", "cyclonedx-1.6"})
    EXPECT_EQ(purls_of(run_tool({"syft", "convert", sbom(format, layout_), "-o", "json"})),
              expected)
        << format;
}

// trivy reads a document that lies in a tree without asking for its database.
TEST_F(Sbom, GivesTrivyTheSamePackagesAsTheImage) {
  NEED_TOOL("trivy");
  auto packages = [](std::vector<std::string> words) {
    words.insert(words.begin(), "trivy");
    words.insert(words.end(), {"--quiet", "--offline-scan", "--format", "cyclonedx"});
    std::set<std::string> names;
    for (const std::string& purl : purls_of(run_tool(words)))
      names.insert(purl.substr(0, purl.find('?')));
    return names;
  };
  std::set<std::string> expected = packages({"image", "--input", archive_.string()});
  for (auto [format, suffix] :
       {std::pair("spdx-2.3", "spdx.json"), std::pair("cyclonedx-1.6", "cdx.json")}) {
    Path tree = directory_.path() / format;
    fs::create_directory(tree);
    fs::rename(sbom(format, layout_), tree / (std::string("image.") + suffix));
    EXPECT_EQ(packages({"rootfs", tree.string()}), expected) << format;
  }
}

}  // namespace
}  // namespace kiln::testing
