// SPDX-License-Identifier: Apache-2.0
//
// The difference of two images for people and for scripts.
#pragma once
#include "data/json.hpp"
#include "image/diff.hpp"

#include <string>

namespace kiln::cli {

std::string diff_text(const image::ImageDiff& difference);
Json diff_json(const image::ImageDiff& difference);

}  // namespace kiln::cli
