/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware_stack.h"

#include <bearssl.h>

void firmware_stack_init(void)
{
}

void firmware_sha256(const void *data, size_t len, uint8_t ret[32])
{
    br_sha256_context hash;

    br_sha256_init(&hash);
    br_sha256_update(&hash, data, len);
    br_sha256_out(&hash, ret);
}
