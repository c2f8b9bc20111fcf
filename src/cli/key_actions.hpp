// SPDX-License-Identifier: Apache-2.0
//
// What `kiln key` does, one function an action.
#pragma once
#include "cli/args.hpp"
#include "cli/session.hpp"
#include "evidence/signing/keyring_store.hpp"

namespace kiln::cli {

// Where the key ring is: --keys, $KILN_KEYS, or the user's own place.
Result<Path> keys_directory(const Session& session, const Arguments& arguments);

Result<int> key_generate(Session& session, const Arguments& arguments);
Result<int> key_import(Session& session, const Arguments& arguments);
Result<int> key_export(Session& session, const Arguments& arguments);
Result<int> key_show(Session& session, const Arguments& arguments);
Result<int> key_list(Session& session, const Arguments& arguments);
Result<int> key_rotate(Session& session, const Arguments& arguments);
Result<int> key_revoke(Session& session, const Arguments& arguments);
Result<int> key_trusted_root(Session& session, const Arguments& arguments);
// key_publish.cpp
Result<int> key_publish(Session& session, const Arguments& arguments);

// A key and a ring as text and JSON.
std::string key_line(const signing::KeyEntry& entry);
Json key_json(const signing::KeyEntry& entry);
// Says where a ring is and, if it made itself, that its keys are untrusted local ones.
std::string ring_heading(const signing::KeyRingStore& store);

}  // namespace kiln::cli
