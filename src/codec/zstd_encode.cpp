// SPDX-License-Identifier: Apache-2.0
#include "codec/zstd_encode.hpp"

#include "base/result.hpp"

#include <memory>

#include <fmt/format.h>
#include <zstd.h>

namespace kiln {

namespace {

constexpr int k_level = 3;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

ZSTD_CCtx* context() {
  thread_local std::unique_ptr<ZSTD_CCtx, FreeContext> own = [] {
    std::unique_ptr<ZSTD_CCtx, FreeContext> made(ZSTD_createCCtx());
    ASSERT(made != nullptr);
    // Workers would give other bytes than none, so none are used.
    for (auto [parameter, value] :
         {std::pair{ZSTD_c_compressionLevel, k_level}, std::pair{ZSTD_c_checksumFlag, 1}})
      ASSERT(!ZSTD_isError(ZSTD_CCtx_setParameter(made.get(), parameter, value)));
    return made;
  }();
  return own.get();
}

}  // namespace

std::string zstd_encoder_name() {
  return fmt::format("zstd-{}-{}-{}MiB", ZSTD_versionString(), k_level, k_zstd_chunk >> 20);
}

std::string zstd_frame(std::string_view chunk) {
  size_t bound = ZSTD_compressBound(chunk.size());
  std::string frame;
  frame.resize_and_overwrite(bound, [&](char* start, size_t) {
    size_t size = ZSTD_compress2(context(), start, bound, chunk.data(), chunk.size());
    ASSERT(!ZSTD_isError(size));
    return size;
  });
  frame.shrink_to_fit();
  return frame;
}

}  // namespace kiln
