# SPDX-License-Identifier: Apache-2.0
# Build the firmware in SHARED (one build at a time), and put sealed images with their hashes into
# OUTPUT. Files that are as they were are left alone.
file(MAKE_DIRECTORY "${SHARED}" "${OUTPUT}")
set(configure "${CMAKE_COMMAND}" -S "${SOURCE}/firmware" -B "${SHARED}" -G Ninja
  "--toolchain" "${SOURCE}/arm/toolchain.cmake" "-DASSAY_SOURCES_DIR=${SOURCES}"
  "-DCMAKE_C_COMPILER_LAUNCHER=${LAUNCHER}")
foreach(command configure build)
  if(command STREQUAL "build")
    set(configure "${CMAKE_COMMAND}" --build "${SHARED}")
  endif()
  execute_process(COMMAND "${FLOCK}" "${SHARED}/.lock" ${configure}
    RESULT_VARIABLE code OUTPUT_VARIABLE log ERROR_VARIABLE log)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "The firmware cannot be built:\n${log}")
  endif()
endforeach()

function(place from to)
  execute_process(COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${from}" "${to}"
    COMMAND_ERROR_IS_FATAL ANY)
endfunction()

place("${SHARED}/loader.elf" "${OUTPUT}/loader.elf")
file(GLOB images RELATIVE "${SHARED}" "${SHARED}/*.raw")
foreach(image IN LISTS images)
  string(REGEX REPLACE "\\.raw$" "" name "${image}")
  set(sealed "${OUTPUT}/${name}.bin.new")
  file(COPY_FILE "${SHARED}/${image}" "${sealed}")
  execute_process(COMMAND "${SEAL}" --seal "${sealed}" COMMAND_ERROR_IS_FATAL ANY)
  place("${sealed}" "${OUTPUT}/${name}.bin")
  file(SHA256 "${sealed}" hash)
  file(WRITE "${sealed}" "${hash}  ${name}.bin\n")
  place("${sealed}" "${OUTPUT}/${name}.sha256")
  file(REMOVE "${sealed}")
  place("${SHARED}/${name}.elf" "${OUTPUT}/${name}.elf")
endforeach()
