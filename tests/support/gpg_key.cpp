// SPDX-License-Identifier: Apache-2.0
#include "support/gpg_key.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

namespace kiln::testing {

std::string GpgKey::run(std::vector<std::string> arguments, std::string_view input) const {
  ProcessRequest request;
  request.arguments = {"gpg",   "--homedir", home_.path(),      "--batch",  "--quiet",
                       "--yes", "--no-tty",  "--pinentry-mode", "loopback", "--passphrase",
                       ""};
  request.arguments.insert(request.arguments.end(), arguments.begin(), arguments.end());
  request.input = input;
  ProcessResult result = value(run_process(request));
  if (result.exit_code != 0) throw std::runtime_error("gpg failed: " + result.error_output);
  return result.output;
}

std::optional<GpgKey> GpgKey::make(std::string_view user) {
  if (!have_tool("gpg")) return std::nullopt;
  GpgKey key(value(TemporaryDirectory::create()));
  std::filesystem::permissions(key.home_.path(), std::filesystem::perms::owner_all);
  key.run({"--quick-generate-key", std::string(user), "ed25519", "sign", "never"}, {});
  key.public_key_ = key.run({"--armor", "--export"}, {});
  std::string keys = key.run({"--list-keys", "--with-colons"}, {});
  for (std::string_view listing = keys; !listing.empty();) {
    auto fields = split(take_until(listing, '\n'), ':');
    if (fields.size() > 9 && fields[0] == "fpr" && key.fingerprint_.empty())
      key.fingerprint_ = fields[9];
  }
  return key;
}

GpgKey::~GpgKey() {
  if (home_.path().empty()) return;
  (void)run_process({.arguments = {"gpgconf", "--homedir", home_.path(), "--kill", "all"},
                     .input = {},
                     .environment = {},
                     .directory = {}});
}

std::string GpgKey::clear_sign(std::string_view text) const {
  return run({"--clear-sign", "--digest-algo", "SHA512"}, text);
}

std::string GpgKey::detached_sign(std::string_view text) const {
  return run({"--armor", "--detach-sign", "--digest-algo", "SHA512"}, text);
}

}  // namespace kiln::testing
