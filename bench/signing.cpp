// SPDX-License-Identifier: Apache-2.0
//
// What the evidence of one image costs once its statements are there: an index and a platform's
// manifest with eight statements, signed, written into both logs (durable), stamped, and written in
// every form. Prints the median of 21 times, and the same for bundles alone.
#include "evidence/signing/local_signer.hpp"
#include "oci/media_types.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace {

namespace signing = kiln::signing;

constexpr size_t k_statements = 8;
constexpr size_t k_predicate_size = 200'000;  // of a small image's SBOM
constexpr int k_times = 21;

kiln::Result<std::string> no_password(const std::string& what) {
  return kiln::fail(kiln::ErrorCode::bad_input, what);
}

std::vector<signing::Signed> an_image() {
  signing::Signed index{
      kiln::oci::describe(kiln::oci::k_index_type, "index"), "example.org/app", {}};
  signing::Signed manifest{
      kiln::oci::describe(kiln::oci::k_manifest_type, "manifest"), "example.org/app", {}};
  std::vector subjects = {signing::subject_of("", manifest.descriptor.digest)};
  std::string predicate = fmt::format(R"({{"text":"{}"}})", std::string(k_predicate_size, 'x'));
  for (size_t i = 0; i < k_statements; ++i)
    manifest.statements.push_back(
        signing::encode(fmt::format("https://example.org/{}", i), subjects, predicate));
  return {index, manifest};
}

double median_milliseconds(signing::LocalSigner& signer, std::span<const signing::Form> forms) {
  std::vector<signing::Signed> image = an_image();
  std::vector<double> times;
  for (int i = 0; i < k_times; ++i) {
    auto start = std::chrono::steady_clock::now();
    kiln::Result<signing::SignedObjects> made = signing::sign_image(image, signer.context(), forms);
    ASSERT(made);
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::ranges::sort(times);
  return times[k_times / 2];
}

kiln::Result<> run() {
  kiln::TemporaryDirectory place = TRY(kiln::TemporaryDirectory::create(kiln::Path(".")));
  kiln::SystemClock clock;
  signing::KeyRingStore store =
      TRY(signing::KeyRingStore::open_or_make_local(place.path() / "keys", clock.now()));
  std::unique_ptr<signing::LocalSigner> signer =
      TRY(signing::LocalSigner::open(store, signing::KeyRole::artifact, clock, no_password));
  constexpr std::array k_bundles = {signing::Form::bundle};
  fmt::print("every form   {:.2f} ms\n", median_milliseconds(*signer, signing::all_forms()));
  fmt::print("bundles only {:.2f} ms\n", median_milliseconds(*signer, k_bundles));
  return {};
}

}  // namespace

int main() {
  kiln::Result<> result = run();
  if (!result) fmt::print(stderr, "{}\n", result.error().str());
  return result ? 0 : 1;
}
