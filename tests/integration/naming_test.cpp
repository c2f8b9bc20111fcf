// SPDX-License-Identifier: Apache-2.0
//
// What a build wrote has the name that its definition says, and keeps it on the way to a registry.
#include "publishing.hpp"

namespace kiln::testing {
namespace {

class Naming : public Publishing {
 protected:
  void SetUp() override {
    NEED_TOOL(program_of(RegistryKind::distribution2));
    Publishing::SetUp();
    registry_.emplace(RegistryKind::distribution2);
  }
  std::optional<RegistryServer> registry_;
};

TEST_F(Naming, WhatWasBuiltGoesBelowAPrefixUnderItsOwnName) {
  define("[hello]", "platforms: [linux/amd64]\n");
  std::string text = value(read_file(place() / "hello.yaml"));
  text.replace(text.find("tags: [\"1\"]"), 11, "tags: [\"1\", \"1.2\"]");
  value(write_file(place() / "hello.yaml", text));
  ASSERT_EQ(kiln({"build", "hello.yaml", "-o", "two", "--platform", "linux/amd64"}).exit, 0);
  moved({"copy", "two", "again"});
  for (const char* layout : {"two", "again"}) {
    std::string below = registry_->host() + "/" + layout + "/";
    Ended copied = http({"copy", layout, below});
    ASSERT_EQ(copied.exit, 0) << copied.errors;
    for (const char* tag : {"1", "1.2"}) {
      Ended found = http({"inspect", below + "example/hello:" + tag});
      EXPECT_EQ(found.exit, 0) << found.errors;
    }
  }
}

}  // namespace
}  // namespace kiln::testing
