// SPDX-License-Identifier: Apache-2.0
//
// Memory of mapped files that was read and need not stay.
#pragma once
#include <string_view>

namespace kiln {

// Gives back the whole pages of a part of a MappedFile's bytes; they are read from the file again
// when somebody asks for them. Must never be given other memory, whose content would be lost.
void let_go_of_mapped(std::string_view part);

}  // namespace kiln
