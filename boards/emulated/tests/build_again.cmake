# SPDX-License-Identifier: Apache-2.0
# The same sources give the same image: build one again elsewhere and compare.
file(REMOVE_RECURSE "${AGAIN}")
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${SOURCE}/firmware" -B "${AGAIN}" -G Ninja
  --toolchain "${SOURCE}/arm/toolchain.cmake" "-DASSAY_SOURCES_DIR=${SOURCES}"
  "-DCMAKE_C_COMPILER_LAUNCHER=${LAUNCHER}"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${AGAIN}" --target "${IMAGE}"
  OUTPUT_VARIABLE log RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${log}")
endif()
file(SHA256 "${SHARED}/${IMAGE}.raw" first)
file(SHA256 "${AGAIN}/${IMAGE}.raw" second)
file(REMOVE_RECURSE "${AGAIN}")
if(NOT first STREQUAL second)
  message(FATAL_ERROR "${IMAGE} differs: ${first} and ${second}")
endif()
