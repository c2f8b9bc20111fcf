// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "cli/explanation.hpp"
#include "cli/image_argument.hpp"
#include "cli/image_source.hpp"
#include "cli/lock_file.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// A lock file begins with "{"; anything else is opened as an image.
bool looks_like_lock(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  Result<MappedFile> file = MappedFile::open(path);
  return file && file->bytes().starts_with('{');
}

Result<Explained> open_explained(Session& session, const std::string& path,
                                 const std::optional<std::string>& platform,
                                 const std::optional<std::string>& image) {
  Explained explained;
  plan::Lock lock;
  if (looks_like_lock(path)) {
    lock = TRY(read_lock_file(path));
  } else {
    OpenedImage opened = TRY(open_image_argument(session, path, platform, image));
    lock = TRY(lock_of(opened));
    explained.view = TRY(view_of(opened));
  }
  std::optional<model::Platform> wanted;
  if (platform) wanted = TRY(model::Platform::parse(*platform));
  if (!wanted && explained.view) wanted = explained.view->image.config.platform;
  const plan::LockedPlan* locked = wanted ? lock.find(*wanted) : &lock.plans.front();
  if (locked == nullptr)
    return fail(ErrorCode::not_found, fmt::format("the lock has no plan for {}", wanted->str()));
  explained.locked = *locked;
  return explained;
}

// A name with a slash is a file's: no package, nor a layer's digest, has one.
Result<std::string> what_is_asked(const std::string& word) {
  if (!word.starts_with('/') && word.contains('/')) return "/" + word;
  size_t end = word.find_first_of("=<>~ ");
  if (end == std::string::npos) return word;
  return fail(ErrorCode::bad_input, fmt::format("\"{}\" is no name of a package", printable(word)),
              end == 0 ? "" : fmt::format("name it without a version: {}", word.substr(0, end)));
}

Result<int> run(Session& session, const Arguments& arguments) {
  Explained explained =
      TRY(open_explained(session, arguments.positionals()[0], arguments.value("--platform"),
                         arguments.value("--image")));
  const std::string what = TRY(what_is_asked(arguments.positionals()[1]));
  Result<Explanation> found = what.starts_with('/')         ? explain_file(explained, what, session)
                              : what.starts_with("sha256:") ? explain_layer(explained, what)
                                                            : explain_package(explained, what);
  if (!found && found.error().code == ErrorCode::not_found && !what.starts_with('/') &&
      !what.starts_with("sha256:"))
    found = explain_absence(explained, what, session);
  Explanation explanation = TRY(std::move(found));
  explanation.json["schema"] = "kiln.explain/1";
  explanation.json["what"] = what;
  session.give(explanation.text, explanation.json);
  return explanation.present ? k_exit_ok : k_exit_no;
}

}  // namespace

const Command k_explain = {
    .spec =
        {.name = "explain",
         .summary = "say why a package, file or layer is in an image",
         .description =
             "Answers from the lock beside an image, or from a lock file: by which chain of "
             "dependencies a package came in, why this version was chosen, and what would leave "
             "with it; which package, effect or line of the definition a file comes from; what a "
             "layer holds. For a package that is not there it asks the archives why.",
         .positionals = {{.name = "IMAGE|LOCK"}, {.name = "WHAT"}},
         .options = with_registry_options({platform_option(), image_option()}),
         .examples = {{"kiln explain out/nginx libssl3t64", "why is this package here"},
                      {"kiln explain out/nginx /etc/passwd", "where does this file come from"},
                      {"kiln explain app.lock perl", "why is perl not in it"}},
         .exits = {{1, "it is not in the image"}}},
    .run = run};

}  // namespace kiln::cli
