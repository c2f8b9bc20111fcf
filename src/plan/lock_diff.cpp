// SPDX-License-Identifier: Apache-2.0
#include "plan/lock_diff.hpp"

#include "base/strings.hpp"
#include "distributions/distributions.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

namespace kiln::plan {

namespace {

// The date of the index that a package's repository stands for, as "2026-11-24".
std::string dated(const LockedPlan& locked, const std::string& repository) {
  std::vector<std::string_view> words = split_words(repository);
  for (const LockedIndex& index : locked.indexes)
    if (std::ranges::find(words, index.suite) != words.end())
      return " of " + format_rfc3339(index.date).substr(0, 10);
  return "";
}

class PlanDiff {
 public:
  PlanDiff(const LockedPlan& before, const LockedPlan& after)
      : before_(before), after_(after), distribution_(distribution_named(after.plan.distribution)) {
    for (size_t i = 0; i < before.plan.packages.size(); ++i)
      old_.emplace(before.plan.packages[i].id.name, i);
    for (size_t i = 0; i < after.plan.packages.size(); ++i)
      new_.emplace(after.plan.packages[i].id.name, i);
  }

  std::vector<Change> changes() {
    packages();
    sources();
    policies();
    definition();
    repositories();
    rest();
    for (Change& change : changes_) change.platform = after_.plan.platform.str();
    return std::move(changes_);
  }

 private:
  void add(ChangeKind kind, std::string name, std::string before, std::string after,
           std::string why) {
    changes_.push_back(
        {"", kind, std::move(name), std::move(before), std::move(after), std::move(why)});
  }

  void packages() {
    std::set<std::string> names;
    for (const auto& [name, place] : old_) names.insert(name);
    for (const auto& [name, place] : new_) names.insert(name);
    for (const std::string& name : names) package(name);
  }

  void package(const std::string& name) {
    auto old_place = old_.find(name);
    auto new_place = new_.find(name);
    if (old_place == old_.end()) {
      size_t place = new_place->second;
      add(ChangeKind::added, name, "", after_.plan.packages[place].id.version,
          why_added(after_.origins[place]));
      return;
    }
    const PlannedPackage& old_package = before_.plan.packages[old_place->second];
    if (new_place == new_.end()) {
      add(ChangeKind::removed, name, old_package.id.version, "",
          why_removed(before_.origins[old_place->second]));
      return;
    }
    const PlannedPackage& new_package = after_.plan.packages[new_place->second];
    if (old_package == new_package) return;
    const std::string& repository = after_.origins[new_place->second].repository;
    auto order = distribution_.compare_versions(new_package.id.version, old_package.id.version);
    ChangeKind kind = order > 0   ? ChangeKind::upgraded
                      : order < 0 ? ChangeKind::downgraded
                                  : ChangeKind::rebuilt;
    add(kind, name, old_package.id.version, new_package.id.version,
        fmt::format("{} in {}{}", order == 0 ? "other bytes" : "version offered", repository,
                    dated(after_, repository)));
  }

  std::string why_added(const Origin& origin) const {
    if (origin.reasons.empty()) return "";
    const Reason& reason = origin.reasons.front();
    if (reason.by.empty()) return fmt::format("asked for ({})", reason.relation);
    return fmt::format("{} {} ({})",
                       old_.contains(reason.by) ? "new dependency of" : "dependency of", reason.by,
                       reason.relation);
  }

  std::string why_removed(const Origin& origin) const {
    std::vector<std::string> gone;
    for (const Reason& reason : origin.reasons) {
      if (reason.by.empty())
        gone.push_back("no longer asked for");
      else if (new_.contains(reason.by))
        gone.push_back(fmt::format("{} no longer needs it", reason.by));
      else
        gone.push_back(fmt::format("{} is gone", reason.by));
    }
    return join(gone, ", ");
  }

  void sources() {
    std::map<std::string, const LocalSource*> old_sources;
    for (const LocalSource& source : before_.plan.sources)
      old_sources.emplace(source.path, &source);
    for (const LocalSource& source : after_.plan.sources) {
      auto old_source = old_sources.find(source.path);
      if (old_source == old_sources.end()) {
        add(ChangeKind::source, source.path, "", source.sha256.str(), "new file");
        continue;
      }
      if (*old_source->second != source)
        add(ChangeKind::source, source.path, old_source->second->sha256.str(), source.sha256.str(),
            "the file changed");
      old_sources.erase(old_source);
    }
    for (const auto& [path, source] : old_sources)
      add(ChangeKind::source, path, source->sha256.str(), "", "no longer used");
  }

  void policies() {
    const Policies& was = before_.plan.policies;
    const Policies& is = after_.plan.policies;
    auto number = [&](const char* name, int one, int other) {
      if (one != other)
        add(ChangeKind::policy, name, fmt::to_string(one), fmt::to_string(other), "");
    };
    number("effects", was.effects, is.effects);
    number("dropped_paths", was.dropped_paths, is.dropped_paths);
    number("layers", was.layers, is.layers);
    if (was.encoder != is.encoder) add(ChangeKind::policy, "encoder", was.encoder, is.encoder, "");
  }

  // Members of the normalised definition that differ, by name.
  void definition() {
    Json was = definition::to_json(before_.plan.spec);
    Json is = definition::to_json(after_.plan.spec);
    std::set<std::string> keys;
    for (const auto& [key, value] : was.as_object()) keys.insert(key);
    for (const auto& [key, value] : is.as_object()) keys.insert(key);
    for (const std::string& key : keys) {
      const Json* old_value = was.find(key);
      const Json* new_value = is.find(key);
      if (old_value != nullptr && new_value != nullptr && *old_value == *new_value) continue;
      add(ChangeKind::definition, key, shown(old_value), shown(new_value),
          "the definition changed");
    }
  }

