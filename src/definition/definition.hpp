// SPDX-License-Identifier: Apache-2.0
//
// A definition as its author wrote it: typed, checked, every value with its place, variables not
// yet replaced. load() reports every mistake of the file in one run; print() writes the canonical
// form, which loads as an equal definition. For an image, resolve() (resolve.hpp) turns it into
// the plain values that the rest of Kiln works from.
#pragma once
#include "base/diagnostics.hpp"
#include "base/files.hpp"
#include "definition/build_blocks.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::definition {

enum class Kind { image, package, chart };

std::string_view str(Kind kind);

struct Definition {
  Kind kind = Kind::image;
  std::string id;      // the path below the root without ".yaml": "image/curl/debian-13/8"
  std::string syntax;  // what the first line "# syntax=..." names; empty when there is none
  // The file itself and what it includes, by the number that positions hold; names as messages
  // show them.
  std::vector<std::string> files;

  Texts includes;  // only of a file that is being merged; empty once loaded
  std::vector<TrackBlock> track;
  Text name, image;
  Located<Variant> variant;
  Text flavor;
  Texts tags;
  Text suffix;
  Platforms platforms;
  Located<Entitlement> entitlement;
  Located<bool> fips_compliant, stig_certified;
  DatesBlock dates;
  TextMap vars;
  TopContentsBlock contents;
  AccountsBlock accounts;
  OsReleaseBlock os_release;
  Located<Output> output;
  Located<Compression> compression;
  Text work_dir, stop_signal;
  TextMap environment;
  std::vector<PathBlock> paths;
  TextMap annotations, labels;
  Texts entrypoint, cmd, ports, volumes;
  std::vector<TestBlock> tests;

  // Where a value of this definition was written.
  Location location(const Position& at) const;
  bool operator==(const Definition& other) const;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("includes", self.includes);
    fields("track", self.track);
    fields("name", self.name);
    fields.required("image", self.image);
    fields("compression", self.compression);
    fields("output", self.output);
    fields("entitlement", self.entitlement);
    fields("variant", self.variant);
    fields("flavor", self.flavor);
    fields.required("tags", self.tags);
    fields("suffix", self.suffix);
    fields("platforms", self.platforms);
    fields("dates", self.dates);
    fields("vars", self.vars);
    fields("contents", self.contents);
    fields("accounts", self.accounts);
    fields("os-release", self.os_release);
    fields("work-dir", self.work_dir);
    fields("stop-signal", self.stop_signal);
    fields("environment", self.environment);
    fields("paths", self.paths);
    fields("annotations", self.annotations);
    fields("labels", self.labels);
    fields("entrypoint", self.entrypoint);
    fields("cmd", self.cmd);
    fields("ports", self.ports);
    fields("volumes", self.volumes);
    fields("tests", self.tests);
    fields("fips-compliant", self.fips_compliant);
    fields("stig-certified", self.stig_certified);
  }
};

struct LoadOptions {
  // The catalog's root, which `source:` and `includes:` are relative to; found by find_root when
  // empty.
  Path root;
  // Whether local sources must be there. One whose first directory the root does not hold at all
  // is a warning (a catalog may be published in part), any other missing one an error.
  bool check_sources = true;
};

// The nearest directory above `file` that holds image/, package/, chart/ or .git; the file's own
// directory when there is none.
Path find_root(const Path& file);

// find_root for many files, looking at each directory once.
class RootFinder {
 public:
  Path find(const Path& file);

 private:
  const Path& nearest(const Path& directory);
  std::map<Path, Path> roots_;    // by a file's directory as it was named
  std::map<Path, Path> nearest_;  // by absolute directory: the marked one there or above, or empty
};

// Reads a definition from its text. `file` names it in messages and, with the root, gives its id.
// Everything wrong with it goes to `diagnostics`; nothing is returned when any of it is an error.
std::optional<Definition> load(const Path& file, std::string_view text, Diagnostics& diagnostics,
                               const LoadOptions& options = {});

// The same from the disk. A file that cannot be read is a diagnostic, too.
std::optional<Definition> load_file(const Path& file, Diagnostics& diagnostics,
                                    const LoadOptions& options = {});

// The canonical form: keys in the order of the language, YAML as write_yaml lays it out.
std::string print(const Definition& definition);

// What the definition asks for that `build` does not do yet, each with its place.
struct UnsupportedKey {
  std::string key;  // "contents.builds"
  Location where;
};
std::vector<UnsupportedKey> unsupported_keys(const Definition& definition);

}  // namespace kiln::definition
