/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock that mbedTLS sees. Debian's build has no MBEDTLS_PLATFORM_TIME_ALT: it calls time(),
 * so that the program defines time() itself; the dynamic linker prefers the program's.
 */
#ifndef STACK_MBEDTLS_CLOCK_H
#define STACK_MBEDTLS_CLOCK_H

#include <stdint.h>

/* From here on time() starts at unix_s and runs. */
void stack_mbedtls_set_clock(int64_t unix_s);

#endif
