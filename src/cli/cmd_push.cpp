// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/moving.hpp"
#include "cli/policy_gate.hpp"
#include "cli/trust_options.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// Says why a policy keeps the image here.
int refuse(Session& session, const verification::Verdict& verdict) {
  Json json = verification::to_json(verdict);
  json["schema"] = "kiln.push/1";
  session.answer(verification::text(verdict) + "nothing was sent\n", json);
  return k_exit_no;
}

// The policy, and whom it is given to trust; nothing without a policy.
Result<std::optional<TrustOptions>> trust_of(Session& session, const Arguments& arguments) {
  if (arguments.has("--policy")) return TRY(read_trust_options(session, arguments));
  for (const char* option : {"--key", "--trusted-root", "--bundle-dir"})
    if (arguments.has(option))
      return fail(ErrorCode::bad_input, fmt::format("{} belongs to --policy", option),
                  "without a policy push sends what there is; `kiln verify` checks it");
  return std::nullopt;
}

Result<int> run(Session& session, const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.positionals();
  std::vector<registry::Reference> references;
  for (size_t i = 1; i < words.size(); ++i) {
    references.push_back(TRY(reference_of(words[i])));
    TRY(check_tag(references.back()));
  }
  ImageSource source;
  source.name = words[0];
  source.reader = TRY(open_local_image(words[0]));
  publish::Root root =
      TRY(publish::find_root(*source.reader, arguments.value("--image").value_or("")));
  Mover mover = TRY(Mover::create(session, arguments, source));
  if (auto trust = TRY(trust_of(session, arguments))) {
    publish::Closure sent = TRY(mover.for_registry(root));
    verification::Verdict verdict =
        TRY(ask_policy(session, *trust, sent, *source.reader, references));
    if (!verdict.accepted()) return refuse(session, verdict);
  }
  std::vector<Moved> moved;
  for (const registry::Reference& reference : references)
    moved.push_back(TRY(mover.to_registry(root, reference)));
  answer_moved(session, "kiln.push/1", moved);
  return k_exit_ok;
}

}  // namespace

const Command k_push = {
    .spec = {.name = "push",
             .summary = "send an image with its evidence to a registry",
             .description =
                 "Sends an image of a layout directory or an archive to each of the names, with "
                 "everything that is about it: signatures, attestations and what signs those. Only "
                 "what the registry lacks is sent; tags are set last, so that what is there is "
                 "whole at every moment, and a push that was ended goes on where it was.\n"
                 "Credentials are those that docker, podman or skopeo login left; see "
                 "docs/registries.md.",
             .positionals = {{.name = "LAYOUT|ARCHIVE"}, {.name = "REFERENCE", .repeatable = true}},
             .options = with_moving_options(
                 {{"--policy", "FILE", "send nothing that the policy would refuse"},
                  {"--key", "FILE", "with --policy: a public key that it names by digest", 0, true},
                  {"--trusted-root", "FILE", "with --policy: the publisher's trusted_root.json"},
                  {"--bundle-dir", "DIR",
                   "with --policy: bundles, keys and trusted_root.json from elsewhere"},
                  {"--image", "NAME",
                   "which image, by tag, name or digest, when there are several"}}),
             .examples = {{"kiln push nginx/ registry.example/base/nginx:1.29",
                           "an image that kiln build made"},
                          {"kiln push nginx/ r.example/nginx:1 r.example/nginx:1.29",
                           "under two tags; the second costs one request"}},
             .exits = {{1, "the policy refuses the image; nothing was sent"}}},
    .run = run};

}  // namespace kiln::cli
