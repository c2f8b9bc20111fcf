// SPDX-License-Identifier: Apache-2.0
#include "rootfs/rootfs.hpp"

namespace kiln::rootfs {

Content Content::inline_bytes(std::string bytes) {
  Content content;
  content.size = bytes.size();
  content.sha256 = kiln::sha256(bytes);
  content.bytes = std::move(bytes);
  return content;
}

std::string_view str(ScriptAccount::Verdict verdict) {
  switch (verdict) {
    case ScriptAccount::Verdict::empty:
      return "empty";
    case ScriptAccount::Verdict::needless:
      return "needless";
    case ScriptAccount::Verdict::done:
      return "done";
    case ScriptAccount::Verdict::not_understood:
      return "not understood";
  }
  return "not understood";
}

}  // namespace kiln::rootfs
