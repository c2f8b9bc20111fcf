// SPDX-License-Identifier: Apache-2.0
//
// One command: what it takes and what it does. Each cmd_<name>.cpp defines one; commands.cpp lists
// them.
#pragma once
#include "cli/args.hpp"
#include "cli/session.hpp"

#include <span>

namespace kiln::cli {

// Exit statuses; the help pages explain them.
inline constexpr int k_exit_ok = 0;
inline constexpr int k_exit_no = 1;  // "the answer is no": a failed check, a difference
inline constexpr int k_exit_bad_input = 2;

struct Command {
  CommandSpec spec;
  Result<int> (*run)(Session& session, const Arguments& arguments);
};

extern const Command k_build;
extern const Command k_lock;
extern const Command k_lint;
extern const Command k_explain;
extern const Command k_inspect;
extern const Command k_diff;
extern const Command k_sbom;
extern const Command k_rebuild;
extern const Command k_verify;
extern const Command k_policy;
extern const Command k_push;
extern const Command k_pull;
extern const Command k_copy;
extern const Command k_store;
extern const Command k_key;
extern const Command k_log;
extern const Command k_signer;
extern const Command k_sign;
extern const Command k_attest;
extern const Command k_completion;

// All of them, in the order in which help lists them.
std::span<const Command* const> commands();

// The status that the process ends with for an error.
int exit_status(const Error& error);

}  // namespace kiln::cli
