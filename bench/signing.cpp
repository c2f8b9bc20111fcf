// SPDX-License-Identifier: Apache-2.0
//
// What the evidence of one image costs once its statements are there: an index and a platform's
// manifest with eight statements, signed, written into both logs (durable), stamped, and written in
// every form; and the same for bundles alone.
#include "evidence/signing/local_signer.hpp"
#include "measure.hpp"
#include "oci/media_types.hpp"

#include <fmt/format.h>

namespace {

namespace signing = kiln::signing;

constexpr size_t k_statements = 8;
constexpr size_t k_predicate_size = 200'000;  // of a small image's SBOM
constexpr size_t k_times = 21;

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

kiln::Result<> report(const std::string& name, signing::LocalSigner& signer,
                      std::span<const signing::Form> forms) {
  std::vector<signing::Signed> image = an_image();
  auto sign = [&]() -> kiln::Result<> {
    TRY(signing::sign_image(image, signer.context(), forms));
    return {};
  };
  kiln::bench::Times times = TRY(kiln::bench::measure(name, k_times, sign));
  fmt::print("| {} | {:.2f} ms | {:.2f} ms | {} |\n", name, kiln::bench::median(times.wall),
             kiln::bench::median(times.processor), k_times);
  return {};
}

kiln::Result<> run() {
  kiln::TemporaryDirectory place = TRY(kiln::TemporaryDirectory::create(kiln::Path(".")));
  kiln::SystemClock clock;
  signing::KeyRingStore store =
      TRY(signing::KeyRingStore::open_or_make_local(place.path() / "keys", clock.now()));
  std::unique_ptr<signing::LocalSigner> signer =
      TRY(signing::LocalSigner::open(store, signing::KeyRole::artifact, clock, no_password));
  constexpr std::array k_bundles = {signing::Form::bundle};
  fmt::print("| forms | wall, median | processor, median | runs |\n|---|---|---|---|\n");
  TRY(report("every form", *signer, signing::all_forms()));
  return report("bundles only", *signer, k_bundles);
}

}  // namespace

int main() {
  kiln::Result<> result = run();
  if (!result) fmt::print(stderr, "{}\n", result.error().str());
  return result ? 0 : 1;
}
