// SPDX-License-Identifier: Apache-2.0
//
// What a WWW-Authenticate header asks for (RFC 9110 11.6.1):
//
//   Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a:pull"
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::registry {

struct Challenge {
  std::string scheme;                             // lower case
  std::map<std::string, std::string> parameters;  // names in lower case

  std::string parameter(const std::string& name) const;  // empty when absent
};

// The challenges of a header in their order. What cannot be read is passed over.
std::vector<Challenge> parse_challenges(std::string_view header);

}  // namespace kiln::registry
