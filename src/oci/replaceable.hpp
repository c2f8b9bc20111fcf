// SPDX-License-Identifier: Apache-2.0
//
// An image can have two indexes: its own, and one that adds BuildKit's attestations to it.
// Signatures of the first one that the signer of both made have this annotation: registries whose
// tags name the second get the signatures of that instead.
#pragma once
#include "model/namespace.hpp"

#include <string>

namespace kiln::oci {

inline const std::string k_replaceable = std::string(model::k_namespace) + ".replaceable";

}  // namespace kiln::oci
