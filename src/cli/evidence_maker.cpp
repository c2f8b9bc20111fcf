// SPDX-License-Identifier: Apache-2.0
#include "cli/evidence_maker.hpp"

#include "cli/build_sbom.hpp"
#include "cli/previous_image.hpp"
#include "cli/program.hpp"
#include "cli/source_location.hpp"
#include "evidence/buildkit.hpp"
#include "evidence/dependencies.hpp"
#include "evidence/public_url.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_input = 64U << 20;

// What the user chose beside the definition, without secrets and places of this machine.
Result<evidence::Parameters> parameters_of(const Arguments& arguments, Session& session) {
  const Config& config = session.config();
  evidence::Parameters parameters;
  parameters.pins = plan::str(config.pins);
  parameters.compression = config.compression;
  for (const plan::Rewrite& rewrite : config.rewrites)
    parameters.rewrites.push_back(evidence::public_rewrite(rewrite));
  for (const Path& keyring : config.keyrings) {
    std::string bytes = TRY(read_file(keyring, k_largest_input));
    parameters.keyrings.push_back(sha256(bytes));
  }
  for (const std::vector<std::string>& list :
       {config.mirrors, config.security_mirrors, config.alpine_mirrors})
    for (const std::string& mirror : list)
      parameters.mirrors.push_back(
          evidence::public_url(mirror).value_or(std::string(evidence::k_local_place)));
  if (auto lock = arguments.value("--lock")) {
    std::string bytes = TRY(read_file(*lock, k_largest_input));
    parameters.lock = sha256(bytes);
  }
  parameters.source_date_epoch = TRY(session.source_date_epoch());
  return parameters;
}

// The definition itself and what it includes.
std::vector<Path> files_of(const Subject& subject) {
  return {subject.definition.files.begin(), subject.definition.files.end()};
}

Result<std::vector<evidence::FileRecord>> file_records(const Subject& subject) {
  std::vector<evidence::FileRecord> records;
  Path root = std::filesystem::absolute(subject.root).lexically_normal();
  for (const Path& file : files_of(subject)) {
    std::string bytes = TRY(read_file(file, k_largest_input));
    Path below = std::filesystem::absolute(file).lexically_normal().lexically_relative(root);
    if (below.empty() || *below.begin() == "..") below = file.filename();
    records.push_back({below.generic_string(), sha256(bytes)});
  }
  return records;
}

evidence::Subject subject_of(const oci::Descriptor& descriptor) {
  return {descriptor.digest, descriptor.size};
}

void add_document(evidence::Request& request, std::vector<evidence::DocumentRecord>& records,
                  const std::string& kind, sbom::WrittenDocument document) {
  records.push_back({kind, document.digest, document.text.size()});
  request.documents.insert_or_assign(document.digest, std::move(document.text));
}

void add_document(evidence::Request& request, std::vector<evidence::DocumentRecord>& records,
                  const std::string& kind, std::string text) {
  Digest digest = sha256(text);
  add_document(request, records, kind, sbom::WrittenDocument{std::move(text), digest});
}

}  // namespace

EvidenceMaker::EvidenceMaker(EvidenceRequest request, Session& session)
    : request_(std::move(request)),
      session_(session),
      invocation_(new_invocation()),
      started_(session.clock().now()) {}

Result<std::unique_ptr<EvidenceMaker>> EvidenceMaker::start(EvidenceRequest request,
                                                            const Arguments& arguments,
                                                            std::span<const Subject> subjects,
                                                            Session& session) {
  World& world = *TRY(session.world());
  evidence::Parameters parameters = TRY(parameters_of(arguments, session));
  std::unique_ptr<EvidenceMaker> maker(new EvidenceMaker(std::move(request), session));
  if (session.config().signer) TRY(maker->expect_signing());
  maker->parameters_ = std::move(parameters);
  maker->program_ =
      std::async(std::launch::async, [&world] { return program_digest(world.store); });
  for (const Subject& subject : subjects)
    maker->sources_[&subject] = std::async(std::launch::async, [&subject, &session] {
      return find_source(subject.file, files_of(subject), session.environment());
    });
  return maker;
}

Result<> EvidenceMaker::expect_signing() {
  if (!signer_) signer_.emplace(TRY(SignerClient::start(session_)));
  return {};
}

