// SPDX-License-Identifier: Apache-2.0
#include "cli/pipeline.hpp"

#include "base/threads.hpp"
#include "cli/places.hpp"
#include "definition/resolve.hpp"
#include "distributions/distributions.hpp"
#include "image/encoder.hpp"
#include "packages/fetch.hpp"
#include "plan/same_versions.hpp"
#include "rootfs/contents.hpp"
#include "rootfs/exclusions.hpp"
#include "rootfs/install.hpp"
#include "rootfs/tree.hpp"

#include <algorithm>
#include <iterator>
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

// The file's rewrites are for whatever is built; one of the command line is meant for this run.
void warn_of_unused_rewrites(const Config& config, std::vector<plan::LockedPlan>& plans) {
  for (size_t i = config.rewrites_of_file; i < config.rewrites.size(); ++i) {
    const plan::Rewrite& rewrite = config.rewrites[i];
    bool used = std::ranges::any_of(plans, [&](const plan::LockedPlan& locked) {
      return std::ranges::find(locked.rewrites, rewrite) != locked.rewrites.end();
    });
    if (used) continue;
    for (plan::LockedPlan& locked : plans)
      locked.warnings.push_back(
          fmt::format("--rewrite {} changes no repository of the definition", rewrite.str()));
  }
}

Result<Built> make_image(const plan::Plan& plan, World& world, image::LayerReuse reuse) {
  rootfs::Rootfs tree = TRY(install_plan(plan, world));
  Built built;
  built.image = TRY(image::pack(tree, plan, world, reuse));
  built.report = make_report(plan, tree);
  return built;
}

}  // namespace

void add_places(Error& error, const plan::LockedPlan& locked) {
  for (std::string& doing : error.context)
    for (const auto& [part, place] : locked.places)
      if (doing.starts_with(fmt::format("applying {} ", part)))
        doing += fmt::format(" of {}", place);
}

packages::Mirrors mirrors_of(const Config& config) {
  return {{"deb.debian.org/debian", config.mirrors},
          {"deb.debian.org/debian-security", config.security_mirrors},
          {"dl-cdn.alpinelinux.org/alpine", config.alpine_mirrors}};
}

