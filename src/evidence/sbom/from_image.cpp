// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "distributions/distributions.hpp"
#include "evidence/sbom/inventory.hpp"
#include "evidence/sbom/make.hpp"
#include "evidence/sbom/parts.hpp"
#include "evidence/sbom/utf8_text.hpp"
#include "image/installed.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

using model::FileType;

constexpr std::string_view k_definition = "definition";
constexpr std::string_view k_part = "definition ";  // and its name, where the plan was at hand
constexpr std::string_view k_effect = "effect ";

class ImageInventory {
 public:
  ImageInventory(const image::ImageView& view, const plan::LockedPlan* locked)
      : view_(view), locked_(locked) {}

  Result<Document> read(const Authorship& authorship, UnixTime now) {
    document_.author = authorship.author;
    document_.tool_version = authorship.tool_version;
    document_.created = parse_rfc3339(view_.image.config.created).value_or(now);
    read_image();
    TRY(read_packages());
    TRY(read_licences());
    if (locked_ != nullptr) put_lock(document_, *locked_);
    if (locked_ != nullptr && document_.image.supplier.name.empty())
      document_.image.supplier = document_.author;
    for (const auto& [path, file] : view_.tree.files())
      if (file.type != FileType::directory) read_file(path, file);
    mark_executables(document_);
    return std::move(document_);
  }

 private:
  void read_image() {
    Image& image = document_.image;
    image.digest = view_.image.descriptor.digest;
    image.platform = view_.image.config.platform;
    auto said = [&](const std::string& name) {
      const auto& annotations = view_.image.manifest.annotations;
      const auto& labels = view_.image.config.labels;
      if (auto found = annotations.find(name); found != annotations.end())
        return text_of(found->second);
      auto found = labels.find(name);
      return found == labels.end() ? std::string() : text_of(found->second);
    };
    image.title = said("org.opencontainers.image.title");
    image.version = said("org.opencontainers.image.version");
    image.licences = said("org.opencontainers.image.licenses");
    image.source_url = said("org.opencontainers.image.source");
    image.supplier.name = said("org.opencontainers.image.vendor");
    image.supplier.url = said("org.opencontainers.image.url");
    image.name = image.title.empty() ? "image" : image.title;
  }

  std::optional<std::string> link_text(std::string_view path) const {
    auto found = view_.tree.files().find(path);
    bool link = found != view_.tree.files().end() && found->second.type == FileType::symlink;
    return link ? std::optional(found->second.link) : std::nullopt;
  }

  // The bytes of a kept file, links followed; null when it is not there.
  const std::string* bytes_at(std::string_view path) const {
    auto real = follow_links(path, [&](std::string_view link) { return link_text(link); });
    return real ? view_.tree.kept_bytes(*real) : nullptr;
  }

  Result<> read_packages() {
    for (std::string_view path : {"etc/os-release", "usr/lib/os-release"})
      if (const std::string* text = bytes_at(path); text != nullptr && document_.system.id.empty())
        document_.system = parse_os_release(*text);
    std::vector<Listed> list;
    image::KeptFiles files(view_.tree);
    for (const packages::Distribution* distribution : all_distributions())
      for (packages::Description& one : TRY(distribution->installed(files)))
        list.push_back(listed_from(std::move(one), *distribution));
    put_packages(document_, std::move(list));
    for (size_t i = 0; i < document_.packages.size(); ++i) {
      const Package& package = document_.packages[i];
      by_name_.try_emplace(package.name, i);
      by_name_.try_emplace(package.name + ":" + package.architecture, i);
    }
    return {};
  }

  Result<> read_licences() {
    auto links = [&](std::string_view path) { return link_text(path); };
    auto is_kept = [&](std::string_view path) { return view_.tree.kept_bytes(path) != nullptr; };
    return put_licences(document_, [&](const Package& package) -> Result<std::optional<Copyright>> {
      auto path = copyright_path(package.name, links, is_kept);
      if (!path) return std::nullopt;
      return read_copyright(*view_.tree.kept_bytes(*path));
    });
  }

  void read_file(const std::string& path, const image::TreeFile& from) {
    File file = make_file(path, from.type, from.link);
    if (from.type == FileType::file || from.type == FileType::hard_link) {
      file.size = from.size;
      file.executable = (from.mode & 0111) != 0;
      file.sha256 = from.sha256;
      file.sha1 = from.sha1;
    }
    auto owner = view_.owners.find(path);
    if (owner != view_.owners.end()) {
      auto package = by_name_.find(owner->second);
      if (package != by_name_.end())
        file.package = package->second;
      else if (owner->second == k_definition)
        file.made_by = part_that_made(path);
      else if (owner->second.starts_with(k_effect) || owner->second.starts_with(k_part))
        file.made_by = owner->second;
    }
    if (auto modifiers = view_.modifiers.find(path); modifiers != view_.modifiers.end())
      file.modifiers = modifiers->second;
    document_.files.push_back(std::move(file));
  }

  // The entry of the definition's paths that names this very path; of other files of the top layer
  // only that the definition, or an effect, made them is known.
  std::string part_that_made(const std::string& path) const {
    if (locked_ == nullptr) return std::string(k_definition);
    const auto& paths = locked_->plan.spec.paths;
    for (size_t i = 0; i < paths.size(); ++i)
      if (std::string_view(paths[i].path).substr(1) == path)
        return fmt::format("{} paths[{}]", k_definition, i);
    return std::string(k_definition);
  }

  const image::ImageView& view_;
  const plan::LockedPlan* locked_;
  Document document_;
  std::map<std::string, size_t, std::less<>> by_name_;
};

}  // namespace

Result<Document> from_image(const image::ImageView& view, const plan::LockedPlan* locked,
                            const Authorship& authorship, UnixTime now) {
  return ImageInventory(view, locked).read(authorship, now);
}

}  // namespace kiln::sbom
