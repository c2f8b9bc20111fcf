// SPDX-License-Identifier: Apache-2.0
//
// SPDX 2.3 as JSON (https://spdx.github.io/spdx-spec/v2.3/). What scanners read besides the purl
// stands where they look: trivy takes a package's source from `sourceInfo` and the distribution
// from the OPERATING-SYSTEM package, grype both from the purl.
#include "data/json_stream.hpp"
#include "evidence/sbom/licences/spdx_list.hpp"
#include "evidence/sbom/purl.hpp"
#include "evidence/sbom/writers.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

class Spdx2Writer {
 public:
  explicit Spdx2Writer(const Document& document)
      : document_(document), ids_(identifiers_of(document)), json_(out_) {
    for (size_t i = 0; i < document.files.size(); ++i)
      if (document.files[i].package)
        of_packages_[*document.files[i].package].push_back(i);
      else
        of_image_.push_back(i);
  }

  std::string write() {
    out_.reserve(2000 * document_.packages.size() + 700 * document_.files.size());
    json_.begin_object();
    json_.member("SPDXID", "SPDXRef-DOCUMENT");
    write_creation();
    json_.member("dataLicense", "CC0-1.0");
    json_.begin_array("documentDescribes");
    json_.value("SPDXRef-" + ids_.image);
    json_.end_array();
    json_.member("documentNamespace", document_uri(document_, "spdx-2.3"));
    write_files();
    write_texts();
    json_.member("name", document_.image.name);
    write_packages();
    write_relationships();
    json_.member("spdxVersion", "SPDX-2.3");
    json_.end_object();
    return std::move(out_);
  }

 private:
  void write_creation() {
    json_.begin_object("creationInfo");
    json_.member("comment", document_.built_here
                                ? "Made by the builder of the image, of its lock and its layers."
                                : "Made of the files and package databases of the image.");
    json_.member("created", format_rfc3339(document_.created));
    json_.begin_array("creators");
    json_.value(spdx_party(document_.author));
    json_.value("Tool: kiln-" + document_.tool_version);
    json_.end_array();
    json_.member("licenseListVersion", k_licence_list_version);
    json_.end_object();
  }

  void write_checksum(std::string_view algorithm, const std::string& value) {
    if (value.empty()) return;
    json_.begin_object();
    json_.member("algorithm", algorithm);
    json_.member("checksumValue", value);
    json_.end_object();
  }

