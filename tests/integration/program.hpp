// SPDX-License-Identifier: Apache-2.0
//
// The real program in a directory that goes with the test: with a store, a home and a configuration
// there, and a server on the loopback address for what lies below www().
#pragma once
#include "data/json.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {

// How the program ended.
struct Ended {
  int exit = 0;
  std::string output;
  std::string errors;
};

// What a run is given besides its words.
struct RunOptions {
  std::vector<std::string> environment = {};  // NAME=value, added or replaced
  std::vector<std::string> before = {};       // a program that runs the program: {"setpriv", ...}
  std::string directory = {};                 // where it runs; the test's directory when empty
};

class Program : public ::testing::Test {
 protected:
  void SetUp() override;

  Ended kiln(const std::vector<std::string>& words, const RunOptions& options = {});
  // Builds hello.yaml into "out" with further words.
  Ended build(std::vector<std::string> words = {}, const RunOptions& options = {});
  // The digest of the image that a build makes, into a new place; the test fails if it does not.
  std::string digest(std::vector<std::string> words = {}, const RunOptions& options = {});

  // A build that fails so, leaves no output, and leaves a store in which everything is whole.
  void expect_refused(int exit, const std::string& part, std::vector<std::string> words = {});
  void expect_store_whole();

  Path place() const { return place_.path(); }
  Path store() const { return place() / "store"; }
  Path www() const { return place() / "www"; }
  HttpServer& server() { return *server_; }
  void forget_store();

 private:
  TemporaryDirectory place_ = value(TemporaryDirectory::create());
  std::unique_ptr<HttpServer> server_;
  size_t builds_ = 0;
};

// The JSON document that a run answered.
Json parse(const Ended& run);
// Whether something has that name, be it a dangling link.
bool is_there(const Path& path);

}  // namespace kiln::testing
