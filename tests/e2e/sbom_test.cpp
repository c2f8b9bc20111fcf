// SPDX-License-Identifier: Apache-2.0
//
// Bills of materials of a real image before the judges that others wrote: the official CycloneDX
// schemas, spdx-tools, the SPDX 3 model, and what syft, trivy and grype find. The programs come
// from scripts/install-peers.
#include "data/json.hpp"
#include "e2e/alpine_repository.hpp"
#include "e2e/kiln_program.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <map>
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

class Sbom : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::vector<std::string> flags;
    if (std::string_view(GetParam()).contains("/alpine-")) {
      if (std::string lacks = no_alpine(); !lacks.empty()) GTEST_SKIP() << lacks;
      flags = alpine_flags("iso", "3.19");
    } else {
      NEED_NETWORK();
    }
    Path definition = Path(KILN_CATALOG) / "image" / (std::string(GetParam()) + ".yaml");
    layout_ = directory_.path() / "layout";
    archive_ = build_archive(definition, flags);
    std::vector<std::string> arguments = {"build",          definition.string(), "-o",
                                          layout_.string(), "--platform",        native_platform()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    ToolRun built = kiln(arguments);
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

TEST_P(Sbom, FollowsTheCycloneDxSchemas) {
  have_judge("cyclonedx-library");
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

TEST_P(Sbom, IsValidForSpdxTools) {
  have_judge("spdx-tools");
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

TEST_P(Sbom, IsReadByTheSpdx3Model) {
  have_judge("spdx-python-model");
  std::string python = peers_directory() + "/python/bin/python";
  if (!fs::exists(python) || run_tool({python, "-c", "import spdx_python_model"}).exit_code != 0)
    GTEST_SKIP() << "use scripts/install-peers spdx_3";
  for (const Path& image : {layout_, archive_}) {
    ToolRun run = run_tool({python, "-c", std::string(k_read_spdx_3), sbom("spdx-3.0.1", image)});
    EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  }
}

// purls of packages in any JSON of syft or trivy.
void collect_purls(const Json& json, std::set<std::string>& purls) {
  if (json.is_array()) {
    for (const Json& item : json.as_array()) collect_purls(item, purls);
  } else if (json.is_object()) {
    for (const auto& [name, member] : json.as_object()) {
      if (name == "purl" && member.is_string() &&
          (member.as_string().starts_with("pkg:deb/") ||
           member.as_string().starts_with("pkg:apk/")))
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

TEST_P(Sbom, GivesSyftTheSamePackagesAsTheImage) {
  NEED_TOOL("syft");
  std::set<std::string> expected =
      purls_of(run_tool({"syft", "scan", "docker-archive:" + archive_.string(), "-o", "json"}));
  for (std::string format : {"spdx-2.3", "cyclonedx-1.6"})
    EXPECT_EQ(purls_of(run_tool({"syft", "convert", sbom(format, layout_), "-o", "json"})),
              expected)
        << format;
}

// The least that trivy takes for its database, so that it lists packages without having fetched
// one: a bbolt file (two meta pages, an empty free list, an empty leaf) and its metadata.
void write_empty_trivy_database(const Path& cache) {
  constexpr size_t k_page = 4096;
  auto number = [](std::string& out, uint64_t value, size_t bytes) {
    for (; bytes > 0; --bytes, value >>= 8) out += static_cast<char>(value & 0xff);
  };
  auto page = [&](uint64_t id, uint64_t flags, const std::string& content) {
    std::string out;
    number(out, id, 8);
    number(out, flags, 2);
    number(out, 0, 6);
    out += content;
    return out.append(k_page - out.size(), '\0');
  };
  auto meta = [&](uint64_t transaction) {
    std::string out;
    for (uint64_t value : {0xED0CDAEDUL, 2UL, k_page, 0UL}) number(out, value, 4);
    for (uint64_t value : {3UL, 0UL, 2UL, 4UL, transaction}) number(out, value, 8);
    uint64_t sum = 0xcbf29ce484222325;  // FNV-1a
    for (char c : out) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    number(out, sum, 8);
    return out;
  };
  fs::create_directories(cache / "db");
  value(write_file(cache / "db/trivy.db",
                   page(0, 4, meta(0)) + page(1, 4, meta(1)) + page(2, 16, {}) + page(3, 2, {})));
  value(write_file(cache / "db/metadata.json",
                   R"({"Version":2,"NextUpdate":"2099-01-01T00:00:00Z",)"
                   R"("UpdatedAt":"2026-01-01T00:00:00Z","DownloadedAt":"2026-01-01T00:00:00Z"})"));
}

// "name version <- source version" of every package that trivy lists.
std::set<std::string> trivy_packages(const Path& cache, std::vector<std::string> words) {
  words.insert(words.begin(), {"trivy", "--cache-dir", cache});
  words.insert(words.end(), {"--quiet", "--offline-scan", "--skip-db-update", "--scanners", "vuln",
                             "--format", "json", "--list-all-pkgs"});
  if (words[3] == "sbom") std::erase(words, "--scanners"), std::erase(words, "vuln");
  ToolRun run = run_tool(words);
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  std::set<std::string> packages;
  Json json = value(parse_json(run.output));
  for (const Json& result : *value(json.get_array("Results"))) {
    if (result.find("Packages") == nullptr) continue;
    for (const Json& package : *value(result.get_array("Packages"))) {
      auto text = [&](const char* name) { return value(package.get_string_or(name, "")); };
      packages.insert(text("Name") + " <- " + text("SrcName"));
    }
  }
  EXPECT_FALSE(packages.empty());
  return packages;
}

TEST_P(Sbom, GivesTrivyTheSamePackagesAsTheImage) {
  NEED_TOOL("trivy");
  Path cache = directory_.path() / "trivy";
  write_empty_trivy_database(cache);
  std::set<std::string> expected = trivy_packages(cache, {"image", "--input", archive_});
  EXPECT_EQ(trivy_packages(cache, {"sbom", sbom("spdx-2.3", layout_)}), expected);
  if (!fs::exists(peers_directory() + "/versions/trivy"))
    GTEST_SKIP() << "the trivy that comes as a program is older than CycloneDX 1.5";
  EXPECT_EQ(trivy_packages(cache, {"sbom", sbom("cyclonedx-1.6", layout_)}), expected);
}

// grype without the network, with a database that says of these packages that they are affected.
class Grype {
 public:
  Grype(const Path& cache, bool alpine, const std::set<std::string>& names) : cache_(cache) {
    fs::remove_all(cache);
    std::vector<std::string> words = {"grype-database", cache / "6"};
    if (alpine)
      words.insert(words.end(), {"apk", "alpine", "3.19", ""});
    else
      words.insert(words.end(), {"deb", "debian", "13", "trixie"});
    words.insert(words.end(), names.begin(), names.end());
    ToolRun made = run_tool(words);
    EXPECT_EQ(made.exit_code, 0) << made.errors;
  }
  ToolRun run(const std::string& source, const std::string& format) const {
    return run_tool({"grype", source, "-o", format},
                    {"GRYPE_DB_CACHE_DIR=" + cache_.string(), "GRYPE_DB_AUTO_UPDATE=false",
                     "GRYPE_DB_VALIDATE_AGE=false", "GRYPE_CHECK_FOR_APP_UPDATE=false"});
  }
  // "package version vulnerability", also for vulnerabilities of the package's source.
  std::set<std::string> matches(const std::string& source) const {
    ToolRun found = run(source, "json");
    EXPECT_EQ(found.exit_code, 0) << found.errors;
    std::set<std::string> matches;
    Json json = value(parse_json(found.output));
    for (const Json& match : *value(json.get_array("matches")))
      matches.insert(value(match.get_string({"artifact", "name"})) + " " +
                     value(match.get_string({"artifact", "version"})) + " " +
                     value(match.get_string({"vulnerability", "id"})));
    return matches;
  }

 private:
  Path cache_;
};

TEST_P(Sbom, GivesGrypeTheSameMatchesAsTheImage) {
  NEED_TOOL("grype");
  if (!have_tool("grype-database")) GTEST_SKIP() << "use scripts/install-peers grype_database";
  bool alpine = std::string_view(GetParam()).contains("/alpine-");
  std::string image = "docker-archive:" + archive_.string();
  std::set<std::string> names;
  Grype ignorant(directory_.path() / "grype", alpine, {});
  ToolRun read = ignorant.run(image, "cyclonedx-json");
  ASSERT_EQ(read.exit_code, 0) << read.errors;
  Json json = value(parse_json(read.output));
  for (const Json& component : *value(json.get_array("components")))
    if (component.find("purl") != nullptr) names.insert(value(component.get_string("name")));
  ASSERT_FALSE(names.empty());
  Grype grype(directory_.path() / "grype", alpine, names);
  std::set<std::string> expected = grype.matches(image);
  EXPECT_GE(expected.size(), names.size());
  for (std::string format : {"spdx-2.3", "cyclonedx-1.6"})
    EXPECT_EQ(grype.matches("sbom:" + sbom(format, layout_)), expected) << format;
}

constexpr double k_least_score = 8.0;  // of 10

// What sbomqs takes marks off for, and why it stays so.
const std::map<std::string, std::string> k_not_scored = {
    {"comp_with_strong_checksums", "a lock has no digests of source packages"},
    {"comp_with_dependencies", "packages and sources that need nothing"},
    {"comp_with_source_code", "it asks for version control, which a .deb does not name"},
    {"comp_with_licenses", "free-form copyright files; it passes over CycloneDX's expressions"},
    {"comp_with_valid_licenses", "the same"},
    {"comp_no_restrictive_licenses", "packages under the GPL"},
    {"comp_with_declared_licenses", "the operating system"},
    {"comp_with_supplier", "an operating system without a vendor in os-release"},
    {"comp_with_purl", "the operating system"},
    {"comp_with_cpe", "NVD's names, which nobody assigned to these packages"},
    {"sbom_signature", "statements are signed around a document, not in it"}};

TEST_P(Sbom, HasSbomqsMarksWhereItCan) {
  NEED_TOOL("sbomqs");
  for (std::string format : {"spdx-2.3", "cyclonedx-1.6"}) {
    std::string file = sbom(format, layout_);
    ToolRun scored = run_tool({"sbomqs", "score", "--json", file});
    ASSERT_EQ(scored.exit_code, 0) << scored.errors;
    Json json = value(parse_json(scored.output));
    const Json& answer = value(json.get_array("files"))->at(0);
    EXPECT_GE(answer.find("sbom_quality_score")->as_double(), k_least_score) << format;
    for (const Json& feature : *value(answer.get_array("comprehenssive"))) {
      std::string name = value(feature.get_string("feature"));
      if (value(feature.get_bool("ignored")) || k_not_scored.contains(name)) continue;
      EXPECT_EQ(feature.find("score")->as_double(), 10.0)
          << format << " " << name << ": " << value(feature.get_string("description"));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Catalog, Sbom,
                         ::testing::Values("curl/debian-13/8", "base/alpine-3.19/3.19"));

}  // namespace
}  // namespace kiln::testing