  void write_files() {
    json_.begin_array("files");
    for (size_t i = 0; i < document_.files.size(); ++i) {
      const File& file = document_.files[i];
      json_.begin_object();
      json_.member("SPDXID", "SPDXRef-" + ids_.files[i]);
      json_.begin_array("checksums");
      write_checksum("SHA1", to_hex({file.sha1.data(), file.sha1.size()}));
      write_checksum("SHA256", file.sha256.hex());
      json_.end_array();
      json_.text_member("comment", file_remark(file, document_));
      json_.member("fileName", "./" + file.path);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_texts() {
    if (document_.texts.empty()) return;
    json_.begin_array("hasExtractedLicensingInfos");
    for (const auto& [id, text] : document_.texts) {
      json_.begin_object();
      json_.member("extractedText", text.text);
      json_.member("licenseId", id);
      json_.member("name", text.name);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_purl(std::string_view purl) {
    json_.begin_object();
    json_.member("referenceCategory", "PACKAGE-MANAGER");
    json_.member("referenceLocator", purl);
    json_.member("referenceType", "purl");
    json_.end_object();
  }

  // The SHA-1 of the sorted SHA-1 values of its files (SPDX 2.3, 7.9.4); a package without files
  // was not analysed.
  void write_verification(const std::vector<size_t>& files) {
    if (files.empty()) return;
    std::vector<std::string> hashes;
    for (size_t i : files) {
      const auto& sha1 = document_.files[i].sha1;
      hashes.push_back(to_hex({sha1.data(), sha1.size()}));
    }
    std::ranges::sort(hashes);
    Hasher hasher(HashAlgorithm::sha1);
    for (const std::string& hash : hashes) hasher.update(hash);
    json_.begin_object("packageVerificationCode");
    json_.member("packageVerificationCodeValue", to_hex(hasher.finish()));
    json_.end_object();
  }

  void write_packages() {
    json_.begin_array("packages");
    write_image();
    if (!document_.system.id.empty()) write_system();
    for (size_t i = 0; i < document_.packages.size(); ++i) write_package(i);
    for (size_t i = 0; i < document_.sources.size(); ++i) write_source(i);
    json_.end_array();
  }

  void write_image() {
    const Image& image = document_.image;
    json_.begin_object();
    json_.member("SPDXID", "SPDXRef-" + ids_.image);
    json_.begin_array("checksums");
    write_checksum("SHA256", image.digest.hex());
    write_checksum("SHA512", image.sha512);
    json_.end_array();
    json_.text_member("comment", document_.definition.empty()
                                     ? std::string()
                                     : "built from the definition " + document_.definition);
    json_.member("copyrightText", "NOASSERTION");
    json_.member("downloadLocation", "NOASSERTION");
    json_.begin_array("externalRefs");
    write_purl(purl_of(image));
    json_.end_array();
    json_.member("filesAnalyzed", !of_image_.empty());
    json_.text_member("homepage", image.source_url);
    json_.member("licenseConcluded", or_none(licences_together(document_)));
    json_.member("licenseDeclared", or_none(image.licences));
    json_.member("name", image.name);
    write_verification(of_image_);
    json_.member("primaryPackagePurpose", "CONTAINER");
    json_.text_member("summary", image.title);
    json_.member("supplier", spdx_party(image.supplier));
    json_.member("versionInfo", image.version.empty() ? image.digest.str() : image.version);
    json_.end_object();
  }

  void write_system() {
    const OperatingSystem& system = document_.system;
    json_.begin_object();
    json_.member("SPDXID", "SPDXRef-" + ids_.system);
    json_.member("copyrightText", "NOASSERTION");
    json_.member("downloadLocation", "NOASSERTION");
    json_.member("filesAnalyzed", false);
    json_.text_member("homepage", system.home_url);
    json_.member("licenseConcluded", "NOASSERTION");
    json_.member("licenseDeclared", "NOASSERTION");
    json_.member("name", system.id);
    json_.member("primaryPackagePurpose", "OPERATING-SYSTEM");
    json_.text_member("summary", system.name);
    json_.member("supplier", spdx_party(Party{system.vendor, "", "", true}));
    json_.text_member("versionInfo", system.version);
    json_.end_object();
  }

  void write_package(size_t index) {
    const Package& package = document_.packages[index];
    const Source& source = document_.sources[package.source];
    auto files = of_packages_.find(index);
    json_.begin_object();
    json_.member("SPDXID", "SPDXRef-" + ids_.packages[index]);
    if (package.sha256) {
      json_.begin_array("checksums");
      write_checksum("SHA256", package.sha256->hex());
      write_checksum("SHA512", package.sha512);
      json_.end_array();
    }
    json_.text_member("comment", package_remark(package));
    json_.member("copyrightText", or_none(package.licences.holders));
    json_.member("downloadLocation", or_none(package.url));
    json_.begin_array("externalRefs");
    write_purl(ids_.package_purls[index]);
    if (!package.reported_purl.empty()) write_purl(package.reported_purl);
    json_.end_array();
    json_.member("filesAnalyzed", files != of_packages_.end());
    json_.text_member("homepage", package.homepage);
    json_.member("licenseConcluded", or_none(package.licences.concluded));
    json_.member("licenseDeclared", or_none(package.licences.declared));
    json_.member("name", package.name);
    json_.text_member("originator", package.originator.name.empty()
                                        ? std::string()
                                        : spdx_party(package.originator));
    json_.text_member("packageFileName", package.file_name);
    if (files != of_packages_.end()) write_verification(files->second);
    json_.member("primaryPackagePurpose", package.executable ? "LIBRARY" : "OTHER");
    json_.member("sourceInfo",
                 fmt::format("built package from: {} {}", source.name, source.version));
    json_.text_member("summary", package.summary);
    json_.member("supplier", spdx_party(package.supplier));
    json_.member("versionInfo", package.version);
    json_.end_object();
  }

  // Without a purl that scanners would take for an installed package.
  void write_source(size_t index) {
    const Source& source = document_.sources[index];
    const Licences& licences = licences_of_source(document_, index);
    json_.begin_object();
    json_.member("SPDXID", "SPDXRef-" + ids_.sources[index]);
    json_.member("copyrightText", or_none(licences.holders));
    json_.member("downloadLocation", or_none(source.url));
    json_.begin_array("externalRefs");
    write_purl(download_purl_of(source));
    json_.end_array();
    json_.member("filesAnalyzed", false);
    json_.member("licenseConcluded", or_none(licences.concluded));
    json_.member("licenseDeclared", or_none(licences.declared));
    json_.member("name", source.name);
    json_.member("primaryPackagePurpose", "SOURCE");
    json_.member("supplier", spdx_party(source.supplier));
    json_.member("versionInfo", source.version);
    json_.end_object();
  }

  void write_relationship(std::string_view from, std::string_view type, std::string_view to) {
    json_.begin_object();
    json_.member("relatedSpdxElement", fmt::format("SPDXRef-{}", to));
    json_.member("relationshipType", type);
    json_.member("spdxElementId", fmt::format("SPDXRef-{}", from));
    json_.end_object();
  }

  void write_relationships() {
    json_.begin_array("relationships");
    write_relationship("DOCUMENT", "DESCRIBES", ids_.image);
    if (!document_.system.id.empty()) write_relationship(ids_.image, "CONTAINS", ids_.system);
    for (const std::string& package : ids_.packages) {
      write_relationship(ids_.image, "CONTAINS", package);
      if (!document_.system.id.empty()) write_relationship(ids_.system, "CONTAINS", package);
    }
    for (size_t i : document_.requested)
      write_relationship(ids_.image, "DEPENDS_ON", ids_.packages[i]);
    for (size_t i = 0; i < document_.packages.size(); ++i) {
      const Package& package = document_.packages[i];
      for (size_t on : package.depends)
        write_relationship(ids_.packages[i], "DEPENDS_ON", ids_.packages[on]);
      write_relationship(ids_.packages[i], "GENERATED_FROM", ids_.sources[package.source]);
    }
    for (size_t i : of_image_) write_relationship(ids_.image, "CONTAINS", ids_.files[i]);
    for (const auto& [package, files] : of_packages_)
      for (size_t i : files) write_relationship(ids_.packages[package], "CONTAINS", ids_.files[i]);
    json_.end_array();
  }

  const Document& document_;
  Identifiers ids_;
  std::map<size_t, std::vector<size_t>> of_packages_;  // files by package
  std::vector<size_t> of_image_;                       // files without one
  std::string out_;
  JsonStream json_;
};

}  // namespace

std::string write_spdx_2(const Document& document) {
  return Spdx2Writer(document).write();
}

}  // namespace kiln::sbom
