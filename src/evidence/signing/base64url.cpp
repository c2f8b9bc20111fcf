// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/base64url.hpp"

#include "base/bytes.hpp"

#include <algorithm>

namespace kiln::signing {

std::string to_base64url(std::string_view bytes) {
  std::string text = to_base64(bytes);
  text.erase(std::min(text.find('='), text.size()));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

Result<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos)
    return fail(ErrorCode::corrupt, "the text is not base64 of the URL-safe alphabet");
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  return from_base64(standard);
}

}  // namespace kiln::signing
