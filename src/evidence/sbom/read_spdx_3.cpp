// SPDX-License-Identifier: Apache-2.0
//
// SPDX 3.0.1 as JSON-LD: one flat graph of elements. Which package is the image says the root
// element of the bill (software_Sbom); files and packages are told by their types, since nothing
// else may be in a bill about one image.
#include "base/strings.hpp"
#include "evidence/sbom/claims_reading.hpp"

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

constexpr std::string_view k_version = "3.0.1";

class Spdx3Reader {
 public:
  Result<Claims> read(const Json& json) {
    const Json::Array& graph = *TRY(json.get_array("@graph"));
    for (const Json& element : graph) TRY(read_root(element));
    if (!versioned_) return fail(ErrorCode::corrupt, "the document has no CreationInfo");
    if (image_.empty())
      return fail(ErrorCode::corrupt, "the document does not describe exactly one thing");
    claims_.format = Format::spdx_3_0_1;
    for (const Json& element : graph) TRY(read_element(element));
    if (!has_image_)
      return fail(ErrorCode::corrupt,
                  fmt::format("there is no package {}, which the document is about",
                              printable(image_, 200)));
    return std::move(claims_);
  }

 private:
  // What has to be known before the rest: the version, and which element is the image.
  Result<> read_root(const Json& element) {
    if (!element.is_object()) return fail(ErrorCode::corrupt, "an element is not a JSON object");
    std::string type = TRY(element.get_string("type"));
    if (type == "CreationInfo") {
      std::string version = TRY(element.get_string("specVersion"));
      if (version != k_version)
        return fail(ErrorCode::unsupported, fmt::format("SPDX {} is not read", printable(version)),
                    "SPDX 2.3 and 3.0.1 and CycloneDX 1.6 and 1.7 are");
      versioned_ = true;
    }
    if (type != "software_Sbom") return {};
    std::vector<std::string> roots = TRY(element.get_strings("rootElement"));
    if (roots.size() != 1 || !image_.empty())
      return fail(ErrorCode::corrupt, "the document does not describe exactly one thing");
    image_ = roots[0];
    return {};
  }

  Result<> read_element(const Json& element) {
    std::string type = TRY(element.get_string("type"));
    if (type == "software_File") return read_file(element);
    if (type != "software_Package") return {};
    std::string id = TRY(element.get_string("spdxId"));
    if (id != image_) return read_package(element);
    if (has_image_)
      return fail(ErrorCode::corrupt, "two packages have the identifier of the image");
    has_image_ = true;
    claims_.image = TRY(hash_of(element));
    return {};
  }

  Result<> read_package(const Json& element) {
    std::string purpose = TRY(element.get_string_or("software_primaryPurpose", ""));
    NamedPackage named;
    named.name = TRY(element.get_string("name"));
    named.version = TRY(element.get_string_or("software_packageVersion", ""));
    named.purl = TRY(element.get_string_or("software_packageUrl", ""));
    named.is_aside = purpose == "operatingSystem" || purpose == "source";
    return add_package(claims_, named);
  }

  Result<> read_file(const Json& element) {
    std::string name = TRY(element.get_string("name"));
    if (!name.starts_with("./"))
      return fail(ErrorCode::corrupt,
                  fmt::format("the file name {} does not begin with \"./\"", printable(name)));
    Digest digest = TRY_CONTEXT(hash_of(element), "reading the SHA-256 of " + printable(name));
    return add_file(claims_, name.substr(2), digest);
  }

  static Result<Digest> hash_of(const Json& element) {
    const Json::Array& hashes = *TRY(items(element, "verifiedUsing"));
    return Digest::from_hex(TRY(hash_in(hashes, "algorithm", "sha256", "hashValue")));
  }

  Claims claims_;
  std::string image_;  // its spdxId
  bool versioned_ = false;
  bool has_image_ = false;
};

}  // namespace

Result<Claims> read_spdx_3(const Json& json) {
  return Spdx3Reader().read(json);
}

}  // namespace kiln::sbom
