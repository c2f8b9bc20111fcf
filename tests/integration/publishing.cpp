// SPDX-License-Identifier: Apache-2.0
#include "publishing.hpp"

namespace kiln::testing {

void Publishing::SetUp() {
  Debian::SetUp();
  define("[hello]", "platforms: [linux/amd64, linux/arm64]\n");
  Ended run = build({"--platform", "linux/amd64", "--platform", "linux/arm64"});
  ASSERT_EQ(run.exit, 0) << run.errors;
}

Ended Publishing::http(std::vector<std::string> words, const RunOptions& options) {
  words.emplace_back("--plain-http");
  return kiln(words, options);
}

Json Publishing::moved(std::vector<std::string> words) {
  words.emplace_back("--json");
  Ended run = http(std::move(words));
  EXPECT_EQ(run.exit, 0) << run.errors;
  Json document = parse(run);
  return document.find("images")->as_array().at(0);
}

void Publishing::attach_evidence() {
  std::string layout = (place() / "out").string();
  value(write_file(place() / "sbom.json", "{\"packages\": []}"));
  std::string index = index_of("out").str();
  tool({"oras", "attach", "--oci-layout", "--disable-path-validation", "--artifact-type",
        "application/x.sbom", layout + "@" + index, (place() / "sbom.json").string()});
  std::string found = tool({"oras", "discover", "--oci-layout", "--format", "json",
                            "--artifact-type", "application/x.sbom", layout + "@" + index});
  Json answer = value(parse_json(found));
  const Json* list = answer.find("referrers");
  if (list == nullptr) list = answer.find("manifests");
  std::string sbom = value(list->as_array().at(0).get_string("digest"));
  tool({"oras", "attach", "--oci-layout", "--disable-path-validation", "--artifact-type",
        "application/x.signature", layout + "@" + sbom, (place() / "sbom.json").string()});
}

Digest Publishing::index_of(const std::string& layout) {
  Json index = value(parse_json(value(read_file(place() / layout / "index.json"))));
  for (const Json& entry : index.find("manifests")->as_array()) {
    bool is_index =
        value(entry.get_string("mediaType")) == "application/vnd.oci.image.index.v1+json";
    if (is_index) return value(Digest::parse(value(entry.get_string("digest"))));
  }
  throw std::runtime_error("no index in " + layout);
}

void Publishing::expect_valid(const std::string& reference) {
  for (const char* platform : {"linux/amd64", "linux/arm64"})
    tool({"crane", "validate", "--insecure", "--remote", reference, "--platform", platform});
}

std::set<std::string> Publishing::blobs_of(const std::string& layout) {
  std::vector<std::string> names = value(list_directory(place() / layout / "blobs/sha256"));
  return {names.begin(), names.end()};
}

std::string Publishing::tool(std::vector<std::string> arguments) {
  std::string shown = arguments[0] + " " + (arguments.size() > 1 ? arguments[1] : "");
  ToolRun run = run_tool(std::move(arguments));
  EXPECT_EQ(run.exit_code, 0) << shown << ": " << run.errors << run.output;
  return run.output;
}

std::string discover(const std::string& reference) {
  return run_tool({"oras", "discover", "--plain-http", "--format", "tree", reference}).output;
}

}  // namespace kiln::testing
