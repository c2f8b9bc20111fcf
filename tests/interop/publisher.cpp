// SPDX-License-Identifier: Apache-2.0
#include "publisher.hpp"

#include "data/json.hpp"
#include "e2e/kiln_program.hpp"
#include "support/result_matchers.hpp"

#include <stdexcept>

namespace kiln::testing {

namespace {

constexpr const char* k_forms =
    "bundle,rekor-v1-bundle,simple-referrer,simple-tag,attestation-tag,notary,"
    "buildkit-attestations";

}  // namespace

Publisher::Publisher(std::string_view definition, const std::vector<std::string>& flags)
    : place_(value(TemporaryDirectory::create())) {
  Path file = Path(KILN_CATALOG) / "image" / (std::string(definition) + ".yaml");
  std::vector<std::string> build = {"build", file,           "--platform",       native_platform(),
                                    "-o",    path("layout"), "--evidence-forms", k_forms,
                                    "--json"};
  build.insert(build.end(), flags.begin(), flags.end());
  ToolRun built = run(build);
  if (built.exit_code != 0) throw std::runtime_error(built.output + built.errors);
  Json image = value(parse_json(built.output)).find("images")->as_array()[0];
  index = image.find("digest")->as_string();
  manifest = image.find("platforms")->as_array()[0].find("digest")->as_string();
  must({"key", "export", "-o", path("kiln.pub")});
  must({"key", "export", "rekor-log", "-o", path("rekor.pub")});
  must({"key", "trusted-root", "-o", path("root.json")});
  must({"key", "generate", "--no-password", "--output", path("other")});
}

ToolRun Publisher::run(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), KILN_PROGRAM);
  return run_tool(std::move(arguments),
                  {"KILN_STORE=" KILN_E2E_STORE, "KILN_KEYS=" + path("keys"), "NO_COLOR=1"});
}

void Publisher::must(const std::vector<std::string>& arguments) const {
  ToolRun ran = run(arguments);
  if (ran.exit_code != 0)
    throw std::runtime_error(arguments[0] + " ends with " + std::to_string(ran.exit_code) + ":\n" +
                             ran.output + ran.errors);
}

}  // namespace kiln::testing
