// SPDX-License-Identifier: Apache-2.0
#include "crypto/pem.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::string_view k_begin = "-----BEGIN ";
constexpr std::string_view k_end = "-----END ";
constexpr std::string_view k_dashes = "-----";
constexpr size_t k_largest = 64U << 10;
constexpr size_t k_line = 64;

// "PUBLIC KEY" of "-----BEGIN PUBLIC KEY-----".
std::optional<std::string_view> label_of(std::string_view line, std::string_view start) {
  if (!line.starts_with(start) || !line.ends_with(k_dashes)) return std::nullopt;
  if (line.size() <= start.size() + k_dashes.size()) return std::nullopt;
  return line.substr(start.size(), line.size() - start.size() - k_dashes.size());
}

}  // namespace

Result<std::vector<PemBlock>> parse_pem(std::string_view text) {
  if (text.size() > k_largest)
    return fail(ErrorCode::limit, fmt::format("a PEM text has {} at most", human_size(k_largest)));
  std::vector<PemBlock> blocks;
  std::optional<std::string_view> label;
  std::string base64;
  while (!text.empty()) {
    std::string_view line = trim(take_until(text, '\n'));
    if (!label) {
      label = label_of(line, k_begin);
    } else if (line.starts_with(k_end)) {
      if (label_of(line, k_end) != label)
        return fail(ErrorCode::corrupt, fmt::format("a PEM block of '{}' ends with '{}'",
                                                    printable(*label, 60), printable(line, 60)));
      blocks.push_back({std::string(*label),
                        TRY_CONTEXT(from_base64(base64), "reading the text of a PEM block")});
      label.reset();
      base64.clear();
    } else {
      base64 += line;
    }
  }
  if (label)
    return fail(ErrorCode::corrupt,
                fmt::format("the PEM block of '{}' does not end", printable(*label, 60)));
  return blocks;
}

Result<std::string> parse_pem(std::string_view text, std::string_view label) {
  std::vector<PemBlock> blocks = TRY(parse_pem(text));
  if (blocks.size() != 1)
    return fail(ErrorCode::corrupt, fmt::format("a PEM text with {} blocks where one of {} is "
                                                "expected",
                                                blocks.size(), label));
  if (blocks[0].label != label)
    return fail(ErrorCode::corrupt, fmt::format("the PEM block is a '{}', where '{}' is expected",
                                                printable(blocks[0].label, 60), label));
  return std::move(blocks[0].bytes);
}

std::string write_pem(std::string_view label, std::string_view bytes) {
  std::string base64 = to_base64(bytes);
  std::string text = fmt::format("{}{}{}\n", k_begin, label, k_dashes);
  for (size_t at = 0; at < base64.size(); at += k_line) {
    text += base64.substr(at, k_line);
    text += '\n';
  }
  return text + fmt::format("{}{}{}\n", k_end, label, k_dashes);
}

}  // namespace kiln
