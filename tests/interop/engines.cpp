// SPDX-License-Identifier: Apache-2.0
#include "engines.hpp"

#include "data/json.hpp"
#include "support/result_matchers.hpp"

namespace kiln::testing {

namespace {

Json pod_of(const std::string& image) {
  Json container = Json::object({{"name", "app"}, {"image", image}});
  return Json::object(
      {{"apiVersion", "v1"},
       {"kind", "Pod"},
       {"metadata", Json::object({{"name", "app"}, {"namespace", "default"}})},
       {"spec", Json::object({{"containers", Json::array({std::move(container)})}})}});
}

}  // namespace

// Its tester takes the TrustRoot as a file of its own.
ToolRun ask_policy_controller(const Path& directory, const std::string& policies,
                              const std::string& image) {
  constexpr std::string_view k_between = "\n---\n";
  std::string root;
  std::string others;
  for (size_t at = 0; at < policies.size();) {
    size_t end = std::min(policies.find(k_between, at), policies.size());
    std::string document = policies.substr(at, end - at) + "\n";
    at = end + k_between.size();
    std::string& kind = document.contains("kind: TrustRoot") ? root : others;
    kind += (kind.empty() ? "" : "---\n") + document;
  }
  value(write_file(directory / "policies.yaml", others));
  value(write_file(directory / "trust-root.yaml", root));
  std::vector<std::string> words = {
      "policy-tester", "-log-level", "error", "-policy", directory / "policies.yaml",
      "-image",        image};
  if (!root.empty()) words.insert(words.end(), {"-trustroot", directory / "trust-root.yaml"});
  ToolRun run = run_tool(words);
  EXPECT_TRUE(run.exit_code == 0 || run.output.starts_with("{\"errors\":["))
      << run.output << run.errors;
  return run;
}

ToolRun ask_kyverno(const Path& directory, const std::string& policy, const std::string& image) {
  value(write_file(directory / "kyverno.yaml", policy));
  value(write_file(directory / "pod.json", canonical(pod_of(image))));
  std::string home = directory / "home";
  ToolRun run = run_tool({"kyverno", "apply", directory / "kyverno.yaml", "--resource",
                          directory / "pod.json", "--detailed-results", "--remove-color"},
                         {"HOME=" + home, "TUF_ROOT=" + home + "/tuf"});
  bool accepted = run.output.contains("pass: 1, fail: 0, warn: 0, error: 0");
  bool refused = run.output.contains("pass: 0, fail: 1, warn: 0, error: 0");
  EXPECT_TRUE((accepted && run.exit_code == 0) || (refused && run.exit_code == 1))
      << run.output << run.errors;
  return run;
}

}  // namespace kiln::testing
