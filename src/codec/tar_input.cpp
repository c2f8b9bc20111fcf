// SPDX-License-Identifier: Apache-2.0
#include "codec/tar_input.hpp"

#include <algorithm>
#include <string>

namespace kiln {

namespace {

std::unexpected<Error> fail_cut_short() {
  return fail(ErrorCode::corrupt, "the tar archive is cut short");
}

class MemoryTarInput final : public TarInput {
 public:
  explicit MemoryTarInput(std::string_view bytes) : bytes_(bytes) {}

  Result<std::string_view> take(size_t size) override {
    if (offset_ == bytes_.size()) return std::string_view();
    if (size > bytes_.size() - offset_) return fail_cut_short();
    std::string_view taken = bytes_.substr(offset_, size);
    offset_ += size;
    return taken;
  }
  Result<> skip(uint64_t size) override {
    if (size > bytes_.size() - offset_) return fail_cut_short();
    offset_ += size;
    return {};
  }
  Result<size_t> read(char* buffer, size_t size) override {
    size_t copied = bytes_.copy(buffer, size, offset_);
    offset_ += copied;
    return copied;
  }
  uint64_t offset() const override { return offset_; }

 private:
  std::string_view bytes_;
  size_t offset_ = 0;
};

class SourceTarInput final : public TarInput {
 public:
  explicit SourceTarInput(Source& source) : source_(source), buffer_(64 * 1024, '\0') {}

  Result<std::string_view> take(size_t size) override {
    if (size > buffer_.size()) buffer_.resize(size);
    if (end_ - begin_ < size) {
      std::copy(buffer_.data() + begin_, buffer_.data() + end_, buffer_.data());
      end_ -= begin_;
      begin_ = 0;
    }
    while (end_ - begin_ < size) {
      size_t got = TRY(source_.read(buffer_.data() + end_, buffer_.size() - end_));
      if (got == 0 && begin_ == end_) return std::string_view();
      if (got == 0) return fail_cut_short();
      end_ += got;
    }
    std::string_view taken(buffer_.data() + begin_, size);
    begin_ += size;
    offset_ += size;
    return taken;
  }
  Result<> skip(uint64_t size) override {
    while (size > 0) {
      if (begin_ == end_) TRY(refill());
      if (begin_ == end_) return fail_cut_short();
      size_t passed = std::min<uint64_t>(size, end_ - begin_);
      begin_ += passed;
      offset_ += passed;
      size -= passed;
    }
    return {};
  }
  Result<size_t> read(char* buffer, size_t size) override {
    size_t copied = std::min(size, end_ - begin_);
    if (copied > 0) {
      std::copy_n(buffer_.data() + begin_, copied, buffer);
      begin_ += copied;
    } else {
      copied = TRY(source_.read(buffer, size));
    }
    offset_ += copied;
    return copied;
  }
  uint64_t offset() const override { return offset_; }

 private:
  Result<> refill() {
    begin_ = 0;
    end_ = 0;
    end_ = TRY(source_.read(buffer_.data(), buffer_.size()));
    return {};
  }

  Source& source_;
  std::string buffer_;
  size_t begin_ = 0;  // what of buffer_ is still to be given out
  size_t end_ = 0;
  uint64_t offset_ = 0;
};

}  // namespace

std::unique_ptr<TarInput> tar_input(std::string_view bytes) {
  return std::make_unique<MemoryTarInput>(bytes);
}

std::unique_ptr<TarInput> tar_input(Source& source) {
  return std::make_unique<SourceTarInput>(source);
}

}  // namespace kiln
