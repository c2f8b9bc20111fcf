// SPDX-License-Identifier: Apache-2.0
#include "plan/search.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::plan {

namespace {

constexpr size_t k_greatest_runs = 2000;

}  // namespace

Result<std::vector<Taken>> Search::run() {
  for (size_t runs = 0; runs < k_greatest_runs; ++runs) {
    if (auto dead_end = draw_consequences()) return std::unexpected(failure(*dead_end, forced_));
    auto dead_end = propose();
    if (!dead_end) return taken_.order();
    Lesson lesson = learn(*dead_end);
    if (lesson.together.empty()) return std::unexpected(failure(*dead_end, taken_));
    for (CandidateId id : lesson.together) lessons_of_[id].push_back(lessons_.size());
    lessons_.push_back(std::move(lesson));
  }
  return fail(
      ErrorCode::limit,
      fmt::format("no set of packages without conflicts was found in {} attempts", k_greatest_runs),
      "name the wanted alternatives in `packages`, or exclude the others with '!name'");
}

// Forces and rules out what every answer must, until nothing changes.
std::optional<Search::DeadEnd> Search::draw_consequences() {
  bool changed = true;
  while (changed) {
    changed = false;
    for (const Need& wish : problem_.wishes())
      if (auto dead_end = force(wish, k_nobody, changed)) return dead_end;
    for (size_t i = 0; i < forced_.order().size(); ++i) {
      CandidateId id = forced_.order()[i].id;
      for (const Need& need : problem_.member(id).needs)
        if (auto dead_end = force(need, id, changed)) return dead_end;
    }
  }
  return std::nullopt;
}

std::optional<Search::DeadEnd> Search::force(const Need& need, CandidateId by, bool& changed) {
  if (forced_.satisfies(need)) return std::nullopt;
  CandidateId open = k_nobody;
  std::vector<Rejection> rejections;
  for (CandidateId id : need.solutions) {
    if (auto rejected = certain_rejection(id)) {
      rejections.push_back(std::move(*rejected));
      continue;
    }
    if (open != k_nobody) return std::nullopt;  // there is a choice
    open = id;
  }
  if (open == k_nobody) return DeadEnd{by, &need, std::move(rejections)};
  forced_.add({.id = open, .by = by, .need = &need}, problem_);
  changed = true;
  return std::nullopt;
}

// One run: nothing when it found an answer, which is then in taken_.
std::optional<Search::DeadEnd> Search::propose() {
  taken_ = {};
  for (const Need& wish : problem_.wishes())
    if (auto dead_end = take(wish, k_nobody)) return dead_end;
  struct Frame {
    CandidateId id;
    size_t next = 0;  // place among its needs
  };
  size_t wished = taken_.order().size();
  for (size_t i = 0; i < wished; ++i) {
    std::vector<Frame> frames{{taken_.order()[i].id}};
    while (!frames.empty()) {
      Frame& frame = frames.back();
      const std::vector<Need>& needs = problem_.member(frame.id).needs;
      if (frame.next == needs.size()) {
        frames.pop_back();
        continue;
      }
      const Need& need = needs[frame.next++];
      size_t before = taken_.order().size();
      if (auto dead_end = take(need, frame.id)) return dead_end;
      if (taken_.order().size() > before) frames.push_back({taken_.order().back().id});
    }
  }
  return std::nullopt;
}

// Takes the first open solution of a need, unless it is satisfied already.
std::optional<Search::DeadEnd> Search::take(const Need& need, CandidateId by) {
  if (taken_.satisfies(need)) return std::nullopt;
  Taken chosen{.id = k_nobody, .by = by, .need = &need};
  std::vector<CandidateId> culprits;
  std::vector<Rejection> rejections;
  for (CandidateId id : need.solutions) {
    auto rejected = rejection(id);
    if (rejected) {
      culprits.insert(culprits.end(), rejected->culprits.begin(), rejected->culprits.end());
      rejections.push_back(std::move(*rejected));
    } else if (chosen.id == k_nobody) {
      chosen.id = id;
      chosen.passed_over = rejections;
    } else {
      chosen.decided = true;
      break;
    }
  }
  if (chosen.id == k_nobody) return DeadEnd{by, &need, std::move(rejections)};
  if (!chosen.decided) chosen.culprits = std::move(culprits);
  taken_.add(std::move(chosen), problem_);
  return std::nullopt;
}

// Why a candidate is in no answer.
std::optional<Rejection> Search::certain_rejection(CandidateId id) {
  if (auto known = hopeless_.find(id); known != hopeless_.end()) return known->second;
  for (const Need& need : problem_.member(id).needs) {
    if (!need.solutions.empty()) continue;
    Rejection missing{.candidate = id, .why = Rejection::Why::missing, .need = &need};
    hopeless_.emplace(id, missing);
    return missing;
  }
  if (auto clash = forced_.rejection(id, problem_)) return clash;
  return lesson_against(id, forced_, true);
}

// Why a candidate cannot be taken in this run.
std::optional<Rejection> Search::rejection(CandidateId id) {
  if (auto certain = certain_rejection(id)) return certain;
  if (auto clash = taken_.rejection(id, problem_)) {
    clash->culprits = {clash->other};
    return clash;
  }
  return lesson_against(id, taken_, false);
}

std::optional<Rejection> Search::lesson_against(CandidateId id, const Selection& selection,
                                                bool certain) const {
  auto own = lessons_of_.find(id);
  if (own == lessons_of_.end()) return std::nullopt;
  for (size_t index : own->second) {
    const Lesson& lesson = lessons_[index];
    Rejection rejection{.candidate = id, .why = Rejection::Why::lesson, .text = lesson.text};
    bool applies = std::ranges::all_of(lesson.together, [&](CandidateId member) {
      return member == id || forced_.has(member) || selection.has(member);
    });
    if (!applies) continue;
    for (CandidateId member : lesson.together)
      if (!certain && member != id && !forced_.has(member)) rejection.culprits.push_back(member);
    return rejection;
  }
  return std::nullopt;
}

// Goes back from a dead end to the decisions that led there: what was not decided followed from
// who needed it and from what ruled out the other solutions.
Search::Lesson Search::learn(const DeadEnd& dead_end) const {
  std::set<CandidateId> involved;
  if (dead_end.by != k_nobody) involved.insert(dead_end.by);
  for (const Rejection& rejection : dead_end.rejections)
    involved.insert(rejection.culprits.begin(), rejection.culprits.end());
  const std::vector<Taken>& order = taken_.order();
  for (size_t i = order.size(); i-- > 0;) {
    const Taken& taken = order[i];
    if (taken.decided || involved.erase(taken.id) == 0) continue;
    if (taken.by != k_nobody) involved.insert(taken.by);
    involved.insert(taken.culprits.begin(), taken.culprits.end());
  }
  return {{involved.begin(), involved.end()}, explain(dead_end, taken_, false)};
}

}  // namespace kiln::plan
