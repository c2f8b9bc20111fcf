// SPDX-License-Identifier: Apache-2.0
//
// Debian's native effects. docs/effects.md describes each row.
#pragma once
#include "rootfs/deb/architecture.hpp"
#include "rootfs/effects/effect.hpp"
#include "rootfs/effects/simple_files.hpp"

#include <span>

namespace kiln::rootfs::deb {

// What a scene's architecture is.
const DebianArchitecture& architecture_of(const Scene& scene);

// The tables, in the order in which effects run.
std::span<const Effect> effects();
std::span<const SimpleFile> simple_files();

// --- the effects, each in its own file -----------------------------------------------------------
Result<> make_run_links(Scene& scene, Maker& maker);
Result<> make_shells(Scene& scene, Maker& maker);
Result<> make_bash_sh(Scene& scene, Maker& maker);
Result<> make_certificates(Scene& scene, Maker& maker);
Result<> make_java_certificates(Scene& scene, Maker& maker);
Result<> make_pam_configuration(Scene& scene, Maker& maker);
Result<> make_alternatives(Scene& scene, Maker& maker);
Result<> make_loader_cache(Scene& scene, Maker& maker);
Result<> make_apt_configuration(Scene& scene, Maker& maker);
Result<> make_apt_sources(Scene& scene, Maker& maker);
Result<> make_dpkg_configuration(Scene& scene, Maker& maker);
Result<> make_temporary_files(Scene& scene, Maker& maker);
Result<> make_stat_overrides(Scene& scene, Maker& maker);
Result<> make_ucf_records(Scene& scene, Maker& maker);

}  // namespace kiln::rootfs::deb
