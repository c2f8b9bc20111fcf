// SPDX-License-Identifier: Apache-2.0
//
// Where an image of the command line is: a layout directory or an archive when a path of that name
// exists, else in a registry when the name begins with a host ("registry.example/a:1") or with
// "docker://", which also allows short names of Docker Hub.
#pragma once
#include "cli/args.hpp"
#include "cli/session.hpp"
#include "oci/reader.hpp"
#include "oci/registry/client.hpp"
#include "oci/registry/reader.hpp"
#include "oci/registry/reference.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

// A command's own options, and after them those of every command that talks to registries:
// --plain-http, --ca-file. Configuration reads them.
std::vector<Option> with_registry_options(std::vector<Option> own);

// The reference that a word is, or nothing when it is a path. A URL is refused (bad_input): it says
// how the reference would be written.
Result<std::optional<registry::Reference>> as_reference(const std::string& word);

// A word that can only be a reference; "docker://" may stand before it. URLs are refused as above.
Result<registry::Reference> reference_of(const std::string& word);

// Credentials from where other clients keep them, and what the options say.
Result<registry::ClientOptions> registry_options(const Session& session,
                                                 const registry::Reference& reference,
                                                 registry::Access access);

struct ImageSource {
  std::unique_ptr<oci::ImageReader> reader;
  std::optional<registry::Reference> reference;  // when it is in a registry
  std::string name;                              // for messages
};

// Opens a layout or an archive. Fails with not_found when nothing is there, and with bad_input when
// it is no image.
Result<std::unique_ptr<oci::ImageReader>> open_local_image(const std::string& path,
                                                           std::string hint_if_missing = {});

// Opens what a word names. Fails with not_found, and a hint how to write references, when it is
// neither a path nor a reference.
Result<ImageSource> open_image_source(Session& session, const std::string& word,
                                      registry::Presence presence = registry::Presence::as_stored);

// How many transfers run at the same time: what the user said about threads, or else six.
size_t parallel_transfers(const Session& session);

}  // namespace kiln::cli
