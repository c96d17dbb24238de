/* SPDX-License-Identifier: Apache-2.0 */
/* What the firmware needs of its TLS library beside virtual_stack.h. */
#ifndef FIRMWARE_STACK_H
#define FIRMWARE_STACK_H

#include <stddef.h>
#include <stdint.h>

/* Before the stack is made. */
void firmware_stack_init(void);

void firmware_sha256(const void *data, size_t len, uint8_t ret[32]);

#endif
