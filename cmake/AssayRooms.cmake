# SPDX-License-Identifier: Apache-2.0
# A room is a folder, a static library and an include directory of its own: what a room does not
# list under USES is not on its include path, so a forbidden include does not compile.
#
#   assay_room(NAME tls SOURCES a.c b.c USES base pki LIBS OpenSSL::SSL [PRIVATE_LIBS ...])
function(assay_room)
  cmake_parse_arguments(R "" "NAME" "SOURCES;USES;LIBS;PRIVATE_LIBS" ${ARGN})
  set(target assay_${R_NAME})
  add_library(${target} STATIC ${R_SOURCES})
  add_library(assay::${R_NAME} ALIAS ${target})
  target_include_directories(${target}
    PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  list(TRANSFORM R_USES PREPEND assay::)
  target_link_libraries(${target} PUBLIC ${R_USES} ${R_LIBS}
    PRIVATE assay_build_flags ${R_PRIVATE_LIBS})
endfunction()
