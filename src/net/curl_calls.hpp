// SPDX-License-Identifier: Apache-2.0
//
// The calls of libcurl that curl_transport.cpp makes, each under its own name. They may be made
// once the library is loaded.
#pragma once
#include "base/late_library.hpp"

#include <curl/curl.h>

namespace kiln::curl_calls {

inline LateLibrary library("libcurl.so.4");

#define KILN_CURL_CALL(name)                     \
  inline const LateCall<decltype(::name)> name { \
    library, #name                               \
  }
KILN_CURL_CALL(curl_easy_cleanup);
KILN_CURL_CALL(curl_easy_init);
KILN_CURL_CALL(curl_easy_reset);
KILN_CURL_CALL(curl_easy_setopt);
KILN_CURL_CALL(curl_easy_strerror);
KILN_CURL_CALL(curl_global_init);
KILN_CURL_CALL(curl_multi_add_handle);
KILN_CURL_CALL(curl_multi_cleanup);
KILN_CURL_CALL(curl_multi_info_read);
KILN_CURL_CALL(curl_multi_init);
KILN_CURL_CALL(curl_multi_perform);
KILN_CURL_CALL(curl_multi_poll);
KILN_CURL_CALL(curl_multi_remove_handle);
KILN_CURL_CALL(curl_slist_append);
KILN_CURL_CALL(curl_slist_free_all);
#undef KILN_CURL_CALL

}  // namespace kiln::curl_calls
