// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/verdict.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr size_t k_longest_detail = 2000;
constexpr std::array k_outcomes = {Outcome::passed, Outcome::failed, Outcome::missing,
                                   Outcome::skipped};

std::string last_line(const Verdict& verdict) {
  size_t skipped = verdict.count(Outcome::skipped);
  std::string not_checked = skipped == 0 ? "" : fmt::format(", {} not checked", skipped);
  if (verdict.accepted())
    return fmt::format("verdict: accepted: {} passed{}\n",
                       counted(verdict.count(Outcome::passed), "check"), not_checked);
  return fmt::format("verdict: refused: {} failed, {} missing, {} passed{}\n",
                     verdict.count(Outcome::failed), verdict.count(Outcome::missing),
                     verdict.count(Outcome::passed), not_checked);
}

}  // namespace

std::string_view str(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::missing:
      return "missing";
    case Outcome::skipped:
      return "skipped";
  }
  return {};
}

void Verdict::pass(std::string name, std::string subject, std::string detail) {
  checks_.push_back({std::move(name), std::move(subject), Outcome::passed, std::move(detail)});
}

void Verdict::refuse(std::string name, std::string subject, std::string detail, std::string hint) {
  checks_.push_back(
      {std::move(name), std::move(subject), Outcome::failed, std::move(detail), std::move(hint)});
}

void Verdict::miss(std::string name, std::string subject, std::string detail, std::string hint) {
  checks_.push_back(
      {std::move(name), std::move(subject), Outcome::missing, std::move(detail), std::move(hint)});
}

void Verdict::skip(std::string name, std::string subject, std::string reason) {
  checks_.push_back({std::move(name), std::move(subject), Outcome::skipped, std::move(reason)});
}

void Verdict::refuse(std::string name, std::string subject, const Error& error) {
  refuse(std::move(name), std::move(subject), error.str(), error.hint);
}

void Verdict::append(const Verdict& other) {
  checks_.insert(checks_.end(), other.checks_.begin(), other.checks_.end());
}

size_t Verdict::count(Outcome outcome) const {
  return static_cast<size_t>(std::ranges::count(checks_, outcome, &Check::outcome));
}

bool Verdict::accepted() const {
  return count(Outcome::failed) == 0 && count(Outcome::missing) == 0;
}

std::string text(const Verdict& verdict) {
  size_t name_width = 0;
  size_t subject_width = 0;
  for (const Check& check : verdict.checks()) {
    name_width = std::max(name_width, check.name.size());
    subject_width = std::max(subject_width, printable(check.subject).size());
  }
  std::string out;
  for (const Check& check : verdict.checks()) {
    out += fmt::format("{:<8} {:<{}}  {:<{}}  {}\n", str(check.outcome), check.name, name_width,
                       printable(check.subject), subject_width,
                       printable(check.detail, k_longest_detail));
    if (!check.hint.empty())
      out += fmt::format("{:<{}}  hint: {}\n", "", 11 + name_width + subject_width,
                         printable(check.hint, k_longest_detail));
  }
  return out + last_line(verdict);
}

Json to_json(const Verdict& verdict) {
  Json checks = Json::array();
  for (const Check& check : verdict.checks()) {
    Json item = Json::object({{"name", check.name},
                              {"subject", check.subject},
                              {"result", str(check.outcome)},
                              {"detail", printable(check.detail, k_longest_detail)}});
    if (!check.hint.empty()) item["hint"] = printable(check.hint, k_longest_detail);
    checks.push_back(std::move(item));
  }
  Json counts = Json::object();
  for (Outcome outcome : k_outcomes) counts[str(outcome)] = verdict.count(outcome);
  return Json::object({{"accepted", verdict.accepted()},
                       {"checks", std::move(checks)},
                       {"counts", std::move(counts)}});
}

}  // namespace kiln::verification
