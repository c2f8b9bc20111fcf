# SPDX-License-Identifier: Apache-2.0
#
# kiln_embed_apk_keys(<target>): every keys/*.pub of this folder as text in a generated source file,
# so that a machine that has nothing but the binary can verify Alpine's repositories; with the
# architectures that keys/architectures has for it.
set(KILN_APK_KEYS_DIR ${CMAKE_CURRENT_LIST_DIR}/keys)

function(kiln_embed_apk_keys target)
  file(GLOB keys CONFIGURE_DEPENDS ${KILN_APK_KEYS_DIR}/*.pub)
  set(entries "")
  file(STRINGS ${KILN_APK_KEYS_DIR}/architectures table)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${KILN_APK_KEYS_DIR}/architectures)
  foreach(key IN LISTS keys)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${key})
    get_filename_component(name ${key} NAME)
    file(READ ${key} text)
    string(REGEX REPLACE "^.*-([0-9a-f]+)\\.rsa\\.pub$" "\\1" number ${name})
    set(line ${table})
    list(FILTER line INCLUDE REGEX "^${number} ")
    if(line STREQUAL "")
      message(FATAL_ERROR "keys/architectures does not name ${number}")
    endif()
    string(REGEX REPLACE "^[0-9a-f]+ " "" architectures ${line})
    string(REPLACE " " "\", \"" architectures "${architectures}")
    string(APPEND entries "    {\"${name}\", R\"pem(${text})pem\", {\"${architectures}\"}},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embedded_apk_keys.cpp @ONLY CONTENT
"// SPDX-License-Identifier: Apache-2.0
// Generated from src/packages/apk/keys.
#include \"packages/apk/keys.hpp\"

namespace kiln::packages::apk {

std::span<const NamedKey> embedded_keys() {
  static const std::vector<NamedKey> keys = {
@entries@};
  return keys;
}

}  // namespace kiln::packages::apk
")
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded_apk_keys.cpp)
endfunction()
