// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"

#include <array>

namespace kiln::cli {

std::span<const Command* const> commands() {
  static constexpr std::array k_all = {
      &k_build, &k_lock,   &k_lint,   &k_explain, &k_inspect, &k_diff,       &k_rebuild,
      &k_sbom,  &k_verify, &k_policy, &k_push,    &k_pull,    &k_copy,       &k_key,
      &k_sign,  &k_attest, &k_signer, &k_log,     &k_store,   &k_completion,
  };
  return k_all;
}

int exit_status(const Error& error) {
  switch (error.code) {
    case ErrorCode::bad_input:
    case ErrorCode::not_found:
    case ErrorCode::unsupported:
    case ErrorCode::limit:
      return k_exit_bad_input;
    case ErrorCode::unverified:
    case ErrorCode::corrupt:
      return 3;
    case ErrorCode::network:
    case ErrorCode::io:
      return 4;
    case ErrorCode::unsatisfiable:
      return 5;
    case ErrorCode::interrupted:
      return 130;
  }
  return 70;
}

}  // namespace kiln::cli
