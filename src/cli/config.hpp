// SPDX-License-Identifier: Apache-2.0
//
// Configuration: one YAML file, environment variables, flags, in rising order. The file is
// described key by key in docs/configuration.md.
#pragma once
#include "base/diagnostics.hpp"
#include "base/files.hpp"
#include "base/result.hpp"
#include "cli/args.hpp"
#include "evidence/sbom/write.hpp"
#include "evidence/signing/signer.hpp"
#include "plan/pins.hpp"
#include "plan/rewrites.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

struct Config {
  std::optional<Path> store;
  size_t threads = 0;  // 0: as many as the cores
  bool offline = false;
  std::vector<std::string> platforms;  // built when neither flag nor definition says
  std::string compression = "gzip";    // or "zstd"
  plan::PinPolicy pins = plan::PinPolicy::exact;
  std::vector<plan::Rewrite> rewrites;        // of the file, and after them those of --rewrite
  size_t rewrites_of_file = 0;                // how many of them the file has
  std::vector<Path> keyrings;                 // trusted for the official archive besides its own
  std::vector<std::string> mirrors;           // of deb.debian.org/debian
  std::vector<std::string> security_mirrors;  // of deb.debian.org/debian-security
  std::vector<std::string> alpine_mirrors;    // of dl-cdn.alpinelinux.org/alpine
  std::chrono::seconds greatest_age{0};       // of a Release file; 0: no limit
  std::vector<std::string> snapshots;         // URL templates of archives of old packages
  std::string proxy;
  std::optional<Path> ca_file;
  bool plain_http = false;  // registries are talked to without encryption; by flag alone
  std::vector<signing::Form> evidence_forms = {signing::Form::bundle, signing::Form::simple_tag};
  std::vector<sbom::Format> evidence_documents = {sbom::Format::spdx_2_3,
                                                  sbom::Format::cyclonedx_1_6};
  std::optional<Path> signer;  // the socket of a running one; none: builds start their own
};

// $XDG_CONFIG_HOME/kiln/config.yaml, or ~/.config/kiln/config.yaml.
std::optional<Path> default_config_path(const std::map<std::string, std::string>& environment);

// The file (none: defaults), then KILN_* variables, then flags. Mistakes in the file go to
// diagnostics; the Result fails for mistakes in variables and flags and for a file that was named
// and cannot be read.
Result<Config> load_config(const Arguments& arguments,
                           const std::map<std::string, std::string>& environment,
                           Diagnostics& diagnostics);

}  // namespace kiln::cli
