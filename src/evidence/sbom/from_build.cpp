// SPDX-License-Identifier: Apache-2.0
#include "base/threads.hpp"
#include "distributions/distributions.hpp"
#include "evidence/sbom/inventory.hpp"
#include "evidence/sbom/make.hpp"
#include "evidence/sbom/package_hashes.hpp"
#include "evidence/sbom/parts.hpp"
#include "rootfs/contents.hpp"

#include <map>
#include <unordered_map>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

using model::FileType;
using model::Owner;

class BuildReader {
 public:
  BuildReader(const BuildFacts& facts, World& world)
      : facts_(facts), world_(world), contents_(world.store) {}

  Result<Document> read(const Authorship& authorship) {
    document_.author = authorship.author;
    document_.tool_version = authorship.tool_version;
    document_.created = facts_.tree.created;
    TRY(read_hashes());
    TRY(read_packages());
    TRY(read_licences());
    put_lock(document_, facts_.locked);
    read_image();
    for (const auto& [path, node] : facts_.tree.nodes)
      if (node.type != FileType::directory) TRY(read_file(path, node));
    mark_executables(document_);
    return std::move(document_);
  }

 private:
  Result<> read_hashes() {
    hashes_.resize(facts_.packages.size());
    auto hash_one = [&](size_t i) -> Result<> {
      hashes_[i] = TRY_CONTEXT(hashes_of(*facts_.packages[i], world_.store),
                               fmt::format("hashing {}", facts_.packages[i]->id.str()));
      return {};
    };
    TRY(parallel_for(hashes_.size(), world_.threads, hash_one));
    for (size_t i = 0; i < hashes_.size(); ++i)
      by_payload_[facts_.packages[i]->payload] = &hashes_[i];
    return {};
  }

  Result<> read_packages() {
    if (const rootfs::Node* node = at("etc/os-release")) {
      std::string_view text = TRY(contents_.bytes(node->content));
      document_.system = parse_os_release(text);
    }
    const packages::Distribution& distribution =
        distribution_named(facts_.locked.plan.distribution);
    std::vector<Listed> list;
    for (size_t i = 0; i < facts_.packages.size(); ++i) {
      const packages::UnpackedPackage& package = *facts_.packages[i];
      list.push_back(listed_from(TRY(distribution.describe(package)), distribution));
      list.back().package.sha512 = hashes_[i].sha512;
    }
    put_packages(document_, std::move(list));
    for (size_t i = 0; i < document_.packages.size(); ++i) by_name_[document_.packages[i].name] = i;
    return {};
  }

  Result<> read_licences() {
    auto link_text = [&](std::string_view path) { return link_text_at(path); };
    auto is_file = [&](std::string_view path) {
      auto found = facts_.tree.nodes.find(path);
      return found != facts_.tree.nodes.end() && found->second.type == FileType::file;
    };
    return put_licences(document_, [&](const Package& package) -> Result<std::optional<Copyright>> {
      auto path = copyright_path(package.name, link_text, is_file);
      if (!path) return std::nullopt;
      const rootfs::Content& content = facts_.tree.nodes.find(*path)->second.content;
      std::string_view text = TRY(contents_.bytes(content));
      return TRY(read_copyright(text, content.sha256, world_.store));
    });
  }

  void read_image() {
    const definition::ImageSpec& spec = facts_.locked.plan.spec;
    Image& image = document_.image;
    image.digest = facts_.image.manifest_digest;
    image.sha512 = sha512_hex(facts_.image.manifest);
    image.platform = facts_.image.platform;
    auto annotation = [&](const char* name) {
      auto found = spec.annotations.find(name);
      return found == spec.annotations.end() ? std::string() : found->second;
    };
    image.licences = annotation("org.opencontainers.image.licenses");
    image.source_url = annotation("org.opencontainers.image.source");
    image.supplier.name = annotation("org.opencontainers.image.vendor");
    image.supplier.url = annotation("org.opencontainers.image.url");
    if (image.supplier.name.empty()) image.supplier = document_.author;
    image.version = annotation("org.opencontainers.image.version");
    for (const std::string& tag : spec.tags)
      if (image.version.empty() || tag.size() > image.version.size()) image.version = tag;
  }

  Result<> read_file(const std::string& path, const rootfs::Node& node) {
    File file = make_file(path, node.type, node.link);
    const rootfs::Node* inode = node.type == FileType::hard_link ? at(node.link) : &node;
    if (inode != nullptr && inode->type == FileType::file) {
      file.size = inode->content.size;
      file.executable = (inode->mode & 0111) != 0;
      file.sha256 = inode->content.sha256;
      file.sha1 = TRY(sha1_of_content(inode->content));
    }
    for (const Owner& owner : node.owners) put_owner(file, owner);
    for (const Owner& modifier : node.modifiers) file.modifiers.push_back(modifier.str());
    document_.files.push_back(std::move(file));
    return {};
  }

  void put_owner(File& file, const Owner& owner) const {
    auto package = by_name_.find(owner.name);
    if (owner.kind == Owner::Kind::package && package != by_name_.end())
      file.package = package->second;
    else
      file.made_by = owner.str();
  }

  // Remembered for what lies in a package, computed for what was made here.
  Result<std::array<char, 20>> sha1_of_content(const rootfs::Content& content) {
    auto package = by_payload_.find(content.payload);
    if (package != by_payload_.end())
      if (const auto* known = package->second->find(content.offset)) return *known;
    std::string_view bytes = TRY(contents_.bytes(content));
    return sha1_of(bytes);
  }

  std::optional<std::string> link_text_at(std::string_view path) const {
    auto found = facts_.tree.nodes.find(path);
    bool link = found != facts_.tree.nodes.end() && found->second.type == FileType::symlink;
    return link ? std::optional(found->second.link) : std::nullopt;
  }

  // What lies at a path; links, as os-release may be one, are followed.
  const rootfs::Node* at(const std::string& path) const {
    auto found = facts_.tree.nodes.find(path);
    if (found == facts_.tree.nodes.end()) return nullptr;
    if (found->second.type != FileType::symlink) return &found->second;
    auto target = follow_links(path, [&](std::string_view link) { return link_text_at(link); });
    found = target ? facts_.tree.nodes.find(*target) : facts_.tree.nodes.end();
    return found == facts_.tree.nodes.end() ? nullptr : &found->second;
  }

  const BuildFacts& facts_;
  World& world_;
  rootfs::StoreContents contents_;
  Document document_;
  std::vector<PackageHashes> hashes_;  // in the plan's order
  std::unordered_map<Digest, const PackageHashes*, DigestHash> by_payload_;
  std::map<std::string, size_t, std::less<>> by_name_;
};

}  // namespace

Result<Document> from_build(const BuildFacts& facts, const Authorship& authorship, World& world) {
  return BuildReader(facts, world).read(authorship);
}

}  // namespace kiln::sbom
