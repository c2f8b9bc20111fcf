// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/log_actions.hpp"

namespace kiln::cli {

namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  using Action = Result<int> (*)(Session&, const Arguments&);
  static constexpr std::pair<std::string_view, Action> k_actions[] = {
      {"init", log_init},       {"add", log_add},       {"show", log_show},
      {"prove", log_prove},     {"verify", log_verify}, {"check", log_check},
      {"witness", log_witness}, {"mirror", log_mirror}, {"monitor", log_monitor}};
  for (const auto& [name, action] : k_actions)
    if (arguments.positionals()[0] == name) return action(session, arguments);
  return fail(ErrorCode::bad_input, "there is no such action");
}

}  // namespace

const Command k_log = {
    .spec =
        {.name = "log",
         .summary = "keep, prove and watch a transparency log",
         .description =
             "A log keeps entries for ever and signs how many there are, so that nobody can be "
             "shown something else than everybody else. LOG is its directory, a mirror's, or a "
             "URL.\n\n"
             "`init LOG` makes a log, `add LOG FILE...` adds files as entries. `show LOG [INDEX]` "
             "prints its newest entries, or one. `prove LOG INDEX` writes the proof that an entry "
             "is there; `verify FILE` checks one. `check LOG` recomputes all of a log from its "
             "entries and, with --against, that it continues an older checkpoint. `witness LOG` "
             "asks others to cosign it. `mirror LOG DIR` copies it for any web server to serve, "
             "as does the folder tree/ of the log itself. `monitor LOG` shows what is new and "
             "raises alarm about signatures that should not be there.",
         .positionals = {{.name = "ACTION",
                          .choices = {"init", "add", "show", "prove", "verify", "check", "witness",
                                      "mirror", "monitor"}},
                         {.name = "LOG"},
                         {.name = "ARGUMENT", .required = false, .repeatable = true}},
         .options =
             {{"--origin", "HOST", "init: the log's name; else: the one that is expected"},
              {"--rekor-v1", "TREE", "init: a log in the form of Rekor v1 with this tree id"},
              {"--key", "FILE",
               "the private key of the log (default: LOG/key.pem, or that of the ring it lies in)"},
              {"--log-key", "KEY", "the verifier key of a log at a URL, or a file with it"},
              {"--policy", "FILE", "logs, witnesses and their quorum (C2SP tlog-policy)"},
              {"--proof", "", "add: also write FILE.tlog-proof"},
              {"--proof-file", "FILE", "verify: the proof (default: FILE.tlog-proof)"},
              {"--output", "FILE", "prove: where the proof goes (default: printed)", 'o'},
              {"--spicy", "", "prove: in the form that spicy-torchwood reads"},
              {"--last", "N", "show: how many of the newest entries (default: 20)"},
              {"--against", "FILE", "check: a checkpoint of before"},
              {"--state", "FILE", "monitor: where it remembers how far it came"},
              {"--signer", "FILE", "monitor: a public key that may sign", 0, true},
              {"--others-sign", "", "monitor: pass over entries of other keys"},
              {"--known", "FILE", "monitor: digests of what we signed, one a line"}},
         .examples = {{"kiln log init log/ --origin log.example.org", "a new log with a new key"},
                      {"kiln log add log/ release.json --proof", "add a file and prove it"},
                      {"kiln log check https://log.example.org/ --log-key log.vkey",
                       "recompute all of a log"},
                      {"kiln log monitor log/ --state seen.json --signer cosign.pub",
                       "what is new, and who signed it"}},
         .exits = {{1, "the log or proof is not as it must be, an alarm, or no quorum"}},
         .actions = {{"init", 1, {"--origin", "--rekor-v1", "--key"}},
                     {"add", k_any_number, {"--key", "--policy", "--proof"}},
                     {"show", 2, {"--origin", "--log-key", "--last"}},
                     {"prove", 2, {"--origin", "--log-key", "--output", "--spicy"}},
                     {"verify", 1, {"--origin", "--log-key", "--policy", "--proof-file"}},
                     {"check", 1, {"--origin", "--log-key", "--against"}},
                     {"witness", 1, {"--key", "--policy"}},
                     {"mirror", 2, {"--origin", "--log-key"}},
                     {"monitor",
                      1,
                      {"--origin", "--log-key", "--state", "--signer", "--others-sign",
                       "--known"}}}},
    .run = run};

}  // namespace kiln::cli
