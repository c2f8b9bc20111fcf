// SPDX-License-Identifier: Apache-2.0
//
// The solver's working memory; see solver.hpp.
#pragma once
#include "packages/apk/joined_names.hpp"
#include "packages/apk/solver.hpp"

#include <array>
#include <compare>
#include <deque>
#include <set>

namespace kiln::packages::apk {

// When a name is settled: the least comes first. One that leaves no choice, else one that was asked
// for, fewer virtual providers before more, longer chains of dependencies before shorter, needed
// before called for; the last listed before others.
struct Turn {
  bool leaves_choice = false;
  bool not_asked_for = false;
  uint8_t rank = 0;
  int64_t negative_depth = 0;
  bool not_needed = false;
  int64_t negative_age = 0;
  NameId name = 0;

  auto operator<=>(const Turn&) const = default;
};

// Of a name.
struct NameState {
  bool seen = false;
  bool asked_for = false;
  bool settled = false;
  bool waiting = false;               // in the queue of names to look at again
  bool unresolved = false;            // in the list of names to settle
  bool dependencies_changed = false;  // of what its packages depend on
  bool conditions_changed = false;    // of their install_if
  bool has_options = false;
  bool triggered = false;        // a package's install_if is met
  bool never_triggered = false;  // no package's install_if can be met
  bool dependents_settled = false;
  bool provided_virtually = false;
  bool collected = false;  // its place in the answer is known
  uint32_t needed_by = 0;
  uint32_t depth = 0;       // of the longest chain of dependencies
  size_t next_trigger = 0;  // which name it may call for is to be discovered next
  uint32_t common_dependency = 0;
  uint32_t common_provide = 0;
  uint8_t rank = 0;  // 0 no virtual provider, 1 some, 2 only
  Turn turn;         // while unresolved
  Provider chosen;
  std::vector<NameId> dependents;   // names whose packages depend on it
  std::vector<NameId> conditional;  // names whose packages have it in install_if
};

// Of a package.
struct PackageState {
  bool seen = false;
  bool selectable = true;
  bool in_group = false;  // among those last compared for their common dependencies
  bool in_next_group = false;
  bool untagged = true;  // a repository without tag has it
  bool tag_allowed = true;
  bool tag_preferred = true;
  bool triggered = false;
  bool trigger_failed = false;
  bool refused = false;
  bool taken = false;
  int conflicts = 0;
  uint32_t depth = 0;
  std::set<std::string, std::less<>> tags;  // allowed for it by who needs it
  std::span<const Link> depends;
  std::vector<Link> depends_left;  // holds them when some are lost to exclusions
};

class Solver {
 public:
  Solver(const PackageSet& packages, const std::set<std::string, std::less<>>& excluded)
      : set_(packages), excluded_(excluded), joined_(packages) {}
  Solution run(std::span<const Requirement> wishes);

 private:
  // Discovery and collection follow dependencies depth first, and these may be many deep: what
  // waits for its dependencies stands in a stack of these.
  struct Frame {
    enum class Kind : uint8_t { name, package, triggers };
    Kind kind;
    uint32_t id;  // of a name, or a package
    bool unless_seen = false;
    size_t next = 0;
    bool begun = false;
    bool by_trigger = false;
  };
  using Frames = std::vector<Frame>;
  // Does something about the last frame: takes it away, or puts others on top of it.
  using Step = void (Solver::*)(Frames& frames);

  // From a name on, with a step for each kind of frame, until none is left.
  void follow(NameId id, const std::array<Step, 3>& steps);

  void discover(NameId name);
  void discover_name(Frames& frames);
  void discover_package(Frames& frames);
  void discover_triggered(Frames& frames);
  void see_name(NameId id);
  void see_package(PackageId id);
  void connect();
  bool provided(const Link& link, const Provider& provider) const;
  bool satisfiable(const Link& link);
  void look_again(NameId name);
  void list(NameId name);
  void dependents_look_again(NameId name);
  void conditionals_look_again(NameId name);
  void conditionals_of_all_names_look_again(const Package& package);
  void need_changed(NameId name);
  void rule_out(PackageId id);
  void inherit(PackageId id, const PackageState* from, std::string_view wished_tag);
  void apply(const Link& link, const PackageState* from, std::string_view wished_tag);
  void reconsider(NameId name);
  void check_trigger(PackageId id);
  void count_common(const Provider& provider, uint32_t before);
  void conclude(NameId name, PackageId first, uint32_t options);
  void rule_out_others(NameId name, NameId must_provide, bool spare_virtual);
  int compare(const Provider& a, const Provider& b);
  bool may_be_chosen(NameId name, const Provider& provider);
  void settle(NameId name);
  void assign(NameId name, const Provider& provider);
  void contradict(PackageId id, std::string text);
  Turn turn_of(NameId name);
  void collect(const Link& wish);
  void collect_name(Frames& frames);
  void collect_package(Frames& frames);
  void collect_triggered(Frames& frames);
  void check_collected(const Link& link, PackageId by);
  NameState& name_state(NameId name) {
    if (names_.size() <= name) names_.grow_to(name + size_t{1});
    return names_[name];
  }
  PackageState& package_state(PackageId package) {
    if (packages_.size() <= package) packages_.grow_to(package + size_t{1});
    return packages_[package];
  }
  std::span<const Provider> providers(NameId name) { return joined_.providers(name); }
  bool is_excluded(PackageId package);
  bool is_lost_to_exclusion(const Link& link);

  const PackageSet& set_;
  const std::set<std::string, std::less<>>& excluded_;
  JoinedNames joined_;
  GrowingArray<NameState> names_;  // of names and packages, as they are come to
  GrowingArray<PackageState> packages_;
  std::vector<NameId> seen_names_;
  std::deque<NameId> queue_;
  std::set<Turn> unresolved_;
  int64_t listed_ = 0;
  Solution solution_;
};

}  // namespace kiln::packages::apk
