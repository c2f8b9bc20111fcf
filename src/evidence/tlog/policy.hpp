// SPDX-License-Identifier: Apache-2.0
//
// Whom a reader believes that a log is what everybody else sees (C2SP tlog-policy): logs, witnesses
// and how many of them must have cosigned.
//
//   line = "log" vkey [url] / "witness" name vkey [url] / "quorum" ( name / "none" ) /
//          "group" name ( "all" / "any" / number ) 1*name / "#" comment
//
// One comment has a meaning here, and none for other readers: "# operator NAME WHO" says who runs a
// witness. "self" is whoever runs the log, whose cosignature proves nothing to others.
#pragma once
#include "base/time.hpp"
#include "evidence/tlog/checkpoint.hpp"

#include <map>
#include <optional>

namespace kiln::tlog {

struct PolicyLog {
  NoteKey key;
  std::string url;  // may be empty
};

struct PolicyWitness {
  std::string name;  // within the policy
  NoteKey key;
  std::string url;     // where add-checkpoint is; may be empty
  std::string run_by;  // who operates it; empty when the policy does not say
  bool is_own() const { return run_by == "self"; }
};

struct PolicyGroup {
  std::string name;
  size_t threshold = 1;
  std::vector<std::string> members;  // witnesses and earlier groups
};

struct TrustPolicy {
  std::vector<PolicyLog> logs;
  std::vector<PolicyWitness> witnesses;
  std::vector<PolicyGroup> groups;  // after their members
  std::string quorum;               // a witness, a group, or "none"

  // Fails with corrupt and the number of the line that is wrong.
  static Result<TrustPolicy> parse(std::string_view text);
  // Whether these witnesses, named as in the policy, are enough.
  bool is_quorum(const std::vector<std::string>& cosigned) const;
};

// What a policy says of a checkpoint.
struct Judgement {
  struct Witness {
    std::string name;
    std::string run_by;
    bool own = false;
    std::optional<UnixTime> cosigned;
  };
  SignedCheckpoint checkpoint;
  std::vector<Witness> witnesses;
  bool quorum = false;
  bool quorum_of_others = false;  // without witnesses of the log's own operator
};

// Verifies a checkpoint's signature by one of the policy's logs, and all cosignatures of known
// witnesses. A missing quorum is an answer; fails (unverified, corrupt) when the note is bad.
Result<Judgement> judge(std::string_view note, const TrustPolicy& policy);

}  // namespace kiln::tlog
