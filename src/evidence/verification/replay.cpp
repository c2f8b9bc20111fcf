// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/replay.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

Replay::Replay(const Findings& findings) : parts_(findings.parts) {
  if (findings.tag.empty()) return;
  asked_text_ = findings.image + ":" + findings.tag;
  asked_ = split_name(asked_text_);
}

bool Replay::is_asked(const std::string& name) const {
  if (asked_.tag.empty()) return false;
  ReleaseName parts = split_name(name);
  return parts.repository == asked_.repository && parts.tag == asked_.tag;
}

void Replay::note(const tlog::ImageRelease& release) {
  bool names_platform = std::ranges::any_of(release.platforms, [&](const auto& platform) {
    return platform.second == parts_.root.digest;
  });
  bool ours =
      release.index == parts_.root.digest || release.index == parts_.original || names_platform;
  if (!ours && !names_.contains(release.name) && !is_asked(release.name)) return;
  Named& named = names_[release.name];
  named.ever_ours |= ours;
  // Its own order decides within a log; between logs, of which one may lack what the other has, the
  // time does.
  bool is_older = !named.log.empty() && named.log != log_ && release.time < named.newest.time;
  if (is_older) return;
  named.ours = ours;
  named.log = log_;
  named.newest = release;
}

// The names that are the one asked for: of the same host if there is any, or else of another, whose
// mirror was asked. Of those, the ones that this image ever had, if it had one.
Replay::Names Replay::asked_names() const {
  Names found;
  for (const auto& [name, named] : names_)
    if (is_asked(name)) found.push_back(&named);
  auto keep_if_any = [&](auto&& wanted) {
    if (std::ranges::any_of(found, wanted)) std::erase_if(found, std::not_fn(wanted));
  };
  keep_if_any(
      [&](const Named* named) { return split_name(named->newest.name).host == asked_.host; });
  keep_if_any([](const Named* named) { return named->ever_ours; });
  return found;
}

Replay::Names Replay::own_names(bool same_tag) const {
  Names found;
  for (const auto& [name, named] : names_)
    if (named.ever_ours && (!same_tag || split_name(name).tag == asked_.tag))
      found.push_back(&named);
  return found;
}

void Replay::report(Verdict& verdict) const {
  Names names = asked_names();
  if (names.empty()) {
    names = own_names(!asked_.tag.empty());
    if (names.empty()) names = own_names(false);
    if (names.empty())
      return verdict.skip("replay", "image", "the log has no release of this image");
    if (!asked_.tag.empty())
      verdict.skip("replay", printable(asked_text_),
                   "the log has no release of that name: the image is judged by the names that it "
                   "came out under");
  }
  judge(names, verdict);
}

void Replay::judge(const Names& names, Verdict& verdict) const {
  std::string still;
  for (const Named* named : names)
    if (named->ours) still += (still.empty() ? "" : ", ") + printable(named->newest.name);
  std::string but =
      still.empty() ? ""
                    : fmt::format("; it still is the newest of {}, if that is asked for", still);
  for (const Named* named : names) {
    const tlog::ImageRelease& newest = named->newest;
    std::string name = printable(newest.name);
    if (named->ours)
      verdict.pass("replay", name, "the log has no newer image of that name");
    else
      verdict.refuse("replay", name,
                     fmt::format("the log has {} image of that name: {} of {}{}",
                                 named->ever_ours ? "a newer" : "another", newest.index.str(),
                                 format_rfc3339(newest.time), but),
                     named->ever_ours ? "get the newer one"
                                      : "what lies there never came out under that name");
  }
}

}  // namespace kiln::verification
