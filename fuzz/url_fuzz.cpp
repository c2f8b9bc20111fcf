// SPDX-License-Identifier: Apache-2.0
//
// URLs from redirects and definitions: what parses is the same after str() and parse(), and neither
// joining, resolving nor redacting does harm.
#include "net/url.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kiln;
  std::string text(data, data + size);
  (void)redacted(text);
  (void)unescape_path(text);
  size_t half = text.find('\n');
  std::string_view first = std::string_view(text).substr(0, half);
  auto url = Url::parse(first);
  if (!url) return 0;
  auto again = Url::parse(url->str());
  ASSERT(again && *again == *url);
  std::string hidden = std::string(first.substr(0, first.find("://"))) + "://***@";
  ASSERT(url->user_info.empty() || redacted(first).starts_with(hidden));
  std::string_view second =
      half == std::string::npos ? std::string_view() : std::string_view(text).substr(half + 1);
  std::string joined = join_url(first, second);
  ASSERT(joined.size() > 8192 || Url::parse(joined));
  if (auto resolved = resolve_url(*url, second)) ASSERT(resolved->path.starts_with('/'));
  return 0;
}
