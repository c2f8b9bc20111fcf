// SPDX-License-Identifier: Apache-2.0
//
// CycloneDX 1.6 and 1.7 as JSON (ECMA-424). Files are occurrences of the package that owns them,
// or of the image, each with its hash; docs/formats/sbom.md has the grammar. A source package is an
// ancestor of the packages made from it, where scanners do not take it for an installed one.
#include "data/json_stream.hpp"
#include "evidence/sbom/purl.hpp"
#include "evidence/sbom/writers.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

bool is_compound(std::string_view expression) {
  return expression.find(' ') != std::string_view::npos;
}

class CycloneDxWriter {
 public:
  CycloneDxWriter(const Document& document, Format format)
      : document_(document),
        format_(format),
        newer_(format == Format::cyclonedx_1_7),
        ids_(identifiers_of(document)),
        json_(out_),
        files_(document.packages.size() + 1) {
    for (const File& file : document.files)
      files_[file.package ? *file.package : document.packages.size()].push_back(&file);
  }

  std::string write() {
    json_.begin_object();
    json_.member("$schema", newer_ ? "http://cyclonedx.org/schema/bom-1.7.schema.json"
                                   : "http://cyclonedx.org/schema/bom-1.6.schema.json");
    json_.member("bomFormat", "CycloneDX");
    json_.begin_array("components");
    if (!document_.system.id.empty()) write_system();
    for (size_t i = 0; i < document_.packages.size(); ++i) write_package(i);
    json_.end_array();
    write_compositions();
    write_dependencies();
    write_metadata();
    json_.member("serialNumber", "urn:uuid:" + document_uuid(document_, str(format_)));
    json_.member("specVersion", newer_ ? "1.7" : "1.6");
    json_.member("version", 1);
    json_.end_object();
    return std::move(out_);
  }

 private:
  // --- small things ------------------------------------------------------------------------------
  void write_party(std::string_view name, const Party& party) {
    if (party.name.empty()) return;
    json_.begin_object(name);
    if (!party.email.empty()) {
      json_.begin_array("contact");
      json_.begin_object();
      json_.member("email", party.email);
      json_.member("name", party.name);
      json_.end_object();
      json_.end_array();
    }
    json_.member("name", party.name);
    if (!party.url.empty()) {
      json_.begin_array("url");
      json_.value(party.url);
      json_.end_array();
    }
    json_.end_object();
  }

  void write_hash(std::string_view algorithm, const std::string& value) {
    if (value.empty()) return;
    json_.begin_object();
    json_.member("alg", algorithm);
    json_.member("content", value);
    json_.end_object();
  }

  void write_hashes(const std::string& sha256, const std::string& sha512) {
    if (sha256.empty() && sha512.empty()) return;
    json_.begin_array("hashes");
    write_hash("SHA-256", sha256);
    write_hash("SHA-512", sha512);
    json_.end_array();
  }

  void write_property(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    json_.begin_object();
    json_.member("name", name);
    json_.member("value", value);
    json_.end_object();
  }

  void write_reference(std::string_view type, const std::string& url, const std::string& sha256,
                       const std::string& sha512) {
    if (url.empty()) return;
    json_.begin_object();
    write_hashes(sha256, sha512);
    json_.member("type", type);
    json_.member("url", url);
    json_.end_object();
  }

  // --- licences ----------------------------------------------------------------------------------
  void write_licence(std::string_view id, std::string_view acknowledgement) {
    bool own = id.starts_with("LicenseRef-");
    json_.begin_object();
    json_.begin_object("license");
    json_.member("acknowledgement", acknowledgement);
    json_.member(own ? "name" : "id", id);
    if (auto text = document_.texts.find(std::string(id)); text != document_.texts.end()) {
      json_.begin_object("text");
      json_.member("content", text->second.text);
      json_.end_object();
    }
    json_.end_object();
    json_.end_object();
  }

  void write_expression(std::string_view expression, std::string_view acknowledgement) {
    json_.begin_object();
    json_.member("acknowledgement", acknowledgement);
    json_.member("expression", expression);
    std::set<std::string> references = licence_references(expression);
    if (newer_ && !references.empty() && acknowledgement == "declared") {
      json_.begin_array("expressionDetails");
      for (const std::string& id : references) write_detail(id);
      json_.end_array();
    }
    json_.end_object();
  }

  void write_detail(const std::string& id) {
    auto text = document_.texts.find(id);
    if (text == document_.texts.end()) return;
    json_.begin_object();
    json_.member("licenseIdentifier", id);
    json_.begin_object("text");
    json_.member("content", text->second.text);
    json_.end_object();
    json_.end_object();
  }

