// SPDX-License-Identifier: Apache-2.0
//
// Runs every .case file of this folder with the real program, each in a directory of its own.
#include "scenario/scenario.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "support/result_matchers.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

std::vector<Path> cases() {
  std::vector<Path> list;
  for (const std::string& name : value(list_directory(KILN_SCENARIOS)))
    if (name.ends_with(".case")) list.push_back(Path(KILN_SCENARIOS) / name);
  return list;
}

class ScenarioTest : public ::testing::TestWithParam<Path> {
 protected:
  ProcessResult run(const std::string& words) {
    ProcessRequest request;
    request.arguments = {KILN_PROGRAM};
    for (std::string_view word : split_words(words)) request.arguments.emplace_back(word);
    request.directory = place_.path().string();
    request.environment = {"PATH=/usr/bin:/bin", "HOME=" + place_.path().string(),
                           "KILN_STORE=" + (place_.path() / ".store").string()};
    ProcessResult result = value(run_process(request));
    for (std::string* text : {&result.output, &result.error_output}) {
      const std::string here = place_.path().string();
      for (size_t at = text->find(here); at != std::string::npos; at = text->find(here))
        text->replace(at, here.size(), "$DIR");
    }
    return result;
  }

  void check(ScenarioStep& step) {
    SCOPED_TRACE("kiln " + step.text);
    ProcessResult got = run(step.text);
    if (std::getenv("ACCEPT") != nullptr) {
      step.exit = got.exit_code;
      if (step.output) step.output = got.output;
      if (step.error_output) step.error_output = got.error_output;
    }
    EXPECT_EQ(got.exit_code, step.exit) << got.output << got.error_output;
    if (step.output) {
      EXPECT_EQ(got.output, *step.output);
    }
    if (step.error_output) {
      EXPECT_EQ(got.error_output, *step.error_output);
    }
    for (const std::string& part : step.output_has)
      EXPECT_NE(got.output.find(part), std::string::npos) << part << "\nin:\n" << got.output;
    for (const std::string& part : step.error_output_has)
      EXPECT_NE(got.error_output.find(part), std::string::npos) << part << "\nin:\n"
                                                                << got.error_output;
  }

  TemporaryDirectory place_ = value(TemporaryDirectory::create());
};

TEST_P(ScenarioTest, ComesBackAsWritten) {
  Scenario scenario = value(parse_scenario(value(read_file(GetParam()))));
  for (ScenarioStep& step : scenario.steps) {
    if (step.kind == ScenarioStep::Kind::file) {
      Path path = place_.path() / step.text;
      ASSERT_OK(make_directories(path.parent_path()));
      ASSERT_OK(write_file(path, step.body));
    } else if (step.kind == ScenarioStep::Kind::run) {
      check(step);
    }
  }
  if (std::getenv("ACCEPT") != nullptr) {
    ASSERT_OK(write_file(GetParam(), print_scenario(scenario)));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, ScenarioTest, ::testing::ValuesIn(cases()), [](const auto& given) {
  std::string name = given.param.stem().string();
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

}  // namespace
}  // namespace kiln::testing
