// SPDX-License-Identifier: Apache-2.0
//
// A small Debian archive in a directory, built and signed by the test that uses it:
//
//   DebRepository repository(directory, {.suite = "trixie"});
//   repository.add(DebPackage{.name = "hello"}.add("./usr/bin/hello", "hi"));
//   repository.publish(key);
//   auto server = HttpServer::serve_directory(directory);   // or a file:// URL
#pragma once
#include "base/files.hpp"
#include "base/time.hpp"
#include "support/deb_package.hpp"
#include "support/gpg_key.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace kiln::testing {

struct DebRepositoryOptions {
  std::string suite = "trixie";  // ends with "/" for a flat archive
  std::string component = "main";
  std::vector<std::string> architectures = {"amd64"};
  UnixTime date = SystemClock().now() - 3600;
  UnixTime valid_until = 0;      // none when 0
  bool by_hash = true;           // announced and present
  bool keep_plain_names = true;  // false: indexes are there by hash only
  bool separate_all = false;     // an index of its own for architecture "all"
  bool detached = false;         // Release and Release.gpg instead of InRelease
  std::vector<std::string> compressions = {"gz", "xz"};
  std::string fields = {};  // more lines of the Release file: "NotAutomatic: yes\n"
};

class DebRepository {
 public:
  DebRepository(Path directory, DebRepositoryOptions options = {});

  // Puts a package into the pool; it is listed from the next publish() on, in the options'
  // component or another.
  void add(const DebPackage& package, std::string component = {});
  // Writes and signs the indexes as they are now.
  void publish(const GpgKey& key);

  DebRepositoryOptions& options() { return options_; }
  const Path& directory() const { return directory_; }
  // dists/<suite>, or the flat archive's directory.
  Path suite_directory() const;
  // What the last publish() signed.
  const std::string& release_text() const { return release_; }

 private:
  bool flat() const { return options_.suite.ends_with('/'); }
  void write(const Path& path, std::string_view bytes) const;
  void write_index(const std::string& path, const std::string& text,
                   std::map<std::string, std::string>& listed) const;

  std::set<std::string> components() const;
  // The Packages file of one component and architecture, below the suite's directory.
  std::string packages_path(const std::string& component, const std::string& architecture) const;
  std::string packages_text(const std::string& component, const std::string& architecture) const;

  struct Listed {
    std::string component;
    std::string architecture;
    std::string stanza;
  };
  Path directory_;
  DebRepositoryOptions options_;
  std::vector<Listed> listed_;
  std::string release_;
};

}  // namespace kiln::testing
