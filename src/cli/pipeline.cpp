// SPDX-License-Identifier: Apache-2.0
#include "cli/pipeline.hpp"

#include "base/threads.hpp"
#include "cli/places.hpp"
#include "definition/resolve.hpp"
#include "distributions/distributions.hpp"
#include "image/encoder.hpp"
#include "packages/fetch.hpp"
#include "plan/same_versions.hpp"
#include "rootfs/install.hpp"

#include <map>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

Result<plan::PlanOptions> plan_options(const Task& task, Session& session) {
  const Config& config = session.config();
  plan::PlanOptions options;
  options.pins = config.pins;
  options.archives = TRY(archive_choices(config));
  options.archives.catalog_root = task.subject->root;
  options.places = package_places(*task.subject);
  options.source_date_epoch = TRY(session.source_date_epoch());
  const std::string& wanted =
      task.spec.compression.empty() ? config.compression : task.spec.compression;
  options.encoder = TRY(image::encoder_name_for(wanted));
  return options;
}

// Packages that several plans share, each once.
Result<std::vector<packages::FetchItem>> items_of(std::span<const plan::LockedPlan* const> plans) {
  std::map<Digest, packages::FetchItem> items;
  for (const plan::LockedPlan* locked : plans) {
    const auto& distribution = *TRY(find_distribution(locked->plan.distribution));
    for (size_t i = 0; i < locked->plan.packages.size(); ++i) {
      const plan::PlannedPackage& package = locked->plan.packages[i];
      items.try_emplace(package.sha256, packages::FetchItem{package.id, package.sha256,
                                                            package.size, locked->origins[i].urls,
                                                            distribution.file_name(package.id)});
    }
  }
  std::vector<packages::FetchItem> list;
  for (auto& [digest, item] : items) list.push_back(std::move(item));
  return list;
}

// A local source that the store lacks is taken from the bundle or the catalog, if it is the same.
Result<> bring_source(const plan::LocalSource& source, const MakeOptions& options, Store& store) {
  if (store.has(source.sha256)) return {};
  std::vector<Path> places;
  if (options.bundle) places.push_back(*options.bundle / source.sha256.hex());
  if (!options.root.empty()) places.push_back(options.root / source.path);
  for (const Path& place : places) {
    Result<std::string> bytes = read_file(place);
    if (!bytes || sha256(*bytes) != source.sha256) continue;
    TRY(store.put(*bytes));
    return {};
  }
  return fail(ErrorCode::not_found,
              fmt::format("the local file {} is not there as the lock names it", source.path),
              "build where the definition lies, or with the --bundle that the lock was made with");
}

Result<Built> make_image(const plan::Plan& plan, World& world, image::LayerReuse reuse) {
  rootfs::Rootfs tree = TRY(install_plan(plan, world));
  Built built;
  built.image = TRY(image::pack(tree, plan, world, reuse));
  built.report = make_report(plan, tree);
  return built;
}

}  // namespace

Result<plan::ArchiveChoices> archive_choices(const Config& config) {
  plan::ArchiveChoices choices;
  choices.mirrors = {{"deb.debian.org/debian", config.mirrors},
                     {"deb.debian.org/debian-security", config.security_mirrors},
                     {"dl-cdn.alpinelinux.org/alpine", config.alpine_mirrors}};
  choices.rewrites = config.rewrites;
  for (const Path& keyring : config.keyrings)
    choices.keys.push_back(
        {keyring.string(), TRY_CONTEXT(read_file(keyring, 1U << 20), "reading a keyring")});
  return choices;
}

Result<std::vector<Task>> make_tasks(std::span<const Subject> subjects,
                                     std::span<const std::string> platforms, Session& session) {
  std::vector<Task> tasks;
  for (const Subject& subject : subjects) {
    TRY(require_buildable(subject, session));
    std::vector<model::Platform> wanted = TRY(platforms_for(subject, platforms, session.config()));
    for (model::Platform& platform : wanted) {
      Task task;
      task.subject = &subject;
      task.spec = TRY(definition::resolve(subject.definition, platform.str()));
      task.platform = std::move(platform);
      tasks.push_back(std::move(task));
    }
  }
  return tasks;
}

