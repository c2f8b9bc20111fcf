// SPDX-License-Identifier: Apache-2.0
//
// Times the bills of materials of a build whose packages are in the store: the value from what was
// built, each document, and documents that the store remembers.
//
// Usage: sbom LAYOUT STORE     (a layout that kiln build wrote, and the store it used)
#include "evidence/sbom/documents.hpp"
#include "image/index.hpp"
#include "measure.hpp"
#include "packages/deb/unpack.hpp"
#include "rootfs/install.hpp"
#include "world.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace kiln::sbom {
namespace {

Result<> report(const std::string& name, const std::function<Result<>()>& step) {
  bench::Times times = TRY(bench::measure(name, 50, step));
  fmt::print("| {} | {:.2f} ms | {:.2f}-{:.2f} | {} |\n", name, bench::median(times.wall),
             times.wall.front(), times.wall.back(), times.wall.size());
  return {};
}

Result<> run(const Path& layout, const Path& place) {
  auto own = TRY(bench::BenchWorld::open(place));
  World& world = **own;
  std::unique_ptr<oci::ImageReader> reader = TRY(oci::open_image(layout));
  oci::ListedImage listed = TRY(oci::find_image(*reader, std::nullopt));
  std::optional<std::string> text = TRY(image::find_lock(*reader, listed.root));
  if (!text) return fail(ErrorCode::not_found, "no lock lies beside the image");
  plan::Lock lock = TRY(plan::read_lock(*text));
  const plan::LockedPlan& locked = lock.plans.at(0);
  rootfs::Inputs inputs;
  for (const plan::PlannedPackage& package : locked.plan.packages)
    inputs.packages.push_back(TRY(packages::deb::unpack(package.id, package.sha256, world)));
  rootfs::Rootfs tree = TRY(rootfs::install(locked.plan, inputs, world.store));
  image::Image image = TRY(image::pack(tree, locked.plan, world));
  Authorship authorship;
  authorship.tool_version = "bench";

  Document document;
  fmt::print("| step | median | range | runs |\n|---|---|---|---|\n");
  auto make = [&]() -> Result<> {
    document = TRY(from_build({locked, tree, image, inputs.packages}, authorship, world));
    return {};
  };
  TRY(report("the value, hashes and licences remembered", make));
  for (Format format : k_formats)
    TRY(report(fmt::format("{} ({} bytes)", str(format), write(document, format).size()),
               [&]() -> Result<> {
                 (void)write(document, format);
                 return {};
               }));
  return report("all four, remembered", [&]() -> Result<> {
    Digest key = build_key(locked, image.manifest_digest, authorship);
    TRY(documents(key, k_formats, world, [&]() -> Result<Document> { return document; }));
    return {};
  });
}

}  // namespace
}  // namespace kiln::sbom

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("Usage: sbom LAYOUT STORE\n", stderr);
    return 2;
  }
  kiln::Result<> done = kiln::sbom::run(argv[1], argv[2]);
  if (!done) fmt::print(stderr, "{}\n", done.error().str());
  return done ? 0 : 1;
}
