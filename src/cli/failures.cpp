// SPDX-License-Identifier: Apache-2.0
#include "cli/failures.hpp"

#include "base/strings.hpp"
#include "cli/places.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// Errors name places as locks do; diagnostics name files as the user did.
std::map<std::string, Location> known_places(const Subject& subject) {
  std::map<std::string, Location> places;
  auto add = [&](const Position& where) {
    places.emplace(place_of(subject, where), subject.definition.location(where));
  };
  for (const Text& entry : subject.definition.contents.packages) add(entry.where);
  for (const Text& entry : subject.definition.contents.repositories) add(entry.where);
  for (const definition::PathBlock& entry : subject.definition.paths) add(entry.where);
  return places;
}

// Where a place stands in a text, and is not the beginning of another one; npos for nowhere.
size_t find_place(std::string_view text, std::string_view place) {
  for (size_t at = text.find(place); at != text.npos; at = text.find(place, at + 1)) {
    size_t end = at + place.size();
    if (end < text.size() && std::string_view("):,").find(text[end]) != text.npos) return at;
  }
  return text.npos;
}

// The known place that stands first in the text, if any does.
std::optional<Location> place_in(const std::string& text, const Subject& subject) {
  std::optional<Location> found;
  size_t first = std::string::npos;
  for (const auto& [place, location] : known_places(subject)) {
    size_t at = find_place(text, place);
    if (at >= first) continue;
    first = at;
    found = location;
  }
  return found;
}

// The error with the places of its message as the user named the file.
Error as_named(Error error, const Subject& subject) {
  for (const auto& [place, location] : known_places(subject)) {
    if (size_t at = find_place(error.message, "(" + place); at != std::string::npos)
      error.message.replace(at + 1, place.size(), location.str());
    for (std::string& doing : error.context)
      if (doing.ends_with(" of " + place))
        doing.replace(doing.size() - place.size(), place.size(), location.str());
  }
  return error;
}

constexpr size_t k_most_named = 6;

// "; so do a.yaml, b.yaml and 3 more"
std::string others(const std::vector<const Subject*>& subjects) {
  if (subjects.size() < 2) return {};
  std::vector<std::string> names;
  for (size_t i = 1; i < subjects.size() && i <= k_most_named; ++i)
    names.push_back(subjects[i]->file.string());
  size_t more = subjects.size() - 1 - names.size();
  return fmt::format(" (the same for {}{})", join(names, ", "),
                     more == 0 ? std::string() : fmt::format(" and {} more", more));
}

}  // namespace

Diagnostic diagnostic_of(const Subject& subject, const Error& error) {
  std::string text = error.str();
  Location where = place_in(text, subject).value_or(Location{subject.file.string()});
  return {Severity::error, std::string(str(error.code)), std::move(where), std::move(text),
          error.hint};
}

void Failures::add(const Subject& subject, const Error& error, bool shown) {
  subjects_.insert(&subject);
  auto same = std::ranges::find_if(list_, [&](const Failure& known) {
    return known.error.message == error.message && known.error.hint == error.hint &&
           known.shown == shown;
  });
  if (same == list_.end()) {
    list_.push_back({error, {&subject}, shown});
  } else if (std::ranges::find(same->subjects, &subject) == same->subjects.end()) {
    same->subjects.push_back(&subject);
  }
}

void Failures::add_unreadable(size_t files) {
  unreadable_ += files;
}

Diagnostics Failures::diagnostics() const {
  Diagnostics all;
  for (const Failure& failure : list_) {
    if (failure.shown) continue;
    Diagnostic one = diagnostic_of(*failure.subjects.front(), failure.error);
    one.message += others(failure.subjects);
    all.add(std::move(one));
  }
  return all;
}

Error Failures::summary(size_t of) const {
  if (of == 1 && !list_.empty())
    return as_named(list_.front().error, *list_.front().subjects.front());
  ErrorCode code = unreadable_ > 0 ? ErrorCode::bad_input : list_.front().error.code;
  return {code,
          fmt::format("{} of {} cannot be built", definitions(), counted(of, "definition")),
          {},
          "--keep-going builds the others"};
}

}  // namespace kiln::cli
