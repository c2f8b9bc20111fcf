// SPDX-License-Identifier: Apache-2.0
#include "cli/build_output.hpp"

#include "base/output_target.hpp"
#include "base/stop_check.hpp"
#include "cli/evidence_maker.hpp"
#include "evidence/public_url.hpp"
#include "image/export.hpp"
#include "image/index.hpp"
#include "oci/archive.hpp"
#include "oci/layout.hpp"
#include "oci/registry/reference.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// "registry/name:tag" for each tag of the definition.
std::vector<std::string> full_names(const definition::ImageSpec& spec) {
  std::vector<std::string> names;
  for (const std::string& tag : spec.tags) names.push_back(fmt::format("{}:{}", spec.image, tag));
  return names;
}

// Where the definition says that the image will be, with the host that a short name means; empty
// when that is no name for a registry.
std::string repository_of(const definition::ImageSpec& spec) {
  Result<registry::Reference> reference = registry::Reference::parse(spec.image);
  return reference ? reference->name() : std::string();
}

StopCheck stop_check(const World& world) {
  return [&world] { return check_stop(world); };
}

Result<> write_archive(const Path& path, const image::Assembly& assembly,
                       const std::vector<std::string>& names, const World& world) {
  AtomicFile file = TRY(AtomicFile::create(path));
  const StopCheck stop = stop_check(world);
  StoppableSink sink(file, stop);
  TRY(oci::write_docker_archive(sink, assembly.content, assembly.manifests.at(0).digest, names));
  return file.commit();
}

Result<> write_tree(const OutputRequest& request, const plan::Plan& plan, World& world,
                    BuildResult& result) {
  rootfs::Rootfs tree = TRY(install_plan(plan, world));
  if (request.format == OutputFormat::dir) {
    result.notes =
        TRY(image::write_tree_directory(tree, world.store, result.path, stop_check(world)));
    return {};
  }
  AtomicFile file = TRY(AtomicFile::create(result.path));
  const StopCheck stop = stop_check(world);
  StoppableSink sink(file, stop);
  TRY(image::write_tree_tar(tree, world.store, sink));
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
  image::Assembly assembly = TRY(
      image::assemble(images, first.plan.spec.tags, world.store, repository_of(first.plan.spec)));
  if (request.format == OutputFormat::docker) {
    result.digest = assembly.manifests.at(0).digest;
    return write_archive(result.path, assembly, full_names(first.plan.spec), world);
  }
  std::string lock = plan::write_lock(evidence::public_lock(make_lock(result.plans)));
  image::attach_lock(assembly, lock);
  result.digest = assembly.index.digest;
  if (evidence != nullptr) TRY(evidence->add(subject, result, assembly, lock));
  TRY(oci::write_layout(result.path, assembly.content, stop_check(world)));
  if (evidence != nullptr) evidence->remember(result.path);
  return {};
}

}  // namespace

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

Result<std::vector<BuildResult>> write_outputs(const OutputRequest& request, const Batch& batch,
                                               bool several, EvidenceMaker* evidence,
                                               Session& session) {
  std::vector<BuildResult> results;
  for (const Subject* subject : batch.subjects) {
    BuildResult result;
    result.definition = subject->definition.id;
    result.image = subject->definition.image.value;
    result.path = output_place(request, *subject, several);
    for (size_t i = 0; i < batch.tasks.size(); ++i) {
      if (batch.tasks[i].subject != subject) continue;
      result.images.push_back(&batch.images[i]);
      result.plans.push_back(&batch.plans[i]);
    }
    TRY_CONTEXT(write_one(request, *subject, result, evidence, session),
                fmt::format("writing {}", output_name(result.path)));
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace kiln::cli