Result<std::vector<plan::LockedPlan>> resolve_tasks(std::span<const Task> tasks, Session& session) {
  World& world = *TRY(session.world());
  world.progress.phase("reading package indexes");
  std::vector<plan::PlanOptions> options;
  for (const Task& task : tasks) options.push_back(TRY(plan_options(task, session)));
  plan::ArchiveCache archives({.greatest_age = session.config().greatest_age});
  std::vector<plan::LockedPlan> plans(tasks.size());
  auto resolve_one = [&](size_t i) -> Result<> {
    plans[i] = TRY(plan::make_plan(tasks[i].spec, options[i], archives, world));
    plans[i].places = TRY(part_places(*tasks[i].subject, tasks[i].platform));
    return {};
  };
  TRY(parallel_for(tasks.size(), world.threads, resolve_one));
  TRY(plan::check_same_versions(plans));
  world.progress.finish();
  return plans;
}

Result<> fetch_inputs(std::span<const plan::LockedPlan* const> plans, Session& session,
                      const MakeOptions& options) {
  World& world = *TRY(session.world());
  for (const plan::LockedPlan* locked : plans)
    for (const plan::LocalSource& source : locked->plan.sources)
      TRY(bring_source(source, options, world.store));
  world.progress.phase("fetching packages");
  packages::FetchOptions places;
  if (options.bundle) places.bundles.push_back(*options.bundle);
  places.snapshots = session.config().snapshots;
  std::vector<packages::FetchItem> items = TRY(items_of(plans));
  Result<> fetched = packages::fetch(items, places, world);
  world.progress.finish();
  return fetched;
}

Result<rootfs::Inputs> unpack_inputs(const plan::Plan& plan, World& world) {
  const packages::Distribution& distribution = *TRY(find_distribution(plan.distribution));
  rootfs::Inputs inputs;
  inputs.packages.resize(plan.packages.size());
  auto unpack_one = [&](size_t i) -> Result<> {
    TRY(check_stop(world));
    const plan::PlannedPackage& package = plan.packages[i];
    inputs.packages[i] = TRY_CONTEXT(distribution.unpack(package.id, package.sha256, world),
                                     fmt::format("unpacking {}", package.id.str()));
    return {};
  };
  TRY(parallel_for(plan.packages.size(), world.threads, unpack_one));
  return inputs;
}

Result<rootfs::Rootfs> install_plan(const plan::Plan& plan, World& world) {
  rootfs::Inputs inputs = TRY(unpack_inputs(plan, world));
  return rootfs::install(plan, inputs, world.store);
}

Result<std::vector<Built>> make_images(std::span<plan::LockedPlan> plans, Session& session,
                                       const MakeOptions& options) {
  World& world = *TRY(session.world());
  std::vector<std::optional<Built>> made(plans.size());
  std::vector<const plan::LockedPlan*> missing;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (options.reuse == image::LayerReuse::allowed)
      made[i] = find_built(world.store, plan::digest_of(plans[i].plan));
    if (!made[i]) missing.push_back(&plans[i]);
  }
  if (!missing.empty()) TRY(fetch_inputs(missing, session, options));

  world.progress.phase("making images");
  std::vector<Built> images;
  for (size_t i = 0; i < plans.size(); ++i) {
    plan::LockedPlan& locked = plans[i];
    if (!made[i]) {
      made[i] = TRY_CONTEXT(make_image(locked.plan, world, options.reuse),
                            fmt::format("making {} for {}", locked.plan.spec.definition_name,
                                        locked.plan.platform.str()));
      TRY(remember_built(world.store, plan::digest_of(locked.plan), *made[i]));
    }
    locked.scripts = made[i]->report.scripts;
    images.push_back(std::move(*made[i]));
  }
  world.progress.finish();
  return images;
}

}  // namespace kiln::cli
