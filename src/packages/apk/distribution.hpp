// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "packages/distribution.hpp"

namespace kiln::packages::apk {

const Distribution& alpine();

}  // namespace kiln::packages::apk
