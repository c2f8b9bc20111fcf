// SPDX-License-Identifier: Apache-2.0
//
// What push, pull and copy share: images with their evidence from one place to another, and what is
// said about it.
#pragma once
#include "cli/args.hpp"
#include "cli/image_source.hpp"
#include "publish/roots.hpp"
#include "publish/transfer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

// One image that was brought somewhere.
struct Moved {
  std::string from;
  std::string to;
  Digest digest;
  size_t evidence = 0;  // manifests of it
  std::vector<Digest> missing;
  publish::Transferred done;
  bool into_file = false;  // a layout or an archive: what was there before lay in the store
};

// Options of all three: --platform, --no-evidence, --buildkit-attestations and those of registries.
std::vector<Option> with_moving_options(std::vector<Option> own);

// Fails with bad_input for a tag under which evidence is kept: the image would replace it.
Result<> check_tag(const registry::Reference& reference);

// Brings images of one source to registries.
class Mover {
 public:
  // Reads the options; the source must outlive the mover.
  static Result<Mover> create(Session& session, const Arguments& arguments,
                              const ImageSource& source);

  // What to_registry sends of an image, evidence included.
  Result<publish::Closure> for_registry(const publish::Root& root) const;

  // To a repository under the reference's tag; a digest in the reference must be the image's.
  Result<Moved> to_registry(const publish::Root& root, const registry::Reference& reference) const;

  // To a layout or archive, which write_images then writes.
  class Gathered;
  Result<Moved> to_layout(const publish::Root& root, Gathered& gathered) const;

 private:
  Mover(Session& session, World& world, const ImageSource& source)
      : session_(session), world_(world), source_(source) {}
  // With --buildkit-attestations, the root is the index that has them.
  Result<publish::Closure> closure_of(const publish::Root& root) const;
  Moved moved(const publish::Closure& closure, publish::Transferred done, std::string to) const;

  Session& session_;
  World& world_;
  const ImageSource& source_;
  publish::ClosureOptions options_;
  bool attested_index_ = false;
};

// A layout directory or an archive in the making.
class Mover::Gathered {
 public:
  // `word` is a path, or - for standard output. `format` is "oci" or "archive"; without one, a
  // name that ends with .tar means an archive.
  static Result<std::unique_ptr<Gathered>> create(Session& session, const std::string& word,
                                                  const std::optional<std::string>& format);
  ~Gathered();
  // Writes it, whole or not at all.
  Result<> write() const;
  const Path& path() const { return path_; }

 private:
  friend class Mover;
  struct Inside;
  explicit Gathered(std::unique_ptr<Inside> inside, Path path, bool is_archive);
  std::unique_ptr<Inside> inside_;
  Path path_;
  bool is_archive_;
};

// Shows what was moved; `schema` names the command.
void answer_moved(Session& session, std::string_view schema, const std::vector<Moved>& moved);

}  // namespace kiln::cli
