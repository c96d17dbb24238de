/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware_stack.h"

#include "firmware_random.h"

#include <mbedtls/entropy_poll.h>
#include <mbedtls/memory_buffer_alloc.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>

#include <string.h>
#include <time.h>

enum { POOL = 256 * 1024 };

void firmware_stack_init(void)
{
    static unsigned char pool[POOL];

    mbedtls_memory_buffer_alloc_init(pool, sizeof(pool));
}

void firmware_sha256(const void *data, size_t len, uint8_t ret[32])
{
    if (mbedtls_sha256_ret(data, len, ret, 0) != 0)
        memset(ret, 0, 32);
}

int mbedtls_hardware_poll(void *ctx, unsigned char *data, size_t len, size_t *ret_len)
{
    (void)ctx;
    firmware_entropy(data, len);
    *ret_len = len;
    return 0;
}

/* newlib's own gmtime() would take memory for its result. */
struct tm *mbedtls_platform_gmtime_r(const mbedtls_time_t *when, struct tm *ret)
{
    return gmtime_r(when, ret);
}
