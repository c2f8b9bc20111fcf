// SPDX-License-Identifier: Apache-2.0
//
// What the signer makes sure of before it signs: that a record agrees with itself, with its lock
// and with the documents beside it. The names of these checks stand in policy_text().
#pragma once
#include "evidence/build_record.hpp"
#include "evidence/builder.hpp"
#include "plan/lock.hpp"

#include <map>
#include <string>
#include <string_view>

namespace kiln::evidence {

using Documents = std::map<Digest, std::string>;

// Fails with unverified, naming what does not fit: another mode than the builder's, times that are
// not in order or lie ahead of `now`, no or repeated platforms, a lock without exactly the plans
// and dependencies of the record, a document of an unknown kind or other bytes than its digest,
// an index that is not the record's.
// Returns the lock.
Result<plan::Lock> check_record(const BuildRecord& record, const Documents& documents,
                                const Builder& builder, UnixTime now);

// The part of it that takes long: a document becomes a predicate as it is, so it must be one JSON
// object and nothing more.
Result<> check_texts(const BuildRecord& record, const Documents& documents);

}  // namespace kiln::evidence
