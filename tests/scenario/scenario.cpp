// SPDX-License-Identifier: Apache-2.0
#include "scenario/scenario.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln::testing {

namespace {

// The following "| text" lines, taken off `rest`, each with its line end.
std::string take_body(std::string_view& rest) {
  std::string body;
  while (rest.starts_with('|')) {
    std::string_view line = take_until(rest, '\n');
    line.remove_prefix(line.starts_with("| ") ? 2 : 1);
    body += line;
    body += '\n';
  }
  return body;
}

std::string print_body(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    std::string_view line = take_until(body, '\n');
    out += line.empty() ? "|\n" : fmt::format("| {}\n", line);
  }
  return out;
}

// Reads one line that belongs to the run before it; false when it is none of these.
bool read_expectation(std::string_view line, std::string_view& rest, ScenarioStep& run) {
  auto starts = [&](std::string_view word) {
    if (!line.starts_with(word)) return false;
    line.remove_prefix(word.size());
    return true;
  };
  if (line == "stdout") {
    run.output = take_body(rest);
  } else if (line == "stderr") {
    run.error_output = take_body(rest);
  } else if (starts("stdout has ")) {
    run.output_has.emplace_back(line);
  } else if (starts("stderr has ")) {
    run.error_output_has.emplace_back(line);
  } else if (starts("exit ")) {
    run.exit = static_cast<int>(parse_decimal(line).value_or(255));
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text) {
  Scenario scenario;
  for (size_t number = 1; !text.empty(); ++number) {
    std::string_view line = take_until(text, '\n');
    if (line.empty() || line.starts_with('#')) {
      scenario.steps.push_back({.kind = ScenarioStep::Kind::comment, .text = std::string(line)});
    } else if (line.starts_with("file ")) {
      scenario.steps.push_back({.kind = ScenarioStep::Kind::file,
                                .text = std::string(line.substr(5)),
                                .body = take_body(text)});
    } else if (line.starts_with("run ")) {
      scenario.steps.push_back(
          {.kind = ScenarioStep::Kind::run, .text = std::string(line.substr(4))});
    } else if (scenario.steps.empty() || scenario.steps.back().kind != ScenarioStep::Kind::run ||
               !read_expectation(line, text, scenario.steps.back())) {
      return fail(ErrorCode::bad_input, fmt::format("step {}: what is \"{}\"?", number, line));
    }
  }
  return scenario;
}

std::string print_scenario(const Scenario& scenario) {
  std::string out;
  for (const ScenarioStep& step : scenario.steps) {
    switch (step.kind) {
      case ScenarioStep::Kind::comment:
        out += step.text + "\n";
        break;
      case ScenarioStep::Kind::file:
        out += fmt::format("file {}\n{}", step.text, print_body(step.body));
        break;
      case ScenarioStep::Kind::run:
        out += fmt::format("run {}\n", step.text);
        if (step.exit != 0) out += fmt::format("exit {}\n", step.exit);
        if (step.output) out += "stdout\n" + print_body(*step.output);
        for (const std::string& part : step.output_has) out += fmt::format("stdout has {}\n", part);
        if (step.error_output) out += "stderr\n" + print_body(*step.error_output);
        for (const std::string& part : step.error_output_has)
          out += fmt::format("stderr has {}\n", part);
        break;
    }
  }
  return out;
}

}  // namespace kiln::testing
