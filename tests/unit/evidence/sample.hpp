// SPDX-License-Identifier: Apache-2.0
//
// A small build as the control plane records it: one image of one platform from two packages.
#pragma once
#include "evidence/check_record.hpp"
#include "plan/lock.hpp"

namespace kiln::evidence {

inline constexpr UnixTime k_sample_time = 1'795'000'000;  // 2026-11-18T09:46:40Z

plan::Lock sample_lock();

struct Sample {
  BuildRecord record;
  Documents documents;

  // Puts a document beside the record, about the image or about its first platform.
  void add_image_document(const std::string& kind, const std::string& text);
  void add_platform_document(const std::string& kind, const std::string& text);
  // Replaces the lock.
  void set_lock(const plan::Lock& lock);
};

Sample sample();

}  // namespace kiln::evidence
