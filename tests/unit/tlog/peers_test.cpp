// SPDX-License-Identifier: Apache-2.0
//
// Other people's programs as judges: the witness litewitness and the verifier spicy-torchwood of
// torchwood, and the checker fsck of Tessera.
#include "base/strings.hpp"
#include "evidence/tlog/log_proof.hpp"
#include "evidence/tlog/witness.hpp"
#include "scratch_log.hpp"
#include "support/background_process.hpp"
#include "support/tools.hpp"

#include <chrono>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace kiln::tlog {
namespace {

using testing::BackgroundProcess;
using testing::numbered;
using testing::run_tool;
using testing::ScratchLog;
using testing::ToolRun;
using testing::value;

int free_port() {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), any, size) != 0 || ::getsockname(fd.get(), any, &size) != 0) return 0;
  return ntohs(address.sin_port);
}

template <typename Condition>
bool wait_for(Condition condition) {
  for (int i = 0; i < 200; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

// litewitness with a key of its own in an ssh-agent, knowing one log.
class LiteWitness {
 public:
  LiteWitness(const Path& place, const NoteKey& log) : place_(place) {
    expect_runs({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file("key")});
    agent_.emplace(std::vector<std::string>{"ssh-agent", "-D", "-a", file("agent")},
                   place / "agent.log");
    wait_for([&] { return std::filesystem::exists(file("agent")); });
    expect_runs({"ssh-add", "-q", file("key")}, {"SSH_AUTH_SOCK=" + file("agent")});
    expect_runs({"witnessctl", "add-log", "-db", file("db"), "-origin", log.name()});
    expect_runs(
        {"witnessctl", "add-key", "-db", file("db"), "-origin", log.name(), "-key", log.str()});
    int port = free_port();
    std::string listen = fmt::format("127.0.0.1:{}", port);
    server_.emplace(std::vector<std::string>{*testing::find_tool("litewitness"), "-db", file("db"),
                                             "-name", "witness.example/w1", "-key", fingerprint(),
                                             "-ssh-agent", file("agent"), "-listen", listen},
                    place / "witness.log");
    url_ = fmt::format("http://{}/", listen);
  }
  bool wait_until_ready(HttpClient& http) {
    return wait_for([&] { return http.send({.url = url_, .plain_http = true}).has_value(); });
  }
  std::string log() const { return server_->log(); }
  PolicyWitness in_policy() const {
    // The last 32 bytes of OpenSSH's form of the key are the key itself.
    std::vector<std::string> words = words_of(value(read_file(place_ / "key.pub")));
    std::string raw = value(from_base64(words.at(1)));
    std::string spki = value(from_hex("302a300506032b6570032100")) + raw.substr(raw.size() - 32);
    NoteKey key =
        value(NoteKey::of_witness("witness.example/w1", value(PublicKey::from_der(spki))));
    return {.name = "w1", .key = key, .url = url_, .run_by = {}};
  }

 private:
  std::string file(const char* name) const { return (place_ / name).string(); }
  static std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    for (std::string_view word : split_words(text)) words.emplace_back(word);
    return words;
  }
  std::string fingerprint() const {
    ToolRun shown = run_tool({"ssh-keygen", "-lf", file("key.pub")});
    return words_of(shown.output).at(1);
  }
  static void expect_runs(std::vector<std::string> arguments,
                          const std::vector<std::string>& environment = {}) {
    ToolRun run = run_tool(std::move(arguments), environment);
    EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  }

  Path place_;
  std::string url_;
  std::optional<BackgroundProcess> agent_;
  std::optional<BackgroundProcess> server_;
};

TEST(LogPeers, LitewitnessCosignsAndRefusesARollback) {
  NEED_TOOL("litewitness");
  NEED_TOOL("ssh-agent");
  ScratchLog scratch;
  Path copy = scratch.directory.path() / "copy";
  LiteWitness witness(scratch.directory.path(), value(load_settings(scratch.place.directory)).key);
  auto http = make_http_client({.attempts = 1});
  ASSERT_TRUE(witness.wait_until_ready(*http)) << witness.log();
  {
    Log log = scratch.open();
    value(log.append(numbered(0, 5)));
    Result<Cosignature> cosignature = ask_witness(witness.in_policy(), log, *http);
    ASSERT_OK(cosignature) << witness.log();
    EXPECT_GT(cosignature->time, 1700000000);
  }
  std::filesystem::copy(scratch.place.directory, copy, std::filesystem::copy_options::recursive);
  Log log = scratch.open();
  value(log.append(numbered(5, 300)));
  EXPECT_OK(ask_witness(witness.in_policy(), log, *http));
  EXPECT_OK(ask_witness(witness.in_policy(), log, *http));

  Log old = value(Log::open({.directory = copy}, scratch.key));
  auto expect_refused = [&](std::string_view what) {
    Result<Cosignature> answer = ask_witness(witness.in_policy(), old, *http);
    bool refused = !answer && answer.error().code == ErrorCode::unverified;
    testing::expect_refusal("litewitness", what, refused, witness.log());
  };
  expect_refused("log cut off");
  value(old.append(numbered(1000, 400)));
  expect_refused("log with another history");
}

TEST(LogPeers, SpicyTorchwoodVerifiesAProof) {
  NEED_TOOL("spicy-torchwood");
  ScratchLog scratch;
  Log log = scratch.open();
  value(log.append(numbered(0, 300)));
  for (uint64_t index : {uint64_t{0}, uint64_t{255}, uint64_t{299}}) {
    Appended proof = value(log.prove(index));
    Path file = scratch.directory.path() / fmt::format("entry{}", index);
    value(write_file(file, numbered(index, 1)[0]));
    LogProof spicy{index, proof.proof, {}, proof.checkpoint};
    value(write_file(file.string() + ".spicy", spicy.spicy()));
    std::string key = log.settings().key.str();
    ToolRun run = run_tool({"spicy-torchwood", "-verify", key, file.string()});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    spicy.index = 1;
    value(write_file(file.string() + ".spicy", spicy.spicy()));
    testing::expect_refusal("spicy-torchwood", "entry index",
                            run_tool({"spicy-torchwood", "-verify", key, file.string()}));
  }
}

TEST(LogPeers, TesseraFindsNoFaultInTheTiles) {
  NEED_TOOL("fsck");
  ToolRun help = run_tool({"fsck", "-h"});
  if (help.errors.find("storage_url") == std::string::npos)
    GTEST_SKIP() << "fsck is not Tessera's: use scripts/install-peers fsck";
  ScratchLog scratch;
  Log log = scratch.open();
  for (uint64_t batch : {1U, 254U, 1U, 300U, 66000U})
    value(log.append(numbered(log.size(), batch)));
  Path key = scratch.directory.path() / "vkey";
  value(write_file(key, log.settings().key.str()));
  std::vector<std::string> command = {
      "fsck", "-ui=false", "-storage_url=file://" + tree_of(scratch.place.directory).string() + "/",
      "-public_key=" + key.string()};
  // fsck ends with 0 whatever it finds, so its messages are its verdict.
  auto check = [&] {
    ToolRun run = run_tool(command);
    if (run.errors.find("fsck failed") != std::string::npos) run.exit_code = 1;
    return run;
  };
  ToolRun run = check();
  EXPECT_EQ(run.exit_code, 0) << run.errors;

  value(write_file(key, ScratchLog().open().settings().key.str()));
  testing::expect_refusal("fsck", "another key", check());
  value(write_file(key, log.settings().key.str()));
  Path entries = tree_of(scratch.place.directory) / "tile/entries/000";
  std::string bytes = value(read_file(entries));
  bytes[100] = static_cast<char>(bytes[100] ^ 1);
  std::filesystem::remove(entries);
  value(write_file(entries, bytes));
  testing::expect_refusal("fsck", "entry body", check());
}

}  // namespace
}  // namespace kiln::tlog
