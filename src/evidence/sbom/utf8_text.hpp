// SPDX-License-Identifier: Apache-2.0
//
// Foreign bytes as text that JSON can hold.
#pragma once
#include <string>
#include <string_view>

namespace kiln::sbom {

// UTF-8 as it is; in anything else, each byte that is not part of UTF-8 is read as Latin-1, and
// control characters other than line ends and tabs are dropped.
std::string text_of(std::string_view bytes);

// A path as documents write it: UTF-8 as it is, every other byte and every control character as
// "\xNN", and so is a backslash before an x, so that no two paths are written alike.
std::string path_text(std::string_view path);

}  // namespace kiln::sbom
