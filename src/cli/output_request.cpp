// SPDX-License-Identifier: Apache-2.0
#include "cli/output_request.hpp"

#include "base/output_target.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

namespace fs = std::filesystem;

std::string_view suffix(const OutputRequest& request) {
  return request.is_archive() ? ".tar" : "";
}

// The last component of "registry/team/name".
std::string short_name(const std::string& image) {
  return image.substr(image.rfind('/') == std::string::npos ? 0 : image.rfind('/') + 1);
}

// Something that cannot become, or be replaced by, what is written.
Result<> check_place(const OutputRequest& request, const Path& place) {
  if (!request.is_archive() && is_standard_output(place))
    return fail(ErrorCode::bad_input, "standard output cannot hold a directory",
                "--format docker and tar write one file");
  if (request.is_archive() && !place.has_filename())
    return fail(
        ErrorCode::bad_input,
        fmt::format("{} is the name of a directory, and one file is written", place.string()),
        "leave out the slash at its end");
  std::error_code error;
  fs::file_status there = fs::status(place, error);
  if (request.is_archive() && fs::is_directory(there))
    return fail(ErrorCode::bad_input, fmt::format("{} is a directory", place.string()),
                "name a file with -o");
  if (!request.is_archive() && fs::exists(there) && !fs::is_directory(there))
    return fail(ErrorCode::bad_input, fmt::format("{} is not a directory", place.string()),
                "name a directory with -o; --format docker and tar write files");
  return {};
}

bool lies_in(const Path& inner, const Path& outer) {
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

// Two outputs in one place would leave one of them, and one inside another is in its way.
Result<> check_apart(const OutputRequest& request, std::span<const Subject> subjects) {
  struct Placed {
    Path place;
    const Subject* subject;
  };
  std::vector<Placed> placed;
  for (const Subject& subject : subjects)
    placed.push_back({output_place(request, subject, true).lexically_normal(), &subject});
  // Sorted by components, what lies in a place follows it at once.
  std::ranges::stable_sort(placed, {}, &Placed::place);
  for (size_t i = 1; i < placed.size(); ++i) {
    const Placed& a = placed[i - 1];
    const Placed& b = placed[i];
    if (!lies_in(b.place, a.place)) continue;
    std::string what =
        a.place == b.place
            ? fmt::format("{} and {} would both be written to {}", a.subject->file.string(),
                          b.subject->file.string(), a.place.string())
            : fmt::format("{} would be written to {}, inside {} of {}", b.subject->file.string(),
                          b.place.string(), a.place.string(), a.subject->file.string());
    return fail(ErrorCode::bad_input, std::move(what),
                "build each by itself with its own -o, or lay them out as a catalog: "
                "image/NAME/DISTRIBUTION/VERSION.yaml");
  }
  return {};
}

}  // namespace

Path output_path(const std::string& word) {
  return word == "-" ? Path(k_standard_output) : Path(word);
}

Result<OutputRequest> read_output_request(const Arguments& arguments) {
  OutputRequest request;
  std::string format = arguments.value("--format").value_or("oci");
  if (format == "docker") request.format = OutputFormat::docker;
  if (format == "dir") request.format = OutputFormat::dir;
  if (format == "tar") request.format = OutputFormat::tar;
  if (auto path = arguments.value("--output")) request.path = output_path(*path);
  return request;
}

Path output_place(const OutputRequest& request, const Subject& subject, bool several) {
  if (!several)
    return request.path
               ? *request.path
               : Path(short_name(subject.definition.image.value) + std::string(suffix(request)));
  Path below = request.path ? *request.path : Path("images");
  return below / (subject.definition.id + std::string(suffix(request)));
}

Result<> check_output(const OutputRequest& request, std::span<const Subject> subjects,
                      std::span<const Task> tasks, bool several, Session& session) {
  for (size_t i = 1; i < tasks.size() && request.format != OutputFormat::oci; ++i)
    if (tasks[i].subject == tasks[i - 1].subject)
      return fail(ErrorCode::bad_input,
                  "this format holds one platform, and the definition is built for several",
                  "choose one, such as --platform linux/amd64");
  if (!several) {
    Path place = output_place(request, subjects[0], false);
    TRY(check_place(request, place));
    return request.is_archive() ? session.reserve_output(place) : Result<>();
  }
  if (request.path) {
    std::error_code error;
    fs::file_status there = fs::status(*request.path, error);
    if (fs::exists(there) && !fs::is_directory(there))
      return fail(ErrorCode::bad_input,
                  fmt::format("{} is not a directory", output_name(*request.path)),
                  "with several definitions -o names a directory, in which each gets its place");
  }
  for (const Subject& subject : subjects)
    TRY(check_place(request, output_place(request, subject, true)));
  return check_apart(request, subjects);
}

}  // namespace kiln::cli
