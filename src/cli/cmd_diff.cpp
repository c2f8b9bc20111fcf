// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/diff_report.hpp"
#include "cli/image_argument.hpp"
#include "cli/image_source.hpp"
#include "image/diff.hpp"

namespace kiln::cli {

namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  std::optional<std::string> platform = arguments.value("--platform");
  OpenedImage before = TRY(open_image_argument(session, arguments.positionals()[0], platform));
  OpenedImage after = TRY(open_image_argument(session, arguments.positionals()[1], platform));
  image::ImageView old_view = TRY(view_of(before));
  image::ImageView new_view = TRY(view_of(after));
  image::ImageDiff difference = image::diff(old_view, new_view);
  Json json = diff_json(difference);
  json["schema"] = "kiln.diff/1";
  json["before"] = before.image.descriptor.digest.str();
  json["after"] = after.image.descriptor.digest.str();
  session.answer(diff_text(difference), json);
  return difference.empty() ? k_exit_ok : k_exit_no;
}

}  // namespace

const Command k_diff = {
    .spec = {.name = "diff",
             .summary = "show how two images differ",
             .description =
                 "Compares packages, files, config and size of two images, built by Kiln "
                 "or by anyone.",
             .positionals = {{.name = "A"}, {.name = "B"}},
             .options =
                 with_registry_options({{"--platform", "linux/ARCH", "which image of an index"}}),
             .examples = {{"kiln diff old/ new/", "what an update changed"},
                          {"kiln diff --json a.tar b.tar", "the same for a script"}},
             .exits = {{1, "the images differ"}}},
    .run = run};

}  // namespace kiln::cli
