// SPDX-License-Identifier: Apache-2.0
#include "evidence/tuf/repository.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln::tuf {

namespace {

constexpr uint64_t k_largest_metadata = 1U << 20;
constexpr uint64_t k_most_roots = 10'000;

std::string versioned(uint64_t version, Role role) {
  return fmt::format("{}.{}.json", version, str(role));
}

UnixTime expiry(const Publication& publication, Role role) {
  return publication.now + publication.lifetimes.at(role);
}

// Makes and writes one kind of metadata after another.
class Publisher {
 public:
  Publisher(const Path& directory, const Publication& publication,
            std::span<SigningKey* const> secrets)
      : directory_(directory), publication_(publication), secrets_(secrets) {}

  Result<Published> run() {
    TRY(make_directories(directory_ / "targets"));
    TRY(make_root());
    TRY(find_versions());
    TRY(write_targets());
    TRY(write_snapshot());
    TRY(write_timestamp());
    return published_;
  }

 private:
  Result<> make_root() {
    std::optional<Root> old = TRY(newest_root(directory_));
    bool due = !old || old->roles != publication_.roles ||
               old->expires - publication_.now < publication_.lifetimes.at(Role::root) / 2;
    published_.root = old ? old->version : 0;
    if (!due) return {};
    Root root{.version = ++published_.root,
              .expires = expiry(publication_, Role::root),
              .roles = publication_.roles};
    std::vector<Signers> signers = {root.roles.at(Role::root)};
    if (old) signers.push_back(old->roles.at(Role::root));
    Json part = TRY(root.json());
    std::string file = TRY_CONTEXT(sign(part, signers, secrets_), "signing the root");
    published_.new_root = true;
    return write_file(directory_ / versioned(root.version, Role::root), file);
  }

  // The versions that the time stamp there leads to; it may be signed by keys that are gone.
  Result<> find_versions() {
    Result<std::string> file = read_file(directory_ / "timestamp.json", k_largest_metadata);
    if (!file && file.error().code == ErrorCode::not_found) return {};
    std::string text = TRY(std::move(file));
    Json timestamp = TRY_CONTEXT(open_unverified(text), "reading timestamp.json");
    published_.timestamp = TRY(version_in(timestamp, "version"));
    published_.snapshot = TRY(version_in(timestamp, {"meta", "snapshot.json", "version"}));
    std::string name = versioned(published_.snapshot, Role::snapshot);
    text = TRY(read_file(directory_ / name, k_largest_metadata));
    Json snapshot = TRY_CONTEXT(open_unverified(text), "reading " + name);
    published_.targets = TRY(version_in(snapshot, {"meta", "targets.json", "version"}));
    return {};
  }

  static Result<uint64_t> version_in(const Json& json, const MemberPath& path) {
    int64_t version = TRY(json.get_int(path));
    if (version < 1 || version > INT64_MAX / 2)
      return fail(ErrorCode::corrupt, fmt::format("TUF metadata has the version {}", version));
    return static_cast<uint64_t>(version);
  }

  Result<> write_targets() {
    Json list = Json::object();
    for (const auto& [name, bytes] : publication_.targets) {
      Digest digest = sha256(bytes);
      list[name] = Json::object(
          {{"length", bytes.size()}, {"hashes", Json::object({{"sha256", digest.hex()}})}});
      TRY(write_file(directory_ / "targets" / fmt::format("{}.{}", digest.hex(), name), bytes));
    }
    return write_versioned(Role::targets, ++published_.targets,
                           Json::object({{"targets", std::move(list)}}));
  }

  Result<> write_snapshot() {
    Json meta = Json::object({{"targets.json", Json::object({{"version", published_.targets}})}});
    return write_versioned(Role::snapshot, ++published_.snapshot,
                           Json::object({{"meta", std::move(meta)}}));
  }

  Result<> write_versioned(Role role, uint64_t version, Json members) {
    std::string file = TRY(make(role, version, std::move(members)));
    return write_file(directory_ / versioned(version, role), file);
  }

  Result<> write_timestamp() {
    Json meta = Json::object({{"snapshot.json", Json::object({{"version", published_.snapshot}})}});
    std::string file = TRY(
        make(Role::timestamp, ++published_.timestamp, Json::object({{"meta", std::move(meta)}})));
    return write_file(directory_ / "timestamp.json", file);
  }

  Result<std::string> make(Role role, uint64_t version, Json members) {
    Json part = signed_part(role, version, expiry(publication_, role), std::move(members));
    return with_context(sign(part, {&publication_.roles.at(role), 1}, secrets_),
                        fmt::format("signing the {}", str(role)));
  }

  const Path& directory_;
  const Publication& publication_;
  std::span<SigningKey* const> secrets_;
  Published published_;
};

}  // namespace

Result<std::optional<Root>> newest_root(const Path& directory) {
  std::optional<Root> newest;
  for (uint64_t version = 1; version <= k_most_roots; ++version) {
    std::string name = versioned(version, Role::root);
    Result<std::string> file = read_file(directory / name, k_largest_metadata);
    if (!file && file.error().code == ErrorCode::not_found) return newest;
    std::string text = TRY(std::move(file));
    Json part = TRY_CONTEXT(open_unverified(text), "reading " + name);
    Root root = TRY_CONTEXT(Root::parse(part), "reading " + name);
    TRY_CONTEXT(open(text, root.roles.at(Role::root)), "checking " + name);
    if (newest) TRY_CONTEXT(open(text, newest->roles.at(Role::root)), "checking " + name);
    if (root.version != version)
      return fail(ErrorCode::corrupt, fmt::format("{} has the version {}", name, root.version));
    newest = std::move(root);
  }
  return fail(ErrorCode::limit, "the TUF repository has more roots than accepted");
}

Result<Published> publish(const Path& directory, const Publication& publication,
                          std::span<SigningKey* const> secrets) {
  for (const auto& [name, bytes] : publication.targets)
    if (name.empty() || name.find('/') != std::string::npos || name.starts_with('.'))
      return fail(ErrorCode::bad_input,
                  fmt::format("'{}' cannot be the name of a published file", printable(name)));
  return Publisher(directory, publication, secrets).run();
}

}  // namespace kiln::tuf
