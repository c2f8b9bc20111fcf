// SPDX-License-Identifier: Apache-2.0
#include "cli/diff_report.hpp"

#include "base/strings.hpp"

#include <cstdlib>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

std::string signed_size(int64_t bytes) {
  return (bytes < 0 ? "-" : "+") + human_size(static_cast<uint64_t>(std::llabs(bytes)));
}

char sign(image::Change change) {
  switch (change) {
    case image::Change::added:
      return '+';
    case image::Change::removed:
      return '-';
    case image::Change::changed:
      return '~';
  }
  return '~';
}

// "before -> after", or the one that is there.
std::string transition(const std::string& before, const std::string& after) {
  if (before.empty() || after.empty()) return before + after;
  return before + " -> " + after;
}

std::string size_text(const image::ImageDiff& difference) {
  return fmt::format("size: {} compressed, {} unpacked\n",
                     signed_size(difference.compressed_difference),
                     signed_size(difference.unpacked_difference));
}

}  // namespace

std::string diff_text(const image::ImageDiff& difference) {
  bool same_size = difference.compressed_difference == 0 && difference.unpacked_difference == 0;
  if (difference.empty() && difference.same_layers && same_size) return "no difference\n";
  if (difference.empty())
    return "no difference in packages, files and config, but the layers are cut or compressed in "
           "another way\n" +
           size_text(difference);
  std::string out;
  if (!difference.packages.empty()) out += "packages\n";
  for (const image::PackageChange& p : difference.packages)
    out += fmt::format("  {} {} {}\n", sign(p.change), p.name, transition(p.before, p.after));
  if (!difference.config.empty()) out += "config\n";
  for (const image::ConfigChange& c : difference.config)
    out += fmt::format("  {} {}: {}\n", sign(c.change), c.name, transition(c.before, c.after));
  if (!difference.files.empty()) out += "files\n";
  for (const image::FileChange& f : difference.files) {
    std::string what = fmt::format("{}", fmt::join(f.what, ", "));
    out += fmt::format("  {} /{}{}{}\n", sign(f.change), f.path, what.empty() ? "" : ": " + what,
                       f.owner.empty() ? "" : " (" + f.owner + ")");
  }
  return out + size_text(difference);
}

Json diff_json(const image::ImageDiff& difference) {
  Json packages = Json::array(), files = Json::array(), config = Json::array();
  for (const image::PackageChange& p : difference.packages)
    packages.push_back(Json::object({{"change", str(p.change)},
                                     {"name", p.name},
                                     {"architecture", p.architecture},
                                     {"before", p.before},
                                     {"after", p.after}}));
  for (const image::FileChange& f : difference.files)
    files.push_back(Json::object({{"change", str(f.change)},
                                  {"path", "/" + f.path},
                                  {"what", Json::array_of(f.what)},
                                  {"size_difference", f.size_difference},
                                  {"owner", f.owner}}));
  for (const image::ConfigChange& c : difference.config)
    config.push_back(Json::object(
        {{"change", str(c.change)}, {"name", c.name}, {"before", c.before}, {"after", c.after}}));
  return Json::object({{"same", difference.empty()},
                       {"same_layers", difference.same_layers},
                       {"packages", std::move(packages)},
                       {"files", std::move(files)},
                       {"config", std::move(config)},
                       {"compressed_difference", difference.compressed_difference},
                       {"unpacked_difference", difference.unpacked_difference}});
}

}  // namespace kiln::cli
