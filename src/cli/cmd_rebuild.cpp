// SPDX-License-Identifier: Apache-2.0
//
// kiln rebuild: the proof that an image is what its lock says. Builds every plan of the lock anew,
// without taking anything remembered, and compares digests; where they differ, files are compared.
#include "base/strings.hpp"
#include "cli/attaching.hpp"
#include "cli/build_output.hpp"
#include "cli/command.hpp"
#include "cli/diff_report.hpp"
#include "cli/image_argument.hpp"
#include "cli/image_source.hpp"
#include "cli/lock_file.hpp"
#include "cli/rebuild_attestation.hpp"
#include "image/diff.hpp"
#include "image/encoder.hpp"
#include "image/index.hpp"
#include "oci/layout.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// How one platform's rebuild compares with the image it was made from.
struct Comparison {
  std::string platform;
  Digest original;
  Digest rebuilt;
  bool same = false;
  std::string note;             // "compressed by another encoder: compared uncompressed"
  image::ImageDiff difference;  // when not the same
  oci::Descriptor manifest;     // of the original
  UnixTime started = 0;
  UnixTime finished = 0;
};

// A plan whose encoder this Kiln lacks is pressed with the default one; says so in `note`.
Result<plan::LockedPlan> pressable(plan::LockedPlan locked, std::string& note) {
  if (image::encoder_named(locked.plan.policies.encoder)) return locked;
  note = fmt::format("this Kiln lacks the encoder {}: layers are compared uncompressed",
                     locked.plan.policies.encoder);
  locked.plan.policies.encoder = TRY(image::encoder_name_for(""));
  return locked;
}

Result<image::ImageDiff> explain(const OpenedImage& original, const Built& rebuilt,
                                 Session& session) {
  World& world = *TRY(session.world());
  TemporaryDirectory place = TRY(TemporaryDirectory::create());
  std::vector<std::string> tags;
  image::Assembly assembly = TRY(image::assemble({&rebuilt.image, 1}, tags, world.store));
  TRY(oci::write_layout(place.path() / "image", assembly.content));
  OpenedImage again = TRY(open_image_argument(session, (place.path() / "image").string(),
                                              rebuilt.image.platform.str()));
  image::ImageView before = TRY(view_of(original));
  image::ImageView after = TRY(view_of(again));
  return image::diff(before, after);
}

Result<Comparison> compare(const std::string& path, const plan::LockedPlan& locked,
                           const std::optional<Path>& bundle, Session& session) {
  Comparison result;
  result.platform = locked.plan.platform.str();
  result.started = session.clock().now();
  OpenedImage original = TRY(open_image_argument(session, path, result.platform));
  std::vector<plan::LockedPlan> plans = {TRY(pressable(locked, result.note))};
  MakeOptions options;
  options.reuse = image::LayerReuse::never;
  options.bundle = bundle;
  std::vector<Built> images = TRY(make_images(plans, session, options));
  const image::Image& image = images[0].image;
  result.manifest = original.image.descriptor;
  result.original = result.manifest.digest;
  result.rebuilt = image.manifest_digest;
  if (result.note.empty()) {
    result.same = result.original == result.rebuilt;
  } else {
    std::vector<Digest> diff_ids;
    for (const image::Layer& layer : image.layers) diff_ids.push_back(layer.diff_id);
    result.same = diff_ids == original.image.config.diff_ids;
  }
  if (!result.same) result.difference = TRY(explain(original, images[0], session));
  result.finished = session.clock().now();
  return result;
}

// What was compared: with the plan's own encoder the digest of the manifest, which names config and
// layers by theirs.
std::string_view compared(const Comparison& c) {
  return c.note.empty() ? "manifest, and so config and layers, by digest"
                        : "uncompressed layers, by digest";
}

std::string text_of(const Comparison& c) {
  std::string out =
      fmt::format("{}  {} ({})\n", c.platform, c.same ? "the same" : "different", compared(c));
  out += fmt::format("  image    {}\n  rebuilt  {}\n", c.original.str(), c.rebuilt.str());
  if (!c.note.empty()) out += fmt::format("  note: {}\n", c.note);
  if (!c.same && c.difference.empty())
    out += "  the same files; layers, config or manifest are put together differently\n";
  if (!c.same && !c.difference.empty()) out += diff_text(c.difference);
  return out;
}