  // 1.6 allows one expression, which is then what Kiln concluded, if it did; 1.7 has both.
  void write_licences(const Licences& licences) {
    const std::string& declared = licences.declared;
    if (declared.empty() && licences.concluded.empty()) return;
    auto write_one = [&](const std::string& text, std::string_view acknowledgement) {
      if (is_compound(text))
        write_expression(text, acknowledgement);
      else
        write_licence(text, acknowledgement);
    };
    json_.begin_array("licenses");
    bool both = newer_ || (!is_compound(declared) && !is_compound(licences.concluded));
    if (!licences.concluded.empty()) write_one(licences.concluded, "concluded");
    if (!declared.empty() && (both || licences.concluded.empty())) write_one(declared, "declared");
    json_.end_array();
  }

  // --- evidence: files, and in 1.6 the texts of an expression's licences
  // ----------------------------
  void write_evidence(const std::vector<const File*>& files, std::string_view expression) {
    std::set<std::string> references;
    if (!newer_ && is_compound(expression)) references = licence_references(expression);
    if (files.empty() && references.empty()) return;
    json_.begin_object("evidence");
    if (!references.empty()) {
      json_.begin_array("licenses");
      for (const std::string& id : references) write_licence(id, "declared");
      json_.end_array();
    }
    if (!files.empty()) {
      json_.begin_array("occurrences");
      for (const File* file : files) write_occurrence(*file);
      json_.end_array();
    }
    json_.end_object();
  }

  void write_occurrence(const File& file) {
    std::string context = file.sha256.str();
    std::string remark = file_remark(file, document_);
    if (!remark.empty()) context += "; " + remark;
    json_.begin_object();
    json_.member("additionalContext", context);
    json_.member("location", "/" + file.path);
    json_.end_object();
  }

  // --- components --------------------------------------------------------------------------------
  void write_system() {
    const OperatingSystem& system = document_.system;
    json_.begin_object();
    json_.member("bom-ref", ids_.system);
    json_.text_member("description", system.name);
    if (!system.home_url.empty()) {
      json_.begin_array("externalReferences");
      write_reference("website", system.home_url, {}, {});
      json_.end_array();
    }
    json_.member("name", system.id);
    json_.begin_array("properties");
    write_property("aquasecurity:trivy:Class", "os-pkgs");
    write_property("aquasecurity:trivy:Type", system.id);
    write_property("syft:distro:id", system.id);
    write_property("syft:distro:prettyName", system.name);
    write_property("syft:distro:versionID", system.version);
    json_.end_array();
    write_party("supplier", Party{system.vendor, "", system.home_url, true});
    json_.member("type", "operating-system");
    json_.text_member("version", system.version);
    json_.end_object();
  }

  void write_package(size_t index) {
    const Package& package = document_.packages[index];
    json_.begin_object();
    json_.member("bom-ref", ids_.package_purls[index]);
    json_.text_member("copyright", package.licences.holders);
    json_.text_member("description", package.summary);
    write_evidence(files_[index], package.licences.declared);
    write_references(package);
    write_hashes(package.sha256 ? package.sha256->hex() : "", package.sha512);
    write_licences(package.licences);
    json_.member("name", package.name);
    write_pedigree(document_.sources[package.source]);
    write_properties(package);
    json_.text_member("publisher", package.originator.name);
    json_.member("purl", ids_.package_purls[index]);
    write_party("supplier", package.supplier);
    json_.member("type", "library");
    json_.member("version", package.version);
    json_.end_object();
  }

  void write_references(const Package& package) {
    const Source& source = document_.sources[package.source];
    if (package.url.empty() && source.url.empty() && package.homepage.empty()) return;
    json_.begin_array("externalReferences");
    write_reference("distribution", package.url, package.sha256 ? package.sha256->hex() : "",
                    package.sha512);
    bool version_control = is_version_control(source.url);
    write_reference(version_control ? "vcs" : "source-distribution", source.url, {}, {});
    write_reference("website", package.homepage, {}, {});
    json_.end_array();
  }

  void write_pedigree(const Source& source) {
    json_.begin_object("pedigree");
    json_.begin_array("ancestors");
    json_.begin_object();
    json_.member("name", source.name);
    json_.member("purl", purl_of(source, document_));
    json_.member("type", "application");
    json_.member("version", source.version);
    json_.end_object();
    json_.end_array();
    json_.end_object();
  }

  void write_properties(const Package& package) {
    const Source& source = document_.sources[package.source];
    const packages::VersionParts& version = source.parts;
    json_.begin_array("properties");
    write_property("aquasecurity:trivy:PkgID", package.name + "@" + package.version);
    write_property("aquasecurity:trivy:PkgType", document_.system.id);
    write_property("aquasecurity:trivy:SrcEpoch", version.epoch);
    write_property("aquasecurity:trivy:SrcName", source.name);
    write_property("aquasecurity:trivy:SrcRelease", version.revision);
    write_property("aquasecurity:trivy:SrcVersion", version.upstream);
    if (!package.file_name.empty()) write_property("bsi:component:archive", "archive");
    write_property("bsi:component:effectiveLicence", package.licences.concluded);
    write_property("bsi:component:executable",
                   package.executable ? "executable" : "non-executable");
    write_property("bsi:component:filename", package.file_name);
    if (!package.file_name.empty()) write_property("bsi:component:structured", "structured");
    write_property("dev.kiln.asked-for-at", package.requested_at);
    write_property("dev.kiln.reported-purl", package.reported_purl);
    write_property("syft:metadata:architecture", package.architecture);
    write_property("syft:metadata:gitCommitOfApkPort", package.commit);
    write_property("syft:metadata:source", source.name);
    write_property("syft:metadata:sourceVersion", source.version);
    write_property("syft:package:metadataType", package.manager + "-db-entry");
    write_property("syft:package:type", package.type);
    json_.end_array();
  }

