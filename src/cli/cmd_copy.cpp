// SPDX-License-Identifier: Apache-2.0
//
// Any place to any place. A destination that ends with "/" and names a host takes every image of
// the source, each below it under the repository and tag that it has.
#include "cli/command.hpp"
#include "cli/moving.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr std::string_view k_prefix = "docker://";

// "registry.example/mirror/", when the destination is such a place.
std::optional<std::string> repository_prefix(const std::string& word) {
  std::string_view text = word;
  bool marked = text.starts_with(k_prefix);
  if (marked) text.remove_prefix(k_prefix.size());
  std::error_code error;
  bool is_path = !marked && std::filesystem::exists(word, error);
  if (!text.ends_with('/') || is_path || !registry::names_a_host(text)) return std::nullopt;
  return std::string(text);
}

Result<registry::Reference> below(const std::string& prefix, const std::string& name) {
  registry::Reference own = TRY(registry::Reference::parse(name));
  return registry::Reference::parse(fmt::format("{}{}:{}", prefix, own.repository,
                                                own.tag.empty() ? own.digest->hex() : own.tag));
}

Result<std::vector<publish::Root>> wanted_roots(const ImageSource& source,
                                                const Arguments& arguments, bool all) {
  std::optional<std::string> image = arguments.value("--image");
  if (all && !image) return publish::roots(*source.reader);
  std::vector<publish::Root> one;
  one.push_back(TRY(publish::find_root(*source.reader, image.value_or(""))));
  return one;
}

Result<std::vector<Moved>> copy_below(const Mover& mover, const std::vector<publish::Root>& roots,
                                      const std::string& prefix) {
  std::vector<Moved> moved;
  for (const publish::Root& root : roots) {
    if (root.names.empty())
      return fail(ErrorCode::bad_input,
                  fmt::format("the image {} has no name that could follow {}",
                              root.descriptor.digest.str(), prefix),
                  "copy it alone, with --image and a whole reference as destination");
    for (const std::string& name : root.names) {
      registry::Reference reference = TRY(below(prefix, name));
      moved.push_back(TRY(mover.to_registry(root, reference)));
    }
  }
  return moved;
}

Result<std::vector<Moved>> copy_into(const Mover& mover, Session& session,
                                     const std::vector<publish::Root>& roots,
                                     const std::string& path,
                                     const std::optional<std::string>& format) {
  std::unique_ptr<Mover::Gathered> gathered = TRY(Mover::Gathered::create(session, path, format));
  std::vector<Moved> moved;
  for (const publish::Root& root : roots) moved.push_back(TRY(mover.to_layout(root, *gathered)));
  TRY(gathered->write());
  return moved;
}

Result<int> run(Session& session, const Arguments& arguments) {
  const std::string& to = arguments.positionals()[1];
  ImageSource source = TRY(open_image_source(session, arguments.positionals()[0]));
  std::optional<std::string> prefix = repository_prefix(to);
  std::optional<registry::Reference> reference;
  if (!prefix) reference = TRY(as_reference(to));
  std::vector<publish::Root> roots = TRY(wanted_roots(source, arguments, prefix || !reference));
  Mover mover = TRY(Mover::create(session, arguments, source));
  std::vector<Moved> moved;
  if (prefix)
    moved = TRY(copy_below(mover, roots, *prefix));
  else if (reference)
    moved.push_back(TRY(mover.to_registry(roots.front(), *reference)));
  else
    moved = TRY(copy_into(mover, session, roots, to, arguments.value("--format")));
  answer_moved(session, "kiln.copy/1", moved);
  return k_exit_ok;
}

}  // namespace

const Command k_copy = {
    .spec =
        {.name = "copy",
         .summary = "copy images with their evidence between registries, layouts and archives",
         .description =
             "Copies an image and everything that is about it. Source and destination are "
             "registry references (with their host, or docker:// before them), layout directories "
             "or archives; a source that exists as a path is that. A layout or archive as "
             "destination is replaced and gets every image of the source; so does a destination "
             "that ends with \"/\", such as registry.example/mirror/, below which each image keeps "
             "its repository and tag.",
         .positionals = {{.name = "SOURCE"}, {.name = "DESTINATION"}},
         .options = with_moving_options(
             {{"--image", "NAME", "which image, by tag, name or digest, when there are several"},
              {"--format",
               "FORMAT",
               "of a new layout or archive (default: by the name, .tar or not)",
               0,
               false,
               {"oci", "archive"}}}),
         .examples = {{"kiln copy quay.io/a/b:1 registry.example/a/b:1",
                       "from registry to registry"},
                      {"kiln copy all.tar registry.example/mirror/",
                       "everything in an archive to a registry without internet"}}},
    .run = run};

}  // namespace kiln::cli
