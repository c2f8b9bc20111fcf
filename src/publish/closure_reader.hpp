// SPDX-License-Identifier: Apache-2.0
//
// An image as it will be where a closure is sent to: what the closure leaves out is not there.
#pragma once
#include "publish/closure.hpp"

namespace kiln::publish {

// Offers the closure's root and what the closure has about it, and blobs of the reader that the
// closure names. Neither takes the other over: both must outlive the result.
std::unique_ptr<oci::ImageReader> closure_reader(const Closure& closure,
                                                 const oci::ImageReader& from);

}  // namespace kiln::publish
