// SPDX-License-Identifier: Apache-2.0
#include "model/owner.hpp"

namespace kiln::model {

std::string Owner::str() const {
  switch (kind) {
    case Kind::package:
      return "package " + name;
    case Kind::effect:
      return "effect " + name;
    case Kind::definition:
      return "definition " + name;
  }
  return name;
}

}  // namespace kiln::model
