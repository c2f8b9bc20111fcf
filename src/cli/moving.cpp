// SPDX-License-Identifier: Apache-2.0
#include "cli/moving.hpp"

#include "base/output_target.hpp"
#include "base/strings.hpp"
#include "cli/output_request.hpp"
#include "oci/archive.hpp"
#include "oci/artifact.hpp"
#include "oci/layout.hpp"
#include "publish/layout_destination.hpp"
#include "publish/registry_destination.hpp"
#include "publish/tagged_index.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

Json tally(const publish::Tally& tally) {
  return Json::object(
      {{"sent", tally.sent}, {"mounted", tally.mounted}, {"present", tally.present}});
}

Json json_of(const Moved& moved) {
  Json missing = Json::array();
  for (const Digest& digest : moved.missing) missing.push_back(digest.str());
  Json blobs = tally(moved.done.blobs);
  blobs["sent_bytes"] = moved.done.sent_bytes;
  return Json::object({{"source", moved.from},
                       {"destination", moved.to},
                       {"digest", moved.digest.str()},
                       {"blobs", std::move(blobs)},
                       {"manifests", tally(moved.done.manifests)},
                       {"evidence", moved.evidence},
                       {"referrer_indexes", moved.done.links},
                       {"tags", tally(moved.done.tags)},
                       {"added", moved.done.added()},
                       {"missing_evidence", std::move(missing)}});
}

std::string text_of(const Moved& moved) {
  const publish::Transferred& done = moved.done;
  std::string out = fmt::format("{}\n  {}\n", moved.to, moved.digest.str());
  const std::string size = human_size(done.sent_bytes);
  if (moved.into_file)
    out += fmt::format("  blobs      {} taken ({}), {} from the store\n", done.blobs.sent, size,
                       done.blobs.present);
  else
    out += fmt::format("  blobs      {} sent ({}), {} mounted, {} already there\n", done.blobs.sent,
                       size, done.blobs.mounted, done.blobs.present);
  out += fmt::format("  manifests  {} {}, {} already there; {} of them evidence\n",
                     done.manifests.sent, moved.into_file ? "taken" : "sent",
                     done.manifests.present, moved.evidence);
  out += fmt::format("  {} added\n", counted(done.added(), "object"));
  for (const Digest& digest : moved.missing)
    out +=
        fmt::format("  note: evidence {} is listed at the source, but not there\n", digest.str());
  return out;
}

}  // namespace

std::vector<Option> with_moving_options(std::vector<Option> own) {
  own.push_back({"--platform", "linux/ARCH", "only this platform's image, without the index"});
  own.push_back({"--no-evidence", "", "leave signatures, attestations and the like behind"});
  own.push_back({"--buildkit-attestations", "",
                 "tags name the index with SBOM and provenance inside, for docker buildx"});
  return with_registry_options(std::move(own));
}

Result<Mover> Mover::create(Session& session, const Arguments& arguments,
                            const ImageSource& source) {
  Mover mover(session, *TRY(session.world()), source);
  mover.options_.evidence = !arguments.has("--no-evidence");
  mover.options_.threads = parallel_transfers(session);
  mover.attested_index_ = arguments.has("--buildkit-attestations");
  if (mover.attested_index_ && (!mover.options_.evidence || arguments.has("--platform")))
    return fail(ErrorCode::bad_input,
                "--buildkit-attestations goes with a whole image and its evidence alone",
                "leave out --no-evidence and --platform");
  if (auto platform = arguments.value("--platform"))
    mover.options_.platform = TRY(model::Platform::parse(*platform));
  return mover;
}

Result<publish::Closure> Mover::closure_of(const publish::Root& root) const {
  world_.progress.phase("reading manifests");
  publish::Closure closure =
      TRY_CONTEXT(publish::closure(*source_.reader, root.descriptor, options_),
                  fmt::format("reading {}", source_.name));
  if (attested_index_) TRY(closure.take_attested_index());
  return closure;
}

Moved Mover::moved(const publish::Closure& closure, publish::Transferred done,
                   std::string to) const {
  return {.from = source_.name,
          .to = std::move(to),
          .digest = closure.root.digest,
          .evidence = closure.evidence_count(),
          .missing = closure.missing,
          .done = done};
}

