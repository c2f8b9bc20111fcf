// SPDX-License-Identifier: Apache-2.0
#include "definition/variables.hpp"

#include "base/strings.hpp"
#include "definition/expression.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <regex.h>

namespace kiln::definition {

namespace {

constexpr size_t k_text_limit = 4U << 20;
constexpr size_t k_value_limit = 64U << 10;
constexpr size_t k_longest_inner = 4096;  // bytes between the braces
constexpr size_t k_longest_chain = 64;    // vars that name vars that name vars ...

bool is_name(std::string_view text) {
  if (text.empty() || (text.front() >= '0' && text.front() <= '9')) return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
}

// Calls replacement(inner) for each `<opening> inner }` that no backslash precedes, and puts its
// result there when it gives one.
template <typename Replacement>
std::string replace_each(std::string_view text, std::string_view opening, Replacement replacement) {
  std::string out;
  size_t copied = 0;
  for (size_t at = text.find(opening); at != text.npos; at = text.find(opening, at + 1)) {
    if (at < copied || (at > 0 && text[at - 1] == '\\')) continue;
    std::string_view inner = text.substr(at + opening.size(), k_longest_inner);
    size_t length = inner.find('}');
    if (length == inner.npos) continue;
    auto value = replacement(inner.substr(0, length));
    if (!value) continue;
    out += text.substr(copied, at - copied);
    out += *value;
    copied = at + opening.size() + length + 1;
  }
  return out.append(text.substr(copied));
}

// The first group of `pattern` in `text`. Repetition counts and back references, with which a
// pattern could take for ever, are not accepted.
std::optional<std::string> first_group(const std::string& pattern, const std::string& text) {
  if (pattern.size() > 200 || text.size() > 256 || pattern.contains('{')) return std::nullopt;
  for (size_t i = 0; i + 1 < pattern.size(); ++i)
    if (pattern[i] == '\\' && pattern[i + 1] >= '0' && pattern[i + 1] <= '9') return std::nullopt;
  regex_t compiled;
  if (regcomp(&compiled, pattern.c_str(), REG_EXTENDED) != 0) return std::nullopt;
  regmatch_t groups[2];
  int outcome = regexec(&compiled, text.c_str(), 2, groups, 0);
  regfree(&compiled);
  if (outcome != 0 || groups[1].rm_so < 0) return std::nullopt;
  auto start = static_cast<size_t>(groups[1].rm_so);
  return text.substr(start, static_cast<size_t>(groups[1].rm_eo) - start);
}

}  // namespace

Variables::Variables(const Definition& definition, std::string_view platform)
    : dev_(definition.variant.value == Variant::dev), fips_(definition.fips_compliant.value) {
  std::string_view architecture = platform;
  take_until(architecture, '/');
  architecture = take_until(architecture, '/');
  values_ = {
      {"source.dir", std::string(k_source_dir)},  {"target.dir", std::string(k_target_dir)},
      {"target.arch", std::string(architecture)}, {"target.dev", dev_ ? "true" : "false"},
      {"target.fips", fips_ ? "true" : "false"},  {"target.flavor", definition.flavor.value}};
  for (const TextMapEntry& entry : definition.vars) define(definition.vars, entry);
}

// Makes the value of one of `vars`, and first those of the ones that it names.
void Variables::define(const TextMap& vars, const TextMapEntry& entry) {
  const std::string& name = entry.key.value;
  if (values_.contains(name) || !open_.insert(name).second) return;
  std::string_view text = entry.value.value;
  if (open_.size() < k_longest_chain && (text.contains("${") || text.contains("definition.vars.")))
    for (const TextMapEntry& other : vars)
      if (text.contains(other.key.value)) define(vars, other);
  std::string value = replace_extractions(replace_expressions(text));
  value = interpolate(value).value_or(std::string(text));
  if (value.size() > k_value_limit) overflow_ = true;
  values_.emplace(name, overflow_ ? std::string() : std::move(value));
  open_.erase(name);
}

const std::string* Variables::find(std::string_view name) const {
  auto value = values_.find(name);
  return value == values_.end() ? nullptr : &value->second;
}

std::string Variables::replace_expressions(std::string_view text) const {
  if (!text.contains("#{")) return std::string(text);
  NameLookup lookup = [&](std::string_view name) -> std::optional<ExpressionValue> {
    if (name == "target.dev") return dev_;
    if (name == "target.fips") return fips_;
    constexpr std::string_view k_vars = "definition.vars.";
    bool is_var = name.starts_with(k_vars);
    if (!is_var && !name.starts_with("target.")) return std::nullopt;
    const std::string* value = find(is_var ? name.substr(k_vars.size()) : name);
    return value ? std::optional<ExpressionValue>(*value) : std::nullopt;
  };
  return replace_each(text, "#{", [&](std::string_view inner) -> std::optional<std::string> {
    auto value = evaluate(inner, lookup);
    return value ? std::optional(to_text(*value)) : std::nullopt;
  });
}

std::string Variables::replace_extractions(std::string_view text) const {
  return replace_each(text, "${", [&](std::string_view inner) -> std::optional<std::string> {
    size_t colon = inner.find(':');
    if (colon == inner.npos || !is_name(inner.substr(0, colon))) return std::nullopt;
    const std::string* value = find(inner.substr(0, colon));
    return value ? first_group(std::string(inner.substr(colon + 1)), *value) : std::nullopt;
  });
}

Result<std::string> Variables::interpolate(std::string_view text) const {
  if (overflow_)
    return fail(ErrorCode::limit,
                fmt::format("a variable's value is longer than {}", human_size(k_value_limit)),
                "vars may not repeat each other without end");
  if (!text.contains("${")) return std::string(text);
  size_t grown = text.size();
  std::string out =
      replace_each(text, "${", [&](std::string_view inner) -> std::optional<std::string_view> {
        const std::string* value = is_name(inner) ? find(inner) : nullptr;
        if (!value) return std::nullopt;
        grown += value->size();
        return grown > k_text_limit ? std::string_view() : std::string_view(*value);
      });
  if (grown > k_text_limit)
    return fail(ErrorCode::limit, "a text is longer than 4 MiB once its variables are replaced");
  return out;
}

Result<std::string> Variables::interpolate_expressions(std::string_view text) const {
  return interpolate(replace_expressions(text));
}

Result<bool> Variables::condition(std::string_view text) const {
  std::string_view inner = trim(text);
  std::string whole(inner);
  if (!inner.starts_with("#{")) whole = fmt::format("#{{{}}}", inner);
  std::string value = replace_expressions(whole);
  if (value == "true") return true;
  if (value == "false") return false;
  return fail(ErrorCode::bad_input,
              fmt::format("the condition \"{}\" is neither true nor false", inner));
}

}  // namespace kiln::definition
