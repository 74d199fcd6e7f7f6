# All are Debian packages; `./check` names them. Found once, gathered in one target.
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Flatbuffers REQUIRED)
find_program(FLATC flatc REQUIRED)

add_library(kalends_dependencies INTERFACE)

function(kalends_find_library target name header)
  find_library(${target}_LIBRARY ${name} REQUIRED)
  find_path(${target}_INCLUDE ${header} REQUIRED)
  target_link_libraries(kalends_dependencies INTERFACE ${${target}_LIBRARY})
endfunction()

# The static library writes 50 % faster than the shared one (no TLS indirection) but is not position independent.
if(KALENDS_SHARED_ROCKSDB)
  find_library(ROCKSDB_LIBRARY rocksdb REQUIRED)
  target_link_libraries(kalends_dependencies INTERFACE ${ROCKSDB_LIBRARY})
else()
  find_library(ROCKSDB_LIBRARY librocksdb.a REQUIRED)
  target_link_libraries(kalends_dependencies INTERFACE ${ROCKSDB_LIBRARY})
  foreach(name snappy lz4 bz2)
    kalends_find_library(KALENDS_${name} ${name} rocksdb/db.h)
  endforeach()
  find_library(KALENDS_gflags_LIBRARY gflags)
  find_library(KALENDS_uring_LIBRARY uring)
  foreach(name gflags uring)
    if(KALENDS_${name}_LIBRARY)
      target_link_libraries(kalends_dependencies INTERFACE ${KALENDS_${name}_LIBRARY})
    endif()
  endforeach()
endif()
kalends_find_library(KALENDS_zstd zstd zstd.h)
kalends_find_library(KALENDS_xxhash xxhash xxhash.h)
kalends_find_library(KALENDS_simdjson simdjson simdjson.h)
kalends_find_library(KALENDS_roaring roaring roaring/roaring.h)
kalends_find_library(KALENDS_flatbuffers flatbuffers flatbuffers/flatbuffers.h)
target_link_libraries(kalends_dependencies INTERFACE ZLIB::ZLIB Threads::Threads ${CMAKE_DL_LIBS})

# A header from a FlatBuffers schema: generated/format/NAME_generated.h.
function(kalends_add_schema target schema)
  get_filename_component(name ${schema} NAME_WE)
  set(output ${PROJECT_BINARY_DIR}/generated/format/${name}_generated.h)
  add_custom_command(OUTPUT ${output}
    COMMAND ${FLATC} --cpp --scoped-enums -o ${PROJECT_BINARY_DIR}/generated/format ${CMAKE_CURRENT_SOURCE_DIR}/${schema}
    DEPENDS ${schema} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
