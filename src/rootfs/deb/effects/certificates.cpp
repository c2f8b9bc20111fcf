// SPDX-License-Identifier: Apache-2.0
//
// ca-certificates: what update-ca-certificates(8) makes of the certificates of packages, in the
// same order and under the same names: /etc/ca-certificates.conf, a link for each certificate, the
// bundle, and OpenSSL's links by subject hash (openssl-rehash(1)).
#include "base/strings.hpp"
#include "rootfs/deb/control.hpp"
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/effects/certificate.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace kiln::rootfs::deb {

namespace {

constexpr std::string_view k_packaged = "usr/share/ca-certificates/";
constexpr std::string_view k_local = "usr/local/share/ca-certificates/";
constexpr std::string_view k_made = "etc/ssl/certs/";

// Paths of the *.crt files below a directory, relative to it, sorted.
std::vector<std::string> certificates_below(const Tree& tree, std::string_view directory) {
  std::vector<std::string> names;
  const auto& nodes = tree.rootfs().nodes;
  for (auto it = nodes.lower_bound(directory);
       it != nodes.end() && it->first.starts_with(directory); ++it) {
    if (!it->first.ends_with(".crt")) continue;
    const Node* node = tree.follow(it->first);
    if (node && node->type != model::FileType::directory) {
      names.push_back(it->first.substr(directory.size()));
    }
  }
  return names;
}

// "Some_CA.pem" of "mozilla/Some CA.crt".
std::string link_name(std::string_view certificate) {
  std::string name(name_of(certificate));
  name.resize(name.size() - std::string_view(".crt").size());
  for (char& c : name) {
    if (c == ' ' || c == ',') c = '_';
    if (c == '(' || c == ')') c = '=';
  }
  return name + ".pem";
}

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

// Subject hash -> the links of the certificates that have it, in the order of their names.
Result<std::multimap<uint32_t, std::string>> links_by_hash(
    const std::map<std::string, std::vector<Certificate>>& certificates) {
  std::multimap<uint32_t, std::string> links;
  std::map<std::string, std::string> seen;  // certificate -> its first link
  for (const auto& [name, list] : certificates) {
    if (list.size() != 1) continue;  // rehash skips files that do not hold exactly one
    if (!seen.emplace(list.front().der, name).second) continue;
    links.emplace(list.front().subject_hash, name);
  }
  return links;
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
      std::string link = link_name(name);
      certificates[link] = TRY_CONTEXT(read_certificates(pem), "reading /" + path);
      TRY(maker.link(std::string(k_made) + link, "/" + path));
    }
  }
  TRY(maker.file("etc/ca-certificates.conf", std::move(configuration), {0644}));
  TRY(maker.file("etc/ssl/certs/ca-certificates.crt", std::move(bundle), {0644}));
  uint32_t previous = 0;
  int number = 0;
  for (const auto& [hash, name] : TRY(links_by_hash(certificates))) {
    number = hash == previous ? number + 1 : 0;
    previous = hash;
    TRY(maker.link(fmt::format("{}{:08x}.{}", k_made, hash, number), name));
  }
  return {};
}

}  // namespace kiln::rootfs::deb
