// SPDX-License-Identifier: Apache-2.0
//
// Telling licences by their texts: the short licences by the sentences that make them up and a
// bound on everything else, so that a text with further terms is not taken for the plain one; the
// long ones by the notice that grants them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sbom {

// The SPDX identifier of a text that is one licence, or one notice, and nothing else; empty when
// it is not certain which.
std::string recognise_text(std::string_view text);

struct Notices {
  std::vector<std::string> ids;  // SPDX's, in the order of the file, each once
  bool others = false;           // whether the file speaks of terms that `ids` do not stand for
};

// The notices and the references to /usr/share/common-licenses in a free-form copyright file.
Notices recognise_notices(std::string_view text);

}  // namespace kiln::sbom
