// SPDX-License-Identifier: Apache-2.0
#include "evidence/protocol.hpp"

#include "oci/artifact.hpp"
#include "sample.hpp"
#include "support/result_matchers.hpp"

#include <future>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kiln::evidence {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::value;

struct Pair {
  Channel control;
  Channel signer;
};

Pair connect(std::chrono::milliseconds patience = 5s) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  return {Channel(Fd(ends[0]), patience), Channel(Fd(ends[1]), patience)};
}

Request request_of(const Sample& build) {
  return {{signing::Form::bundle}, build.record, build.documents};
}

Result<Evidence> sign_nothing(const Request& request) {
  Evidence evidence;
  evidence.statements = {"provenance"};
  evidence.builder = "b";
  evidence.entries = request.documents.size();
  oci::Descriptor subject;
  subject.digest = request.record.index.digest;
  oci::attach(evidence.content, subject, "type/a", "type/b", "a document");
  return evidence;
}

Result<> admit_and_serve(Channel& channel, const std::vector<uid_t>& allowed, const Sign& sign,
                         std::optional<std::chrono::milliseconds> patience = std::nullopt) {
  TRY(admit(channel, allowed));
  return serve(channel, sign, patience);
}

TEST(Protocol, LetsGoWhoBeginsNoRequest) {
  Pair pair = connect();
  EXPECT_OK(admit_and_serve(pair.signer, {::getuid()}, sign_nothing, 20ms));
  EXPECT_FALSE(pair.control.hung_up());
  pair.signer = Channel(Fd(), 1s);
  EXPECT_TRUE(pair.control.hung_up());
}

TEST(Protocol, StopsWaitingWhenItIsToldTo) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  Fd silent(ends[1]);
  int asked = 0;
  Channel control(Fd{ends[0]}, 60s, [&]() -> Result<> {
    if (++asked < 3) return {};
    return fail(ErrorCode::interrupted, "enough");
  });
  Result<Evidence> answer = receive_answer(control);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::interrupted);
}

TEST(Protocol, AnswersEachRequestOfAConnection) {
  Pair pair = connect();
  auto served = std::async(std::launch::async, [signer = std::move(pair.signer)]() mutable {
    return admit_and_serve(signer, {::getuid()}, sign_nothing);
  });
  Sample build = sample();
  build.add_platform_document("spdx-2.3", std::string(3'000'000, ' ') + "{}");
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(send_request(pair.control, request_of(build)));
    Evidence evidence = value(receive_answer(pair.control));
    EXPECT_EQ(evidence.entries, 2U);  // the lock and the document arrived
    ASSERT_EQ(evidence.content.index().manifests.size(), 1U);
    EXPECT_EQ(evidence.content.index().manifests[0].artifact_type, "type/a");
    EXPECT_EQ(evidence.content.blobs().size(), 3U);
  }
  pair.control = Channel(Fd(), 1s);
  EXPECT_OK(served.get());
}

TEST(Protocol, TellsTheSignersOwnError) {
  Pair pair = connect();
  auto served = std::async(std::launch::async, [signer = std::move(pair.signer)]() mutable {
    return admit_and_serve(signer, {::getuid()}, [](const Request&) -> Result<Evidence> {
      return fail(ErrorCode::unverified, "the record is wrong", "look at it");
    });
  });
  Sample build = sample();
  ASSERT_OK(send_request(pair.control, request_of(build)));
  Result<Evidence> answer = receive_answer(pair.control);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unverified);
  EXPECT_EQ(answer.error().message, "the record is wrong");
  EXPECT_EQ(answer.error().hint, "look at it");
  pair.control = Channel(Fd(), 1s);
  EXPECT_OK(served.get());
}

TEST(Protocol, AnotherUserIsRefused) {
  Pair pair = connect();
  Result<> served = admit_and_serve(pair.signer, {::getuid() + 1}, sign_nothing);
  ASSERT_FALSE(served);
  EXPECT_EQ(served.error().code, ErrorCode::unverified);
  Result<Evidence> answer = receive_answer(pair.control);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().str(), HasSubstr("does not take records from user"));
}

TEST(Protocol, RefusesADocumentThatTheRecordDoesNotName) {
  Pair pair = connect();
  Sample build = sample();
  build.documents[build.record.lock.digest] += " ";
  ASSERT_OK(send_request(pair.control, request_of(build)));
  Result<Request> request = receive_request(pair.signer);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, ErrorCode::unverified);
}

TEST(Protocol, RefusesWhatIsTooLargeBeforeReadingIt) {
  Pair pair = connect();
  ASSERT_OK(pair.control.send(std::string(100, 'x')));
  Result<std::string> frame = pair.signer.receive(99);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::limit);
}

TEST(Protocol, ASilentOrLostPeerIsAnError) {
  Pair pair = connect(20ms);
  Result<Evidence> silent = receive_answer(pair.control);
  ASSERT_FALSE(silent);
  EXPECT_THAT(silent.error().message, HasSubstr("silent"));
  pair.signer = Channel(Fd(), 1s);
  Result<Evidence> lost = receive_answer(pair.control);
  ASSERT_FALSE(lost);
  EXPECT_THAT(lost.error().message, HasSubstr("gone"));
}

TEST(Protocol, GarbageIsAnsweredWithAnError) {
  for (std::string garbage :
       {std::string(), std::string("{}"), std::string("\xff\xff"), std::string(R"({"format":1})"),
        std::string("["), std::string(R"({"format":1,"forms":["every"]})")}) {
    Pair pair = connect();
    ASSERT_OK(pair.control.send(garbage));
    EXPECT_FALSE(admit_and_serve(pair.signer, {::getuid()}, sign_nothing));
    EXPECT_FALSE(receive_answer(pair.control));
  }
}

}  // namespace
}  // namespace kiln::evidence
