// SPDX-License-Identifier: Apache-2.0
//
// The answers of `kiln explain`.
#pragma once
#include "cli/session.hpp"
#include "data/json.hpp"
#include "image/inspect.hpp"
#include "plan/lock.hpp"

#include <optional>
#include <string>

namespace kiln::cli {

// What is asked about: a plan with its reasons and, unless only a lock is at hand, the image.
struct Explained {
  plan::LockedPlan locked;
  std::optional<image::ImageView> view;
};

struct Explanation {
  bool present = true;
  std::string text;
  Json json = Json::object();
};

// Why a package is there; fails with not_found when it is not.
Result<Explanation> explain_package(const Explained& explained, const std::string& name);

// Where a file comes from, or that it is not there. Needs an image; its plan is installed once
// more, and what the image itself says counts only when that cannot be done.
Result<Explanation> explain_file(const Explained& explained, const std::string& path,
                                 Session& session);

// What a layer holds: by its digest or diff id, or the beginning of one; or that there is none.
// Needs an image.
Result<Explanation> explain_layer(const Explained& explained, const std::string& digest);

// Why a package is not there, by what the archives offer now.
Result<Explanation> explain_absence(const Explained& explained, const std::string& name,
                                    Session& session);

}  // namespace kiln::cli
