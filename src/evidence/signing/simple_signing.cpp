// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/simple_signing.hpp"

#include "base/strings.hpp"
#include "data/json.hpp"

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr std::string_view k_cosign_type = "cosign container image signature";
constexpr std::string_view k_atomic_type = "atomic container signature";
constexpr size_t k_largest = 64U << 10;

}  // namespace

std::string encode(const SimpleSigning& document) {
  return canonical(Json::object(
      {{"critical",
        Json::object(
            {{"identity", Json::object({{"docker-reference", document.reference}})},
             {"image", Json::object({{"docker-manifest-digest", document.manifest.str()}})},
             {"type", k_cosign_type}})},
       {"optional", nullptr}}));
}

Result<SimpleSigning> parse_simple_signing(std::string_view text) {
  Json json = TRY_CONTEXT(parse_json(text, {.depth = 16, .size = k_largest}),
                          "reading a simple signing document");
  std::string type = TRY(json.get_string({"critical", "type"}));
  if (type != k_cosign_type && type != k_atomic_type)
    return fail(ErrorCode::corrupt,
                fmt::format("'{}' is not a type of simple signing document", printable(type, 60)));
  std::string digest = TRY(json.get_string({"critical", "image", "docker-manifest-digest"}));
  return SimpleSigning{TRY(json.get_string({"critical", "identity", "docker-reference"})),
                       TRY(Digest::parse(digest))};
}

Result<SimpleSigning> verify_simple_signing(std::string_view text, std::string_view signature,
                                            const PublicKey& key, const Digest& manifest) {
  TRY(key.verify(text, signature));
  SimpleSigning document = TRY(parse_simple_signing(text));
  if (document.manifest == manifest) return document;
  return fail(ErrorCode::unverified, fmt::format("the signature is for {}, not for {}",
                                                 document.manifest.str(), manifest.str()));
}

}  // namespace kiln::signing
