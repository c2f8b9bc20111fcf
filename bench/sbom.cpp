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

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace kiln::sbom {
namespace {

void report(const std::string& name, const std::function<Result<>()>& step) {
  std::vector<double> times = bench::measure(name, 50, step);
  if (times.empty()) return;
  fmt::print("| {} | {:.2f} ms | {:.2f}-{:.2f} | {} |\n", name, times[times.size() / 2],
             times.front(), times.back(), times.size());
}

Result<> run(const Path& layout, const Path& place) {
  std::unique_ptr<Store> store = TRY(Store::open(place));
  SystemClock clock;
  std::unique_ptr<HttpClient> http = make_http_client({});
  SilentProgress progress;
  std::atomic<bool> stop = false;
  World world{.clock = clock,
              .store = *store,
              .http = *http,
              .progress = progress,
              .threads = 2,
              .offline = true,
              .environment = {},
              .stop = stop};
  std::unique_ptr<oci::ImageReader> reader = TRY(oci::open_image(layout));
  oci::ListedImage listed = TRY(oci::find_image(*reader, std::nullopt));
  std::optional<std::string> text = TRY(image::find_lock(*reader, listed.root.digest));
  if (!text) return fail(ErrorCode::not_found, "no lock lies beside the image");
  plan::Lock lock = TRY(plan::read_lock(*text));
  const plan::LockedPlan& locked = lock.plans.at(0);
  rootfs::Inputs inputs;
  for (const plan::PlannedPackage& package : locked.plan.packages)
    inputs.packages.push_back(TRY(packages::deb::unpack(package.id, package.sha256, world)));
  rootfs::Rootfs tree = TRY(rootfs::install(locked.plan, inputs, *store));
  image::Image image = TRY(image::pack(tree, locked.plan, world));
  Authorship authorship;
  authorship.tool_version = "bench";

  Document document;
  fmt::print("| step | median | range | runs |\n|---|---|---|---|\n");
  report("the value, hashes and licences remembered", [&]() -> Result<> {
    document = TRY(from_build({locked, tree, image, inputs.packages}, authorship, world));
    return {};
  });
  for (Format format : k_formats)
    report(fmt::format("{} ({} bytes)", str(format), write(document, format).size()),
           [&]() -> Result<> {
             (void)write(document, format);
             return {};
           });
  report("all four, remembered", [&]() -> Result<> {
    Digest key = build_key(locked, image.manifest_digest, authorship);
    TRY(documents(key, k_formats, world, [&]() -> Result<Document> { return document; }));
    return {};
  });
  return {};
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
