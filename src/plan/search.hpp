// SPDX-License-Identifier: Apache-2.0
//
// The search for a set that satisfies all needs without a clash. A run proposes as apt does: all
// wishes first, then depth first through the needs of each, the first solution that nothing rules
// out. When a need finds no solution, the run is thrown away and what led there is kept as a
// lesson, "these decisions do not go together"; the next run heeds all lessons. As runs are
// deterministic and a lesson never repeats, this ends, and an empty lesson proves that there is no
// answer.
//
// Before each run the consequences that hold in every answer are drawn: wishes, and needs with one
// solution left, force candidates; what clashes with a forced candidate is ruled out. So a choice
// is not made that a later certainty would undo.
#pragma once
#include "plan/problem.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace kiln::plan {

// Why a candidate cannot be taken.
struct Rejection {
  enum class Why {
    clash,          // `other` and it exclude each other by `relation`, which `declared_by` has
    other_version,  // `other` is another version of the same package
    missing,        // its `need` has no solution at all
    lesson,         // an earlier run showed that it leads nowhere; `text` says why
  };
  CandidateId candidate;
  Why why;
  CandidateId other = k_nobody;
  CandidateId declared_by = k_nobody;
  const packages::Dependency* relation = nullptr;
  const Need* need = nullptr;
  std::string text;
  std::vector<CandidateId> culprits;  // taken candidates that rule it out; none: it always holds
};

// A candidate that a run has taken.
struct Taken {
  CandidateId id;
  CandidateId by = k_nobody;  // whose need it satisfies; nobody's for a wish
  const Need* need = nullptr;
  bool decided = false;                // other solutions were open
  std::vector<Rejection> passed_over;  // solutions before it that were ruled out
  std::vector<CandidateId> culprits;   // what ruled out all others, when it was not decided
};

// Candidates taken together, with what they rule out.
class Selection {
 public:
  void add(Taken taken, Problem& problem);
  bool has(CandidateId id) const { return places_.contains(id); }
  bool satisfies(const Need& need) const;
  const Taken& of(CandidateId id) const { return order_[places_.at(id)]; }
  const std::vector<Taken>& order() const { return order_; }
  // Why taking a candidate beside these is impossible, by name or clash.
  std::optional<Rejection> rejection(CandidateId id, Problem& problem) const;

 private:
  struct Against {
    CandidateId by;
    const packages::Dependency* relation;
  };
  std::vector<Taken> order_;
  std::unordered_map<CandidateId, size_t> places_;
  std::unordered_map<std::string_view, CandidateId> by_name_;
  std::unordered_map<CandidateId, std::vector<Against>> against_;
};

class Search {
 public:
  explicit Search(Problem& problem) : problem_(problem) {}

  // What was taken, in the order of taking. Fails with unsatisfiable, and with limit after too
  // many runs.
  Result<std::vector<Taken>> run();

 private:
  struct DeadEnd {
    CandidateId by;
    const Need* need;
    std::vector<Rejection> rejections;  // one a solution
  };
  // Decisions that cannot all be in one answer.
  struct Lesson {
    std::vector<CandidateId> together;
    std::string text;
  };

  std::optional<DeadEnd> draw_consequences();
  std::optional<DeadEnd> force(const Need& need, CandidateId by, bool& changed);
  std::optional<DeadEnd> propose();
  std::optional<DeadEnd> take(const Need& need, CandidateId by);
  std::optional<Rejection> rejection(CandidateId id);
  std::optional<Rejection> certain_rejection(CandidateId id);
  std::optional<Rejection> lesson_against(CandidateId id, const Selection& selection,
                                          bool certain) const;
  Lesson learn(const DeadEnd& dead_end) const;
  Error failure(const DeadEnd& dead_end, const Selection& selection) const;
  std::string explain(const DeadEnd& dead_end, const Selection& selection, bool look_around) const;
  std::string chain(CandidateId id, const Selection& selection) const;

  Problem& problem_;
  Selection forced_;
  Selection taken_;
  std::unordered_map<CandidateId, Rejection> hopeless_;
  std::vector<Lesson> lessons_;
  std::unordered_map<CandidateId, std::vector<size_t>> lessons_of_;
};

}  // namespace kiln::plan
