# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` puts where, and Kiln's own Debian package (`cpack -G DEB`).
include(GNUInstallDirs)

install(TARGETS kiln RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/catalog/ DESTINATION ${CMAKE_INSTALL_DATADIR}/kiln/catalog)
install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The manual page and the completions are made by the program itself, from its command table.
set(generated ${CMAKE_BINARY_DIR}/generated)
add_custom_command(
  OUTPUT ${generated}/kiln.1.gz ${generated}/kiln.bash ${generated}/_kiln ${generated}/kiln.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${generated}
  COMMAND kiln completion man | gzip -9n > ${generated}/kiln.1.gz
  COMMAND kiln completion bash > ${generated}/kiln.bash
  COMMAND kiln completion zsh > ${generated}/_kiln
  COMMAND kiln completion fish > ${generated}/kiln.fish
  DEPENDS kiln)
add_custom_target(manual ALL DEPENDS ${generated}/kiln.1.gz)
install(FILES ${generated}/kiln.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${generated}/kiln.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME kiln)
install(FILES ${generated}/_kiln DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${generated}/kiln.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
        RENAME kiln.fish)

set(CPACK_PACKAGE_NAME kiln)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Kiln maintainers <maintainers@kiln.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded at run time (base/late_library.hpp), so that no tool sees them in the binary.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 | libcurl4t64, librnp0")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_STRIP_FILES ON)
include(CPack)
