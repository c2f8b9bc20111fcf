// SPDX-License-Identifier: Apache-2.0
//
// SPDX 3.0.1 as JSON-LD (https://spdx.github.io/spdx-spec/v3.0.1/), profiles core, software and
// simpleLicensing. Everything is an element of one graph with a URI of the document's own.
#include "data/json_stream.hpp"
#include "evidence/sbom/licences/spdx_list.hpp"
#include "evidence/sbom/purl.hpp"
#include "evidence/sbom/writers.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

constexpr std::string_view k_creation_info = "_:creationInfo";

class Spdx3Writer {
 public:
  explicit Spdx3Writer(const Document& document)
      : document_(document),
        ids_(identifiers_of(document)),
        base_(document_uri(document, "spdx-3.0.1") + "#"),
        json_(out_) {}

  std::string write() {
    json_.begin_object();
    json_.member("@context", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld");
    json_.begin_array("@graph");
    write_creation();
    for (const auto& [id, party] : parties()) write_party(id, *party);
    write_licences();
    write_image();
    if (!document_.system.id.empty()) write_system();
    for (size_t i = 0; i < document_.packages.size(); ++i) write_package(i);
    for (size_t i = 0; i < document_.sources.size(); ++i) write_source(i);
    for (size_t i = 0; i < document_.files.size(); ++i) write_file(i);
    write_relationships();
    json_.end_array();
    json_.end_object();
    return std::move(out_);
  }

 private:
  // --- elements ----------------------------------------------------------------------------------
  std::string uri(std::string_view id) const { return base_ + std::string(id); }

  // An element's members stand in order; these come at their place in each.
  void begin(std::string_view comment = {}) {
    json_.begin_object();
    json_.text_member("comment", comment);
    json_.member("creationInfo", k_creation_info);
  }
  void end(std::string_view id, std::string_view type) {
    json_.member("spdxId", uri(id));
    json_.member("type", type);
    json_.end_object();
  }

  static std::string party_id(const Party& party) {
    return "Agent-" + sha256(spdx_party(party)).hex().substr(0, 16);
  }

  std::map<std::string, const Party*> parties() const {
    std::map<std::string, const Party*> all;
    auto add = [&](const Party& party) {
      if (!party.name.empty()) all.emplace(party_id(party), &party);
    };
    add(document_.author);
    add(document_.image.supplier);
    for (const Package& package : document_.packages) {
      add(package.supplier);
      add(package.originator);
    }
    for (const Source& source : document_.sources) add(source.supplier);
    return all;
  }

  void write_creation() {
    json_.begin_object();
    json_.member("@id", k_creation_info);
    json_.member("created", format_rfc3339(document_.created));
    write_list("createdBy", {uri(party_id(document_.author))});
    write_list("createdUsing", {uri("Tool-kiln")});
    json_.member("specVersion", "3.0.1");
    json_.member("type", "CreationInfo");
    json_.end_object();

    begin();
    json_.member("name", "kiln-" + document_.tool_version);
    end("Tool-kiln", "Tool");

    begin();
    json_.member("dataLicense", uri("DataLicense"));
    json_.member("name", document_.image.name);
    write_list("profileConformance", {"core", "software", "simpleLicensing"});
    write_list("rootElement", {uri("Sbom")});
    end("Document", "SpdxDocument");

    begin();
    write_list("rootElement", {uri(ids_.image)});
    write_list("software_sbomType", {document_.built_here ? "build" : "analyzed"});
    end("Sbom", "software_Sbom");
    write_expression("DataLicense", "CC0-1.0");
  }

  void write_list(std::string_view name, const std::vector<std::string>& items) {
    json_.begin_array(name);
    for (const std::string& item : items) json_.value(item);
    json_.end_array();
  }

  void write_party(const std::string& id, const Party& party) {
    begin();
    if (!party.email.empty()) {
      json_.begin_array("externalIdentifier");
      write_identifier("email", party.email);
      json_.end_array();
    }
    json_.member("name", party.name);
    end(id, party.organization ? "Organization" : "Person");
  }

  void write_identifier(std::string_view type, std::string_view identifier) {
    json_.begin_object();
    json_.member("externalIdentifierType", type);
    json_.member("identifier", identifier);
    json_.member("type", "ExternalIdentifier");
    json_.end_object();
  }

  void write_hashes(const std::string& sha256, const std::string& sha512) {
    if (sha256.empty() && sha512.empty()) return;
    json_.begin_array("verifiedUsing");
    for (auto [name, value] : {std::pair("sha256", &sha256), std::pair("sha512", &sha512)}) {
      if (value->empty()) continue;
      json_.begin_object();
      json_.member("algorithm", name);
      json_.member("hashValue", *value);
      json_.member("type", "Hash");
      json_.end_object();
    }
    json_.end_array();
  }

  // --- licences ----------------------------------------------------------------------------------
  static std::string expression_id(std::string_view expression) {
    return "Licence-" + sha256(expression).hex().substr(0, 16);
  }

  void write_licences() {
    for (const auto& [id, text] : document_.texts) {
      begin();
      json_.member("name", text.name);
      json_.member("simplelicensing_licenseText", text.text);
      end(id, "simplelicensing_SimpleLicensingText");
    }
    std::set<std::string> expressions = {document_.image.licences, licences_together(document_)};
    for (const Package& package : document_.packages) {
      expressions.insert(package.licences.declared);
      expressions.insert(package.licences.concluded);
    }
    for (const std::string& expression : expressions)
      if (!expression.empty()) write_expression(expression_id(expression), expression);
  }

  void write_expression(std::string_view id, std::string_view expression) {
    begin();
    std::set<std::string> references = licence_references(expression);
    if (!references.empty()) {
      json_.begin_array("simplelicensing_customIdToUri");
      for (const std::string& reference : references) {
        json_.begin_object();
        json_.member("key", reference);
        json_.member("type", "DictionaryEntry");
        json_.member("value", uri(reference));
        json_.end_object();
      }
      json_.end_array();
    }
    json_.member("simplelicensing_licenseExpression", expression);
    json_.member("simplelicensing_licenseListVersion", std::string(k_licence_list_version) + ".0");
    end(id, "simplelicensing_LicenseExpression");
  }

  // --- what the image is made of -----------------------------------------------------------------
  void write_image() {
    const Image& image = document_.image;
    begin(document_.definition.empty() ? std::string()
                                       : "built from the definition " + document_.definition);
    json_.member("name", image.name);
    json_.text_member("software_homePage", image.source_url);
    json_.member("software_packageUrl", purl_of(image));
    json_.member("software_packageVersion",
                 image.version.empty() ? image.digest.str() : image.version);
    json_.member("software_primaryPurpose", "container");
    json_.member("spdxId", uri(ids_.image));
    write_supplier(image.supplier);
    json_.text_member("summary", image.title);
    json_.member("type", "software_Package");
    write_hashes(image.digest.hex(), image.sha512);
    json_.end_object();
  }

  void write_supplier(const Party& party) {
    if (!party.name.empty()) json_.member("suppliedBy", uri(party_id(party)));
  }

  void write_system() {
    const OperatingSystem& system = document_.system;
    begin();
    json_.member("name", system.id);
    json_.text_member("software_homePage", system.home_url);
    json_.text_member("software_packageVersion", system.version);
    json_.member("software_primaryPurpose", "operatingSystem");
    json_.member("spdxId", uri(ids_.system));
    json_.text_member("summary", system.name);
    json_.member("type", "software_Package");
    json_.end_object();
  }

  void write_package(size_t index) {
    const Package& package = document_.packages[index];
    const Source& source = document_.sources[package.source];
    begin(package_remark(package));
    json_.begin_array("externalIdentifier");
    write_identifier("packageUrl", ids_.package_purls[index]);
    if (!package.reported_purl.empty()) write_identifier("packageUrl", package.reported_purl);
    json_.end_array();
    json_.member("name", package.name);
    if (!package.originator.name.empty())
      write_list("originatedBy", {uri(party_id(package.originator))});
    json_.text_member("software_copyrightText", package.licences.holders);
    json_.text_member("software_downloadLocation", package.url);
    json_.text_member("software_homePage", package.homepage);
    json_.member("software_packageUrl", ids_.package_purls[index]);
    json_.member("software_packageVersion", package.version);
    json_.member("software_primaryPurpose", package.executable ? "library" : "other");
    json_.member("software_sourceInfo",
                 fmt::format("built package from: {} {}", source.name, source.version));
    json_.member("spdxId", uri(ids_.packages[index]));
    write_supplier(package.supplier);
    json_.text_member("summary", package.summary);
    json_.member("type", "software_Package");
    write_hashes(package.sha256 ? package.sha256->hex() : "", package.sha512);
    json_.end_object();
  }

  void write_source(size_t index) {
    const Source& source = document_.sources[index];
    begin();
    json_.member("name", source.name);
    json_.text_member("software_copyrightText", licences_of_source(document_, index).holders);
    json_.text_member("software_downloadLocation", source.url);
    json_.member("software_packageVersion", source.version);
    json_.member("software_primaryPurpose", "source");
    json_.member("spdxId", uri(ids_.sources[index]));
    write_supplier(source.supplier);
    json_.member("type", "software_Package");
    json_.end_object();
  }

  void write_file(size_t index) {
    const File& file = document_.files[index];
    begin(file_remark(file, document_));
    json_.member("name", "./" + file.path);
    json_.member("spdxId", uri(ids_.files[index]));
    json_.member("type", "software_File");
    write_hashes(file.sha256.hex(), {});
    json_.end_object();
  }

  // --- relationships -----------------------------------------------------------------------------
  void write_relationship(std::string_view from, std::string_view type,
                          const std::vector<std::string>& to, bool complete) {
    if (to.empty()) return;
    json_.begin_object();
    json_.member("completeness", complete ? "complete" : "noAssertion");
    json_.member("creationInfo", k_creation_info);
    json_.member("from", uri(from));
    json_.member("relationshipType", type);
    json_.member("spdxId", uri(fmt::format("Relationship-{}-{}", type, from)));
    json_.begin_array("to");
    for (const std::string& id : to) json_.value(uri(id));
    json_.end_array();
    json_.member("type", "Relationship");
    json_.end_object();
  }

  void write_licence_relations(std::string_view from, const std::string& declared,
                               const std::string& concluded) {
    if (!declared.empty())
      write_relationship(from, "hasDeclaredLicense", {expression_id(declared)}, true);
    if (!concluded.empty())
      write_relationship(from, "hasConcludedLicense", {expression_id(concluded)}, true);
  }

  void write_relationships() {
    bool complete = document_.built_here;
    std::vector<std::vector<std::string>> files(document_.packages.size() + 1);
    for (size_t i = 0; i < document_.files.size(); ++i)
      files[document_.files[i].package.value_or(document_.packages.size())].push_back(
          ids_.files[i]);
    std::vector<std::string> in_image = ids_.packages;
    if (!document_.system.id.empty()) in_image.push_back(ids_.system);
    in_image.insert(in_image.end(), files.back().begin(), files.back().end());
    write_relationship(ids_.image, "contains", in_image, complete);
    std::vector<std::string> needed;
    for (size_t i : needed_by_image(document_)) needed.push_back(ids_.packages[i]);
    write_relationship(ids_.image, "dependsOn", needed, complete);
    write_licence_relations(ids_.image, document_.image.licences, licences_together(document_));

    std::vector<std::vector<std::string>> generated(document_.sources.size());
    for (size_t i = 0; i < document_.packages.size(); ++i) {
      const Package& package = document_.packages[i];
      write_relationship(ids_.packages[i], "contains", files[i], complete);
      std::vector<std::string> depends;
      for (size_t on : package.depends) depends.push_back(ids_.packages[on]);
      write_relationship(ids_.packages[i], "dependsOn", depends, complete);
      write_licence_relations(ids_.packages[i], package.licences.declared,
                              package.licences.concluded);
      generated[package.source].push_back(ids_.packages[i]);
    }
    for (size_t i = 0; i < generated.size(); ++i) {
      const Licences& licences = licences_of_source(document_, i);
      write_relationship(ids_.sources[i], "generates", generated[i], false);
      write_licence_relations(ids_.sources[i], licences.declared, licences.concluded);
    }
  }

  const Document& document_;
  Identifiers ids_;
  std::string base_;
  std::string out_;
  JsonStream json_;
};

}  // namespace

std::string write_spdx_3(const Document& document) {
  return Spdx3Writer(document).write();
}

}  // namespace kiln::sbom
