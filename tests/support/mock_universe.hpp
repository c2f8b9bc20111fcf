// SPDX-License-Identifier: Apache-2.0
//
// A universe written as text, for tests of the resolver. One candidate a line, fields separated by
// semicolons, names as in Debian's control files; "#" begins a comment line:
//
//   nginx 1.26-3; Depends: nginx-common (= 1.26-3), libc6; Provides: httpd; Repository: security
//
// Further fields: Pre-Depends, Conflicts, Breaks, Source, Architecture (amd64 when absent), Pin
// (500 when absent), Essential: yes.
#pragma once
#include "base/strings.hpp"
#include "packages/deb/relation.hpp"
#include "packages/deb/version.hpp"
#include "packages/universe.hpp"
#include "support/result_matchers.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace kiln::testing {

class MockUniverse final : public packages::Universe {
 public:
  explicit MockUniverse(std::string_view text) {
    for (std::string_view line : split(text, '\n'))
      if (line = trim(line); !line.empty() && line.front() != '#') add(line);
  }

  // What found_elsewhere() answers for a name.
  void put_elsewhere(std::string name, std::string where) {
    elsewhere_[std::move(name)].places.push_back(std::move(where));
  }

  void put_unread(std::string name, std::string where) {
    elsewhere_[std::move(name)].not_read.push_back(std::move(where));
  }

  std::vector<packages::CandidateId> named(std::string_view name) const override {
    std::vector<packages::CandidateId> found;
    for (size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].candidate.id.name == name) found.push_back(static_cast<uint32_t>(i));
    std::ranges::stable_sort(found, [&](auto a, auto b) {
      const packages::Candidate& left = get(a);
      const packages::Candidate& right = get(b);
      if (left.priority != right.priority) return left.priority > right.priority;
      return compare_versions(left.id.version, right.id.version) > 0;
    });
    return found;
  }

  std::vector<packages::CandidateId> providers(std::string_view name) const override {
    std::vector<packages::CandidateId> found;
    for (size_t i = 0; i < entries_.size(); ++i)
      for (const packages::Provided& provided : entries_[i].provides)
        if (provided.name == name && entries_[i].candidate.id.name != name)
          found.push_back(static_cast<uint32_t>(i));
    return found;
  }

  bool satisfies(packages::CandidateId id, const packages::Requirement& wanted,
                 std::string_view) const override {
    const Entry& entry = entries_[id];
    if (entry.candidate.id.name == wanted.name)
      return packages::deb::satisfies_version(entry.candidate.id.version, wanted);
    for (const packages::Provided& provided : entry.provides) {
      if (provided.name != wanted.name) continue;
      if (wanted.op == packages::RelationOp::any) return true;
      if (!provided.version.empty() && packages::deb::satisfies_version(provided.version, wanted))
        return true;
    }
    return false;
  }

  const packages::Candidate& get(packages::CandidateId id) const override {
    return entries_.at(id).candidate;
  }

  std::strong_ordering compare_versions(std::string_view a, std::string_view b) const override {
    return packages::deb::compare_versions(a, b);
  }

  std::string_view without_rebuilds(std::string_view version) const override {
    return packages::deb::without_rebuilds(version);
  }

  std::string_view upstream_of(std::string_view version) const override {
    return packages::deb::upstream_of(version);
  }

  std::span<const packages::IndexRecord> indexes() const override { return {}; }

  std::vector<std::string> names() const override {
    std::set<std::string> names;
    for (const Entry& entry : entries_) names.insert(entry.candidate.id.name);
    return {names.begin(), names.end()};
  }

  packages::Elsewhere found_elsewhere(std::string_view name) const override {
    auto found = elsewhere_.find(std::string(name));
    return found == elsewhere_.end() ? packages::Elsewhere{} : found->second;
  }

 private:
  struct Entry {
    packages::Candidate candidate;
    std::vector<packages::Provided> provides;
  };

  void add(std::string_view line) {
    std::string_view head = take_until(line, ';');
    std::vector<std::string_view> words = split_words(head);
    if (words.size() != 2) throw std::invalid_argument("mock package: " + std::string(head));
    Entry entry;
    packages::Candidate& candidate = entry.candidate;
    candidate.id = {std::string(words[0]), std::string(words[1]), "amd64"};
    candidate.source = candidate.id.name;
    candidate.source_version = candidate.id.version;
    candidate.repository = "debian trixie main";
    candidate.sha256 = sha256(head);
    candidate.size = head.size();
    candidate.urls = {"http://mirror.test/" + candidate.id.name + "_" + candidate.id.version +
                      "_amd64.deb"};
    while (!line.empty()) {
      std::string_view value = take_until(line, ';');
      std::string_view field = trim(take_until(value, ':'));
      set(entry, field, trim(value));
    }
    entries_.push_back(std::move(entry));
  }

  static void append(std::vector<packages::Dependency>& list, std::string_view text,
                     packages::DependencyKind kind) {
    auto parsed = value(packages::deb::parse_dependencies(text, kind, "amd64"));
    list.insert(list.end(), parsed.begin(), parsed.end());
  }

  static void set(Entry& entry, std::string_view field, std::string_view text) {
    using packages::DependencyKind;
    packages::Candidate& candidate = entry.candidate;
    if (field == "Pre-Depends")
      append(candidate.dependencies, text, DependencyKind::pre_depends);
    else if (field == "Depends")
      append(candidate.dependencies, text, DependencyKind::depends);
    else if (field == "Conflicts")
      append(candidate.conflicts, text, DependencyKind::conflicts);
    else if (field == "Breaks")
      append(candidate.conflicts, text, DependencyKind::breaks);
    else if (field == "Provides")
      entry.provides = value(packages::deb::parse_provides(text));
    else if (field == "Repository")
      candidate.repository = text;
    else if (field == "Source")
      candidate.source = text;
    else if (field == "Architecture")
      candidate.id.architecture = text;
    else if (field == "Pin")
      candidate.priority = std::stoi(std::string(text));
    else if (field == "Essential")
      candidate.essential = text == "yes";
    else
      throw std::invalid_argument("mock field: " + std::string(field));
  }

  std::deque<Entry> entries_;
  std::map<std::string, packages::Elsewhere> elsewhere_;
};

}  // namespace kiln::testing
