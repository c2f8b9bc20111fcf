// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/key_actions.hpp"

namespace kiln::cli {

namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  const std::string& action = arguments.positionals()[0];
  if (action == "generate") return key_generate(session, arguments);
  if (action == "import") return key_import(session, arguments);
  if (action == "export") return key_export(session, arguments);
  if (action == "show") return key_show(session, arguments);
  if (action == "list") return key_list(session, arguments);
  if (action == "rotate") return key_rotate(session, arguments);
  if (action == "revoke") return key_revoke(session, arguments);
  if (action == "publish") return key_publish(session, arguments);
  return key_trusted_root(session, arguments);
}

}  // namespace

const Command k_key = {
    .spec =
        {.name = "key",
         .summary = "make, show, rotate and revoke the keys that evidence is signed with",
         .description =
             "A key ring holds one active key for each role: artifact (evidence of builds), user "
             "(kiln sign and attest), log, rekor-log and timestamp (what proves when something was "
             "signed), notary, and tuf-root, tuf-targets, tuf-snapshot, tuf-timestamp. The first "
             "build makes a ring by itself, whose keys are marked as untrusted local ones.\n\n"
             "Secrets are encrypted in cosign's format with the password in KILN_KEY_PASSWORD or "
             "COSIGN_PASSWORD, or one asked for on the terminal; or they lie on a token that a "
             "pkcs11: URI names. `rotate` gives a role its next key, `revoke` ends one: signatures "
             "from then on no longer count. KEY is a role, for its active key, or the first four "
             "or "
             "more digits of an id. `trusted-root` prints what sigstore's clients need to "
             "check evidence offline, `publish DIR` writes all of it as a TUF repository, whose "
             "clients "
             "follow from any root they have to the newest keys.",
         .positionals = {{.name = "ACTION",
                          .choices = {"generate", "import", "export", "show", "list", "rotate",
                                      "revoke", "trusted-root", "publish"}},
                         {.name = "KEY", .required = false}},
         .options = {{"--keys", "DIR", "the key ring (default: KILN_KEYS, or the user's own)"},
                     {"--role", "ROLE", "generate, import: what the key is for", 0, true},
                     {"--algorithm",
                      "ALGORITHM",
                      "instead of the role's usual one",
                      0,
                      false,
                      {"ecdsa-p256", "ed25519"}},
                     {"--host", "NAME", "generate: the name of a new ring and of its log"},
                     {"--no-password", "", "leave the secret unencrypted"},
                     {"--private", "", "export: the secret, too, encrypted"},
                     {"--reason", "TEXT", "revoke: why"},
                     {"--since", "TIME", "revoke: from then on (RFC 3339; default: now)"},
                     {"--policy", "FILE", "publish: a file that goes along", 0, true},
                     {"--output", "FILE", "write to a file; generate: to FILE.key and FILE.pub",
                      'o'}},
         .examples =
             {{"kiln key generate --host log.example.org", "a key ring with all that signs"},
              {"kiln key export -o cosign.pub", "the public key that users verify with"},
              {"kiln key import 'pkcs11:token=release;object=kiln'", "sign with a key on a token"},
              {"kiln key trusted-root -o trusted_root.json", "what sigstore's clients need"},
              {"kiln key publish tuf/", "everything that verifiers need, for a web server"},
              {"kiln key revoke 3f9a01bc --reason 'laptop lost'", "end a key"}},
         .exits = {},
         .actions = {{"generate",
                      0,
                      {"--keys", "--role", "--algorithm", "--host", "--no-password", "--output"}},
                     {"import", 1, {"--keys", "--role", "--host", "--no-password"}},
                     {"export", 1, {"--keys", "--private", "--no-password", "--output"}},
                     {"show", 1, {"--keys"}},
                     {"list", 0, {"--keys"}},
                     {"rotate", 1, {"--keys", "--algorithm", "--no-password"}},
                     {"revoke", 1, {"--keys", "--reason", "--since"}},
                     {"trusted-root", 0, {"--keys", "--output"}},
                     {"publish", 1, {"--keys", "--policy"}}}},
    .run = run};

}  // namespace kiln::cli
