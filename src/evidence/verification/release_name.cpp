// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/release_name.hpp"

namespace kiln::verification {

namespace {

bool is_host(std::string_view word) {
  return word == "localhost" || word.find_first_of(".:") != std::string_view::npos;
}

}  // namespace

ReleaseName split_name(std::string_view text) {
  ReleaseName name;
  size_t slash = text.find('/');
  if (slash != std::string_view::npos && is_host(text.substr(0, slash))) {
    name.host = text.substr(0, slash);
    text.remove_prefix(slash + 1);
  }
  size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos) {
    name.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (name.host == "docker.io") name.host.clear();
  static constexpr std::string_view k_library = "library/";
  if (name.host.empty() && text.starts_with(k_library)) text.remove_prefix(k_library.size());
  name.repository = text;
  return name;
}

}  // namespace kiln::verification
