// SPDX-License-Identifier: Apache-2.0
#include "support/deb_package.hpp"

#include "base/process.hpp"
#include "codec/gzip_encoder.hpp"
#include "support/archives.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>

namespace kiln::testing {

namespace {

constexpr int64_t k_time = 1750000000;

}  // namespace

std::string DebPackage::control_text() const {
  return fmt::format(
      "Package: {}\nVersion: {}\nArchitecture: {}\nMaintainer: Nobody <nobody@kiln.invalid>\n{}"
      "Description: a package for tests\n",
      name, version, architecture, fields);
}

std::string DebPackage::file_name() const {
  size_t colon = version.find(':');
  return fmt::format("{}_{}_{}.deb", name,
                     colon == std::string::npos ? version : version.substr(colon + 1),
                     architecture);
}

DebPackage& DebPackage::add(std::string path, std::string content, uint32_t mode) {
  bool directory = path.ends_with('/');
  TarEntry entry;
  entry.path = std::move(path);
  entry.type = directory ? TarType::directory : TarType::file;
  entry.mode = mode != 0 ? mode : directory ? 0755 : 0644;
  entry.mtime = k_time;
  entry.size = content.size();
  files.push_back({std::move(entry), std::move(content)});
  return *this;
}

DebPackage& DebPackage::add_symlink(std::string path, std::string target) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.type = TarType::symlink;
  entry.mode = 0777;
  entry.mtime = k_time;
  entry.link = std::move(target);
  files.push_back({std::move(entry), {}});
  return *this;
}

std::string tar_bytes(const std::vector<DebFile>& files) {
  MemorySink sink;
  TarWriter writer(sink);
  for (const DebFile& file : files) value(writer.add(file.entry, file.content));
  value(writer.finish());
  return sink.take();
}

std::string compressed(std::string_view bytes, const std::string& suffix) {
  if (suffix.empty()) return std::string(bytes);
  if (suffix == "gz") return libdeflate_gzip_member(bytes);
  std::string program = suffix == "zst" ? "zstd" : suffix;
  auto result = value(run_process({.arguments = {program, "-c"},
                                   .input = std::string(bytes),
                                   .environment = {},
                                   .directory = {}}));
  if (result.exit_code != 0) throw std::runtime_error(program + " failed");
  return result.output;
}

std::string deb_bytes(const DebPackage& package) {
  DebPackage control{.name = {}};
  control.add("./");
  control.add("./control", package.control_text());
  for (const auto& [name, content] : package.control)
    control.add("./" + name, content, name.ends_with("inst") || name.ends_with("rm") ? 0755 : 0644);
  std::string dot = package.compression.empty() ? "" : "." + package.compression;
  return ar_bytes({{"debian-binary", "2.0\n"},
                   {"control.tar" + dot, compressed(tar_bytes(control.files), package.compression)},
                   {"data.tar" + dot, compressed(tar_bytes(package.files), package.compression)}});
}

}  // namespace kiln::testing
