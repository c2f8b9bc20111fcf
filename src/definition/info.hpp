// SPDX-License-Identifier: Apache-2.0
//
// info.yaml, which lies beside the definitions of an image or chart and describes it for a
// catalog. It does not influence what is built. No key is required: the published files leave out
// half of those that the published schema asks for.
#pragma once
#include "base/diagnostics.hpp"
#include "data/schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::definition {

struct IncludedTool {
  Text name, description;
  bool operator==(const IncludedTool&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("name", self.name);
    fields.required("description", self.description);
  }
};

// Where advisories of the software itself are found.
struct AdvisorySource {
  Text type, source, format, match;
  std::vector<AnyNode> exclusions;
  std::vector<Text> packages;
  bool operator==(const AdvisorySource&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("type", self.type);
    fields.required("source", self.source);
    fields.required("format", self.format);
    fields("match", self.match);
    fields("exclusions", self.exclusions);
    fields("packages", self.packages);
  }
};

struct Metadata {
  Text display_name, short_description;
  Located<bool> featured, fips_compliant;
  std::vector<Text> fips_modules;
  Located<bool> stig_certified;
  Text home_url;
  std::vector<Text> categories, alternatives;
  std::vector<IncludedTool> included_tools;
  std::vector<AdvisorySource> advisories;
  bool operator==(const Metadata&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("display-name", self.display_name);
    fields("short-description", self.short_description);
    fields("featured", self.featured);
    fields("fips-compliant", self.fips_compliant);
    fields("fips-modules", self.fips_modules);
    fields("stig-certified", self.stig_certified);
    fields("home-url", self.home_url);
    fields("categories", self.categories);
    fields("alternatives", self.alternatives);
    fields("included-tools", self.included_tools);
    fields("advisories", self.advisories);
  }
};

struct Info {
  Metadata metadata;
  std::vector<AdvisorySource> advisories;
  std::vector<AnyNode> track_ignore, vex_sources;
  bool operator==(const Info&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("metadata", self.metadata);
    fields("advisories", self.advisories);
    fields("track-ignore", self.track_ignore);
    fields("vex-sources", self.vex_sources);
  }
};

// Reads an info.yaml, named `file` in diagnostics; nothing is returned when there was an error.
// A category outside the known ones is a warning.
std::optional<Info> load_info(const std::string& file, std::string_view text,
                              Diagnostics& diagnostics);

}  // namespace kiln::definition
