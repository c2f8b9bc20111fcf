// SPDX-License-Identifier: Apache-2.0
#include "publish/roots.hpp"

#include "base/strings.hpp"
#include "oci/artifact.hpp"
#include "oci/media_types.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::publish {

namespace {

std::string annotation(const oci::Descriptor& entry, std::string_view name) {
  auto found = entry.annotations.find(std::string(name));
  return found == entry.annotations.end() ? std::string() : found->second;
}

Result<bool> is_about_another(const oci::ImageReader& reader, const oci::Descriptor& entry) {
  if (oci::is_evidence_tag(annotation(entry, oci::k_ref_name))) return true;
  bool is_index = oci::is_index_type(entry.media_type);
  if (!is_index && !oci::is_manifest_type(entry.media_type)) return true;
  if (is_index) return oci::is_about_listed_index(reader, entry);
  std::string bytes = TRY(reader.bytes(entry));
  return TRY(oci::parse_manifest(bytes)).subject.has_value();
}

void add(std::vector<std::string>& list, std::string text) {
  if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

std::string label(const Root& root) {
  if (!root.names.empty()) return root.names.front();
  if (!root.tags.empty()) return root.tags.front();
  return root.descriptor.digest.str();
}

bool is_called(const Root& root, const std::string& wanted) {
  return std::ranges::find(root.tags, wanted) != root.tags.end() ||
         std::ranges::find(root.names, wanted) != root.names.end() ||
         root.descriptor.digest.str() == wanted;
}

}  // namespace

Result<std::vector<Root>> roots(const oci::ImageReader& reader) {
  std::vector<Root> found;
  for (const oci::Descriptor& entry : reader.index().manifests) {
    if (TRY(is_about_another(reader, entry))) continue;
    auto same = std::ranges::find(found, entry.digest,
                                  [](const Root& root) { return root.descriptor.digest; });
    if (same == found.end()) same = found.insert(found.end(), Root{entry, {}, {}});
    add(same->tags, annotation(entry, oci::k_ref_name));
    add(same->names, annotation(entry, oci::k_image_name));
  }
  return found;
}

Result<Root> find_root(const oci::ImageReader& reader, const std::string& wanted) {
  std::vector<Root> all = TRY(roots(reader));
  std::vector<Root> fitting;
  std::vector<std::string> labels;
  for (const Root& root : all) {
    if (wanted.empty() || is_called(root, wanted)) fitting.push_back(root);
    labels.push_back(label(root));
  }
  if (fitting.size() == 1) return std::move(fitting.front());
  if (all.empty()) return fail(ErrorCode::not_found, "there is no image in it");
  return fail(ErrorCode::not_found,
              fitting.empty() ? fmt::format("no image in it is called {}", printable(wanted))
                              : fmt::format("there are {} images in it", fitting.size()),
              fmt::format("name one with --image: {}", printable(join(labels, ", "), 2000)));
}

}  // namespace kiln::publish
