// SPDX-License-Identifier: Apache-2.0
#include "definition/run_as.hpp"

#include "base/strings.hpp"

namespace kiln::definition {

const User* run_as_user(const Accounts& accounts) {
  std::string_view name = accounts.run_as;
  name = name.substr(0, name.find(':'));
  auto number = parse_decimal(name);
  for (const User& user : accounts.users) {
    if (user.name == name || (number && user.uid == *number)) return &user;
  }
  return nullptr;
}

}  // namespace kiln::definition
