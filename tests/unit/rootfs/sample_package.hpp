// SPDX-License-Identifier: Apache-2.0
//
// Packages made up for a test: members in order, their bytes in a MemoryContents.
#pragma once
#include "packages/unpacked.hpp"
#include "rootfs/contents.hpp"

#include <memory>
#include <string>
#include <utility>

namespace kiln::rootfs::testing {

class SamplePackage {
 public:
  explicit SamplePackage(std::string name, std::string version = "1.0",
                         std::string architecture = "amd64") {
    package_.id = {std::move(name), std::move(version), std::move(architecture)};
    field("Package", package_.id.name);
    field("Version", package_.id.version);
    field("Architecture", package_.id.architecture);
  }

  SamplePackage& field(const std::string& name, const std::string& value) {
    package_.control["control"] += name + ": " + value + "\n";
    return *this;
  }
  SamplePackage& control(const std::string& name, std::string text) {
    package_.control[name] = std::move(text);
    return *this;
  }
  SamplePackage& file(const std::string& path, const std::string& bytes, uint32_t mode = 0644) {
    packages::PackageFile& added = add(path, model::FileType::file, mode);
    added.offset = payload_.size();
    added.size = bytes.size();
    added.sha256 = sha256(bytes);
    payload_ += bytes;
    return *this;
  }
  SamplePackage& directory(const std::string& path, uint32_t mode = 0755) {
    add(path, model::FileType::directory, mode);
    return *this;
  }
  SamplePackage& link(const std::string& path, const std::string& target) {
    add(path, model::FileType::symlink, 0777).link = target;
    return *this;
  }
  SamplePackage& hard_link(const std::string& path, const std::string& first) {
    add(path, model::FileType::hard_link, 0644).link = first;
    return *this;
  }
  SamplePackage& device(const std::string& path) {
    add(path, model::FileType::character_device, 0600);
    return *this;
  }
  SamplePackage& owned_by(uint32_t uid, uint32_t gid) {
    package_.files.back().uid = uid;
    package_.files.back().gid = gid;
    return *this;
  }

  std::shared_ptr<const packages::UnpackedPackage> build(MemoryContents& contents) {
    package_.payload = contents.add(payload_);
    return std::make_shared<packages::UnpackedPackage>(package_);
  }

 private:
  packages::PackageFile& add(const std::string& path, model::FileType type, uint32_t mode) {
    packages::PackageFile& file = package_.files.emplace_back();
    file.path = path;
    file.type = type;
    file.mode = mode;
    file.mtime = 1000;
    return file;
  }

  packages::UnpackedPackage package_;
  std::string payload_ = "#";  // so that no content begins at 0
};

}  // namespace kiln::rootfs::testing
