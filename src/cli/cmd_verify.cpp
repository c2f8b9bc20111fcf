// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "cli/image_argument.hpp"
#include "cli/image_source.hpp"
#include "cli/trust_options.hpp"
#include "evidence/tlog/log_files.hpp"
#include "evidence/verification/verify.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

Result<verification::Selection> selection_of(const Arguments& arguments) {
  verification::Selection selection;
  selection.image = arguments.value("--image").value_or("");
  if (auto platform = arguments.value("--platform"))
    selection.platform = TRY(model::Platform::parse(*platform));
  return selection;
}

Result<std::string> save(const Arguments& arguments, const verification::Answer& answer,
                         const verification::Policy& policy) {
  std::optional<std::string> directory = arguments.value("--save-bundle");
  if (!directory) return std::string();
  size_t left_out = TRY(verification::write_bundle_directory(*directory, answer, policy));
  return fmt::format(
      "evidence written to {}{}\n", *directory,
      left_out == 0 ? "" : fmt::format(", without {} in older forms than bundles", left_out));
}

// A published log that the user named.
Result<std::unique_ptr<tlog::TileSource>> open_log(Session& session, const std::string& log) {
  if (log.find("://") != std::string::npos)
    return tlog::http_tiles(TRY(session.world())->http, log);
  Path directory = log;
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error))
    return fail(ErrorCode::not_found, fmt::format("there is no log {}", log),
                "name the directory or the URL under which the publisher's log is served");
  bool whole = std::filesystem::exists(directory / "log.json");
  return tlog::directory_tiles(whole ? tlog::tree_of(directory) : directory);
}

Result<int> run(Session& session, const Arguments& arguments) {
  std::vector<std::unique_ptr<tlog::TileSource>> logs;
  std::vector<tlog::TileSource*> sources;
  for (const std::string& log : arguments.values("--log")) {
    logs.push_back(TRY(open_log(session, log)));
    sources.push_back(logs.back().get());
  }
  TrustOptions trust = TRY(read_trust_options(session, arguments));
  verification::Selection selection = TRY(selection_of(arguments));
  const std::string& name = arguments.positionals()[0];
  ImageSource source = TRY(open_image_source(session, name, registry::Presence::asked));
  verification::Question question{
      .reader = *source.reader,
      .selection = std::move(selection),
      .policy = trust.policy,
      .keys = trust.keys,
      .bundles = trust.bundles,
      .locks = trust.locks,
      .image = source.reference ? source.reference->name() : "",
      .tag = source.reference ? source.reference->tag : "",
      .now = SystemClock().now(),
      .threads = session.threads(),
      .logs = sources,
  };
  verification::Answer answer = TRY(verification::verify(question));
  if (!trust.note.empty()) answer.verdict.skip("trust", "signers", trust.note);
  std::string text = fmt::format("{} {}\n", name, answer.parts.root.digest.str());
  const std::vector<std::string>& names = answer.parts.names;
  if (names.size() > 1) text += fmt::format("listed as {}\n", printable(join(names, ", "), 2000));
  text += verification::text(answer.verdict);
  text += TRY(save(arguments, answer, trust.policy));
  Json json = verification::to_json(answer.verdict);
  json["schema"] = "kiln.verify/1";
  json["image"] = answer.parts.root.digest.str();
  json["names"] = Json::array_of(names);
  if (!trust.policy.digest.is_zero()) json["policy"] = trust.policy.digest.str();
  session.answer(text, json);
  return answer.verdict.accepted() ? k_exit_ok : k_exit_no;
}

}  // namespace

const Command k_verify = {
    .spec =
        {.name = "verify",
         .summary = "check an image, its signatures and all its evidence",
         .description =
             "Reads an image and everything that lies beside it and vouches for it, and says what "
             "is proven, a line a check: the bytes against their digests, signatures of index, "
             "platforms and attestations, transparency log and witnesses, times, statements, the "
             "bill of materials against the layers file by file, provenance against the lock. What "
             "was not checked is said, with the reason.\n"
             "\n"
             "Whom to trust and what to demand says --policy, or --key with --trusted-root; "
             "without "
             "either, the keys of this machine's own ring are trusted. The image may be in a "
             "registry, a layout or an archive, and may be signed by Kiln, by cosign, or as Docker "
             "Hardened Images are.",
         .positionals = {{.name = "IMAGE"}},
         .options = with_registry_options(with_trust_options(
             {{"--platform", "linux/ARCH", "only this platform of an index"},
              image_option(),
              {"--log", "DIR|URL", "the publisher's log: is there a newer image, a revoked key?", 0,
               true},
              {"--save-bundle", "DIR", "keep what was verified for --bundle-dir"}})),
         .examples = {{"kiln verify out/nginx", "what this machine built"},
                      {"kiln verify registry.example/base/nginx:1 --policy policy.yaml",
                       "what a cluster would accept"},
                      {"kiln verify dhi.io/nginx:1 --key dhi.pub", "an image of somebody else"},
                      {"kiln verify nginx.tar --offline --bundle-dir evidence --policy policy.yaml",
                       "without a network"}},
         .exits = {{1, "a check failed, or something demanded is missing"}}},
    .run = run};

}  // namespace kiln::cli
