// SPDX-License-Identifier: Apache-2.0
//
// What a machine must be to run an image, in the words of the OCI image specification.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace kiln::model {

// os/architecture[/variant] with Go's architecture names. parse and str are inverses for every
// canonical form; "linux/arm64/v8" is read as "linux/arm64", whose only variant it is.
struct Platform {
  std::string os = "linux";
  std::string architecture = "amd64";
  std::string variant;  // "v7" of linux/arm/v7; empty for most

  static Result<Platform> parse(std::string_view text);
  std::string str() const;
  auto operator<=>(const Platform&) const = default;
};

}  // namespace kiln::model
