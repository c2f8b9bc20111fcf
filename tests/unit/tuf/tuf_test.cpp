// SPDX-License-Identifier: Apache-2.0
#include "evidence/tuf/canonical.hpp"
#include "evidence/tuf/repository.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln::tuf {
namespace {

using ::testing::HasSubstr;
using testing::value;

class Tuf : public ::testing::Test {
 protected:
  PrivateKey& make(KeyAlgorithm algorithm) {
    keys_.push_back(std::make_unique<PrivateKey>(PrivateKey::generate(algorithm)));
    secrets_.push_back(keys_.back().get());
    return *keys_.back();
  }
  // One key for each role; root and targets ECDSA, the others Ed25519.
  Publication publication() {
    Publication made{.roles = {},
                     .targets = {{"trusted_root.json", "{}\n"}, {"policy", "quorum none\n"}},
                     .now = SystemClock().now()};
    for (Role role : k_roles) {
      KeyAlgorithm algorithm = role == Role::root || role == Role::targets
                                   ? KeyAlgorithm::ecdsa_p256
                                   : KeyAlgorithm::ed25519;
      made.roles[role] = {{make(algorithm).public_key()}, 1};
    }
    return made;
  }
  Result<Published> publish(const Publication& state) {
    return tuf::publish(directory(), state, secrets_);
  }
  Path directory() const { return place_.path() / "repository"; }
  const Path& place() const { return place_.path(); }
  std::vector<SigningKey*>& secrets() { return secrets_; }

 private:
  TemporaryDirectory place_ = value(TemporaryDirectory::create());
  std::vector<std::unique_ptr<PrivateKey>> keys_;
  std::vector<SigningKey*> secrets_;
};

TEST_F(Tuf, CanonicalJsonLeavesLineEndsAsTheyAre) {
  Json json = value(parse_json(R"({"b":[1,true,null],"a":"x\n\"\\é"})"));
  EXPECT_EQ(value(olpc_canonical(json)), "{\"a\":\"x\n\\\"\\\\é\",\"b\":[1,true,null]}");
  EXPECT_FALSE(olpc_canonical(Json(0.5)));
}

TEST_F(Tuf, ANewRootIsSignedByTheOldOnesKeysAndItsOwn) {
  Publication state = publication();
  EXPECT_EQ(value(publish(state)).root, 1U);
  EXPECT_FALSE(value(publish(state)).new_root);
  state.roles[Role::root] = {{make(KeyAlgorithm::ed25519).public_key()}, 1};
  Published second = value(publish(state));
  EXPECT_EQ(second.root, 2U);
  EXPECT_EQ(second.timestamp, 3U);
  EXPECT_EQ(value(newest_root(directory()))->version, 2U);
}

TEST_F(Tuf, DoesNotPublishARootThatClientsWouldRefuse) {
  Publication state = publication();
  value(publish(state));
  secrets().erase(secrets().begin());  // the old root's
  state.roles[Role::root] = {{make(KeyAlgorithm::ed25519).public_key()}, 1};
  Result<Published> refused = publish(state);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
  EXPECT_FALSE(std::filesystem::exists(directory() / "2.root.json"));
}

TEST_F(Tuf, AThresholdNeedsThatManyKeys) {
  Publication state = publication();
  Signers& root = state.roles[Role::root];
  root.keys.push_back(make(KeyAlgorithm::ed25519).public_key());
  root.keys.push_back(PrivateKey::generate(KeyAlgorithm::ed25519).public_key());
  root.threshold = 3;
  EXPECT_FALSE(publish(state));
  root.threshold = 2;
  EXPECT_TRUE(publish(state));
}

TEST_F(Tuf, RefusesToBuildOnAChangedRoot) {
  Publication state = publication();
  value(publish(state));
  Path root = directory() / "1.root.json";
  std::string text = value(read_file(root));
  text.replace(text.find("\"threshold\": 1"), 14, "\"threshold\": 0");
  value(write_file(root, text));
  EXPECT_FALSE(publish(state));
}

TEST_F(Tuf, RenewsARootThatIsHalfwayToItsEnd) {
  Publication state = publication();
  value(publish(state));
  state.now += 200 * 86400;
  EXPECT_TRUE(value(publish(state)).new_root);
}

constexpr std::string_view k_client = R"(
import sys
from tuf.ngclient import Updater
url, first_root, place = sys.argv[1:]
updater = Updater(metadata_dir=place, metadata_base_url=url, target_dir=place,
                  target_base_url=url + "targets/", bootstrap=open(first_root, "rb").read())
updater.refresh()
for name in sys.argv[4:] or ["trusted_root.json"]:
    info = updater.get_targetinfo(name)
    print("root", updater._trusted_set.root.version, open(updater.download_target(info)).read())
)";

// Empty where it is not installed.
std::string python_with_tuf() {
  std::string python = testing::peers_directory() + "/python/bin/python";
  bool is_there = ::access(python.c_str(), X_OK) == 0 &&
                  testing::run_tool({python, "-c", "import tuf, cryptography"}).exit_code == 0;
  return is_there ? python : "";
}

// The real client, which knows the first root only.
TEST_F(Tuf, PythonTufFollowsTwoRotationsFromTheFirstRoot) {
  std::string python = python_with_tuf();
  if (python.empty()) GTEST_SKIP() << "python-tuf is not installed: use scripts/install-peers tuf";
  Publication state = publication();
  state.roles[Role::root].keys.push_back(make(KeyAlgorithm::ed25519).public_key());
  state.roles[Role::root].threshold = 2;
  value(publish(state));
  Path first = place() / "first.root.json";
  std::filesystem::copy_file(directory() / "1.root.json", first);
  auto server = testing::HttpServer::serve_directory(directory());
  auto run_client = [&] {
    Path cache = place() / "cache";
    std::filesystem::remove_all(cache);
    value(make_directories(cache));
    return testing::run_tool(
        {python, "-c", std::string(k_client), server->url("/"), first.string(), cache.string()});
  };
  testing::ToolRun run = run_client();
  EXPECT_EQ(run.output, "root 1 {}\n\n") << run.errors;

  state.roles[Role::root].keys.front() = make(KeyAlgorithm::ecdsa_p256).public_key();
  state.roles[Role::timestamp] = {{make(KeyAlgorithm::ed25519).public_key()}, 1};
  value(publish(state));
  state.roles[Role::root] = {{make(KeyAlgorithm::ed25519).public_key()}, 1};
  state.targets["trusted_root.json"] = "{\"after\": 2}\n";
  EXPECT_EQ(value(publish(state)).root, 3U);
  run = run_client();
  EXPECT_EQ(run.output, "root 3 {\"after\": 2}\n\n") << run.errors;

  std::string text = value(read_file(directory() / "2.root.json"));
  text[text.find("\"sig\": \"") + 40] ^= 1;
  value(write_file(directory() / "2.root.json", text));
  EXPECT_NE(run_client().exit_code, 0);
}

TEST_F(Tuf, PythonTufRefusesWhatIsExpired) {
  std::string python = python_with_tuf();
  if (python.empty()) GTEST_SKIP() << "python-tuf is not installed: use scripts/install-peers tuf";
  Publication state = publication();
  state.now -= 8 * 86400;
  value(publish(state));
  auto server = testing::HttpServer::serve_directory(directory());
  testing::ToolRun run =
      testing::run_tool({python, "-c", std::string(k_client), server->url("/"),
                         (directory() / "1.root.json").string(), place().string()});
  EXPECT_NE(run.exit_code, 0);
  EXPECT_THAT(run.errors, HasSubstr("expired"));
}

}  // namespace
}  // namespace kiln::tuf
