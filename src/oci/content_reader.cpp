// SPDX-License-Identifier: Apache-2.0
#include "oci/content_reader.hpp"

#include "oci/stored.hpp"

#include <fcntl.h>
#include <fmt/format.h>

namespace kiln::oci {

namespace {

class ContentReader final : public ImageReader {
 public:
  explicit ContentReader(const Content& content) : content_(content) { index_ = content.index(); }

 protected:
  Result<std::unique_ptr<Source>> open_stored(const Descriptor& descriptor) const override {
    auto found = content_.blobs().find(descriptor.digest);
    if (found == content_.blobs().end())
      return fail(ErrorCode::not_found,
                  fmt::format("blob {} is not there", descriptor.digest.str()));
    const Blob& blob = found->second;
    if (blob.file.empty()) return std::make_unique<MemorySource>(blob.bytes);
    auto file = std::make_shared<const Fd>(TRY(open_file(blob.file, O_RDONLY)));
    return slice_source(std::move(file), 0, blob.size);
  }

 private:
  const Content& content_;
};

}  // namespace

std::unique_ptr<ImageReader> read_content(const Content& content) {
  return std::make_unique<ContentReader>(content);
}

}  // namespace kiln::oci
