// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/scripts/account.hpp"

#include "base/strings.hpp"
#include "rootfs/control.hpp"

#include <algorithm>

namespace kiln::rootfs::apk {

namespace {

using Verdict = ScriptAccount::Verdict;

bool never_runs(std::string_view script) {
  return script.ends_with("-deinstall") || script.ends_with("-upgrade");
}

bool does_nothing(std::string_view line) {
  return line.empty() || line.starts_with('#') || line == "exit 0" || line == ":" ||
         line == "true" || line == "set -e";
}

// The first line that could do something; empty when there is none.
std::string_view telling_line(std::string_view text) {
  for (std::string_view line : split(text, '\n'))
    if (!does_nothing(trim(line))) return trim(line);
  return {};
}

void judge(ScriptAccount& account, std::string_view text) {
  std::string_view line = telling_line(text);
  if (line.empty()) {
    account.verdict = Verdict::empty;
    account.reason = "nothing beyond boilerplate";
    return;
  }
  std::string digest = account.sha256.hex().substr(0, 32);
  for (const ReviewedScript& row : reviewed_scripts()) {
    if (row.digest != digest || row.package != account.package.name || row.script != account.script)
      continue;
    account.verdict = row.verdict;
    account.reason = row.reason;
    return;
  }
  account.reason = printable(line, 160);
}

}  // namespace

std::vector<ScriptAccount> account_for_scripts(const packages::UnpackedPackage& package,
                                               int /*effects_policy*/) {
  std::vector<ScriptAccount> accounts;
  for (std::string_view name : k_script_names) {
    std::string_view text = control_member(package, name);
    if (text.empty()) continue;
    ScriptAccount& account = accounts.emplace_back();
    account.package = package.id;
    account.script = std::string(name);
    account.sha256 = sha256(text);
    if (never_runs(name)) {
      account.verdict = Verdict::needless;
      account.reason = "runs only when the package is removed or upgraded";
    } else {
      judge(account, text);
    }
  }
  return accounts;
}

}  // namespace kiln::rootfs::apk
