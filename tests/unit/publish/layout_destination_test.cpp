// SPDX-License-Identifier: Apache-2.0
//
// How much of what is gathered for a layout lies in memory.
#include "publish/layout_destination.hpp"

#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"
#include "support/test_world.hpp"

#include <gtest/gtest.h>

namespace kiln::publish {
namespace {

using testing::value;

// Blobs in memory.
class ManyBlobs final : public oci::ImageReader {
 public:
  oci::Descriptor add(std::string bytes) {
    oci::Descriptor descriptor = oci::describe("application/x.blob", bytes);
    blobs_[descriptor.digest] = std::move(bytes);
    return descriptor;
  }

 protected:
  Result<std::unique_ptr<Source>> open_stored(const oci::Descriptor& blob) const override {
    return std::make_unique<MemorySource>(blobs_.at(blob.digest));
  }

 private:
  std::map<Digest, std::string> blobs_;
};

TEST(LayoutDestination, HoldsNoMoreThanSixteenMebibytesOfSmallBlobsInMemory) {
  testing::TestWorld world;
  LayoutDestination destination(world.store());
  ManyBlobs from;
  constexpr size_t k_blobs = 100;
  constexpr uint64_t k_size = 200U << 10;
  for (size_t i = 0; i < k_blobs; ++i) {
    std::string bytes = std::to_string(i);
    bytes.resize(k_size, '.');
    oci::Descriptor blob = from.add(std::move(bytes));
    EXPECT_EQ(value(destination.put_blob(blob, from)), Outcome::sent);
  }
  uint64_t held = 0;
  for (const auto& [digest, blob] : destination.content().blobs()) {
    held += blob.bytes.size();
    EXPECT_EQ(sha256(value(destination.content().bytes(digest, k_size))), digest);
  }
  EXPECT_EQ(destination.content().blobs().size(), k_blobs);
  EXPECT_GT(held, 15U << 20);
  EXPECT_LE(held, 16U << 20);
}

}  // namespace
}  // namespace kiln::publish
