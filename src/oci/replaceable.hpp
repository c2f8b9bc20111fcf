// SPDX-License-Identifier: Apache-2.0
//
// An image can have two indexes: its own, and one that adds BuildKit's attestations to it.
// Who signs both marks the signatures of the first as replaceable and those of the second as their
// replacement, each with the digest of the key: registries whose tags name the second get those
// instead, and keep what others signed.
#pragma once
#include "model/namespace.hpp"

#include <string>

namespace kiln::oci {

inline const std::string k_replaceable = std::string(model::k_namespace) + ".replaceable";
inline const std::string k_replacement = std::string(model::k_namespace) + ".replacement";

}  // namespace kiln::oci
