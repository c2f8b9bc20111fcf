// SPDX-License-Identifier: Apache-2.0
//
// A small Debian on the loopback address and the real program that builds from it: three suites
// with a key of the test, a configuration that points there, a store, a home, all in a directory
// that goes with the test.
#pragma once
#include "data/json.hpp"
#include "support/deb_repository.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <map>
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

class Debian : public ::testing::Test {
 protected:
  // Publishes base-files, libhello and hello for amd64 and arm64.
  void SetUp() override;

  // The key that signs what publish() writes; made once, gpg takes its time.
  static const GpgKey& key();
  static const GpgKey& other_key();

  // What stands in the suite "trixie" from the next publish() on.
  std::vector<DebPackage>& packages() { return packages_; }
  DebRepositoryOptions& options() { return options_; }
  void publish() { publish(key()); }
  void publish(const GpgKey& signer);

  // Writes hello.yaml with these packages; further lines follow at the top level.
  void define(const std::string& packages, const std::string& lines = {});
  // Writes a definition of any name.
  void define_as(const std::string& file, const std::string& packages, const std::string& lines);
  void configure(const std::string& lines = {});

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
  // The path on the server of a package of packages().
  std::string pool_path(const std::string& name) const;

 private:
  TemporaryDirectory place_ = value(TemporaryDirectory::create());
  std::unique_ptr<HttpServer> server_;
  DebRepositoryOptions options_;
  std::vector<DebPackage> packages_;
  size_t builds_ = 0;
};

// The JSON document that a run answered.
Json parse(const Ended& run);
// Whether something has that name, be it a dangling link.
bool is_there(const Path& path);

}  // namespace kiln::testing
