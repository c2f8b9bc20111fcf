// SPDX-License-Identifier: Apache-2.0
//
// Kiln's gzip encoder beside libdeflate's at level 6, on files such as the payloads of packages, in
// the chunks that layers are cut into. Prints sizes and the best processor time of each.
//
// Usage: encoders RUNS FILE...
#include "base/files.hpp"
#include "codec/gzip_encoder.hpp"
#include "measure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace kiln {
namespace {

struct Cost {
  size_t bytes = 0;
  double milliseconds = 0;
};

Cost cost_of(std::string_view bytes, std::string (*encode)(std::string_view)) {
  Cost cost;
  double start = bench::processor_milliseconds();
  for (size_t at = 0; at < bytes.size(); at += k_gzip_chunk)
    cost.bytes += encode(bytes.substr(at, k_gzip_chunk)).size();
  cost.milliseconds = bench::processor_milliseconds() - start;
  return cost;
}

void print(std::string_view name, const Cost& ours, const Cost& theirs) {
  auto more = [](double left, double right) { return 100 * (left / right - 1); };
  fmt::print("| {} | {} | {} | {:+.2f} % | {:.1f} ms | {:.1f} ms | {:+.1f} % |\n", name, ours.bytes,
             theirs.bytes, more(static_cast<double>(ours.bytes), static_cast<double>(theirs.bytes)),
             ours.milliseconds, theirs.milliseconds, more(ours.milliseconds, theirs.milliseconds));
}

// Runs take turns, so that what else the machine does hits both alike.
Result<> compare(const Path& file, int runs, Cost& ours_in_all, Cost& theirs_in_all) {
  std::string bytes = TRY(read_file(file));
  Cost ours{0, std::numeric_limits<double>::max()};
  Cost theirs = ours;
  for (int i = 0; i < runs; ++i) {
    Cost one = cost_of(bytes, gzip_member);
    Cost other = cost_of(bytes, libdeflate_gzip_member);
    ours = {one.bytes, std::min(ours.milliseconds, one.milliseconds)};
    theirs = {other.bytes, std::min(theirs.milliseconds, other.milliseconds)};
  }
  print(file.filename().string(), ours, theirs);
  for (auto [sum, part] : {std::pair{&ours_in_all, ours}, std::pair{&theirs_in_all, theirs}}) {
    sum->bytes += part.bytes;
    sum->milliseconds += part.milliseconds;
  }
  return {};
}

}  // namespace
}  // namespace kiln

int main(int count, char** arguments) {
  int runs = count > 2 ? std::atoi(arguments[1]) : 0;
  if (runs < 1) {
    std::fprintf(stderr, "usage: encoders RUNS FILE...\n");
    return 2;
  }
  fmt::print("| file | {0} | {1} | | {0} | {1} | |\n|---|---|---|---|---|---|---|\n",
             kiln::gzip_encoder_name(), kiln::libdeflate_encoder_name());
  kiln::Cost ours;
  kiln::Cost theirs;
  for (int i = 2; i < count; ++i) {
    if (auto done = kiln::compare(arguments[i], runs, ours, theirs); !done) {
      std::fprintf(stderr, "encoders: %s\n", done.error().str().c_str());
      return 1;
    }
  }
  kiln::print("all", ours, theirs);
  return 0;
}
