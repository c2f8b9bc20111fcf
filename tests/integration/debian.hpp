// SPDX-License-Identifier: Apache-2.0
//
// A small Debian on the loopback address and the real program that builds from it: three suites
// with a key of the test, and a configuration that points there.
#pragma once
#include "program.hpp"
#include "support/deb_repository.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {

class Debian : public Program {
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

  // The path on the server of a package of packages().
  std::string pool_path(const std::string& name) const;

 private:
  DebRepositoryOptions options_;
  std::vector<DebPackage> packages_;
};

}  // namespace kiln::testing
