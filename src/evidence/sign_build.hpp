// SPDX-License-Identifier: Apache-2.0
//
// What the signer does with a request: checks the record, makes the statements from it, signs and
// logs them, all in one batch.
#pragma once
#include "evidence/protocol.hpp"
#include "evidence/signing/signer.hpp"

namespace kiln::evidence {

// The evidence of a build in the forms that the request asks for and the context can make. Fails
// with check_record's errors, and when a key or log does.
Result<Evidence> sign_build(const Request& request, const signing::SigningContext& context,
                            const Builder& builder);

}  // namespace kiln::evidence
