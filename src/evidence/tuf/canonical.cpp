// SPDX-License-Identifier: Apache-2.0
#include "evidence/tuf/canonical.hpp"

#include <algorithm>
#include <vector>

namespace kiln::tuf {

namespace {

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

Result<> append(std::string& out, const Json& value);

Result<> append_array(std::string& out, const Json::Array& items) {
  out += '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    TRY(append(out, items[i]));
  }
  out += ']';
  return {};
}

Result<> append_object(std::string& out, const Json::Object& members) {
  std::vector<std::pair<std::string_view, const Json*>> sorted;  // by code points, as bytes are
  for (const auto& [key, member] : members) sorted.emplace_back(key, &member);
  std::ranges::sort(sorted);
  out += '{';
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0) out += ',';
    append_string(out, sorted[i].first);
    out += ':';
    TRY(append(out, *sorted[i].second));
  }
  out += '}';
  return {};
}

Result<> append(std::string& out, const Json& value) {
  if (value.is_array()) return append_array(out, value.as_array());
  if (value.is_object()) return append_object(out, value.as_object());
  if (value.is_double()) return fail(ErrorCode::bad_input, "TUF's canonical JSON has no fractions");
  if (value.is_string())
    append_string(out, value.as_string());
  else if (value.is_int())
    out += std::to_string(value.as_int());
  else if (value.is_bool())
    out += value.as_bool() ? "true" : "false";
  else
    out += "null";
  return {};
}

}  // namespace

Result<std::string> olpc_canonical(const Json& value) {
  std::string out;
  TRY(append(out, value));
  return out;
}

}  // namespace kiln::tuf
