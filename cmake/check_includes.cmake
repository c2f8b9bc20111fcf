# SPDX-License-Identifier: Apache-2.0
#
# Fails when a file of a module includes a header of a module it does not declare in DEPENDS.
# Called by kiln_module with MODULE, DIR, SUBDIRS, FOLDERS (those of the modules that MODULE
# declares in DEPENDS), SOURCE_DIR, STAMP.
set(allowed ${DIR} ${FOLDERS})

file(GLOB files ${SOURCE_DIR}/src/${DIR}/*.cpp ${SOURCE_DIR}/src/${DIR}/*.hpp)
foreach(folder IN LISTS SUBDIRS)
  list(APPEND allowed ${DIR}/${folder})
  file(GLOB more ${SOURCE_DIR}/src/${DIR}/${folder}/*.cpp ${SOURCE_DIR}/src/${DIR}/${folder}/*.hpp)
  list(APPEND files ${more})
endforeach()
set(mistakes "")
foreach(file IN LISTS files)
  file(STRINGS ${file} includes REGEX "^#include \"")
  foreach(line IN LISTS includes)
    string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" header "${line}")
    get_filename_component(folder "${header}" DIRECTORY)
    list(FIND allowed "${folder}" place)
    if(place EQUAL -1)
      file(RELATIVE_PATH shown ${SOURCE_DIR} ${file})
      string(APPEND mistakes "\n  ${shown}: includes ${header}, but ${MODULE} declares no module that lies there")
    endif()
  endforeach()
endforeach()
if(mistakes)
  message(FATAL_ERROR "layering:${mistakes}")
endif()
file(WRITE ${STAMP} "")
