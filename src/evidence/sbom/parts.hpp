// SPDX-License-Identifier: Apache-2.0
//
// What from_build() and from_image() share.
#pragma once
#include "evidence/sbom/document.hpp"
#include "evidence/sbom/links.hpp"
#include "plan/lock.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace kiln::sbom {

// Where a package's copyright file lies, links followed, if `exists` says so. Debian policy 12.5
// lets a package's documentation directory be a link to that of another one.
std::optional<std::string> copyright_path(std::string_view package, const LinkText& link_text,
                                          const std::function<bool(std::string_view)>& exists);

// Gives each package what its copyright file says, or else that of another package of its source;
// `read` gives nothing for a package without one.
Result<> put_licences(Document& document,
                      const std::function<Result<std::optional<Copyright>>(const Package&)>& read);

// What the lock knows of the packages, the image and the definition.
void put_lock(Document& document, const plan::LockedPlan& locked);

// A file of this type with the hashes of its content; links get those of their text, and what has
// no content those of nothing.
File make_file(std::string_view path, model::FileType type, std::string_view link);

// SHA-1 as bytes.
std::array<char, 20> sha1_of(std::string_view bytes);

// Notes in each package whether a file of it is a program or a library.
void mark_executables(Document& document);

}  // namespace kiln::sbom
