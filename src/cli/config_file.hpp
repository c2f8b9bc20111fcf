// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/diagnostics.hpp"
#include "cli/config.hpp"

namespace kiln::cli {

// The configuration that a YAML file holds; every mistake in it goes to diagnostics with its
// place. Fails when the file cannot be read.
Result<Config> read_config_file(const Path& path, Diagnostics& diagnostics);

}  // namespace kiln::cli
