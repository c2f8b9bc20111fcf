// SPDX-License-Identifier: Apache-2.0
//
// An OpenPGP key made with gpg for the length of a test, and what it signs.
#pragma once
#include "base/files.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kiln::testing {

class GpgKey {
 public:
  // Nothing when gpg is not installed; the test then skips and says so.
  static std::optional<GpgKey> make(std::string_view user = "Kiln Test <test@kiln.invalid>");
  GpgKey(GpgKey&&) = default;
  GpgKey& operator=(GpgKey&&) = default;
  ~GpgKey();

  const std::string& public_key() const { return public_key_; }    // armored
  const std::string& fingerprint() const { return fingerprint_; }  // upper-case hexadecimal
  std::string clear_sign(std::string_view text) const;             // as in InRelease
  std::string detached_sign(std::string_view text) const;          // armored, as in Release.gpg

 private:
  explicit GpgKey(TemporaryDirectory home) : home_(std::move(home)) {}
  std::string run(std::vector<std::string> arguments, std::string_view input) const;
  TemporaryDirectory home_;
  std::string public_key_;
  std::string fingerprint_;
};

}  // namespace kiln::testing
