// SPDX-License-Identifier: Apache-2.0
#include "rootfs/install.hpp"

#include "rootfs/accounts.hpp"
#include "rootfs/dropped_paths.hpp"
#include "rootfs/paths.hpp"
#include "rootfs/system.hpp"

#include <algorithm>

namespace kiln::rootfs {

namespace {

UnixTime newest_time(const PackageList& packages) {
  UnixTime newest = 0;
  for (const auto& package : packages) {
    for (const packages::PackageFile& file : package->files) newest = std::max(newest, file.mtime);
  }
  return newest;
}

Result<> check_policies(const plan::Policies& policies, const System& system) {
  if (policies.effects < 0 || policies.effects > system.newest_effects_policy ||
      policies.dropped_paths < 0 || policies.dropped_paths > k_newest_dropped_paths_policy) {
    return fail(ErrorCode::unsupported,
                "the plan asks for policies that this version does not know", "use a newer Kiln");
  }
  return {};
}

}  // namespace

Result<Rootfs> install(const plan::Plan& plan, const Inputs& inputs, Contents& contents) {
  const System& system = *TRY(find_system(plan.distribution));
  TRY(check_policies(plan.policies, system));
  std::string architecture = TRY(system.architecture(plan.platform));
  Rootfs rootfs;
  rootfs.created = plan.source_date_epoch.value_or(newest_time(inputs.packages));
  for (const auto& package : inputs.packages)
    std::ranges::move(system.account_for_scripts(*package, plan.policies.effects),
                      std::back_inserter(rootfs.scripts));

  Tree tree(rootfs, contents);
  Unpacker unpacker(tree, plan.policies.dropped_paths,
                    system.unpack_rules(inputs.packages, plan.policies.effects));
  for (const auto& package : inputs.packages) TRY(unpacker.add(package));
  TRY(unpacker.add_merged_links(rootfs.created));

  Scene scene{.tree = tree,
              .system = system,
              .spec = plan.spec,
              .packages = inputs.packages,
              .repositories = plan.repositories,
              .planned = plan.packages,
              .codename = plan.codename,
              .architecture = std::move(architecture),
              .created = rootfs.created,
              .dropped_paths_policy = plan.policies.dropped_paths,
              .effects_policy = plan.policies.effects};
  if (plan.policies.effects > 0) TRY(run_effects(scene));
  TRY(system.make_package_database(scene));
  TRY(make_accounts(scene));
  TRY(make_os_release(scene));
  std::ranges::move(check_identities(scene), std::back_inserter(rootfs.warnings));
  TRY(apply_paths(tree, plan.spec.paths, plan.sources, rootfs.created));
  return rootfs;
}

Result<Rootfs> install(const plan::Plan& plan, const Inputs& inputs, Store& store) {
  StoreContents contents(store);
  return install(plan, inputs, contents);
}

}  // namespace kiln::rootfs
