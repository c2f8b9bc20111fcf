// SPDX-License-Identifier: Apache-2.0
//
// What put each file of an image of Kiln there. An image tells it of packages that have a layer to
// themselves and of files that a package database lists; its plan, installed once more, tells it of
// every path.
#pragma once
#include "cli/image_argument.hpp"
#include "cli/session.hpp"
#include "image/inspect.hpp"
#include "plan/lock.hpp"
#include "rootfs/rootfs.hpp"

#include <string>

namespace kiln::cli {

// An owner as ImageView::owners has it: "curl" (a package), "effect ca-certificates",
// "definition paths[3]".
std::string owner_name(const model::Owner& owner);

// The same with the place of the definition's part, if the lock knows it:
// "definition paths[3] (image/curl/debian-13/8.yaml:34:5)".
std::string with_place(const std::string& owner, const plan::LockedPlan& locked);

// Owners and modifiers by the plan, in place of what the image says, for all but directories. The
// store must have all packages and sources of the plan; when it lacks one, or the tree cannot be
// made, the view stays as it is.
void use_planned_owners(image::ImageView& view, const plan::LockedPlan& locked, Session& session);

// The same by the lock beside the image, which is returned; null when there is none that is fit.
std::optional<plan::LockedPlan> use_lock_beside(image::ImageView& view, const OpenedImage& opened,
                                                Session& session);

}  // namespace kiln::cli
