// SPDX-License-Identifier: Apache-2.0
#include "cli/build_output.hpp"

#include "base/strings.hpp"
#include "cli/evidence_maker.hpp"
#include "evidence/public_url.hpp"
#include "image/export.hpp"
#include "image/index.hpp"
#include "oci/archive.hpp"
#include "oci/layout.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

namespace fs = std::filesystem;

std::string_view suffix(OutputFormat format) {
  return format == OutputFormat::docker || format == OutputFormat::tar ? ".tar" : "";
}

// The last component of "registry/team/name".
std::string short_name(const std::string& image) {
  return image.substr(image.rfind('/') == std::string::npos ? 0 : image.rfind('/') + 1);
}

Path place_of(const OutputRequest& request, const Subject& subject, bool several) {
  if (!several)
    return request.path ? *request.path
                        : Path(short_name(subject.definition.image.value) +
                               std::string(suffix(request.format)));
  Path below = request.path ? *request.path : Path("images");
  return below / (subject.definition.id + std::string(suffix(request.format)));
}

// "registry/name:tag" for each tag of the definition.
std::vector<std::string> full_names(const definition::ImageSpec& spec) {
  std::vector<std::string> names;
  for (const std::string& tag : spec.tags) names.push_back(fmt::format("{}:{}", spec.image, tag));
  return names;
}

Result<> write_archive(const Path& path, const image::Assembly& assembly,
                       const std::vector<std::string>& names) {
  AtomicFile file = TRY(AtomicFile::create(path));
  TRY(oci::write_docker_archive(file, assembly.content, assembly.manifests.at(0).digest, names));
  return file.commit();
}

Result<> write_tree(const OutputRequest& request, const plan::Plan& plan, World& world,
                    BuildResult& result) {
  rootfs::Rootfs tree = TRY(install_plan(plan, world));
  if (request.format == OutputFormat::dir) {
    result.notes = TRY(image::write_tree_directory(tree, world.store, result.path));
    return {};
  }
  AtomicFile file = TRY(AtomicFile::create(result.path));
  TRY(image::write_tree_tar(tree, world.store, file));
  return file.commit();
}

Result<> write_one(const OutputRequest& request, const Subject& subject, BuildResult& result,
                   EvidenceMaker* evidence, Session& session) {
  World& world = *TRY(session.world());
  if (result.path.has_parent_path()) TRY(make_directories(result.path.parent_path()));
  const plan::LockedPlan& first = *result.plans.front();
  if (request.is_tree()) {
    result.digest = result.images.front()->image.manifest_digest;
    return write_tree(request, first.plan, world, result);
  }
  std::vector<image::Image> images;
  for (const Built* built : result.images) images.push_back(built->image);
  image::Assembly assembly = TRY(image::assemble(images, first.plan.spec.tags, world.store));
  if (request.format == OutputFormat::docker) {
    result.digest = assembly.manifests.at(0).digest;
    return write_archive(result.path, assembly, full_names(first.plan.spec));
  }
  std::string lock = plan::write_lock(evidence::public_lock(make_lock(result.plans)));
  image::attach_lock(assembly, lock);
  result.digest = assembly.index.digest;
  if (evidence != nullptr) TRY(evidence->add(subject, result, assembly, lock));
  return oci::write_layout(result.path, assembly.content);
}

}  // namespace

Result<OutputRequest> read_output_request(const Arguments& arguments) {
  OutputRequest request;
  std::string format = arguments.value("--format").value_or("oci");
  if (format == "docker") request.format = OutputFormat::docker;
  if (format == "dir") request.format = OutputFormat::dir;
  if (format == "tar") request.format = OutputFormat::tar;
  if (auto path = arguments.value("--output")) request.path = *path;
  return request;
}

Result<> check_output(const OutputRequest& request, std::span<const Subject> subjects,
                      std::span<const Task> tasks) {
  if (request.format != OutputFormat::oci && tasks.size() != subjects.size())
    return fail(ErrorCode::bad_input,
                "this format holds one platform, and the definition is built for several",
                "choose one, such as --platform linux/amd64");
  if (subjects.size() != 1 || !request.path) return {};
  std::error_code error;
  fs::file_status there = fs::status(*request.path, error);
  bool file_wanted = request.format == OutputFormat::docker || request.format == OutputFormat::tar;
  if (file_wanted && fs::is_directory(there))
    return fail(ErrorCode::bad_input, fmt::format("{} is a directory", request.path->string()),
                "name a file with -o");
  if (!file_wanted && fs::exists(there) && !fs::is_directory(there))
    return fail(ErrorCode::bad_input, fmt::format("{} is not a directory", request.path->string()),
                "name a directory with -o");
  return {};
}

namespace {

// What is known without a clock, so that the same inputs give the same lock, and so the same
// layout.
UnixTime moment_of(const plan::LockedPlan& locked) {
  UnixTime newest = 0;
  for (const plan::LockedIndex& index : locked.indexes) newest = std::max(newest, index.date);
  return locked.plan.source_date_epoch.value_or(newest);
}

}  // namespace

plan::Lock make_lock(std::span<const plan::LockedPlan* const> plans) {
  plan::Lock lock;
  lock.kiln_version = KILN_VERSION;
  lock.definition = plans.front()->plan.spec.definition_name;
  for (const plan::LockedPlan* locked : plans) {
    lock.created = std::max(lock.created, moment_of(*locked));
    lock.plans.push_back(*locked);
  }
  return lock;
}

Result<std::vector<BuildResult>> write_outputs(const OutputRequest& request,
                                               std::span<const Subject> subjects,
                                               std::span<const Task> tasks,
                                               std::span<const plan::LockedPlan> plans,
                                               std::span<const Built> images,
                                               EvidenceMaker* evidence, Session& session) {
  std::vector<BuildResult> results;
  for (const Subject& subject : subjects) {
    BuildResult result;
    result.definition = subject.definition.id;
    result.image = subject.definition.image.value;
    result.path = place_of(request, subject, subjects.size() > 1);
    for (size_t i = 0; i < tasks.size(); ++i) {
      if (tasks[i].subject != &subject) continue;
      result.images.push_back(&images[i]);
      result.plans.push_back(&plans[i]);
    }
    TRY_CONTEXT(write_one(request, subject, result, evidence, session),
                fmt::format("writing {}", result.path.string()));
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace kiln::cli
