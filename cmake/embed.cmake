# bankslip_embed(NAME FILES [AS prefix] file...): a vendor NAME whose header NAME.hpp
# declares `embedded_files NAME()`: the files' bytes, with names, content types, ETags
# and their gzip form where that is shorter. Of a folder every file is taken, by its path in
# it; AS puts what follows below another path. The assembler copies the bytes: a
# megabyte costs nothing to compile.
set(BANKSLIP_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_files.cmake)
function(bankslip_embed name)
  set(PREFIX "")
  set(NAMES "")
  set(PATHS "")
  set(EXPECT_PREFIX OFF)
  foreach(WORD ${ARGN})
    if(WORD STREQUAL "AS")
      set(EXPECT_PREFIX ON)
    elseif(EXPECT_PREFIX)
      set(PREFIX "${WORD}/")
      set(EXPECT_PREFIX OFF)
    elseif(IS_DIRECTORY ${WORD})
      file(GLOB_RECURSE INSIDE CONFIGURE_DEPENDS RELATIVE ${WORD} ${WORD}/*)
      foreach(FILE ${INSIDE})
        list(APPEND NAMES "${PREFIX}${FILE}")
        list(APPEND PATHS "${WORD}/${FILE}")
      endforeach()
    elseif(EXISTS ${WORD})
      get_filename_component(FILE ${WORD} NAME)
      list(APPEND NAMES "${PREFIX}${FILE}")
      list(APPEND PATHS "${WORD}")
    else()
      message(FATAL_ERROR "${WORD} is missing: run scripts/setup, which fetches it")
    endif()
  endforeach()
  set(OUT ${CMAKE_BINARY_DIR}/generated/${name})
  add_custom_command(
    OUTPUT ${OUT}.cpp ${OUT}.hpp
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUT=${OUT} "-DNAMES=${NAMES}" "-DPATHS=${PATHS}"
            -P ${BANKSLIP_EMBED_SCRIPT}
    DEPENDS ${PATHS} ${BANKSLIP_EMBED_SCRIPT}
    VERBATIM)
  add_library(${name} STATIC ${OUT}.cpp)
  target_include_directories(${name} PUBLIC ${CMAKE_BINARY_DIR}/generated
                             PRIVATE ${CMAKE_SOURCE_DIR})
  # It names the bytes' files: they are not seen as includes.
  set_source_files_properties(${OUT}.cpp PROPERTIES OBJECT_DEPENDS "${PATHS}")
  target_link_libraries(vendor_${name} INTERFACE ${name})
endfunction()
