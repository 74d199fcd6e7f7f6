# `cmake --install`, then find_package(kalends) and kalends::kalends.
include(CMakePackageConfigHelpers)
set(KALENDS_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/kalends)

install(TARGETS kalends EXPORT kalends-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT kalends-targets NAMESPACE kalends:: DESTINATION ${KALENDS_CONFIG_DIR})

configure_package_config_file(cmake/kalends-config.cmake.in ${PROJECT_BINARY_DIR}/kalends-config.cmake
  INSTALL_DESTINATION ${KALENDS_CONFIG_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/kalends-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/kalends-config.cmake ${PROJECT_BINARY_DIR}/kalends-config-version.cmake
  DESTINATION ${KALENDS_CONFIG_DIR})