  // --- relations ---------------------------------------------------------------------------------
  // Two: that the document as a whole leaves nothing out, and the same of each one's dependencies.
  // Of an image that others built only its databases are known.
  void write_compositions() {
    std::string_view aggregate = document_.built_here ? "complete" : "unknown";
    json_.begin_array("compositions");
    json_.begin_object();
    json_.member("aggregate", aggregate);
    json_.end_object();
    json_.begin_object();
    json_.member("aggregate", aggregate);
    json_.begin_array("dependencies");
    json_.value(image_ref());
    for (const std::string& ref : ids_.package_purls) json_.value(ref);
    json_.end_array();
    json_.end_object();
    json_.end_array();
  }

  std::string image_ref() const { return purl_of(document_.image); }

  void write_dependency(std::string_view ref, const std::vector<std::string>& on) {
    json_.begin_object();
    json_.begin_array("dependsOn");
    for (const std::string& other : on) json_.value(other);
    json_.end_array();
    json_.member("ref", ref);
    json_.end_object();
  }

  void write_dependencies() {
    json_.begin_array("dependencies");
    std::vector<std::string> of_image;
    if (!document_.system.id.empty()) of_image.push_back(ids_.system);
    for (size_t i : needed_by_image(document_)) of_image.push_back(ids_.package_purls[i]);
    write_dependency(image_ref(), of_image);
    if (!document_.system.id.empty()) write_dependency(ids_.system, ids_.package_purls);
    for (size_t i = 0; i < document_.packages.size(); ++i) {
      std::vector<std::string> on;
      for (size_t other : document_.packages[i].depends) on.push_back(ids_.package_purls[other]);
      write_dependency(ids_.package_purls[i], on);
    }
    json_.end_array();
  }

  // --- metadata ----------------------------------------------------------------------------------
  // The licence of the document itself is the one that SPDX demands of its own.
  void write_metadata() {
    json_.begin_object("metadata");
    json_.begin_array("authors");
    json_.begin_object();
    json_.text_member("email", document_.author.email);
    json_.member("name", document_.author.name);
    json_.end_object();
    json_.end_array();
    write_image();
    json_.begin_array("licenses");
    json_.begin_object();
    json_.begin_object("license");
    json_.member("id", "CC0-1.0");
    json_.end_object();
    json_.end_object();
    json_.end_array();
    json_.begin_array("lifecycles");
    json_.begin_object();
    json_.member("phase", document_.built_here ? "build" : "post-build");
    json_.end_object();
    json_.end_array();
    write_party("manufacturer", document_.author);
    write_party("supplier", document_.image.supplier);
    json_.member("timestamp", format_rfc3339(document_.created));
    write_tools();
    json_.end_object();
  }

  void write_tools() {
    json_.begin_object("tools");
    json_.begin_array("components");
    json_.begin_object();
    json_.member("name", "kiln");
    json_.member("type", "application");
    json_.member("version", document_.tool_version);
    json_.end_object();
    json_.end_array();
    json_.end_object();
  }

  void write_image() {
    const Image& image = document_.image;
    json_.begin_object("component");
    json_.member("bom-ref", image_ref());
    json_.text_member("description", image.title);
    write_evidence(files_.back(), {});
    if (!image.source_url.empty()) {
      json_.begin_array("externalReferences");
      write_reference("vcs", image.source_url, {}, {});
      json_.end_array();
    }
    write_hashes(image.digest.hex(), image.sha512);
    write_licences({image.licences, licences_together(document_), {}});
    json_.member("name", image.name);
    json_.begin_array("properties");
    write_property("bsi:component:archive", "archive");
    write_property("bsi:component:executable", "executable");
    write_property("bsi:component:structured", "structured");
    write_property("dev.kiln.definition", document_.definition);
    json_.end_array();
    json_.member("purl", image_ref());
    write_party("supplier", image.supplier);
    json_.member("type", "container");
    json_.member("version", image.version.empty() ? image.digest.str() : image.version);
    json_.end_object();
  }

  const Document& document_;
  Format format_;
  bool newer_;  // 1.7
  Identifiers ids_;
  std::string out_;
  JsonStream json_;
  std::vector<std::vector<const File*>> files_;  // by package; the image's own come last
};

}  // namespace

std::string write_cyclonedx(const Document& document, Format format) {
  return CycloneDxWriter(document, format).write();
}

}  // namespace kiln::sbom
