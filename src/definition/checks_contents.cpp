// SPDX-License-Identifier: Apache-2.0
//
// What goes into an image: package lists, fetched files, artifacts, builds; and `track`, which
// keeps them current.
#include "base/strings.hpp"
#include "definition/checks.hpp"
#include "definition/package_request.hpp"

#include <array>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

void require(const Text& text, std::string_view key, std::string_view what, const Position& where,
             SchemaReader& report) {
  if (!text.given())
    report.error("missing-key", where, fmt::format("\"{}\" is missing in {}", key, what));
}

void check_file(const FileBlock& file, SchemaReader& report) {
  require(file.url, "url", "an entry of \"files\"", file.where, report);
  require(file.path, "path", "an entry of \"files\"", file.where, report);
  check_path(file.path, "path", Relative::tolerated, report);
  check_mode(file.mode, report);
}

void check_step(const StepBlock& step, SchemaReader& report) {
  if (!step.uses.given() && !step.runs.given())
    report.error("empty-step", step.where, "a step needs \"uses\" or \"runs\"");
  if (step.with.is_mapping() && !step.uses.given())
    report.error("bad-step", step.with.start, "\"with\" has no meaning without \"uses\"");
}

void check_output(const OutputBlock& output, SchemaReader& report) {
  require(output.source, "source", "an output", output.where, report);
  require(output.target, "target", "an output", output.where, report);
  check_path(output.source, "source", Relative::tolerated, report);
  check_path(output.target, "target", Relative::tolerated, report);
  check_mode(output.mode, report);
}

struct TrackRule {
  TrackType type;
  std::vector<std::string_view> needs;
};

const std::vector<TrackRule>& track_rules() {
  static const std::vector<TrackRule> rules{
      {TrackType::github_release, {"owner", "repo", "set"}},
      {TrackType::github_tag, {"owner", "repo", "match", "set"}},
      {TrackType::github_repository, {"owner", "repo", "set"}},
      {TrackType::alpine_package, {"package", "set"}},
      {TrackType::debian_package, {"package", "set"}},
      {TrackType::var_increment, {}},
      {TrackType::oci_artifact, {"name", "set", "match"}},
      {TrackType::file, {"url", "set"}},
      {TrackType::json_file, {"url", "set"}}};
  return rules;
}

bool has(const TrackBlock& track, std::string_view key) {
  if (key == "set") return !track.set.node.is_null();
  if (key == "owner") return track.owner.given();
  if (key == "repo") return track.repo.given();
  if (key == "match") return track.match.given();
  if (key == "package") return track.package.given();
  if (key == "name") return track.name.given();
  return track.url.given();
}

// Whether a URL in the text has a user's name, and perhaps a password, before its host.
bool names_a_user(std::string_view text) {
  size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string_view authority = text.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?# \t]"));
  return authority.find('@') != std::string_view::npos;
}

// The definition, its lock and what is signed about both are given away with the image.
void report_user(const Text& entry, SchemaReader& report) {
  report.error(
      "published-password", entry.where,
      "what a definition says is published with the image, a user's name and password, too",
      "leave them out here, and name them in the configuration's \"rewrites\"");
}

void check_repository(const Text& repository, SchemaReader& report) {
  if (trim(repository.value).empty() || repository.value.find_first_of("\n\r") != std::string::npos)
    report.error("bad-repository", repository.where, "a repository must be one line",
                 "for example: deb http://deb.debian.org/debian trixie main");
  if (names_a_user(repository.value)) report_user(repository, report);
}

}  // namespace

void check_contents(const ContentsBlock& contents, SchemaReader& report) {
  for (const Text& entry : contents.packages)
    if (auto request = parse_package_request(entry.value); !request)
      report.error("bad-package", entry.where, request.error().message, request.error().hint);
  for (const Text& repository : contents.repositories) check_repository(repository, report);
  for (const Text& keyring : contents.keyring)
    if (names_a_user(keyring.value)) report_user(keyring, report);
  for (const FileBlock& file : contents.files) check_file(file, report);
  for (const ArtifactBlock& artifact : contents.artifacts)
    require(artifact.name, "name", "an artifact", artifact.where, report);
}

void check_builds(const std::vector<BuildBlock>& builds, SchemaReader& report) {
  for (const BuildBlock& build : builds) {
    check_contents(build.contents, report);
    check_accounts(build.accounts, report);
    check_paths(build.paths, Relative::tolerated, report);
    for (const StepBlock& step : build.pipeline) check_step(step, report);
    for (const OutputBlock& output : build.outputs) check_output(output, report);
  }
}

void check_track(const std::vector<TrackBlock>& track, SchemaReader& report) {
  for (const TrackBlock& entry : track) {
    if (!entry.type.given()) continue;
    for (const TrackRule& rule : track_rules())
      for (std::string_view key : rule.needs)
        if (rule.type == entry.type.value && !has(entry, key))
          report.error("missing-key", entry.where,
                       fmt::format("\"{}\" is missing in a track of type {}", key,
                                   enum_name(entry.type.value)));
    auto check_purl = [&](TrackType type, std::string_view start) {
      if (entry.type.value == type && entry.package.given() &&
          !entry.package.value.starts_with(start))
        report.error("bad-value", entry.package.where,
                     fmt::format("\"package\" must begin with {}", start));
    };
    check_purl(TrackType::alpine_package, "pkg:apk/");
    check_purl(TrackType::debian_package, "pkg:deb/");
  }
}

}  // namespace kiln::definition
