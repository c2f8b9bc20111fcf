// SPDX-License-Identifier: Apache-2.0
//
// The calls of librnp (0.16.3 and newer) that openpgp.cpp makes, each under its own name. They may
// be made once the library is loaded.
#pragma once
#include "base/late_library.hpp"

#include <rnp/rnp.h>

namespace kiln::rnp_calls {

inline LateLibrary library("librnp.so.0");

#define KILN_RNP_CALL(name)                      \
  inline const LateCall<decltype(::name)> name { \
    library, #name                               \
  }
KILN_RNP_CALL(rnp_buffer_destroy);
KILN_RNP_CALL(rnp_ffi_create);
KILN_RNP_CALL(rnp_ffi_destroy);
KILN_RNP_CALL(rnp_ffi_set_log_fd);
KILN_RNP_CALL(rnp_get_public_key_count);
KILN_RNP_CALL(rnp_identifier_iterator_create);
KILN_RNP_CALL(rnp_identifier_iterator_destroy);
KILN_RNP_CALL(rnp_identifier_iterator_next);
KILN_RNP_CALL(rnp_import_keys);
KILN_RNP_CALL(rnp_input_destroy);
KILN_RNP_CALL(rnp_input_from_memory);
KILN_RNP_CALL(rnp_key_allows_usage);
KILN_RNP_CALL(rnp_key_get_alg);
KILN_RNP_CALL(rnp_key_get_bits);
KILN_RNP_CALL(rnp_key_get_creation);
KILN_RNP_CALL(rnp_key_get_expiration);
KILN_RNP_CALL(rnp_key_get_fprint);
KILN_RNP_CALL(rnp_key_get_primary_fprint);
KILN_RNP_CALL(rnp_key_get_primary_uid);
KILN_RNP_CALL(rnp_key_get_subkey_at);
KILN_RNP_CALL(rnp_key_get_subkey_count);
KILN_RNP_CALL(rnp_key_get_uid_at);
KILN_RNP_CALL(rnp_key_handle_destroy);
KILN_RNP_CALL(rnp_key_is_expired);
KILN_RNP_CALL(rnp_key_is_primary);
KILN_RNP_CALL(rnp_key_is_revoked);
KILN_RNP_CALL(rnp_key_is_valid);
KILN_RNP_CALL(rnp_locate_key);
KILN_RNP_CALL(rnp_op_verify_create);
KILN_RNP_CALL(rnp_op_verify_destroy);
KILN_RNP_CALL(rnp_op_verify_detached_create);
KILN_RNP_CALL(rnp_op_verify_execute);
KILN_RNP_CALL(rnp_op_verify_get_signature_at);
KILN_RNP_CALL(rnp_op_verify_get_signature_count);
KILN_RNP_CALL(rnp_op_verify_signature_get_handle);
KILN_RNP_CALL(rnp_op_verify_signature_get_hash);
KILN_RNP_CALL(rnp_op_verify_signature_get_key);
KILN_RNP_CALL(rnp_op_verify_signature_get_status);
KILN_RNP_CALL(rnp_op_verify_signature_get_times);
KILN_RNP_CALL(rnp_output_destroy);
KILN_RNP_CALL(rnp_output_memory_get_buf);
KILN_RNP_CALL(rnp_output_to_memory);
KILN_RNP_CALL(rnp_result_to_string);
KILN_RNP_CALL(rnp_set_timestamp);
KILN_RNP_CALL(rnp_signature_get_key_fprint);
KILN_RNP_CALL(rnp_signature_get_keyid);
KILN_RNP_CALL(rnp_signature_handle_destroy);
#undef KILN_RNP_CALL

}  // namespace kiln::rnp_calls
