// SPDX-License-Identifier: Apache-2.0
#include "model/platform.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::model {

namespace {

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

Result<Platform> Platform::parse(std::string_view text) {
  std::vector<std::string_view> parts = split(text, '/');
  bool words = std::all_of(parts.begin(), parts.end(), is_word);
  if (parts.size() < 2 || parts.size() > 3 || !words)
    return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a platform", printable(text)),
                "write it as linux/amd64 or linux/arm/v7");
  if (parts[0] != "linux")
    return fail(ErrorCode::bad_input, fmt::format("platform {}: only linux is built", text));
  Platform platform;
  platform.architecture = parts[1];
  if (parts.size() == 3) platform.variant = parts[2];
  if (platform.architecture == "arm64" && platform.variant == "v8") platform.variant.clear();
  return platform;
}

std::string Platform::str() const {
  return variant.empty() ? fmt::format("{}/{}", os, architecture)
                         : fmt::format("{}/{}/{}", os, architecture, variant);
}

}  // namespace kiln::model
