// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/diff_report.hpp"
#include "cli/image_argument.hpp"
#include "cli/image_source.hpp"
#include "cli/owners.hpp"
#include "image/diff.hpp"

#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kiln::cli {

namespace {

std::set<std::string> platforms_in(const OpenedImage& opened) {
  std::set<std::string> platforms;
  Result<std::vector<oci::ListedImage>> images = oci::list_images(*opened.reader);
  if (!images) return platforms;  // the image itself was read, and is what counts
  for (const oci::ListedImage& image : *images)
    if (image.root == opened.image.root) platforms.insert(image.config.platform.str());
  return platforms;
}

// One platform is compared; who named none may think that it was all.
void tell_what_is_left_out(const OpenedImage& before, const OpenedImage& after, Session& session) {
  std::set<std::string> platforms = platforms_in(before);
  platforms.merge(platforms_in(after));
  platforms.erase(before.image.config.platform.str());
  if (!platforms.empty())
    session.remark(fmt::format("only {} was compared, not {}: name one with --platform\n",
                               before.image.config.platform.str(), fmt::join(platforms, ", ")));
}

Result<int> run(Session& session, const Arguments& arguments) {
  std::optional<std::string> platform = arguments.value("--platform");
  std::vector<std::string> images = arguments.values("--image");
  if (images.size() > 2) return fail(ErrorCode::bad_input, "there are two images to compare");
  std::optional<std::string> first;
  std::optional<std::string> second;
  if (!images.empty()) first = images.front();
  if (!images.empty()) second = images.back();
  OpenedImage before =
      TRY(open_image_argument(session, arguments.positionals()[0], platform, first));
  OpenedImage after =
      TRY(open_image_argument(session, arguments.positionals()[1], platform, second));
  image::ImageView old_view = TRY(view_of(before));
  image::ImageView new_view = TRY(view_of(after));
  use_lock_beside(old_view, before, session);
  use_lock_beside(new_view, after, session);
  image::ImageDiff difference = image::diff(old_view, new_view);
  Json json = diff_json(difference);
  json["schema"] = "kiln.diff/1";
  json["before"] = before.image.descriptor.digest.str();
  json["after"] = after.image.descriptor.digest.str();
  session.answer(diff_text(difference), json);
  if (!platform) tell_what_is_left_out(before, after, session);
  return difference.empty() ? k_exit_ok : k_exit_no;
}

}  // namespace

const Command k_diff = {
    .spec =
        {.name = "diff",
         .summary = "show how two images differ",
         .description =
             "Compares packages, files, config and size of one platform of two images, built by "
             "Kiln or by anyone. Images that unpack to the same are the same here, also when "
             "their layers are cut or compressed in another way, which is said.",
         .positionals = {{.name = "A"}, {.name = "B"}},
         .options = with_registry_options(
             {platform_option(),
              {.name = "--image",
               .value = "NAME",
               .help = "which image, where A or B holds several; twice: of A, then of B",
               .repeatable = true}}),
         .examples = {{"kiln diff old/ new/", "what an update changed"},
                      {"kiln diff both.tar both.tar --image app:1 --image app:2",
                       "two images of one archive"},
                      {"kiln diff --json a.tar b.tar", "the same for a script"}},
         .exits = {{1, "the images differ"}}},
    .run = run};

}  // namespace kiln::cli
