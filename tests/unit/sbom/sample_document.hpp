// SPDX-License-Identifier: Apache-2.0
//
// A small bill of materials with one of everything.
#pragma once
#include "evidence/sbom/document.hpp"
#include "evidence/sbom/parts.hpp"

namespace kiln::sbom {

inline File sample_file(std::string path, std::string_view content) {
  File file;
  file.path = std::move(path);
  file.size = content.size();
  file.sha256 = sha256(content);
  file.sha1 = sha1_of(content);
  return file;
}

inline Document sample_document() {
  Document document;
  document.image.name = "kiln/sample";
  document.image.version = "1";
  document.image.digest = sha256("manifest");
  document.image.sha512 = sha512_hex("manifest");
  document.system = {"debian", "13", "Debian GNU/Linux 13 (trixie)", "Debian GNU/Linux", ""};
  document.created = 1'700'000'000;
  document.author = {"Example Ltd", "sbom@example.org", "", true};
  document.tool_version = "0.1.0";
  document.built_here = true;
  document.definition = "image/sample/debian-13/1";
  document.places["paths[0]"] = "image/sample/debian-13/1.yaml:9:5";

  document.sources.push_back({"glibc",
                              "2.41-12",
                              {"", "2.41", "12"},
                              "http://a/pool/main/g/glibc/glibc_2.41-12.dsc",
                              {"GNU Libc Maintainers", "libc@lists.debian.org", "", true}});
  document.sources.push_back(
      {"zlib", "1:1.3-1", {"1", "1.3", "1"}, "", {"Mark Brown", "b@debian.org", "", false}});
  Package libc;
  libc.manager = "dpkg";
  libc.type = "deb";
  libc.name = "libc6";
  libc.version = "2.41-12";
  libc.architecture = "amd64";
  libc.supplier = document.sources[0].supplier;
  libc.url = "http://a/pool/main/g/glibc/libc6_2.41-12_amd64.deb";
  libc.file_name = "libc6_2.41-12_amd64.deb";
  libc.sha256 = sha256("libc6.deb");
  libc.sha512 = sha512_hex("libc6.deb");
  libc.licences = {"LGPL-2.1-or-later AND LicenseRef-x-1", "LGPL-2.1-or-later AND LicenseRef-x-1",
                   "1995 Somebody"};
  document.texts["LicenseRef-x-1"] = {"x", "Do as you like."};
  Package zlib;
  zlib.manager = "dpkg";
  zlib.type = "deb";
  zlib.name = "zlib1g";
  zlib.version = "1:1.3-1+b1";
  zlib.architecture = "amd64";
  zlib.source = 1;
  zlib.depends = {0};
  zlib.requested_at = "image/sample/debian-13/1.yaml:5:7";
  zlib.licences.declared = "Zlib";
  document.packages = {libc, zlib};
  document.requested = {1};

  File passwd = sample_file("etc/passwd", "root");
  passwd.made_by = "definition paths[0]";
  passwd.modifiers = {"effect identities"};
  File library = sample_file("usr/lib/libz.so.1.3", "elf");
  library.package = 1;
  File link = make_file("usr/lib/libz.so.1", model::FileType::symlink, "libz.so.1.3");
  link.package = 1;
  document.files = {passwd, link, library};
  return document;
}

}  // namespace kiln::sbom
