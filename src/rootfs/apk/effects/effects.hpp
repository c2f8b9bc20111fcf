// SPDX-License-Identifier: Apache-2.0
//
// Alpine's native effects. docs/effects.md describes each row.
#pragma once
#include "rootfs/effects/effect.hpp"
#include "rootfs/effects/simple_files.hpp"

#include <span>

namespace kiln::rootfs::apk {

// The tables, in the order in which effects run.
std::span<const Effect> effects();
std::span<const SimpleFile> simple_files();

// --- the effects, each in its own file -----------------------------------------------------------
Result<> make_base_directories(Scene& scene, Maker& maker);
Result<> make_applet_links(Scene& scene, Maker& maker);
Result<> make_certificates(Scene& scene, Maker& maker);
Result<> make_tiny_cloud_configuration(Scene& scene, Maker& maker);
Result<> make_apk_configuration(Scene& scene, Maker& maker);

}  // namespace kiln::rootfs::apk
