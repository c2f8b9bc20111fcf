// SPDX-License-Identifier: Apache-2.0
#include "plan/resolver.hpp"

#include "base/strings.hpp"
#include "plan/install_order.hpp"
#include "plan/search.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace kiln::plan {

namespace {

using packages::DependencyKind;

std::string relation_of(const Need& need) {
  if (need.wish != nullptr) return need.wish->origin;
  return fmt::format("{}: {}", str(need.dependency->kind), need.dependency->str());
}

std::string_view why_not(Rejection::Why why) {
  switch (why) {
    case Rejection::Why::clash:
      return "conflicts with";
    case Rejection::Why::other_version:
      return "is another version of";
    case Rejection::Why::missing:
      return "cannot be installed";
    case Rejection::Why::lesson:
      return "leads to a conflict";
  }
  return "";
}

// Turns what the search took into an answer: reasons, and the order of installation.
class Answering {
 public:
  Answering(Problem& problem, const std::vector<Taken>& taken) : problem_(problem), taken_(taken) {
    for (size_t i = 0; i < taken.size(); ++i) {
      places_.emplace(taken[i].id, i);
      items_.push_back({problem.name(taken[i].id), {}, {}});
      choices_.push_back({taken[i].id, {reason(taken[i], *taken[i].need, taken[i].by)}});
    }
  }

  Answer answer() {
    for (const Need& wish : problem_.wishes()) follow(wish, k_nobody);
    for (const Taken& taken : taken_)
      for (const Need& need : problem_.member(taken.id).needs) follow(need, taken.id);
    Answer answer;
    for (size_t place : install_order(items_)) answer.choices.push_back(std::move(choices_[place]));
    return answer;
  }

 private:
  // Adds what a need says about the solutions of it that were taken.
  void follow(const Need& need, CandidateId by) {
    bool first = true;
    for (CandidateId solution : need.solutions) {
      auto found = places_.find(solution);
      if (found == places_.end()) continue;
      const Taken& taken = taken_[found->second];
      bool orders = by != k_nobody && need.dependency->kind != DependencyKind::install_if;
      if (orders && by != solution) {
        OrderItem& item = items_[places_.at(by)];
        bool strict = need.dependency->kind == DependencyKind::pre_depends;
        (strict ? item.pre_depends_on : item.depends_on).push_back(found->second);
      }
      bool known = taken.need == &need;  // the reason that brought it in
      if (first && !known && by != solution)
        choices_[found->second].reasons.push_back(reason(taken, need, by));
      first = false;
    }
  }

  Reason reason(const Taken& taken, const Need& need, CandidateId by) {
    return {by == k_nobody ? "" : problem_.name(by), relation_of(need), alternatives(taken, need)};
  }

  std::string alternatives(const Taken& taken, const Need& need) {
    if (need.solutions.size() == 1) return "only candidate";
    if (taken.need != &need) return "already there";
    const std::string& name = problem_.name(taken.id);
    std::string text;
    if (need.wish == nullptr && !is_alternative(*need.dependency, name)) {
      text = fmt::format("provider of {}, preferred to {}", need.dependency->str(), rest(taken));
    } else if (need.wish == nullptr && need.dependency->alternatives.size() > 1) {
      text = fmt::format("{} of {}", taken.passed_over.empty() ? "first" : "first possible",
                         need.dependency->str());
    } else {
      text = fmt::format("first of {} candidates", need.solutions.size());
    }
    for (const Rejection& passed : taken.passed_over) text += "; " + describe(passed);
    return text;
  }

  static bool is_alternative(const packages::Dependency& dependency, std::string_view name) {
    return std::ranges::any_of(dependency.alternatives,
                               [&](const packages::Requirement& r) { return r.name == name; });
  }

  std::string rest(const Taken& taken) {
    constexpr size_t k_most = 4;
    std::vector<std::string> names;
    for (CandidateId other : taken.need->solutions) {
      if (other == taken.id) continue;
      if (names.size() == k_most) {
        names.push_back("...");
        break;
      }
      names.push_back(problem_.name(other));
    }
    return join(names, ", ");
  }

  std::string describe(const Rejection& passed) {
    std::string text =
        fmt::format("{} {} {}", problem_.name(passed.candidate),
                    problem_.candidate(passed.candidate).id.version, why_not(passed.why));
    if (passed.other != k_nobody)
      text += fmt::format(" {} {}", problem_.name(passed.other),
                          problem_.candidate(passed.other).id.version);
    return text;
  }

  Problem& problem_;
  const std::vector<Taken>& taken_;
  std::unordered_map<CandidateId, size_t> places_;
  std::vector<OrderItem> items_;
  std::vector<Choice> choices_;
};

}  // namespace

Result<Answer> resolve(const packages::Universe& universe, const Question& question) {
  std::vector<packages::Requirement> wishes;
  for (const Wish& wish : question.wishes) wishes.push_back(wish.requirement);
  auto proposal = universe.propose(wishes, question.exclusions);
  Problem problem =
      TRY(Problem::create(universe, question, proposal ? std::move(*proposal) : std::nullopt));
  std::vector<Taken> taken = TRY(Search(problem).run());
  // The search's own words for why there is no answer say more than the package manager's; where
  // it found one that the package manager would refuse, the image must not differ from that.
  if (!proposal) return std::unexpected(std::move(proposal).error());
  return Answering(problem, taken).answer();
}

}  // namespace kiln::plan
