# SPDX-License-Identifier: Apache-2.0
#
# kiln_embed_keys(<target>): every keys/*.asc of this folder as text in a generated source file, so
# that a machine that has nothing but the binary can verify the official archive.
set(KILN_KEYS_DIR ${CMAKE_CURRENT_LIST_DIR}/keys)

function(kiln_embed_keys target)
  file(GLOB keys CONFIGURE_DEPENDS ${KILN_KEYS_DIR}/*.asc)
  set(entries "")
  foreach(key IN LISTS keys)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${key})
    get_filename_component(name ${key} NAME_WE)
    file(READ ${key} text)
    string(APPEND entries "    {\"${name}\", R\"asc(${text})asc\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embedded_keys.cpp @ONLY CONTENT
"// SPDX-License-Identifier: Apache-2.0
// Generated from src/packages/deb/keys.
#include \"packages/deb/defaults.hpp\"

namespace kiln::packages::deb {

namespace {

constexpr EmbeddedKey k_keys[] = {
@entries@};

}  // namespace

std::span<const EmbeddedKey> embedded_keys() {
  return k_keys;
}

}  // namespace kiln::packages::deb
")
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded_keys.cpp)
endfunction()
