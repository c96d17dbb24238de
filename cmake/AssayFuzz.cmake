# SPDX-License-Identifier: Apache-2.0
# assay_fuzz(encoding SOURCES fuzz_encoding.c LIBS assay::base)
#
# A fuzz target: SOURCES define LLVMFuzzerTestOneInput(), fuzz/corpus/<name>/ holds its seeds.
# Every build makes replay_<name> and the test "fuzz/<name>", which runs the corpus; it fails when
# there is none. The preset "fuzz" also makes fuzz_<name> with libFuzzer; ci/fuzz.sh runs those.
function(assay_fuzz name)
  cmake_parse_arguments(F "" "" "SOURCES;LIBS" ${ARGN})
  set(corpus "${CMAKE_SOURCE_DIR}/fuzz/corpus/${name}")
  if(BUILD_TESTING)
    add_executable(replay_${name} ${F_SOURCES} "${CMAKE_SOURCE_DIR}/fuzz/replay_main.c")
    target_link_libraries(replay_${name} PRIVATE ${F_LIBS} assay_build_flags)
    add_test(NAME fuzz/${name} COMMAND replay_${name} "${corpus}")
    set_tests_properties(fuzz/${name} PROPERTIES LABELS unit TIMEOUT 120)
  endif()
  if(ASSAY_FUZZ)
    add_executable(fuzz_${name} ${F_SOURCES})
    target_link_libraries(fuzz_${name} PRIVATE ${F_LIBS} assay_build_flags)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(fuzz_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz-targets")
    if(NOT TARGET fuzz_targets)
      add_custom_target(fuzz_targets)
    endif()
    add_dependencies(fuzz_targets fuzz_${name})
  endif()
endfunction()
