// SPDX-License-Identifier: Apache-2.0
#include "support/shared_data.hpp"

#include <cstdio>
#include <cstdlib>
#include <random>

namespace kiln::testing {

std::optional<Path> shared_file(std::string_view relative) {
  Path path = Path(KILN_SOURCE_DIR) / ".." / "shared" / relative;
  if (std::filesystem::exists(path)) return path;
  return std::nullopt;
}

uint64_t fresh_seed() {
  uint64_t seed;
  if (const char* given = std::getenv("KILN_TEST_SEED")) {
    seed = std::strtoull(given, nullptr, 10);
  } else {
    std::random_device device;
    seed = static_cast<uint64_t>(device()) << 32 | device();
  }
  std::printf("seed: repeat with KILN_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace kiln::testing
