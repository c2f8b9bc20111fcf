// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "cli/attaching.hpp"
#include "cli/command.hpp"
#include "cli/evidence_request.hpp"
#include "cli/image_argument.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  std::vector<signing::Form> forms = {signing::Form::bundle};
  if (auto text = arguments.value("--evidence-forms")) forms = TRY(split_forms(*text));
  SignableImage image =
      TRY(SignableImage::open(session, arguments.positionals()[0], arguments.value("--image")));
  std::string name = arguments.value("--name").value_or(image.name());
  std::vector<signing::Signed> manifests;
  for (const oci::Descriptor& manifest : TRY(image.manifests()))
    manifests.push_back({manifest, name, {}});
  signing::SignedObjects made =
      TRY(image.sign(manifests, forms, session, arguments.value("--key")));

  std::string text;
  Json json = Json::object(
      {{"schema", "kiln.sign/1"}, {"signed", Json::array()}, {"objects", made.objects.size()}});
  for (const signing::Signed& each : manifests) {
    text += fmt::format("signed {}\n", each.descriptor.digest.str());
    json["signed"].push_back(each.descriptor.digest.str());
  }
  session.answer(
      text + fmt::format("{} beside the image\n", counted(made.objects.size(), "object")), json);
  return k_exit_ok;
}

}  // namespace

const Command k_sign = {
    .spec = {.name = "sign",
             .summary = "sign an image with your own key",
             .description =
                 "Signs the index and the manifest of each platform of an image in a layout or a "
                 "registry, built by Kiln or by anyone, with the active key of the role `user` "
                 "(see kiln key), logs "
                 "the signatures, and puts them beside the image. The image stays as it is.",
             .positionals = {{.name = "LAYOUT|REFERENCE"}},
             .options = with_registry_options(
                 {{"--name", "REPOSITORY", "where the image will be, for simple signing"},
                  image_option(),
                  {"--key", "FILE|URI", "sign with this key, or pkcs11: key, not the ring's"},
                  {"--evidence-forms", "FORM,...", "how it is written (default: bundle)"}}),
             .examples = {{"kiln sign out/ --name registry.example/team/app --evidence-forms "
                           "bundle,simple-tag",
                           "signatures for cosign, podman and kiln verify"},
                          {"kiln sign registry.example/team/app:1", "where the image is already"}}},
    .run = run};

}  // namespace kiln::cli
