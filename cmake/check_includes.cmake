# SPDX-License-Identifier: Apache-2.0
#
# Fails when a file of a module includes a header of a module it does not declare in DEPENDS.
# Called by kiln_module with MODULE, DIR, DEPENDS, SOURCE_DIR, STAMP.
string(REPLACE "_" "/" own ${MODULE})
set(allowed ${DIR})
foreach(dependency IN LISTS DEPENDS)
  string(REPLACE "_" "/" folder ${dependency})
  list(APPEND allowed ${folder})
endforeach()

file(GLOB files ${SOURCE_DIR}/src/${DIR}/*.cpp ${SOURCE_DIR}/src/${DIR}/*.hpp)
set(mistakes "")
foreach(file IN LISTS files)
  file(STRINGS ${file} includes REGEX "^#include \"")
  foreach(line IN LISTS includes)
    string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" header "${line}")
    get_filename_component(folder "${header}" DIRECTORY)
    list(FIND allowed "${folder}" place)
    if(place EQUAL -1)
      file(RELATIVE_PATH shown ${SOURCE_DIR} ${file})
      string(APPEND mistakes "\n  ${shown}: includes ${header}, but ${MODULE} does not depend on ${folder}")
    endif()
  endforeach()
endforeach()
if(mistakes)
  message(FATAL_ERROR "layering:${mistakes}")
endif()
file(WRITE ${STAMP} "")
