// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/export.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  kiln::Diagnostics found;
  kiln::verification::Policy policy =
      kiln::verification::read_policy(text, "policy.yaml", "/nonexistent", found);
  if (found.has_errors()) return 0;
  (void)kiln::verification::describe(policy);
  for (std::string_view format : {"kyverno", "policy-controller", "podman"})
    (void)kiln::verification::export_policy(policy, format);
  return 0;
}