  void repositories() {
    const packages::PackageSources& was = before_.plan.repositories;
    const packages::PackageSources& is = after_.plan.repositories;
    auto lacks = [](const std::vector<std::string>& list, const std::string& entry) {
      return std::ranges::find(list, entry) == list.end();
    };
    size_t known = changes_.size();
    for (const std::string& entry : was.entries)
      if (lacks(is.entries, entry))
        add(ChangeKind::repository, printable(entry, 200), "", "", "no longer configured");
    for (const std::string& entry : is.entries)
      if (lacks(was.entries, entry))
        add(ChangeKind::repository, printable(entry, 200), "", "", "configured from now on");
    if (was.entries != is.entries && changes_.size() == known)
      add(ChangeKind::repository, "order", joined(was.entries), joined(is.entries), "");
    keys(was.keys, is.keys);
  }

  // The digests of the keys that a file name stands for; a name can have several.
  using KeyDigests = std::map<std::string, std::vector<std::string>>;
  static KeyDigests digests(const std::vector<packages::PackageSources::Key>& keys) {
    KeyDigests by_name;
    for (const auto& key : keys) by_name[key.name].push_back(sha256(key.bytes).str());
    return by_name;
  }

  void keys(const std::vector<packages::PackageSources::Key>& before,
            const std::vector<packages::PackageSources::Key>& after) {
    KeyDigests was = digests(before);
    KeyDigests is = digests(after);
    for (const auto& [name, list] : was) is.try_emplace(name);
    for (const auto& [name, list] : is)
      if (was[name] != list)
        add(ChangeKind::repository, "key " + printable(name), join(was[name], ", "),
            join(list, ", "),
            list.empty()        ? "no longer trusted"
            : was[name].empty() ? "trusted from now on"
                                : "other bytes");
  }

  // What is left of a plan, and the digest as the last word: it covers what nobody thought of here.
  void rest() {
    auto text = [&](const char* name, const std::string& one, const std::string& other) {
      if (one != other) add(ChangeKind::plan, name, one, other, "");
    };
    text("distribution", before_.plan.distribution, after_.plan.distribution);
    text("codename", before_.plan.codename, after_.plan.codename);
    if (before_.plan.source_date_epoch != after_.plan.source_date_epoch)
      add(ChangeKind::moment, "SOURCE_DATE_EPOCH", shown(before_.plan.source_date_epoch),
          shown(after_.plan.source_date_epoch), "the environment changed");
    Digest was = digest_of(before_.plan);
    Digest is = digest_of(after_.plan);
    if (was == is || !changes_.empty()) return;
    std::vector<std::string> one = install_order(before_.plan);
    std::vector<std::string> other = install_order(after_.plan);
    add(ChangeKind::plan, "digest", was.str(), is.str(),
        one == other ? "" : "the packages are installed in another order");
  }

  static std::vector<std::string> install_order(const Plan& plan) {
    std::vector<std::string> names;
    for (const PlannedPackage& package : plan.packages) names.push_back(package.id.name);
    return names;
  }

  static std::string joined(const std::vector<std::string>& list) {
    return printable(join(list, ", "), 200);
  }

  static std::string shown(const std::optional<UnixTime>& moment) {
    return moment ? fmt::to_string(*moment) : "unset";
  }

  static std::string shown(const Json* value) {
    if (value == nullptr) return "";
    return printable(value->is_string() ? value->as_string() : canonical(*value), 80);
  }

  const LockedPlan& before_;
  const LockedPlan& after_;
  const packages::Distribution& distribution_;
  std::map<std::string, size_t> old_;
  std::map<std::string, size_t> new_;
  std::vector<Change> changes_;
};

}  // namespace

std::string_view str(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::removed:
      return "removed";
    case ChangeKind::upgraded:
      return "upgraded";
    case ChangeKind::downgraded:
      return "downgraded";
    case ChangeKind::rebuilt:
      return "rebuilt";
    case ChangeKind::source:
      return "source";
    case ChangeKind::policy:
      return "policy";
    case ChangeKind::definition:
      return "definition";
    case ChangeKind::repository:
      return "repository";
    case ChangeKind::moment:
      return "moment";
    case ChangeKind::plan:
      return "plan";
  }
  return "";
}

std::string Change::str() const {
  std::string text = fmt::format("{} {}", plan::str(kind), name);
  if (!before.empty()) text += " " + before;
  if (!after.empty()) text += (before.empty() ? " " : " -> ") + after;
  if (!why.empty()) text += ": " + why;
  return text;
}

namespace {

// All of a plan whose platform only one of two locks has.
void add_whole(const Plan& plan, bool is_new, std::vector<Change>& changes) {
  auto add = [&](ChangeKind kind, const std::string& name, const std::string& what) {
    changes.push_back({plan.platform.str(), kind, name, is_new ? "" : what, is_new ? what : "",
                       is_new ? "the platform is new" : "the platform is no longer built"});
  };
  for (const PlannedPackage& package : plan.packages)
    add(is_new ? ChangeKind::added : ChangeKind::removed, package.id.name, package.id.version);
  if (plan.packages.empty()) add(ChangeKind::plan, "digest", digest_of(plan).str());
}

}  // namespace

std::vector<Change> diff(const Lock& before, const Lock& after) {
  std::vector<Change> changes;
  for (const LockedPlan& now : after.plans) {
    if (const LockedPlan* then = before.find(now.plan.platform))
      std::ranges::move(PlanDiff(*then, now).changes(), std::back_inserter(changes));
    else
      add_whole(now.plan, true, changes);
  }
  for (const LockedPlan& then : before.plans)
    if (after.find(then.plan.platform) == nullptr) add_whole(then.plan, false, changes);
  return changes;
}

}  // namespace kiln::plan
