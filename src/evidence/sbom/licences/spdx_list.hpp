// SPDX-License-Identifier: Apache-2.0
//
// The identifiers that SPDX gives to licences and exceptions (https://spdx.org/licenses/).
#pragma once
#include <string_view>

namespace kiln::sbom {

// The version of the list that this Kiln knows.
inline constexpr std::string_view k_licence_list_version = "3.29";

// The identifier as the list writes it, whatever the case of `name`; empty for what the list does
// not have or calls deprecated.
std::string_view spdx_licence(std::string_view name);
std::string_view spdx_exception(std::string_view name);

}  // namespace kiln::sbom
