// SPDX-License-Identifier: Apache-2.0
#include "cli/image_source.hpp"

#include "base/strings.hpp"
#include "oci/archive_reader.hpp"
#include "oci/registry/credentials.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr std::string_view k_prefix = "docker://";
constexpr size_t k_usual_transfers = 6;

// Says of a definition, say, that it is none, where a tar's reader would speak of its headers.
Result<> check_is_archive(const std::string& word) {
  Result<bool> archive = oci::begins_like_an_archive(word);
  if (!archive || *archive) return {};
  return fail(ErrorCode::bad_input, fmt::format("{} is no image", word),
              word.ends_with(".yaml")
                  ? "a definition becomes one by `kiln build`"
                  : "an image is an OCI layout, an archive of one, or one of `docker save`");
}

// "https://registry.example/a:1", as it is copied from a browser.
Result<> check_is_no_url(std::string_view word) {
  for (std::string_view scheme : {"https://", "http://"}) {
    if (!to_lower(word.substr(0, scheme.size())).starts_with(scheme)) continue;
    std::string_view rest = word.substr(scheme.size());
    while (rest.ends_with('/')) rest.remove_suffix(1);
    const bool may_be = registry::names_a_host(rest) && registry::Reference::parse(rest);
    return fail(
        ErrorCode::bad_input,
        fmt::format("{} is a URL, and an image in a registry is named without a scheme",
                    printable(word)),
        fmt::format("{}{}",
                    may_be ? fmt::format("write {}", rest)
                           : "write HOST/REPOSITORY:TAG, such as registry.example/base/nginx:1",
                    scheme == "http://" ? ", with --plain-http if it is without encryption" : ""));
  }
  return {};
}

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
  TRY(check_is_no_url(text));
  if (text.starts_with(k_prefix)) text.remove_prefix(k_prefix.size());
  return registry::Reference::parse(text);
}

Result<std::optional<registry::Reference>> as_reference(const std::string& word) {
  std::error_code error;
  bool is_path = std::filesystem::exists(word, error);
  if (!is_path) TRY(check_is_no_url(word));
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

Result<std::unique_ptr<oci::ImageReader>> open_local_image(const std::string& path,
                                                           std::string hint_if_missing) {
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return fail(ErrorCode::not_found, fmt::format("there is no layout or archive {}", path),
                std::move(hint_if_missing));
  if (std::filesystem::is_regular_file(path, error)) TRY(check_is_archive(path));
  return oci::open_image(path);
}

Result<ImageSource> open_image_source(Session& session, const std::string& word,
                                      registry::Presence presence) {
  ImageSource source;
  source.name = word;
  source.reference = TRY(as_reference(word));
  if (source.reference) {
    source.name = source.reference->str();
    registry::ClientOptions options =
        TRY(registry_options(session, *source.reference, registry::Access::pull));
    World* world = TRY(session.world());
    source.reader = TRY(
        registry::RegistryReader::open(*world, *source.reference, std::move(options), presence));
    return source;
  }
  source.reader = TRY(open_local_image(
      word,
      fmt::format("an image in a registry is written with its host, or as {}{}", k_prefix, word)));
  return source;
}

size_t parallel_transfers(const Session& session) {
  size_t threads = session.config().threads;
  return threads == 0 ? k_usual_transfers : threads;
}

}  // namespace kiln::cli
