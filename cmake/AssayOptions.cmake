# SPDX-License-Identifier: Apache-2.0
# Every flag rides on one INTERFACE target; nobody touches CMAKE_C_FLAGS.
option(ASSAY_WERROR "Treat warnings as errors" ON)
option(ASSAY_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers: address,undefined or thread")

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

# Users run what CI tested: assertions stay, which CMake's own flags would switch off.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_C_FLAGS_RELEASE "-O2")

add_library(assay_build_flags INTERFACE)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
target_compile_definitions(assay_build_flags INTERFACE _GNU_SOURCE)
target_compile_options(assay_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
  -Wwrite-strings -Wcast-qual -Wpointer-arith -Wundef -Wvla -Wswitch-enum
  $<$<BOOL:${ASSAY_WERROR}>:-Werror>
  $<$<C_COMPILER_ID:GNU>:-Wduplicated-cond;-Wlogical-op;-Wjump-misses-init>)
set(CMAKE_C_EXTENSIONS OFF)

if(ASSAY_SANITIZE)
  target_compile_options(assay_build_flags INTERFACE
    -fsanitize=${ASSAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(assay_build_flags INTERFACE -fsanitize=${ASSAY_SANITIZE})
endif()
if(ASSAY_FUZZ)
  # Without fuzzer-no-link on the libraries the fuzzer sees no coverage in them.
  target_compile_options(assay_build_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
