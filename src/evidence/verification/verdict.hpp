// SPDX-License-Identifier: Apache-2.0
//
// What came of looking at an image and its evidence: an ordered list of checks, each with its
// result, and one verdict. Nothing is hidden: what was not looked at is a check, too, with the
// reason. docs/verify.md lists the names.
#pragma once
#include "data/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::verification {

enum class Outcome {
  passed,
  failed,   // it is there, and not as it must be
  missing,  // the policy demands it, and it is not there
  skipped,  // not looked at, or of no weight; the detail says why
};

std::string_view str(Outcome outcome);

struct Check {
  std::string name;     // "signature", "sbom", ...: short and stable
  std::string subject;  // "index", "linux/amd64", ...
  Outcome outcome = Outcome::skipped;
  std::string detail;
  std::string hint{};  // what to do about it; may be empty

  bool operator==(const Check&) const = default;
};

class Verdict {
 public:
  void pass(std::string name, std::string subject, std::string detail);
  void refuse(std::string name, std::string subject, std::string detail, std::string hint = {});
  void miss(std::string name, std::string subject, std::string detail, std::string hint = {});
  void skip(std::string name, std::string subject, std::string reason);
  // A check that an error ended: failed, with the error's own words.
  void refuse(std::string name, std::string subject, const Error& error);
  void append(const Verdict& other);

  const std::vector<Check>& checks() const { return checks_; }
  size_t count(Outcome outcome) const;
  // Whether nothing failed and nothing is missing.
  bool accepted() const;

 private:
  std::vector<Check> checks_;
};

// A line a check, in columns, and the verdict as the last line. Foreign bytes are escaped.
std::string text(const Verdict& verdict);

// {"accepted": bool, "checks": [{"name","subject","result","detail","hint"}], "counts": {...}}
Json to_json(const Verdict& verdict);

}  // namespace kiln::verification
