# SPDX-License-Identifier: Apache-2.0
# assay_test(test_reader SOURCES test_reader.c LIBS assay::base [TIMEOUT 30] [LABELS ...] [ENV A=b]
#             [PROCESSORS 1])
#
# One executable per test_<file>.c. After it is built it lists its tests, and every one of them
# becomes a CTest entry "<executable>/<suite>/<test>" that runs in a process of its own. LABELS is
# "unit" where nothing is given; CI runs those with sanitizers too. "bench" keeps a test out of CI.
# PROCESSORS: CI runs twice as many tests at once as there are processors, since most of them wait;
# one that keeps a processor busy all the time says 2.
function(assay_test name)
  cmake_parse_arguments(T "" "TIMEOUT;PROCESSORS" "SOURCES;LIBS;LABELS;ENV;DEPENDS" ${ARGN})
  if(NOT BUILD_TESTING)
    return()
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 30)
  endif()
  if(ASSAY_SANITIZE)
    math(EXPR T_TIMEOUT "${T_TIMEOUT} * 4")
  endif()
  if(NOT T_LABELS)
    set(T_LABELS unit)
  endif()
  if(NOT T_PROCESSORS)
    set(T_PROCESSORS 1)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE assay_test_support assay_build_flags ${T_LIBS})
  target_compile_definitions(${name} PRIVATE
    ASSAY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ASSAY_BINARY_DIR="${CMAKE_BINARY_DIR}")
  if(T_DEPENDS)
    add_dependencies(${name} ${T_DEPENDS})
  endif()
  set(ctest_file "${CMAKE_CURRENT_BINARY_DIR}/${name}_tests.cmake")
  add_custom_command(TARGET ${name} POST_BUILD
    BYPRODUCTS "${ctest_file}"
    COMMAND "${CMAKE_COMMAND}"
      -D "EXECUTABLE=$<TARGET_FILE:${name}>" -D "NAME=${name}" -D "OUTPUT=${ctest_file}"
      -D "TIMEOUT=${T_TIMEOUT}" -D "PROCESSORS=${T_PROCESSORS}"
      -D "LABELS=${T_LABELS}" -D "ENVIRONMENT=${T_ENV}"
      -P "${CMAKE_SOURCE_DIR}/cmake/AssayDiscover.cmake"
    VERBATIM)
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${name}_include.cmake"
    "if(EXISTS \"${ctest_file}\")\n  include(\"${ctest_file}\")\n"
    "else()\n  add_test(${name}_NOT_BUILT ${name}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES
    "${CMAKE_CURRENT_BINARY_DIR}/${name}_include.cmake")
endfunction()
