// SPDX-License-Identifier: Apache-2.0
#include "image/encoder.hpp"

#include "base/strings.hpp"
#include "codec/gzip_encoder.hpp"
#include "codec/zstd_encode.hpp"
#include "oci/media_types.hpp"

#include <fmt/format.h>

namespace kiln::image {

Result<Encoder> encoder_named(std::string_view name) {
  if (name == gzip_encoder_name())
    return Encoder{std::string(name), std::string(oci::k_layer_gzip_type), k_gzip_chunk,
                   gzip_member};
  if (name == libdeflate_encoder_name())
    return Encoder{std::string(name), std::string(oci::k_layer_gzip_type), k_gzip_chunk,
                   libdeflate_gzip_member};
  if (name == zstd_encoder_name())
    return Encoder{std::string(name), std::string(oci::k_layer_zstd_type), k_zstd_chunk,
                   zstd_frame};
  return fail(ErrorCode::unsupported,
              fmt::format("the plan names the encoder {}, which this Kiln lacks", printable(name)),
              fmt::format("it has {}, {} and {}; uncompressed layers do not depend on it",
                          gzip_encoder_name(), libdeflate_encoder_name(), zstd_encoder_name()));
}

Result<std::string> encoder_name_for(std::string_view compression) {
  if (compression.empty() || compression == "gzip") return gzip_encoder_name();
  if (compression == "zstd") return zstd_encoder_name();
  return fail(ErrorCode::bad_input,
              fmt::format("'{}' is not a compression of layers", printable(compression)),
              "use gzip or zstd");
}

}  // namespace kiln::image
