// SPDX-License-Identifier: Apache-2.0
//
// file URLs, answered as a web server would: validators, 304, not_found, limits.
#pragma once
#include "net/http.hpp"
#include "net/url.hpp"

namespace kiln {

Result<HttpResponse> get_local_file(const Url& url, const HttpRequest& request, Sink& body,
                                    const std::atomic<bool>* stop);

}  // namespace kiln
