// SPDX-License-Identifier: Apache-2.0
#include "definition/definition.hpp"

namespace kiln::definition {

std::vector<UnsupportedKey> unsupported_keys(const Definition& definition) {
  std::vector<UnsupportedKey> keys;
  auto add = [&](std::string key, const Position& where) {
    keys.push_back({std::move(key), definition.location(where)});
  };
  if (definition.kind == Kind::package) add("package", definition.image.where);
  if (definition.kind == Kind::chart) add("chart", definition.image.where);
  const TopContentsBlock& contents = definition.contents;
  if (!contents.files.empty()) add("contents.files", contents.files.front().where);
  if (!contents.builds.empty()) add("contents.builds", contents.builds.front().where);
  if (!contents.artifacts.empty()) add("contents.artifacts", contents.artifacts.front().where);
  if (!definition.tests.empty()) add("tests", definition.tests.front().exit_code.where);
  return keys;
}

}  // namespace kiln::definition
