// SPDX-License-Identifier: Apache-2.0
//
// PKCS #11 URIs (RFC 7512), as far as they name a private key:
//
//   "pkcs11:" name "=" value *( ";" name "=" value ) [ "?" name "=" value *( "&" ... ) ]
//
// with the names token, serial, manufacturer, model, object, id and type before the question mark
// and module-path, pin-value and pin-source after it. Values are percent-encoded.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace kiln {

struct Pkcs11Uri {
  std::string token;
  std::string serial;
  std::string manufacturer;
  std::string model;
  std::string object;
  std::string id;           // raw bytes
  std::string module_path;  // empty: p11-kit, which knows the configured modules
  std::string pin_value;
  std::string pin_source;  // a file, as path or file: URI

  // Fails with bad_input on another scheme, an unknown name, or a URI that names no key.
  static Result<Pkcs11Uri> parse(std::string_view text);
};

}  // namespace kiln
