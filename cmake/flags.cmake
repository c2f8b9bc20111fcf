# SPDX-License-Identifier: Apache-2.0
#
# kiln_flags: how every file of Kiln is compiled and linked: language, warnings as errors,
# hardening, sanitizers.
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set_property(GLOBAL PROPERTY USE_FOLDERS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(KILN_CCACHE ccache)
if(KILN_CCACHE)
  # hash_dir=false and base_dir let several checkouts share what they compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${KILN_CCACHE})
endif()
find_program(KILN_MOLD mold)

add_library(kiln_flags INTERFACE)
target_compile_features(kiln_flags INTERFACE cxx_std_23)
target_link_libraries(kiln_flags INTERFACE fmt::fmt Threads::Threads)
target_compile_options(kiln_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wimplicit-fallthrough -Wundef
  -Wno-missing-field-initializers -fno-strict-aliasing -fstack-protector-strong -fPIE)
# GNU statement expressions carry TRY(); see base/result.hpp.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 uses what it deprecates itself, in std::stable_sort.
  target_compile_options(kiln_flags INTERFACE -Wno-gnu-statement-expression
                         -Wno-deprecated-declarations)
else()
  # GCC has no switch for them; its -Wpedantic is kept by marking each with __extension__.
  # gcc 12 reports false uninitialised values inside expected<> at -O2.
  target_compile_options(kiln_flags INTERFACE -Wno-maybe-uninitialized -fpch-preprocess)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    # gcc 12 to 14 report false overflows when they inline libstdc++'s std::string.
    target_compile_options(kiln_flags INTERFACE -Wno-array-bounds -Wno-stringop-overflow
                           -Wno-stringop-overread -Wno-restrict)
  endif()
endif()
if(KILN_SANITIZE)
  target_compile_options(kiln_flags INTERFACE -fsanitize=${KILN_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(kiln_flags INTERFACE -fsanitize=${KILN_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(kiln_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
    -D_GLIBCXX_ASSERTIONS -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(kiln_flags INTERFACE -fcf-protection)
  endif()
  target_link_options(kiln_flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
# For tests, behind kiln_flags: beside an optimised Kiln they need no optimisation, which takes longer
# than they run.
add_library(kiln_test_flags INTERFACE)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(kiln_test_flags INTERFACE -O0 -U_FORTIFY_SOURCE)
endif()
if(KILN_FUZZ)
  target_compile_options(kiln_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(KILN_MOLD)
  target_link_options(kiln_flags INTERFACE -fuse-ld=mold)
endif()
