// SPDX-License-Identifier: Apache-2.0
//
// Signed files of apk: a first gzip member holds signatures of everything behind it.
//
//   signed    = gzip(tar(1*signature, without the tar's end)) content
//   signature = file ".SIGN." ("RSA" / "RSA256") "." key-name    ; PKCS #1 v1.5, SHA-1 or SHA-256
#pragma once
#include "base/result.hpp"
#include "packages/apk/keys.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace kiln::packages::apk {

struct SignedContent {
  std::string_view content;  // of the file that was given
  NamedKey key;              // whose signature was found good
};

// The content of a signed file once one of the keys for that architecture has vouched for it. Fails
// with unverified when there is no signature, none of a key that is known, or a wrong one; corrupt
// or limit on what is no such file.
Result<SignedContent> open_signed(std::string_view file, std::span<const NamedKey> keys,
                                  std::string_view architecture);

// Checks signatures by their member names (".SIGN.RSA.<key>") over `content`; the key that vouched.
// Fails with unverified as open_signed does.
Result<NamedKey> check_signatures(const std::map<std::string, std::string>& signatures,
                                  std::string_view content, std::span<const NamedKey> keys,
                                  std::string_view architecture);

}  // namespace kiln::packages::apk