Result<plan::ArchiveChoices> archive_choices(const Config& config) {
  plan::ArchiveChoices choices;
  choices.mirrors = mirrors_of(config);
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

namespace {

// All platforms of a definition get the same versions; tasks of one definition lie together.
void check_versions(std::span<const Task> tasks, Resolved& resolved) {
  for (size_t from = 0, to = 0; from < tasks.size(); from = to) {
    bool whole = true;
    for (; to < tasks.size() && tasks[to].subject == tasks[from].subject; ++to)
      whole = whole && !resolved.errors[to];
    if (!whole) continue;
    Result<> same = plan::check_same_versions(std::span(resolved.plans).subspan(from, to - from));
    if (!same) resolved.errors[from] = std::move(same.error());
  }
}

}  // namespace

Result<Resolved> resolve_each(std::span<const Task> tasks, Session& session) {
  World& world = *TRY(session.world());
  world.progress.phase("reading package indexes");
  plan::ArchiveCache archives({.greatest_age = session.config().greatest_age});
  Resolved resolved;
  resolved.plans.resize(tasks.size());
  resolved.errors.resize(tasks.size());
  auto plan_one = [&](size_t i) -> Result<plan::LockedPlan> {
    plan::PlanOptions options = TRY(plan_options(tasks[i], session));
    plan::LockedPlan locked = TRY(plan::make_plan(tasks[i].spec, options, archives, world));
    // For whoever builds from the lock without these mirrors.
    for (plan::Origin& origin : locked.origins)
      origin.urls = packages::with_official(origin.urls, options.archives.mirrors);
    locked.places = TRY(part_places(*tasks[i].subject, tasks[i].platform));
    return locked;
  };
  auto resolve_one = [&](size_t i) -> Result<> {
    TRY(check_stop(world));
    Result<plan::LockedPlan> locked = plan_one(i);
    if (locked)
      resolved.plans[i] = std::move(*locked);
    else
      resolved.errors[i] = std::move(locked.error());
    if (std::optional<Error>& error = resolved.errors[i])
      add_repository_place(*error, *tasks[i].subject, tasks[i].spec.target.distro);
    return {};
  };
  TRY(parallel_for(tasks.size(), world.threads, resolve_one));
  TRY(check_stop(world));
  check_versions(tasks, resolved);
  warn_of_unused_rewrites(session.config(), resolved.plans);
  world.progress.finish();
  return resolved;
}

Result<std::vector<plan::LockedPlan>> resolve_tasks(std::span<const Task> tasks, Session& session) {
  Resolved resolved = TRY(resolve_each(tasks, session));
  for (std::optional<Error>& error : resolved.errors)
    if (error) return std::unexpected(std::move(*error));
  return std::move(resolved.plans);
}

Result<std::optional<Path>> bundle_argument(const Arguments& arguments) {
  std::optional<std::string> named = arguments.value("--bundle");
  if (!named) return std::nullopt;
  std::error_code unreadable;
  if (!std::filesystem::is_directory(*named, unreadable))
    return fail(ErrorCode::not_found, fmt::format("there is no directory {} for --bundle", *named),
                "`kiln lock DEFINITION --bundle DIR` makes one");
  return *named;
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
  places.mirrors = mirrors_of(session.config());
  std::vector<packages::FetchItem> items = TRY(items_of(plans));
  Result<> fetched = packages::fetch(items, places, world);
  world.progress.finish();
  return fetched;
}

Result<rootfs::Inputs> unpack_inputs(const plan::Plan& plan, World& world) {
  const packages::Distribution& distribution = *TRY(find_distribution(plan.distribution));
  rootfs::Inputs inputs;
  inputs.packages.resize(plan.packages.size());
  std::vector<uint64_t> sizes;
  for (const plan::PlannedPackage& package : plan.packages) sizes.push_back(package.size);
  std::vector<size_t> order = heaviest_first(sizes);
  auto unpack_one = [&](size_t number) -> Result<> {
    TRY(check_stop(world));
    size_t i = order[number];
    const plan::PlannedPackage& package = plan.packages[i];
    inputs.packages[i] = TRY_CONTEXT(distribution.unpack(package.id, package.sha256, world),
                                     fmt::format("unpacking {}", package.id.str()));
    return {};
  };
  TRY(parallel_for(plan.packages.size(), world.threads, unpack_one));
  return inputs;
}

Result<rootfs::Rootfs> install_plan(const plan::Plan& plan, World& world) {
  const packages::Distribution& distribution = *TRY(find_distribution(plan.distribution));
  rootfs::Inputs inputs = TRY(unpack_inputs(plan, world));
  rootfs::Rootfs made = TRY(rootfs::install(plan, inputs, world.store));
  rootfs::StoreContents contents(world.store);
  rootfs::Tree tree(made, contents);
  std::ranges::move(
      TRY(rootfs::exclusion_warnings(distribution, plan.spec, inputs.packages, tree, made)),
      std::back_inserter(made.warnings));
  return made;
}

void add_account(plan::LockedPlan& locked, const Report& report) {
  locked.scripts = report.scripts;
  for (const std::string& warning : report.warnings)
    if (std::ranges::find(locked.warnings, warning) == locked.warnings.end())
      locked.warnings.push_back(warning);
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
  if (!missing.empty()) {
    if (options.when_missing) TRY(options.when_missing());
    TRY(fetch_inputs(missing, session, options));
  }

  world.progress.phase("making images");
  std::vector<Built> images;
  for (size_t i = 0; i < plans.size(); ++i) {
    plan::LockedPlan& locked = plans[i];
    if (!made[i]) {
      Result<Built> built = make_image(locked.plan, world, options.reuse);
      if (!built) add_places(built.error(), locked);
      made[i] = TRY_CONTEXT(std::move(built),
                            fmt::format("making {} for {}", locked.plan.spec.definition_name,
                                        locked.plan.platform.str()));
      TRY(remember_built(world.store, plan::digest_of(locked.plan), *made[i]));
    }
    add_account(locked, made[i]->report);
    images.push_back(std::move(*made[i]));
  }
  world.progress.finish();
  return images;
}

}  // namespace kiln::cli
