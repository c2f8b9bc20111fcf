// SPDX-License-Identifier: Apache-2.0
//
// ca-certificates: what update-ca-certificates(8) makes of the certificates of packages, in the
// same order and under the same names: /etc/ca-certificates.conf, a link for each certificate, the
// bundle, and OpenSSL's links by subject hash (openssl-rehash(1)).
#include "base/strings.hpp"
#include "rootfs/deb/control.hpp"
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/effects/certificate_links.hpp"

#include <map>

namespace kiln::rootfs::deb {

namespace {

constexpr std::string_view k_packaged = "usr/share/ca-certificates/";
constexpr std::string_view k_local = "usr/local/share/ca-certificates/";
constexpr std::string_view k_made = "etc/ssl/certs/";

// The comment that the package's own script puts at the head of the file.
std::string configuration_head(const Scene& scene) {
  const packages::UnpackedPackage* package = scene.package("ca-certificates");
  std::string_view script = control_member(*package, "postinst");
  constexpr std::string_view k_start = "cat > /etc/ca-certificates.conf <<EOF\n";
  size_t begin = script.find(k_start);
  if (begin == std::string_view::npos) return {};
  begin += k_start.size();
  size_t end = script.find("\nEOF", begin);
  if (end == std::string_view::npos) return {};
  return std::string(script.substr(begin, end + 1 - begin));
}

}  // namespace

Result<> make_certificates(Scene& scene, Maker& maker) {
  std::string configuration = configuration_head(scene);
  std::string bundle;
  std::map<std::string, std::vector<Certificate>> certificates;  // by link
  for (std::string_view directory : {k_packaged, k_local}) {
    for (const std::string& name : certificates_below(scene.tree, directory)) {
      std::string path = std::string(directory) + name;
      std::string_view pem = TRY(scene.tree.read(path));
      bundle += pem;
      if (!pem.empty() && !pem.ends_with('\n')) bundle += '\n';
      if (directory == k_packaged) configuration += name + "\n";
      std::string link = certificate_name(name) + ".pem";
      certificates[link] = TRY_CONTEXT(read_certificates(pem), "reading /" + path);
      TRY(maker.link(std::string(k_made) + link, "/" + path));
    }
  }
  TRY(maker.file("etc/ca-certificates.conf", std::move(configuration), {0644}));
  TRY(maker.file("etc/ssl/certs/ca-certificates.crt", std::move(bundle), {0644}));
  return make_hash_links(maker, k_made, certificates);
}

}  // namespace kiln::rootfs::deb
