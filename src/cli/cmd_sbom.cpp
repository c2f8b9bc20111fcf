// SPDX-License-Identifier: Apache-2.0
//
// kiln sbom: the bill of materials of any image, from its layers and, where Kiln's lock lies
// beside it, from that.
#include "base/output_target.hpp"
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "cli/image_argument.hpp"
#include "cli/image_source.hpp"
#include "cli/output_request.hpp"
#include "cli/owners.hpp"
#include "evidence/sbom/inventory.hpp"
#include "evidence/sbom/make.hpp"
#include "evidence/sbom/missing.hpp"
#include "evidence/sbom/write.hpp"
#include "image/index.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// The lock beside the image; nothing for an image that others built.
Result<std::optional<plan::Lock>> lock_beside(const OpenedImage& opened) {
  std::optional<std::string> text = TRY(image::find_lock(*opened.reader, opened.image.root));
  if (!text) return std::nullopt;
  return TRY_CONTEXT(plan::read_lock(*text), "reading the lock beside the image");
}

sbom::Authorship authorship(const Arguments& arguments) {
  sbom::Authorship who;
  who.tool_version = KILN_VERSION;
  if (auto author = arguments.value("--author")) who.author = sbom::parse_party(*author);
  return who;
}

std::string counts_text(const sbom::Document& document) {
  std::string out = fmt::format("{}, {}, {}{}\n", counted(document.packages.size(), "package"),
                                counted(document.sources.size(), "source package"),
                                counted(document.files.size(), "file"),
                                document.built_here ? ", with what Kiln's lock knows" : "");
  for (const sbom::FieldCount& row : sbom::count_missing(document))
    if (row.missing > 0)
      out += fmt::format("  not known: {} of {} of {}\n", row.field, row.missing, row.of);
  return out;
}

Json answer_json(const sbom::Document& document, sbom::Format format) {
  Json json = Json::object({{"schema", "kiln.sbom/1"},
                            {"digest", document.image.digest.str()},
                            {"platform", document.image.platform.str()},
                            {"format", sbom::str(format)},
                            {"predicate_type", sbom::predicate_type(format)},
                            {"lock", document.built_here},
                            {"packages", document.packages.size()},
                            {"sources", document.sources.size()},
                            {"files", document.files.size()},
                            {"not_known", Json::array()},
                            {"without_licence", Json::array_of(sbom::without_licence(document))}});
  for (const sbom::FieldCount& row : sbom::count_missing(document))
    json["not_known"].push_back(
        Json::object({{"field", row.field}, {"missing", row.missing}, {"of", row.of}}));
  return json;
}

Result<int> run(Session& session, const Arguments& arguments) {
  sbom::Format format = sbom::parse_format(arguments.value("--format").value_or("spdx-2.3"))
                            .value_or(sbom::Format::spdx_2_3);
  OpenedImage opened =
      TRY(open_image_argument(session, arguments.positionals()[0], arguments.value("--platform"),
                              arguments.value("--image")));
  std::optional<plan::Lock> lock = TRY(lock_beside(opened));
  image::ImageView view = TRY(view_of(opened, image::FileHashes::sha256_and_sha1));
  const plan::LockedPlan* locked = lock ? lock->find(opened.image.config.platform) : nullptr;
  if (locked != nullptr) use_planned_owners(view, *locked, session);
  UnixTime now = TRY(session.source_date_epoch()).value_or(SystemClock().now());
  sbom::Document document = TRY(sbom::from_image(view, locked, authorship(arguments), now));
  std::string text = sbom::write(document, format);

  Json json = answer_json(document, format);
  if (auto wanted = arguments.value("--output")) {
    Path path = output_path(*wanted);
    TRY(session.reserve_output(path));
    TRY(write_file(path, text));
    json["path"] = path.string();
    session.answer(fmt::format("{} of {} -> {}\n", sbom::str(format), document.image.digest.str(),
                               output_name(path)),
                   json);
  } else {
    if (session.json()) json["document"] = TRY(parse_json(text));
    session.give(text + "\n", json);
  }
  session.remark(counts_text(document));
  return k_exit_ok;
}

}  // namespace

const Command k_sbom = {
    .spec =
        {.name = "sbom",
         .summary = "write the bill of materials of an image",
         .description =
             "Reads every layer of an image, built by Kiln or by anyone, and writes what is in it: "
             "packages with source, supplier and licences, and every file with its hash and "
             "owner. Packages come from dpkg or apk databases, licences from copyright files; of "
             "an image with Kiln's lock beside it also where each package came from, its digest, "
             "and the line of the definition that asked for it.\n"
             "What is not known is counted on standard error and is NOASSERTION in the document.",
         .positionals = {{.name = "IMAGE"}},
         .options = with_registry_options(
             {{"--format",
               "FORMAT",
               "what is written (default: spdx-2.3)",
               0,
               false,
               {"spdx-2.3", "spdx-3.0.1", "cyclonedx-1.6", "cyclonedx-1.7"}},
              {"--output", "FILE", "where the document goes (default: standard output)", 'o'},
              platform_option(),
              image_option(),
              {"--author", "NAME <MAIL>", "who says it (default: Kiln)"}}),
         .examples = {{"kiln sbom out/nginx -o nginx.spdx.json", "SPDX 2.3 of an image of Kiln"},
                      {"kiln sbom alpine.tar --format cyclonedx-1.6 | grype",
                       "a foreign image, for a scanner"},
                      {"kiln sbom out/nginx --json -o nginx.json", "the counts, for a script"}}},
    .run = run};

}  // namespace kiln::cli
