# SPDX-License-Identifier: Apache-2.0
include(${CMAKE_SOURCE_DIR}/cmake/layers.cmake)

# kiln_module(NAME <module> [DIR <folder under src/>] [SUBDIRS <folder>...] DEPENDS <module>...
#             [LIBRARIES <lib>...])
#
# Makes the static library kiln_<module> from every .cpp of src/<folder> and of the folders below it
# that SUBDIRS names. Fails when a dependency does not stand below the module in KILN_LAYERS.
# Third-party LIBRARIES are private to the module.
function(kiln_module)
  cmake_parse_arguments(M "" "NAME;DIR" "SUBDIRS;DEPENDS;LIBRARIES" ${ARGN})
  if(NOT M_DIR)
    set(M_DIR ${M_NAME})
  endif()
  set_property(GLOBAL PROPERTY KILN_FOLDER_${M_NAME} ${M_DIR})
  list(FIND KILN_LAYERS ${M_NAME} own_place)
  if(own_place EQUAL -1)
    message(FATAL_ERROR "module ${M_NAME} is not listed in cmake/layers.cmake")
  endif()
  set(folders "")
  foreach(dependency IN LISTS M_DEPENDS)
    list(FIND KILN_LAYERS ${dependency} place)
    if(place EQUAL -1 OR NOT place LESS own_place)
      message(FATAL_ERROR "layering: ${M_NAME} may not depend on ${dependency}")
    endif()
    get_property(folder GLOBAL PROPERTY KILN_FOLDER_${dependency})
    list(APPEND folders ${folder})
  endforeach()

  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${M_DIR}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${M_DIR}/*.hpp)
  foreach(folder IN LISTS M_SUBDIRS)
    file(GLOB more_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${M_DIR}/${folder}/*.cpp)
    file(GLOB more_headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${M_DIR}/${folder}/*.hpp)
    list(APPEND sources ${more_sources})
    list(APPEND headers ${more_headers})
  endforeach()
  set(target kiln_${M_NAME})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE kiln_flags ${M_LIBRARIES})
  foreach(dependency IN LISTS M_DEPENDS)
    target_link_libraries(${target} PUBLIC kiln_${dependency})
  endforeach()
  if(KILN_PCH)
    if(M_NAME STREQUAL "base")
      target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.hpp)
    else()
      target_precompile_headers(${target} REUSE_FROM kiln_base)
    endif()
  endif()

  set(stamp ${CMAKE_BINARY_DIR}/layering/${M_NAME}.stamp)
  add_custom_command(
    OUTPUT ${stamp}
    COMMAND ${CMAKE_COMMAND} -DMODULE=${M_NAME} "-DDIR=${M_DIR}" "-DSUBDIRS=${M_SUBDIRS}" "-DFOLDERS=${folders}"
            -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DSTAMP=${stamp}
            -P ${CMAKE_SOURCE_DIR}/cmake/check_includes.cmake
    DEPENDS ${sources} ${headers} ${CMAKE_SOURCE_DIR}/cmake/check_includes.cmake
    VERBATIM)
  add_custom_target(layering_${M_NAME} DEPENDS ${stamp})
  add_dependencies(${target} layering_${M_NAME})
endfunction()

# kiln_tests(<module>) makes unit_<module> from tests/unit/<module>/*.cpp and registers its cases.
function(kiln_tests module)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${module}/*.cpp)
  if(NOT KILN_TESTS OR NOT sources)
    return()
  endif()
  set(target unit_${module})
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE kiln_flags kiln_test_flags kiln_${module} kiln_test_support
                        GTest::gtest GTest::gmock GTest::gtest_main)
  if(KILN_PCH)
    target_precompile_headers(${target} REUSE_FROM kiln_test_support)
  endif()
  add_test(NAME ${target} COMMAND ${target})
  set_tests_properties(${target} PROPERTIES LABELS unit)
  add_dependencies(unit_tests ${target})
endfunction()
