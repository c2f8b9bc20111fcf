// SPDX-License-Identifier: Apache-2.0
//
// The links by which OpenSSL finds a certificate in a directory (openssl-rehash(1)).
#pragma once
#include "rootfs/effects/certificate.hpp"
#include "rootfs/effects/effect.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs {

// Makes "<subject hash>.<number>" in `directory` (with a slash at its end) for each file of it that
// holds exactly one certificate; of files with the same certificate the first gets one.
Result<> make_hash_links(Maker& maker, std::string_view directory,
                         const std::map<std::string, std::vector<Certificate>>& files);

// Paths of the *.crt files below a directory, relative to it, sorted.
std::vector<std::string> certificates_below(const Tree& tree, std::string_view directory);

// "Some_CA" of "mozilla/Some CA.crt": how update-ca-certificates(8) calls a certificate.
std::string certificate_name(std::string_view path);

}  // namespace kiln::rootfs