Result<evidence::BuildRecord> EvidenceMaker::record_of(const Subject& subject,
                                                       const BuildResult& result,
                                                       const image::Assembly& assembly) {
  evidence::BuildRecord record;
  record.mode = "local";
  record.invocation = invocation_;
  record.started = started_;
  record.kiln_version = KILN_VERSION;
  Result<Digest> program = program_.get();
  record.kiln_digest = TRY(std::move(program));
  const definition::ImageSpec& spec = result.plans.front()->plan.spec;
  record.image = spec.image;
  record.tags = spec.tags;
  record.definition = spec.definition_name;
  record.definition_files = TRY(file_records(subject));
  record.source = sources_.at(&subject).get();
  record.parameters = parameters_;
  record.index = subject_of(assembly.index);
  for (const oci::Descriptor& manifest : assembly.manifests) {
    for (const plan::LockedPlan* locked : result.plans) {
      if (locked->plan.platform != manifest.platform) continue;
      record.parameters.platforms.push_back(locked->plan.platform.str());
      record.platforms.push_back(
          {locked->plan.platform, subject_of(manifest), plan::digest_of(locked->plan), {}, {}});
    }
  }
  record.finished = session_.clock().now();
  return record;
}

Result<> EvidenceMaker::add_sboms(evidence::Request& request, const BuildResult& result) {
  sbom::Authorship authorship;
  authorship.tool_version = KILN_VERSION;
  for (size_t i = 0; i < result.images.size(); ++i) {
    plan::Lock shown;
    shown.plans.push_back(*result.plans[i]);
    shown = evidence::public_lock(std::move(shown));
    std::vector<sbom::WrittenDocument> made = TRY(build_sboms(
        shown.plans[0], *result.images[i], authorship, request_.documents, session_, options_));
    for (evidence::PlatformRecord& platform : request.record.platforms)
      if (platform.platform == result.images[i]->image.platform)
        for (size_t d = 0; d < made.size(); ++d)
          add_document(request, platform.documents, std::string(sbom::str(request_.documents[d])),
                       std::move(made[d]));
  }
  return {};
}

Result<> EvidenceMaker::add_changelog(evidence::Request& request, BuildResult& result,
                                      const image::Assembly& assembly) {
  PreviousImage previous =
      TRY(find_previous(session_, request_.previous, result.path, request.record.image, assembly));
  result.evidence->changelog = previous.note;
  if (previous.changelog)
    add_document(request, request.record.documents, "changelog", std::move(*previous.changelog));
  return {};
}

Result<> EvidenceMaker::add(const Subject& subject, BuildResult& result, image::Assembly& assembly,
                            const std::string& lock) {
  evidence::Request request;
  request.forms = request_.forms;
  request.record = TRY(record_of(subject, result, assembly));
  std::vector<evidence::DocumentRecord> lock_record;
  add_document(request, lock_record, "lock", lock);
  request.record.lock = lock_record.front();
  plan::Lock locked = TRY(plan::read_lock(lock));
  for (evidence::PlatformRecord& platform : request.record.platforms)
    platform.dependencies = evidence::dependencies_of(*locked.find(platform.platform));
  // The signer adds to the index, so it must see it.
  if (std::ranges::find(request_.forms, signing::Form::buildkit_attestations) !=
      request_.forms.end())
    add_document(request, request.record.documents, std::string(evidence::k_index_document),
                 TRY(assembly.content.bytes(assembly.index.digest)));
  result.evidence.emplace();
  TRY(add_changelog(request, result, assembly));
  TRY(find_or_sign(request, result));
  assembly.content.add_all(std::exchange(result.evidence->made.content, {}));
  return {};
}

Result<> EvidenceMaker::find_or_sign(evidence::Request& request, BuildResult& result) {
  EvidenceReport& report = *result.evidence;
  Digest key = evidence_key(request, request_.documents);
  if (std::optional<SignerRing> ring = signer_ring(session_)) {
    World& world = *TRY(session_.world());
    if (auto found = find_evidence(key, request.record, *ring, world)) {
      report.made = std::move(found->evidence);
      report.made_before = found->made;
      return {};
    }
  }
  TRY(expect_signing());
  TRY(add_sboms(request, result));
  report.made = TRY_CONTEXT(signer_->sign(request), "making evidence");
  if (!session_.config().signer) memory_ = memory_of(key, report.made, request.record.finished);
  return {};
}

void EvidenceMaker::remember(const Path& layout) {
  std::optional<EvidenceMemory> memory = std::exchange(memory_, std::nullopt);
  std::optional<SignerRing> ring = signer_ring(session_);
  Result<World*> world = session_.world();
  // What cannot be kept, such as on a full disk, is made again by the next build.
  if (memory && ring && world) (void)remember_evidence(*memory, *ring, layout, (*world)->store);
}

}  // namespace kiln::cli
