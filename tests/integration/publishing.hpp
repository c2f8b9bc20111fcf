// SPDX-License-Identifier: Apache-2.0
//
// An image of two platforms that the program built, a real registry, and what others find there.
#pragma once
#include "crypto/digest.hpp"
#include "debian.hpp"
#include "support/registry_server.hpp"
#include "support/tools.hpp"

#include <set>

namespace kiln::testing {

class Publishing : public Debian {
 protected:
  // Builds "out", with its lock beside it.
  void SetUp() override;

  // Runs the program with --plain-http behind the words.
  Ended http(std::vector<std::string> words, const RunOptions& options = {});
  // The same, and expects success; the first image of the answer's document.
  Json moved(std::vector<std::string> words);

  // Attaches evidence to the index of the layout "out": a document, and one about that.
  void attach_evidence();
  // The digest of the first image index that a layout lists.
  Digest index_of(const std::string& layout);
  // Expects crane to find every blob of both platforms in a registry, with the bytes it should
  // have.
  void expect_valid(const std::string& reference);
  // What lies in blobs/sha256 of a layout.
  std::set<std::string> blobs_of(const std::string& layout);

  // Expects another tool to succeed, and returns its output.
  std::string tool(std::vector<std::string> arguments);
};

// What evidence oras finds, as a tree of artifact types and digests.
std::string discover(const std::string& reference);

}  // namespace kiln::testing