Result<publish::Closure> Mover::for_registry(const publish::Root& root) const {
  publish::Closure closure = TRY(closure_of(root));
  TRY(publish::keep_evidence_of_root(closure));
  return closure;
}

Result<> check_tag(const registry::Reference& reference) {
  if (!oci::is_evidence_tag(reference.tag)) return {};
  return fail(ErrorCode::bad_input,
              fmt::format("{} is no tag for an image: clients keep signatures and attestations "
                          "under such tags, which the image would replace",
                          reference.tag),
              "give the image a tag of another form; its evidence gets its own by itself");
}

Result<Moved> Mover::to_registry(const publish::Root& root,
                                 const registry::Reference& reference) const {
  TRY(check_tag(reference));
  publish::Closure closure = TRY(for_registry(root));
  if (reference.digest && *reference.digest != closure.root.digest)
    return fail(ErrorCode::bad_input,
                fmt::format("the image is {}, which is not what {} names",
                            closure.root.digest.str(), reference.str()),
                "leave the digest out of the destination");
  registry::ClientOptions options =
      TRY(registry_options(session_, reference, registry::Access::push));
  bool same_registry = source_.reference && source_.reference->host == reference.host;
  publish::RegistryDestination destination(
      world_, reference, std::move(options),
      same_registry ? source_.reference->repository : std::string());
  std::vector<std::string> tags;
  if (!reference.tag.empty()) tags.push_back(reference.tag);
  world_.progress.phase("sending to " + reference.name());
  publish::Transferred done =
      TRY(publish::transfer(*source_.reader, closure, destination, tags, options_.threads, world_));
  return moved(closure, done, reference.str());
}

struct Mover::Gathered::Inside {
  const World& world;
  publish::LayoutDestination destination;
};

Mover::Gathered::Gathered(std::unique_ptr<Inside> inside, Path path, bool is_archive)
    : inside_(std::move(inside)), path_(std::move(path)), is_archive_(is_archive) {}
Mover::Gathered::~Gathered() = default;

Result<std::unique_ptr<Mover::Gathered>> Mover::Gathered::create(
    Session& session, const std::string& word, const std::optional<std::string>& format) {
  Path path = output_path(word);
  bool is_archive = format ? *format == "archive" : word.ends_with(".tar");
  if (is_archive) TRY(session.reserve_output(path));
  if (!is_archive && is_standard_output(path))
    return fail(ErrorCode::bad_input, "standard output cannot hold a directory",
                "--format archive writes one file");
  World* world = TRY(session.world());
  std::unique_ptr<Inside> inside(new Inside{*world, publish::LayoutDestination(world->store)});
  return std::unique_ptr<Gathered>(new Gathered(std::move(inside), std::move(path), is_archive));
}

Result<> Mover::Gathered::write() const {
  const oci::Content& content = inside_->destination.content();
  const StopCheck stop = [this] { return check_stop(inside_->world); };
  if (!is_archive_) return oci::write_layout(path_, content, stop);
  AtomicFile file = TRY(AtomicFile::create(path_));
  StoppableSink sink(file, stop);
  TRY(oci::write_oci_archive(sink, content));
  return file.commit();
}

Result<Moved> Mover::to_layout(const publish::Root& root, Gathered& gathered) const {
  publish::Closure closure = TRY(closure_of(root));
  publish::LayoutDestination& destination = gathered.inside_->destination;
  destination.set_names(root.names);
  world_.progress.phase("getting " + source_.name);
  publish::Transferred done = TRY(publish::transfer(*source_.reader, closure, destination,
                                                    root.tags, options_.threads, world_));
  if (root.tags.empty()) destination.list(closure.node(closure.root.digest));
  Moved result = moved(closure, done, output_name(gathered.path()));
  result.into_file = true;
  return result;
}

void answer_moved(Session& session, std::string_view schema, const std::vector<Moved>& moved) {
  std::string text;
  Json images = Json::array();
  for (const Moved& image : moved) {
    text += text_of(image);
    images.push_back(json_of(image));
  }
  session.answer(text, Json::object({{"schema", schema}, {"images", std::move(images)}}));
}

}  // namespace kiln::cli
