// SPDX-License-Identifier: Apache-2.0
//
// The arrows of a build as commands use them: many definitions and platforms at once, sharing
// indexes, packages and layers.
#pragma once
#include "cli/built.hpp"
#include "cli/session.hpp"
#include "cli/subjects.hpp"
#include "plan/lock.hpp"
#include "plan/make_plan.hpp"
#include "rootfs/install.hpp"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace kiln::cli {

// One image to build: a definition for a platform.
struct Task {
  const Subject* subject = nullptr;
  definition::ImageSpec spec;
  model::Platform platform;
};

// The mirrors that the configuration names, by the official archive that they are of.
packages::Mirrors mirrors_of(const Config& config);

// The archives and keys that the configuration names.
Result<plan::ArchiveChoices> archive_choices(const Config& config);

// Every subject for each of its platforms, in order.
Result<std::vector<Task>> make_tasks(std::span<const Subject> subjects,
                                     std::span<const std::string> platforms, Session& session);

// The plan of each task, in order, by what the archives offer now.
Result<std::vector<plan::LockedPlan>> resolve_tasks(std::span<const Task> tasks, Session& session);

// The same, but a task without a plan takes no other with it: of each task, in order, the plan or
// why there is none. Fails only when the whole run cannot go on.
struct Resolved {
  std::vector<plan::LockedPlan> plans;
  std::vector<std::optional<Error>> errors;
};
Result<Resolved> resolve_each(std::span<const Task> tasks, Session& session);

// The image of each plan, in order: remembered, or made from packages that are fetched where the
// store lacks them. Each locked plan gets the account of its maintainer scripts.
struct MakeOptions {
  image::LayerReuse reuse = image::LayerReuse::allowed;  // never: nothing remembered is taken
  std::optional<Path> bundle;                            // inputs of a lock, exported before
  Path root;                                             // where local sources may lie, too
  std::function<Result<>()> when_missing;                // called first, unless all is remembered
};
Result<std::vector<Built>> make_images(std::span<plan::LockedPlan> plans, Session& session,
                                       const MakeOptions& options = {});

// The directory that --bundle names, if any. Fails (not_found) when it is none.
Result<std::optional<Path>> bundle_argument(const Arguments& arguments);

// Brings the packages and local sources of plans into the store: from the bundle, a catalog's root
// (for sources), configured mirrors, the URLs of the lock, snapshots.
Result<> fetch_inputs(std::span<const plan::LockedPlan* const> plans, Session& session,
                      const MakeOptions& options = {});

// The packages of one plan, decoded; they must be in the store.
Result<rootfs::Inputs> unpack_inputs(const plan::Plan& plan, World& world);

// Adds to "applying paths[2] (/data)", in what was being done, where the definition says so.
void add_places(Error& error, const plan::LockedPlan& locked);

// The root file system of one plan whose inputs are in the store. Its warnings also tell of
// exclusions that break what the definition lists.
Result<rootfs::Rootfs> install_plan(const plan::Plan& plan, World& world);

// Writes what a report says of maintainer scripts, and warns of, into a locked plan.
void add_account(plan::LockedPlan& locked, const Report& report);

}  // namespace kiln::cli
