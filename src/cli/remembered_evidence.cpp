// SPDX-License-Identifier: Apache-2.0
//
// Record kind "evidence", key in hexadecimal the SHA-256 of evidence_key and signer_ring: canonical
// JSON {"format": 1, "made": RFC 3339, and the members of evidence/evidence.hpp}.
#include "cli/remembered_evidence.hpp"

#include "evidence/latest_releases.hpp"
#include "evidence/signing/keyring_store.hpp"

namespace kiln::cli {

namespace {

constexpr std::string_view k_kind = "evidence";
constexpr int k_format = 1;
// So that who asks for fresh evidence is not given old one, and what a signer came to say
// differently is said.
constexpr UnixTime k_longest = 24 * 60 * 60;
constexpr uint64_t k_largest_ring = 4U << 20;

std::string name_of(const Digest& key, const SignerRing& ring) {
  return sha256(key.str() + " " + ring.digest.str()).hex();
}

Result<RememberedEvidence> read(std::string_view text, Store& store, UnixTime now) {
  Json json = TRY(parse_json(text));
  if (TRY(json.get_int("format")) != k_format) return fail(ErrorCode::not_found, "another format");
  std::string made = TRY(json.get_string("made"));
  RememberedEvidence remembered;
  remembered.made = TRY(parse_rfc3339(made));
  if (now < remembered.made || now - remembered.made > k_longest)
    return fail(ErrorCode::not_found, "too old");
  evidence::DescribedEvidence described = TRY(evidence::evidence_from_json(json));
  remembered.evidence = std::move(described.evidence);
  // Each is asked for, so that all that somebody edited in a layout leave the store.
  bool whole = true;
  for (const evidence::DescribedEvidence::BlobName& blob : described.blobs) {
    whole = store.has(blob.digest) && whole;
    remembered.evidence.content.add_file(blob.digest, blob.size, store.path_of(blob.digest));
  }
  if (!whole) return fail(ErrorCode::not_found, "a blob was pruned or damaged");
  return remembered;
}

}  // namespace

Digest evidence_key(const evidence::Request& request, std::span<const sbom::Format> documents) {
  evidence::BuildRecord record = request.record;
  record.invocation.clear();
  record.started = record.finished = 0;
  std::string text = evidence::write_record(record);
  for (signing::Form form : request.forms) text.append(1, '\n').append(signing::str(form));
  for (sbom::Format format : documents) text.append(1, '\n').append(sbom::str(format));
  return sha256(text);
}

std::optional<SignerRing> signer_ring(const Session& session) {
  if (session.config().signer) return std::nullopt;
  Result<Path> directory = signing::keyring_directory(session.environment(), std::nullopt);
  if (!directory) return std::nullopt;
  Result<std::string> ring = read_file(signing::keyring_file(*directory), k_largest_ring);
  if (!ring) return std::nullopt;
  return SignerRing{std::move(*directory), sha256(*ring)};
}

std::optional<RememberedEvidence> find_evidence(const Digest& key,
                                                const evidence::BuildRecord& record,
                                                const SignerRing& ring, World& world) {
  std::shared_ptr<const Record> kept = world.store.cached(k_kind, name_of(key, ring));
  if (!kept) return std::nullopt;
  Result<RememberedEvidence> found = read(kept->bytes(), world.store, world.clock.now());
  bool is_last = found && evidence::LatestReleases(ring.directory).are(record, found->evidence);
  return is_last ? std::optional(std::move(*found)) : std::nullopt;
}

EvidenceMemory memory_of(const Digest& key, const evidence::Evidence& evidence, UnixTime made) {
  Json json = evidence::to_json(evidence);
  json["format"] = k_format;
  json["made"] = format_rfc3339(made);
  EvidenceMemory memory{key, canonical(json), {}};
  for (const auto& [digest, blob] : evidence.content.blobs()) memory.blobs.push_back(digest);
  return memory;
}

Result<> remember_evidence(const EvidenceMemory& memory, const SignerRing& ring, const Path& layout,
                           Store& store) {
  for (const Digest& blob : memory.blobs)
    if (!TRY(store.adopt(blob, layout / "blobs" / "sha256" / blob.hex()))) return {};
  return store.cache(k_kind, name_of(memory.key, ring), memory.record);
}

}  // namespace kiln::cli
