// SPDX-License-Identifier: Apache-2.0
#include "packages/archives.hpp"

namespace kiln::packages {

std::string KeyFile::file_name() const {
  std::string_view name = location;
  name = name.substr(0, name.find_first_of("?#"));
  if (size_t slash = name.rfind('/'); slash != std::string_view::npos)
    name.remove_prefix(slash + 1);
  return std::string(name);
}

bool KeyFile::may_be_openpgp() const {
  if (bytes.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----")) return true;
  if (bytes.size() > 12 && bytes.compare(8, 4, "KBXf") == 0) return true;
  return !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0;
}

bool KeyFile::is_pem_public_key() const {
  return bytes.starts_with("-----BEGIN PUBLIC KEY-----");
}

}  // namespace kiln::packages
