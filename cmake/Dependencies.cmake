# All are Debian packages; `./check` names them. Found once, gathered in one target.
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_program(FLATC flatc REQUIRED)

add_library(kalends_dependencies INTERFACE)
# The same libraries by name, for those who link the installed library.
set(KALENDS_LIBRARY_NAMES "")
set(KALENDS_LIBRARY_NAMES_OPTIONAL "")

function(kalends_find_library target name header)
  find_library(${target}_LIBRARY ${name} REQUIRED)
  find_path(${target}_INCLUDE ${header} REQUIRED)
  target_link_libraries(kalends_dependencies INTERFACE ${${target}_LIBRARY})
  list(APPEND KALENDS_LIBRARY_NAMES ${name})
  set(KALENDS_LIBRARY_NAMES ${KALENDS_LIBRARY_NAMES} PARENT_SCOPE)
endfunction()

# The static library writes 50 % faster than the shared one (no TLS indirection) but is not position independent.
if(KALENDS_SHARED_ROCKSDB)
  find_library(ROCKSDB_LIBRARY rocksdb REQUIRED)
  list(APPEND KALENDS_LIBRARY_NAMES rocksdb)
  target_link_libraries(kalends_dependencies INTERFACE ${ROCKSDB_LIBRARY})
else()
  find_library(ROCKSDB_LIBRARY librocksdb.a REQUIRED)
  list(APPEND KALENDS_LIBRARY_NAMES librocksdb.a)
  target_link_libraries(kalends_dependencies INTERFACE ${ROCKSDB_LIBRARY})
  foreach(name snappy lz4 bz2)
    kalends_find_library(KALENDS_${name} ${name} rocksdb/db.h)
  endforeach()
  find_library(KALENDS_gflags_LIBRARY gflags)
  find_library(KALENDS_uring_LIBRARY uring)
  foreach(name gflags uring)
    if(KALENDS_${name}_LIBRARY)
      target_link_libraries(kalends_dependencies INTERFACE ${KALENDS_${name}_LIBRARY})
      list(APPEND KALENDS_LIBRARY_NAMES_OPTIONAL ${name})
    endif()
  endforeach()
endif()
kalends_find_library(KALENDS_zstd zstd zstd.h)
kalends_find_library(KALENDS_xxhash xxhash xxhash.h)
kalends_find_library(KALENDS_simdjson simdjson simdjson.h)
kalends_find_library(KALENDS_roaring roaring roaring/roaring.h)
kalends_find_library(KALENDS_re2 re2 re2/re2.h)
kalends_find_library(KALENDS_flatbuffers flatbuffers flatbuffers/flatbuffers.h)
target_link_libraries(kalends_dependencies INTERFACE ZLIB::ZLIB Threads::Threads ${CMAKE_DL_LIBS})

# For the programs, not for the library: the C library's allocator keeps a quarter more memory than is in use, after blocks of
# all sizes went through the cache. Sanitizers bring their own.
add_library(kalends_allocator INTERFACE)
if(NOT KALENDS_SANITIZE)
  find_library(JEMALLOC_LIBRARY jemalloc)
  if(JEMALLOC_LIBRARY)
    target_link_libraries(kalends_allocator INTERFACE ${JEMALLOC_LIBRARY})
  else()
    message(STATUS "The programs use the allocator of the C library: jemalloc is missing (libjemalloc-dev)")
  endif()
endif()

# A header from a FlatBuffers schema: generated/format/NAME_generated.h.
function(kalends_add_schema target schema)
  get_filename_component(name ${schema} NAME_WE)
  set(output ${PROJECT_BINARY_DIR}/generated/format/${name}_generated.h)
  add_custom_command(OUTPUT ${output}
    COMMAND ${FLATC} --cpp --scoped-enums -o ${PROJECT_BINARY_DIR}/generated/format ${CMAKE_CURRENT_SOURCE_DIR}/${schema}
    DEPENDS ${schema} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
