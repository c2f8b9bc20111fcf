// SPDX-License-Identifier: Apache-2.0
//
// The blocks that a definition is made of, as they are written: every value with its place,
// variables not yet replaced. Each declares its keys once, in the canonical order; that is the
// schema of the language, for reading and for writing. docs/language.md says what they mean.
#pragma once
#include "data/schema.hpp"
#include "definition/enums.hpp"

#include <string>
#include <vector>

namespace kiln::definition {

using Texts = std::vector<Text>;
using Platforms = std::vector<Located<Platform>>;

struct DatesBlock {
  Text release, end_of_life, end_of_support, type, url;
  bool operator==(const DatesBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("release", self.release);
    fields("end-of-life", self.end_of_life);
    fields("end-of-support", self.end_of_support);
    fields("type", self.type);
    fields("url", self.url);
  }
};

struct UserBlock {
  Place where;
  Text name;
  Located<int64_t> uid, gid;
  Text mode;
  bool operator==(const UserBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("name", self.name);
    fields.required("uid", self.uid);
    fields.required("gid", self.gid);
    fields("mode", self.mode);
  }
};

struct GroupBlock {
  Text name;
  Located<int64_t> gid;
  Texts members;
  bool operator==(const GroupBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("name", self.name);
    fields.required("gid", self.gid);
    fields("members", self.members);
  }
};

struct AccountsBlock {
  Located<bool> root;
  Text run_as;
  std::vector<UserBlock> users;
  std::vector<GroupBlock> groups;
  bool operator==(const AccountsBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("root", self.root);
    fields("run-as", self.run_as);
    fields("users", self.users);
    fields("groups", self.groups);
  }
};

struct OsReleaseBlock {
  Place where;
  Text name, id, id_like, version_id, version_codename, pretty_name, home_url, bug_report_url;
  bool operator==(const OsReleaseBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("id", self.id);
    fields("id-like", self.id_like);
    fields("version-id", self.version_id);
    fields("version-codename", self.version_codename);
    fields("pretty-name", self.pretty_name);
    fields("home-url", self.home_url);
    fields("bug-report-url", self.bug_report_url);
  }
};

struct PathBlock {
  Place where;
  Located<PathType> type;
  Text path, condition, content, source;
  Located<int64_t> uid, gid;
  Text mode;
  Located<bool> recursive;
  Platforms platforms;
  bool operator==(const PathBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("type", self.type);
    fields.required("path", self.path);
    fields("if", self.condition);
    fields("content", self.content);
    fields("uid", self.uid);
    fields("gid", self.gid);
    fields("mode", self.mode);
    fields("source", self.source);
    fields("recursive", self.recursive);
    fields("platforms", self.platforms);
  }
};

struct SpdxPackageBlock {
  Text name, purl, license, path;
  bool operator==(const SpdxPackageBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("purl", self.purl);
    fields("license", self.license);
    fields("path", self.path);
  }
};

struct SpdxBlock {
  Text name, version;
  std::vector<SpdxPackageBlock> packages;
  bool operator==(const SpdxBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("version", self.version);
    fields("packages", self.packages);
  }
};

// A file to be fetched: `contents.files[]`.
struct FileBlock {
  Place where;
  Text url, condition, checksum, path;
  Texts includes, excludes;
  Platforms platforms;
  SpdxBlock spdx;
  Located<int64_t> uid, gid;
  Text mode, secret_id;
  bool operator==(const FileBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("url", self.url);
    fields("if", self.condition);
    fields("checksum", self.checksum);
    fields("path", self.path);
    fields("includes", self.includes);
    fields("excludes", self.excludes);
    fields("platforms", self.platforms);
    fields("spdx", self.spdx);
    fields("uid", self.uid);
    fields("gid", self.gid);
    fields("mode", self.mode);
    fields("secret-id", self.secret_id);
  }
};

// Files to be copied out of another image: `contents.artifacts[]`.
struct ArtifactBlock {
  Place where;
  Text name, condition;
  Texts includes, excludes;
  Located<int64_t> uid, gid;
  bool operator==(const ArtifactBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("if", self.condition);
    fields("includes", self.includes);
    fields("excludes", self.excludes);
    fields("uid", self.uid);
    fields("gid", self.gid);
  }
};

// What fills a root file system: of the image, or of a build's container.
struct ContentsBlock {
  Texts repositories, keyring, packages;
  std::vector<FileBlock> files;
  TextMap mappings;
  std::vector<ArtifactBlock> artifacts;
  bool operator==(const ContentsBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("repositories", self.repositories);
    fields("keyring", self.keyring);
    fields("packages", self.packages);
    fields("files", self.files);
    fields("mappings", self.mappings);
    fields("artifacts", self.artifacts);
  }
};

struct TestBlock {
  Text name, directory;
  Texts commands;
  Located<int64_t> exit_code, timeout;
  Text output;
  bool operator==(const TestBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("directory", self.directory);
    fields("commands", self.commands);
    fields.required("exit-code", self.exit_code);
    fields("timeout", self.timeout);
    fields("output", self.output);
  }
};

}  // namespace kiln::definition
