// SPDX-License-Identifier: Apache-2.0
//
// What the files of this module that use OpenSSL share: owners of its objects, and its encoders'
// results as bytes. Included by those .cpp files only.
#pragma once
#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

#include <openssl/crypto.h>
#include <openssl/x509.h>

namespace kiln::openssl {

template <auto destroy>
struct Destroy {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};

template <typename T, auto destroy>
using Owned = std::unique_ptr<T, Destroy<destroy>>;

// A list of certificates that it does not own (sk_X509_free is a macro).
inline void free_list(STACK_OF(X509) * list) {
  sk_X509_free(list);
}
using CertificateList = Owned<STACK_OF(X509), free_list>;

inline const unsigned char* data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// What an i2d function writes: encoded([&](unsigned char** out) { return i2d_X509(x, out); }).
template <typename Encode>
std::string encoded(Encode encode) {
  unsigned char* bytes = nullptr;
  int size = encode(&bytes);
  ASSERT(size > 0);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_clear_free(bytes, static_cast<size_t>(size));
  return der;
}

// What a d2i function reads when it uses up all of `der`; else null.
template <typename T, auto destroy, typename Decode>
Owned<T, destroy> decoded(std::string_view der, Decode decode) {
  const unsigned char* at = data(der);
  Owned<T, destroy> object(decode(nullptr, &at, static_cast<long>(der.size())));
  if (at != data(der) + der.size()) object.reset();
  return object;
}

}  // namespace kiln::openssl
