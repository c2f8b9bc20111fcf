// SPDX-License-Identifier: Apache-2.0
//
// The actions of `kiln log`; cmd_log.cpp says what each takes.
#pragma once
#include "cli/session.hpp"

namespace kiln::cli {

// log_write.cpp
Result<int> log_init(Session& session, const Arguments& arguments);
Result<int> log_add(Session& session, const Arguments& arguments);
Result<int> log_witness(Session& session, const Arguments& arguments);

// log_read.cpp
Result<int> log_show(Session& session, const Arguments& arguments);
Result<int> log_prove(Session& session, const Arguments& arguments);
Result<int> log_mirror(Session& session, const Arguments& arguments);

// log_check.cpp
Result<int> log_check(Session& session, const Arguments& arguments);
Result<int> log_verify(Session& session, const Arguments& arguments);
Result<int> log_monitor(Session& session, const Arguments& arguments);

}  // namespace kiln::cli
