// SPDX-License-Identifier: Apache-2.0
//
// The file tree of an image as a value: a path to what lies there. Contents are not copied; a
// file names a range of a payload in the store, or carries its bytes when Kiln made them.
#pragma once
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "model/file_type.hpp"
#include "model/owner.hpp"
#include "model/package_id.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs {

// The bytes of a file: `size` bytes at `offset` of the blob `payload`, or `bytes` themselves when
// `payload` is zero.
struct Content {
  Digest payload;
  uint64_t offset = 0;
  uint64_t size = 0;
  std::string bytes;
  Digest sha256;  // of the content

  static Content inline_bytes(std::string bytes);
};

struct Node {
  model::FileType type = model::FileType::file;
  uint32_t mode = 0644;
  uint32_t uid = 0;
  uint32_t gid = 0;
  UnixTime mtime = 0;
  std::map<std::string, std::string> xattrs;
  std::string link;  // symlink: text; hard link: clean path of the first name
  Content content;   // files only
  uint32_t device_major = 0;
  uint32_t device_minor = 0;
  std::vector<model::Owner> owners;     // one, except for directories
  std::vector<model::Owner> modifiers;  // what changed it afterwards, in order
};

// What became of one maintainer script of one package.
struct ScriptAccount {
  model::PackageId package;
  std::string script;  // "postinst"
  Digest sha256;       // of the script
  enum class Verdict {
    empty,     // nothing beyond boilerplate
    needless,  // understood; its effect is not needed here, see `reason`
    done,      // understood; a native effect does it, see `reason`
    not_understood,
  };
  Verdict verdict = Verdict::not_understood;
  std::string reason;  // or, when not understood, the first telling line of the script
};

struct Rootfs {
  // Clean path -> node, sorted; the root itself is not listed. Parents of every path are listed.
  std::map<std::string, Node, std::less<>> nodes;
  std::vector<ScriptAccount> scripts;
  std::vector<std::string> warnings;  // overlaps, collisions, devices left out, for the user
  UnixTime created = 0;               // SOURCE_DATE_EPOCH, or the newest input's own time
};

std::string_view str(ScriptAccount::Verdict verdict);

}  // namespace kiln::rootfs
