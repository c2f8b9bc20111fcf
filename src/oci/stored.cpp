// SPDX-License-Identifier: Apache-2.0
#include "oci/stored.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::oci {

namespace {

class SliceSource final : public Source {
 public:
  SliceSource(std::shared_ptr<const Fd> file, uint64_t offset, uint64_t size)
      : file_(std::move(file)), at_(offset), end_(offset + size) {}

  Result<size_t> read(char* buffer, size_t size) override {
    size = static_cast<size_t>(std::min<uint64_t>(size, end_ - at_));
    if (size == 0) return 0;
    ssize_t got;
    do {
      got = ::pread(file_->get(), buffer, size, static_cast<off_t>(at_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return fail_errno("cannot read an image", errno);
    at_ += static_cast<size_t>(got);
    return static_cast<size_t>(got);
  }

 private:
  std::shared_ptr<const Fd> file_;
  uint64_t at_;
  uint64_t end_;
};

class VerifiedSource final : public Source {
 public:
  VerifiedSource(std::unique_ptr<Source> from, const Digest& digest, uint64_t size)
      : from_(std::move(from)), digest_(digest), left_(size) {}

  // The last bytes are given out only after the whole was found right.
  Result<size_t> read(char* buffer, size_t size) override {
    if (size == 0 || checked_) return 0;
    size_t got = TRY(from_->read(buffer, size));
    if (got > left_)
      return fail(ErrorCode::unverified, wrong("is longer than its descriptor says"));
    hash_.update({buffer, got});
    left_ -= got;
    if (left_ > 0 && got > 0) return got;
    if (left_ > 0) return fail(ErrorCode::unverified, wrong("is shorter than its descriptor says"));
    TRY(check_end());
    return got;
  }

 private:
  Result<> check_end() {
    char more;
    size_t got = TRY(from_->read(&more, 1));
    if (got != 0) return fail(ErrorCode::unverified, wrong("is longer than its descriptor says"));
    if (hash_.finish() != digest_)
      return fail(ErrorCode::unverified, wrong("has other bytes than its digest says"));
    checked_ = true;
    return {};
  }

  std::string wrong(std::string_view how) const {
    return fmt::format("blob {} {}", digest_.str(), how);
  }

  std::unique_ptr<Source> from_;
  Digest digest_;
  uint64_t left_;
  Sha256 hash_;
  bool checked_ = false;
};

}  // namespace

std::unique_ptr<Source> slice_source(std::shared_ptr<const Fd> file, uint64_t offset,
                                     uint64_t size) {
  return std::make_unique<SliceSource>(std::move(file), offset, size);
}

std::unique_ptr<Source> verified_source(std::unique_ptr<Source> from, const Digest& digest,
                                        uint64_t size) {
  return std::make_unique<VerifiedSource>(std::move(from), digest, size);
}

Result<uint64_t> file_size(const Fd& file) {
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) return fail_errno("cannot read an image", errno);
  return static_cast<uint64_t>(info.st_size);
}

}  // namespace kiln::oci
