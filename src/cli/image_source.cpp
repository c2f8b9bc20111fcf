// SPDX-License-Identifier: Apache-2.0
#include "cli/image_source.hpp"

#include "oci/registry/credentials.hpp"
#include "oci/registry/reader.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr std::string_view k_prefix = "docker://";
constexpr size_t k_usual_transfers = 6;

}  // namespace

std::vector<Option> with_registry_options(std::vector<Option> own) {
  own.push_back({.name = "--plain-http", .help = "talk to registries without encryption"});
  own.push_back({.name = "--ca-file",
                 .value = "FILE",
                 .help = "trust these certificate authorities besides the system's"});
  return own;
}

Result<registry::Reference> reference_of(const std::string& word) {
  std::string_view text = word;
  if (text.starts_with(k_prefix)) text.remove_prefix(k_prefix.size());
  return registry::Reference::parse(text);
}

Result<std::optional<registry::Reference>> as_reference(const std::string& word) {
  std::error_code error;
  bool is_path = std::filesystem::exists(word, error);
  if (word.starts_with(k_prefix) || (!is_path && registry::names_a_host(word)))
    return TRY(reference_of(word));
  return std::nullopt;
}

Result<registry::ClientOptions> registry_options(const Session& session,
                                                 const registry::Reference& reference,
                                                 registry::Access access) {
  registry::ClientOptions options;
  options.access = access;
  options.plain_http = session.config().plain_http;
  options.credentials =
      TRY(registry::find_credentials(session.environment(), reference.host, reference.repository));
  return options;
}

Result<ImageSource> open_image_source(Session& session, const std::string& word) {
  ImageSource source;
  source.name = word;
  source.reference = TRY(as_reference(word));
  if (source.reference) {
    source.name = source.reference->str();
    registry::ClientOptions options =
        TRY(registry_options(session, *source.reference, registry::Access::pull));
    World* world = TRY(session.world());
    source.reader =
        TRY(registry::RegistryReader::open(*world, *source.reference, std::move(options)));
    return source;
  }
  std::error_code error;
  if (!std::filesystem::exists(word, error))
    return fail(
        ErrorCode::not_found, fmt::format("there is no layout or archive {}", word),
        fmt::format("an image in a registry is written with its host, or as {}{}", k_prefix, word));
  source.reader = TRY(oci::open_image(word));
  return source;
}

size_t parallel_transfers(const Session& session) {
  size_t threads = session.config().threads;
  return threads == 0 ? k_usual_transfers : threads;
}

}  // namespace kiln::cli
