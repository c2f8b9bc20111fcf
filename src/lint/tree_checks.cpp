// SPDX-License-Identifier: Apache-2.0
#include "lint/tree_checks.hpp"

#include "lint/program_check.hpp"
#include "rootfs/audit.hpp"
#include "rootfs/contents.hpp"
#include "rootfs/tree.hpp"

#include <fmt/format.h>

namespace kiln::lint {

namespace {

void check_scripts(const rootfs::Rootfs& tree, const Location& where, Diagnostics& diagnostics) {
  for (const rootfs::ScriptAccount& account : tree.scripts) {
    if (account.verdict != rootfs::ScriptAccount::Verdict::not_understood) continue;
    diagnostics.warning("script-not-understood", where,
                        fmt::format("the {} of {} may matter: {}", account.script,
                                    account.package.name, account.reason),
                        "look at what it does; put its effect into `paths` if the image needs it");
  }
}

}  // namespace

void check_tree(const definition::Definition& definition, const plan::Plan& plan,
                rootfs::Rootfs& rootfs, Store& store, Diagnostics& diagnostics) {
  rootfs::StoreContents contents(store);
  rootfs::Tree tree(rootfs, contents);
  const std::vector<Text>& command =
      definition.entrypoint.empty() ? definition.cmd : definition.entrypoint;
  const std::vector<std::string>& words =
      plan.spec.entrypoint.empty() ? plan.spec.cmd : plan.spec.entrypoint;
  if (!words.empty() && !command.empty())
    check_program(plan, tree, words.front(), definition.location(command.front().where),
                  diagnostics);
  const Location where = definition.location(definition.image.where);
  check_scripts(rootfs, where, diagnostics);
  for (const std::string& warning : rootfs.warnings)
    diagnostics.warning("tree", where, warning, "");
  if (plan.spec.variant == "dev") return;
  for (const std::string& path : rootfs::audit(rootfs).setuid)
    diagnostics.warning("setuid", where, fmt::format("{} is setuid", path),
                        "delete it in `paths`, or take its mode bit");
}

}  // namespace kiln::lint
