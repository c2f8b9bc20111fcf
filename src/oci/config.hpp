// SPDX-License-Identifier: Apache-2.0
//
// The OCI image config: how a container of the image is run, the layers' diff ids, and how each
// layer came to be (image-spec, config.md). Its digest is the image id that engines show.
#pragma once
#include "crypto/digest.hpp"
#include "model/platform.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::oci {

struct History {
  std::string created;  // RFC 3339
  std::string created_by;
  std::string comment;
  bool empty_layer = false;

  bool operator==(const History&) const = default;
};

struct ImageConfig {
  std::string created;  // RFC 3339, or empty
  std::string author;
  model::Platform platform;

  std::string user;
  std::set<std::string> exposed_ports;  // "80/tcp"
  std::vector<std::string> env;         // "NAME=value"
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::set<std::string> volumes;
  std::string working_dir;
  std::map<std::string, std::string> labels;
  std::string stop_signal;

  std::vector<Digest> diff_ids;  // base first
  std::vector<History> history;

  bool operator==(const ImageConfig&) const = default;
};

// Canonical bytes; empty members are left out.
std::string encode(const ImageConfig& config);

// A config of any tool; unknown members are passed over. At most 4 MiB and 4096 layers.
Result<ImageConfig> parse_config(std::string_view bytes);

// The chain id of a stack of layers: what identifies the unpacked tree. Zero for no layers.
Digest chain_id(const std::vector<Digest>& diff_ids);

}  // namespace kiln::oci