Json json_of(const Comparison& c) {
  Json json = Json::object({{"platform", c.platform},
                            {"same", c.same},
                            {"digest", c.original.str()},
                            {"rebuilt", c.rebuilt.str()},
                            {"compared", c.note.empty() ? "manifest" : "diff_ids"},
                            {"note", c.note}});
  if (!c.same) json["difference"] = diff_json(c.difference);
  return json;
}

// The lock that --lock names, or the one beside the image.
Result<plan::Lock> lock_for(Session& session, const Arguments& arguments,
                            const std::string& image) {
  if (auto file = arguments.value("--lock")) return read_lock_file(*file);
  OpenedImage opened = TRY(open_image_argument(session, image, arguments.value("--platform")));
  return lock_of(opened);
}

Result<signing::Signed> statements_about(const Comparison& c, const plan::Lock& lock,
                                         const plan::LockedPlan& locked, Session& session) {
  World& world = *TRY(session.world());
  Digest program = TRY(program_digest(world.store));
  return statements_of({lock, locked, c.manifest, c.rebuilt, c.same, c.note, c.started, c.finished},
                       program);
}

Result<int> run(Session& session, const Arguments& arguments) {
  const std::string& path = arguments.positionals()[0];
  if (!arguments.has("--verify"))
    return fail(ErrorCode::bad_input, "rebuild compares: say so with --verify",
                "`kiln build --lock FILE` builds from a lock");
  std::optional<std::string> platform = arguments.value("--platform");
  std::optional<Path> bundle = TRY(bundle_argument(arguments));
  plan::Lock lock = TRY(lock_for(session, arguments, path));
  std::string text;
  Json json = Json::object({{"schema", "kiln.rebuild/1"}, {"platforms", Json::array()}});
  std::optional<SignableImage> image;
  if (arguments.has("--attest")) image = TRY(SignableImage::open(session, path, std::nullopt));
  std::vector<signing::Signed> statements;
  bool same = true;
  for (const plan::LockedPlan& locked : lock.plans) {
    if (platform && locked.plan.platform.str() != *platform) continue;
    Comparison result = TRY(compare(path, locked, bundle, session));
    same = same && result.same;
    if (image) statements.push_back(TRY(statements_about(result, lock, locked, session)));
    text += text_of(result);
    json["platforms"].push_back(json_of(result));
  }
  json["same"] = same;
  if (image) {
    std::vector<signing::Form> forms = {signing::Form::bundle};
    signing::SignedObjects made = TRY(image->sign(statements, forms, session));
    text += fmt::format("{} of the rebuild beside the image\n",
                        counted(made.objects.size(), "statement"));
    json["statements"] = made.objects.size();
  }
  session.answer(text, json);
  return same ? k_exit_ok : k_exit_no;
}

}  // namespace

const Command k_rebuild = {
    .spec =
        {.name = "rebuild",
         .summary = "build an image again from its lock and compare",
         .description =
             "Reads the lock that lies beside an image (or --lock FILE), builds every platform "
             "again "
             "without using remembered layers, and compares the digests of the platforms' "
             "manifests: that is every byte of config and layers. Neither the index nor evidence "
             "is "
             "compared. Where this Kiln lacks the lock's encoder, the uncompressed layers are "
             "compared instead. Where something differs, each file that differs is named with what "
             "put it there.",
         .positionals = {{.name = "IMAGE"}},
         .options = with_registry_options(
             {{"--verify", "", "compare the rebuilt image with this one; always needed"},
              {"--attest", "", "sign the result with your own key, and put it beside the image"},
              {"--lock", "FILE", "use this lock, for an image without one"},
              {"--bundle", "DIR", "look for packages here before asking archives"},
              {"--platform", "linux/ARCH", "only this platform"}}),
         .examples = {{"kiln rebuild out/nginx --verify",
                       "prove that the image is what its lock says"},
                      {"kiln rebuild out/nginx --verify --attest",
                       "tell others that a second build gave the same"}},
         .exits = {{1, "the rebuilt image differs"}}},
    .run = run};

}  // namespace kiln::cli
