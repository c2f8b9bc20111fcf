// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.hpp"

#include "base/result.hpp"

#include <openssl/rand.h>

namespace kiln {

std::string random_bytes(size_t size) {
  std::string bytes(size, '\0');
  ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) == 1);
  return bytes;
}

}  // namespace kiln
