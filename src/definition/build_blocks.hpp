// SPDX-License-Identifier: Apache-2.0
//
// The blocks of `contents.builds[]` and of `track[]`.
#pragma once
#include "definition/blocks.hpp"

namespace kiln::definition {

// A directory that outlives a build: `caches[]`.
struct CacheBlock {
  Text path;
  Located<Sharing> sharing;
  bool operator==(const CacheBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("path", self.path);
    fields("sharing", self.sharing);
  }
};

struct SecretBlock {
  Text id, condition, env;
  Located<bool> optional;
  bool operator==(const SecretBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("id", self.id);
    fields("if", self.condition);
    fields.required("env", self.env);
    fields("optional", self.optional);
  }
};

// One step of a pipeline: a script, a named action with its parameters, or both.
struct StepBlock {
  Place where;
  Text name, condition, uses, run_as, work_dir, shell;
  Located<bool> privileged;
  TextMap environment;
  std::vector<CacheBlock> caches;
  std::vector<SecretBlock> secrets;
  YamlNode with;
  Text runs;
  bool operator==(const StepBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("if", self.condition);
    fields("uses", self.uses);
    fields("run-as", self.run_as);
    fields("work-dir", self.work_dir);
    fields("shell", self.shell);
    fields("privileged", self.privileged);
    fields("environment", self.environment);
    fields("caches", self.caches);
    fields("secrets", self.secrets);
    fields("with", self.with);
    fields("runs", self.runs);
  }
};

struct OutputBlock {
  Place where;
  Text source, target, condition;
  Located<int64_t> uid, gid;
  Text mode;
  Located<bool> diff;
  bool operator==(const OutputBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("source", self.source);
    fields("target", self.target);
    fields("if", self.condition);
    fields("uid", self.uid);
    fields("gid", self.gid);
    fields("mode", self.mode);
    fields("diff", self.diff);
  }
};

struct AttestationBlock {
  Text condition, predicate_type, source;
  Located<bool> diff;
  bool operator==(const AttestationBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("if", self.condition);
    fields("predicate-type", self.predicate_type);
    fields("source", self.source);
    fields("diff", self.diff);
  }
};

struct MatrixBlock {
  Text name;
  YamlNode items;
  bool operator==(const MatrixBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("items", self.items);
  }
};

struct BuildBlock {
  Place where;
  Text name, condition;
  Located<Entitlement> entitlement;
  Text uses, work_dir, shell;
  Located<bool> privileged;
  TextMap environment;
  std::vector<CacheBlock> caches;
  std::vector<MatrixBlock> matrix;
  ContentsBlock contents;
  AccountsBlock accounts;
  std::vector<PathBlock> paths;
  std::vector<StepBlock> pipeline;
  std::vector<OutputBlock> outputs;
  std::vector<AttestationBlock> attestations;
  bool operator==(const BuildBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("if", self.condition);
    fields("entitlement", self.entitlement);
    fields("uses", self.uses);
    fields("work-dir", self.work_dir);
    fields("shell", self.shell);
    fields("privileged", self.privileged);
    fields("environment", self.environment);
    fields("caches", self.caches);
    fields("matrix", self.matrix);
    fields("contents", self.contents);
    fields("pipeline", self.pipeline);
    fields("paths", self.paths);
    fields("accounts", self.accounts);
    fields("outputs", self.outputs);
    fields("attestations", self.attestations);
  }
};

// The contents of the definition itself, which alone may hold builds.
struct TopContentsBlock : ContentsBlock {
  std::vector<BuildBlock> builds;
  bool operator==(const TopContentsBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("repositories", self.repositories);
    fields("keyring", self.keyring);
    fields("packages", self.packages);
    fields("files", self.files);
    fields("builds", self.builds);
    fields("mappings", self.mappings);
    fields("artifacts", self.artifacts);
  }
};

// One rule of the bot that keeps `vars` current. Which keys a type needs is checked after reading;
// `set` has a different shape in each and is kept as it is.
struct TrackBlock {
  Place where;
  Located<TrackType> type;
  Text owner, repo, use, branch, package, name, url, match;
  AnyNode set;
  Texts increment, reset;
  bool operator==(const TrackBlock&) const = default;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields.required("type", self.type);
    fields("owner", self.owner);
    fields("repo", self.repo);
    fields("use", self.use);
    fields("branch", self.branch);
    fields("package", self.package);
    fields("name", self.name);
    fields("url", self.url);
    fields("match", self.match);
    fields("set", self.set);
    fields("increment", self.increment);
    fields("reset", self.reset);
  }
};

}  // namespace kiln::definition
