// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include "base/process.hpp"

#include <map>

#include <fmt/format.h>

namespace kiln::testing {

using ::testing::HasSubstr;

Json parse(const Ended& run) {
  return value(parse_json(run.output));
}

bool is_there(const Path& path) {
  return std::filesystem::exists(std::filesystem::symlink_status(path));
}

void Program::SetUp() {
  std::filesystem::permissions(place(), std::filesystem::perms(0755));
  value(make_directories(place() / "home"));
  value(make_directories(www()));
  server_ = HttpServer::serve_directory(www());
}

Ended Program::kiln(const std::vector<std::string>& words, const RunOptions& options) {
  ProcessRequest request;
  request.arguments = options.before;
  request.arguments.emplace_back(KILN_PROGRAM);
  request.arguments.insert(request.arguments.end(), words.begin(), words.end());
  std::map<std::string, std::string> environment = {
      {"PATH", "/usr/bin:/bin:/usr/sbin:/sbin"},
      {"HOME", (place() / "home").string()},
      {"XDG_DATA_HOME", (place() / "data").string()},
      {"KILN_CONFIG", (place() / "kiln.yaml").string()},
      {"KILN_STORE", store().string()},
  };
  for (const std::string& entry : options.environment) {
    size_t equals = entry.find('=');
    environment[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  request.environment.emplace();
  for (const auto& [name, text] : environment)
    request.environment->push_back(fmt::format("{}={}", name, text));
  request.directory = options.directory.empty() ? place().string() : options.directory;
  ProcessResult result = value(run_process(request));
  return {result.exit_code, std::move(result.output), std::move(result.error_output)};
}

Ended Program::build(std::vector<std::string> words, const RunOptions& options) {
  words.insert(words.begin(), {"build", "hello.yaml", "-o", "out"});
  return kiln(words, options);
}

std::string Program::digest(std::vector<std::string> words, const RunOptions& options) {
  std::string out = (place() / fmt::format("image-{}", ++builds_)).string();
  words.insert(words.begin(), {"build", (place() / "hello.yaml").string(), "--json", "-o", out});
  Ended run = kiln(words, options);
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  if (run.exit != 0) return fmt::format("no image {}", builds_);
  return value(parse(run).as_object().at("images").as_array().at(0).get_string("digest"));
}

void Program::expect_refused(int exit, const std::string& part, std::vector<std::string> words) {
  Ended run = build(std::move(words));
  EXPECT_EQ(run.exit, exit) << run.output << run.errors;
  EXPECT_THAT(run.errors, HasSubstr(part));
  EXPECT_EQ(run.output, "");
  EXPECT_FALSE(is_there(place() / "out"));
  expect_store_whole();
}

void Program::expect_store_whole() {
  Ended run = kiln({"store", "verify"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
}

void Program::forget_store() {
  value(remove_tree(store()));
}

}  // namespace kiln::testing
