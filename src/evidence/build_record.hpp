// SPDX-License-Identifier: Apache-2.0
//
// The build record: what the control plane of a build says happened, as a value. It is all that the
// signer gets; from it, and from the documents that it names by digest, the signer makes every
// statement itself. docs/formats/build-record.md is its page.
//
// No secret and nothing of the machine is in it: files are named below the catalog's root or the
// git checkout, URLs are public ones (public_url.hpp), keyrings are digests.
#pragma once
#include "base/time.hpp"
#include "evidence/resource.hpp"
#include "model/platform.hpp"
#include "plan/rewrites.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::evidence {

inline constexpr int k_record_format = 1;

// A manifest or an index that statements are about.
struct Subject {
  Digest digest;
  uint64_t size = 0;
  bool operator==(const Subject&) const = default;
};

// A document that travels beside the record: made by the control plane, named by its digest.
struct DocumentRecord {
  std::string kind;  // "spdx-2.3", "changelog": a name of the table in statements.hpp
  Digest digest;
  uint64_t size = 0;
  bool operator==(const DocumentRecord&) const = default;
};

// A file of the definition.
struct FileRecord {
  std::string path;  // below the catalog's root
  Digest digest;
  bool operator==(const FileRecord&) const = default;
};

// Where a definition lies in version control.
struct SourceLocation {
  std::string repository;  // "git+https://host/path"; empty when the checkout has no public remote
  std::string commit;      // hexadecimal
  std::string path;        // of the definition in the repository
  bool dirty = false;      // whether a file differs from the commit, or is not in it
  bool operator==(const SourceLocation&) const = default;
};

// What a user chose beside the definition: SLSA's external parameters, all of them.
struct Parameters {
  std::vector<std::string> platforms;
  std::string pins;
  std::string compression;
  std::vector<plan::Rewrite> rewrites;
  std::vector<Digest> keyrings;      // trusted besides the archives' own
  std::vector<std::string> mirrors;  // of either archive
  std::optional<Digest> lock;        // built from this lock
  std::optional<UnixTime> source_date_epoch;
  bool operator==(const Parameters&) const = default;
};

struct PlatformRecord {
  model::Platform platform;
  Subject manifest;
  Digest plan;
  std::vector<Resource> dependencies;  // indexes, keys, packages, local files
  std::vector<DocumentRecord> documents;
  bool operator==(const PlatformRecord&) const = default;
};

struct BuildRecord {
  std::string mode;        // "local"; a hosted service will have its own
  std::string invocation;  // "urn:uuid:...": this run
  UnixTime started = 0;
  UnixTime finished = 0;
  std::string kiln_version;
  Digest kiln_digest;  // of the program that built

  std::string image;  // the repository, "dhi.io/curl"
  std::vector<std::string> tags;
  std::string definition;  // "image/curl/debian-13/8"
  std::vector<FileRecord> definition_files;
  std::optional<SourceLocation> source;
  Parameters parameters;

  Subject index;
  DocumentRecord lock;
  std::vector<PlatformRecord> platforms;  // in the order of the index
  std::vector<DocumentRecord> documents;  // about the image as a whole
  bool operator==(const BuildRecord&) const = default;
};

// Canonical JSON, and back. Reading takes exactly the members of the format (corrupt otherwise),
// refuses a newer format (unsupported), and checks each value by itself.
std::string write_record(const BuildRecord& record);
Result<BuildRecord> read_record(std::string_view text);

// Every document that the record names, in the order in which they are sent after it.
std::vector<const DocumentRecord*> documents_of(const BuildRecord& record);

}  // namespace kiln::evidence
