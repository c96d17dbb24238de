/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock of a stack that asks the machine. Debian's mbedTLS has no MBEDTLS_PLATFORM_TIME_ALT,
 * and wolfSSL's and GnuTLS's callbacks have no context: the program defines time() itself, which
 * the dynamic linker prefers to the C library's.
 */
#ifndef STACK_CLOCK_H
#define STACK_CLOCK_H

#include <stdint.h>

/* From here on time() starts at unix_s and runs. */
void stack_clock_set(int64_t unix_s);

#endif
