// SPDX-License-Identifier: Apache-2.0
//
// Somebody who builds one image of our catalog for this machine, with evidence in every form and
// keys of their own, and gives out what others verify it with.
#pragma once
#include "base/files.hpp"
#include "support/tools.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::testing {

class Publisher {
 public:
  // A definition below the catalog's image/: "static/debian-13/13"; `flags` are more flags of
  // `build`. Throws, with what kiln printed, when it fails.
  explicit Publisher(std::string_view definition, const std::vector<std::string>& flags = {});

  // layout, kiln.pub, rekor.pub, root.json, and other.pub, a key that has signed nothing.
  std::string path(std::string_view name) const { return (place_.path() / name).string(); }

  // The program, with the publisher's own key ring.
  ToolRun run(std::vector<std::string> arguments) const;
  void must(const std::vector<std::string>& arguments) const;

  std::string index;     // digest of the image index
  std::string manifest;  // of its one platform

 private:
  TemporaryDirectory place_;
};

}  // namespace kiln::testing
