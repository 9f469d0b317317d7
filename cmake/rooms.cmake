# A room is a folder at the root, or one inside it: one static library with its
# sources, the rooms that it uses and its vendors, which nobody else sees.
# tests/checks/layering.py reads these calls: an include that they do not name fails.
#   bankslip_room(NAME [DIR folder] [USES room...] [VENDORS vendor...])
function(bankslip_room name)
  cmake_parse_arguments(ROOM "" "DIR" "USES;VENDORS" ${ARGN})
  if(NOT ROOM_DIR)
    set(ROOM_DIR ${name})
  endif()
  file(GLOB_RECURSE SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ROOM_DIR}/*.cpp)
  list(REMOVE_ITEM SOURCES ${CMAKE_SOURCE_DIR}/app/main.cpp)
  add_library(${name} STATIC ${SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC vendor::caf ${ROOM_USES} PRIVATE ${ROOM_VENDORS})
  target_compile_definitions(${name} PUBLIC CAF_ENABLE_TYPE_ID_CHECKS)
endfunction()
