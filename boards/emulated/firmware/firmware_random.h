/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board has no random generator: numbers follow from the seed that QEMU put into memory, the
 * count of resets and the moment. Good for tests; nothing secret comes from such a board.
 */
#ifndef FIRMWARE_RANDOM_H
#define FIRMWARE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void firmware_random_init(void);
int firmware_random_is_seeded(void);
uint32_t firmware_random(void);
void firmware_entropy(void *data, size_t len);

#endif
