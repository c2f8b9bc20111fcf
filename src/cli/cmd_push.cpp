// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/moving.hpp"
#include "cli/policy_gate.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// Says why a policy keeps the image here.
int refuse(const Session& session, const verification::Verdict& verdict) {
  Json json = verification::to_json(verdict);
  json["schema"] = "kiln.push/1";
  session.answer(verification::text(verdict) + "nothing was sent\n", json);
  return k_exit_no;
}

Result<int> run(Session& session, const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.positionals();
  std::vector<registry::Reference> references;
  for (size_t i = 1; i < words.size(); ++i) references.push_back(TRY(reference_of(words[i])));
  std::error_code error;
  if (!std::filesystem::exists(words[0], error))
    return fail(ErrorCode::not_found, fmt::format("there is no layout or archive {}", words[0]));
  ImageSource source;
  source.name = words[0];
  source.reader = TRY(oci::open_image(words[0]));
  publish::Root root =
      TRY(publish::find_root(*source.reader, arguments.value("--image").value_or("")));
  if (auto policy = arguments.value("--policy")) {
    verification::Verdict verdict =
        TRY(ask_policy(session, *policy, *source.reader, root.descriptor.digest, references));
    if (!verdict.accepted()) return refuse(session, verdict);
  }
  Mover mover = TRY(Mover::create(session, arguments, source));
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
                  {"--image", "NAME",
                   "which image, by tag, name or digest, when there are several"}}),
             .examples = {{"kiln push nginx/ registry.example/base/nginx:1.29",
                           "an image that kiln build made"},
                          {"kiln push nginx/ r.example/nginx:1 r.example/nginx:1.29",
                           "under two tags; the second costs one request"}},
             .exits = {{1, "the policy refuses the image; nothing was sent"}}},
    .run = run};

}  // namespace kiln::cli
