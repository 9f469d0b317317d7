# A room is a folder at the root, or one inside it: one static library with its
# sources, the rooms that it uses and its vendors, which nobody else sees.
# tests/checks/layering.py reads these calls: an include that they do not name fails.
#   bankslip_room(NAME [DIR folder] [USES room...] [VENDORS vendor...]
#                 [ONLY header...])
# ONLY: of a used room, the headers that may be included.
#
# Parsing CAF and the standard library is most of a build, so some files of a room are
# compiled together; with BANKSLIP_UNITY off (as in the preset asan) each one has to
# stand alone.
option(BANKSLIP_UNITY "Compile several files of a room together" ON)

# What the program's own sources are compiled with.
function(bankslip_flags target)
  target_compile_options(${target} PRIVATE
    # Files that are compiled together see one another: not all shadows then.
    $<IF:$<BOOL:${BANKSLIP_UNITY}>,-Wshadow=local,-Wshadow> -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<CONFIG:RelWithDebInfo>:-fstack-protector-strong -D_FORTIFY_SOURCE=2>)
endfunction()

function(bankslip_room name)
  cmake_parse_arguments(ROOM "" "DIR" "USES;VENDORS;ONLY" ${ARGN})
  if(NOT ROOM_DIR)
    set(ROOM_DIR ${name})
  endif()
  file(GLOB_RECURSE SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ROOM_DIR}/*.cpp)
  list(REMOVE_ITEM SOURCES ${CMAKE_SOURCE_DIR}/app/main.cpp)
  add_library(${name} STATIC ${SOURCES})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${BANKSLIP_UNITY} UNITY_BUILD_BATCH_SIZE 10)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  bankslip_flags(${name})
  target_link_libraries(${name} PUBLIC vendor::caf ${ROOM_USES} PRIVATE ${ROOM_VENDORS})
endfunction()
