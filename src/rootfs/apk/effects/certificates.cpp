// SPDX-License-Identifier: Apache-2.0
//
// ca-certificates: what Alpine's update-ca-certificates makes of /etc/ca-certificates.conf (one
// path below /usr/share/ca-certificates a line; "#" and "!" begin lines that count for nothing) and
// of the local certificates: a link for each, the bundle, and OpenSSL's links by subject hash.
#include "base/files.hpp"
#include "base/strings.hpp"
#include "rootfs/apk/effects/effects.hpp"
#include "rootfs/effects/certificate_links.hpp"

namespace kiln::rootfs::apk {

namespace {

constexpr std::string_view k_packaged = "usr/share/ca-certificates/";
constexpr std::string_view k_local = "usr/local/share/ca-certificates/";
constexpr std::string_view k_made = "etc/ssl/certs/";

// Clean paths of the files to trust, in the order in which the bundle has them.
Result<std::vector<std::string>> trusted_files(const Tree& tree) {
  std::vector<std::string> files;
  if (auto configuration = tree.read("etc/ca-certificates.conf")) {
    for (std::string_view line : split(*configuration, '\n')) {
      line = trim(line);
      if (line.empty() || line.starts_with('#') || line.starts_with('!')) continue;
      std::string path = TRY(clean_path(std::string(k_packaged) + std::string(line)));
      if (path.starts_with(k_packaged) && path.ends_with(".crt") && tree.read(path))
        files.push_back(std::move(path));
    }
  }
  for (const std::string& name : certificates_below(tree, k_local))
    files.push_back(std::string(k_local) + name);
  return files;
}

}  // namespace

Result<> make_certificates(Scene& scene, Maker& maker) {
  std::string bundle;
  std::map<std::string, std::vector<Certificate>> certificates;  // by link
  for (const std::string& path : TRY(trusted_files(scene.tree))) {
    std::string_view pem = TRY(scene.tree.read(path));
    bundle += std::string(pem) + "\n";
    std::string link = "ca-cert-" + certificate_name(path) + ".pem";
    certificates[link] = TRY_CONTEXT(read_certificates(pem), "reading /" + path);
    TRY(maker.link(std::string(k_made) + link, "/" + path));
  }
  TRY(maker.file("etc/ssl/certs/ca-certificates.crt", std::move(bundle), {0644}));
  return make_hash_links(maker, k_made, certificates);
}

}  // namespace kiln::rootfs::apk
