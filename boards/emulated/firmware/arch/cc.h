/* SPDX-License-Identifier: Apache-2.0 */
/* lwIP on this processor: one thread, no operating system, newlib. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdint.h>

#define BYTE_ORDER LITTLE_ENDIAN

/* Diagnostics are compiled out; an assertion that fails is a crash that the next "ready" tells. */
#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x) firmware_crash()
#define LWIP_RAND()             firmware_random()

void firmware_crash(void);
uint32_t firmware_random(void);

#endif
