// SPDX-License-Identifier: Apache-2.0
//
// Checking the signature of a Release file. The outcome for the same bytes and the same keys is
// remembered in the store until the keys expire, so that a suite that did not change costs no
// public-key arithmetic.
#pragma once
#include "base/result.hpp"
#include "store/store.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

struct SignedText {
  std::string content;                    // exactly what was signed
  std::vector<std::string> fingerprints;  // of the good signatures' keys
};

// The content of a cleartext-signed file such as InRelease. Fails (unverified) unless one of the
// keys, which must not have expired by `now`, made a good signature.
Result<SignedText> open_signed(std::string_view message, std::span<const std::string> keys,
                               UnixTime now, Store& store);

// The same for a file with its signature beside it (Release and Release.gpg).
Result<SignedText> open_signed(std::string_view content, std::string_view signature,
                               std::span<const std::string> keys, UnixTime now, Store& store);

}  // namespace kiln::packages::deb
