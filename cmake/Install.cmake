# `cmake --install`, then find_package(kalends) and kalends::kalends.
include(CMakePackageConfigHelpers)
install(TARGETS kalends EXPORT kalends_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
