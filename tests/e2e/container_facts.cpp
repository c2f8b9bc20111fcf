// SPDX-License-Identifier: Apache-2.0
#include "e2e/container_facts.hpp"

#include "base/strings.hpp"
#include "support/result_matchers.hpp"

#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::testing {

namespace {

namespace fs = std::filesystem;

// The value of "Key:<tab>value" in /proc/<pid>/status.
std::string status_value(const std::string& status, std::string_view key) {
  for (std::string_view line : split(status, '\n'))
    if (line.starts_with(key) && line.substr(key.size()).starts_with(':'))
      return std::string(trim(line.substr(key.size() + 1)));
  return {};
}

// The mount options of / in /proc/<pid>/mountinfo (its sixth field).
std::string root_options(const std::string& mounts) {
  for (std::string_view line : split(mounts, '\n')) {
    std::vector<std::string_view> fields = split_words(line);
    if (fields.size() > 5 && fields[4] == "/") return std::string(fields[5]);
  }
  return {};
}

void require(const ToolRun& run, std::string_view what) {
  if (run.exit_code != 0) throw std::runtime_error(fmt::format("{}: {}", what, run.errors));
}

}  // namespace

void expect_hardened(Container& container, uint32_t uid) {
  int pid = container.pid();
  ASSERT_GT(pid, 0) << container.logs();
  std::string status = value(read_file(fmt::format("/proc/{}/status", pid)));
  std::string user = std::to_string(uid);
  EXPECT_THAT(split_words(status_value(status, "Uid")), ::testing::Each(user));
  EXPECT_EQ(status_value(status, "CapEff"), "0000000000000000");
  EXPECT_EQ(status_value(status, "CapBnd"), "0000000000000000");
  EXPECT_EQ(status_value(status, "NoNewPrivs"), "1");
  std::string options = root_options(value(read_file(fmt::format("/proc/{}/mountinfo", pid))));
  EXPECT_TRUE(options.starts_with("ro,")) << "the root is mounted " << options;
}

ImageTree::ImageTree(ContainerEngine& engine, const std::string& image)
    : place_(value(TemporaryDirectory::create())) {
  ToolRun created = engine.run({"create", image, "/none"});
  require(created, "cannot create a container of " + image);
  std::string id(trim(created.output));
  std::string tar = (place_.path() / "tar").string();
  std::string tree = (place_.path() / "tree").string();
  require(engine.run({"export", "-o", tar, id}), "cannot export " + image);
  engine.run({"rm", "--volumes", id});
  value(make_directories(tree));
  require(run_tool({"tar", "--numeric-owner", "-xpf", tar, "-C", tree}), "cannot unpack " + image);
}

Path ImageTree::at(std::string_view path) const {
  return place_.path() / "tree" / path;
}

bool ImageTree::has(std::string_view path) const {
  return fs::symlink_status(at(path)).type() != fs::file_type::not_found;
}

std::string ImageTree::read(std::string_view path) const {
  auto bytes = read_file(at(path));
  EXPECT_OK(bytes);
  return bytes.value_or("");
}

std::string ImageTree::link(std::string_view path) const {
  std::error_code failed;
  return fs::read_symlink(at(path), failed).string();
}

std::vector<std::string> ImageTree::list(std::string_view directory) const {
  return list_directory(at(directory)).value_or(std::vector<std::string>());
}

std::vector<std::string> ImageTree::programs() const {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(at(""))) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    auto mapped = MappedFile::open(entry.path());
    if (mapped && mapped->bytes().starts_with("\x7f"
                                              "ELF"))
      found.push_back(entry.path().lexically_relative(at("")).string());
  }
  return found;
}

std::vector<std::string> ImageTree::packages() const {
  std::vector<std::string> names;
  for (const std::string& file : list("var/lib/dpkg/status.d"))
    if (!file.ends_with(".md5sums")) names.push_back(file);
  if (!names.empty()) return names;
  auto read_names = [&](std::string_view path, std::string_view prefix) {
    if (!has(path)) return;
    std::string database = read(path);
    for (std::string_view line : split(database, '\n'))
      if (line.starts_with(prefix)) names.emplace_back(line.substr(prefix.size()));
  };
  read_names("var/lib/dpkg/status", "Package: ");
  read_names("lib/apk/db/installed", "P:");
  std::ranges::sort(names);
  return names;
}

}  // namespace kiln::testing
