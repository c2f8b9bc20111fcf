// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "packages/distribution.hpp"

namespace kiln::packages::deb {

const Distribution& debian();

}  // namespace kiln::packages::deb
