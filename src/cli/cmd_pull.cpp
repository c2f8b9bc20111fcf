// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/moving.hpp"

namespace kiln::cli {

namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  std::optional<std::string> path = arguments.value("--output");
  if (!path)
    return fail(ErrorCode::bad_input, "pull needs a place to write to", "name it with -o PATH");
  std::vector<registry::Reference> references;
  for (const std::string& word : arguments.positionals())
    references.push_back(TRY(reference_of(word)));
  std::unique_ptr<Mover::Gathered> gathered =
      TRY(Mover::Gathered::create(session, *path, arguments.value("--format")));
  std::vector<Moved> moved;
  for (const registry::Reference& reference : references) {
    ImageSource source = TRY(open_image_source(session, "docker://" + reference.str()));
    publish::Root root = TRY(publish::find_root(*source.reader, ""));
    Mover mover = TRY(Mover::create(session, arguments, source));
    moved.push_back(TRY(mover.to_layout(root, *gathered)));
  }
  TRY(gathered->write());
  answer_moved(session, "kiln.pull/1", moved);
  return k_exit_ok;
}

}  // namespace

const Command k_pull = {
    .spec = {.name = "pull",
             .summary = "get images with their evidence from a registry",
             .description =
                 "Gets images and everything that is about them into one layout directory or one "
                 "archive, which replaces what had the name. What the store has already is not "
                 "fetched again, also after a pull that was ended.",
             .positionals = {{.name = "REFERENCE", .repeatable = true}},
             .options = with_moving_options(
                 {{"--output", "PATH", "where the images go; - is standard output, of an archive",
                   'o'},
                  {"--format",
                   "FORMAT",
                   "a layout directory or the tar of one (default: by the name, .tar or not)",
                   0,
                   false,
                   {"oci", "archive"}}}),
             .examples = {{"kiln pull registry.example/base/nginx:1.29 -o nginx/",
                           "a layout directory"},
                          {"kiln pull r.example/nginx:1 r.example/redis:8 -o all.tar",
                           "one archive to carry to where there is no network"}}},
    .run = run};

}  // namespace kiln::cli
