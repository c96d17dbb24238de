/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware_stack.h"

#include "firmware_random.h"
#include "mps2.h"

#include <wolfssl/options.h>
/* options.h first, as above every header of this library. */
#include <wolfssl/wolfcrypt/hash.h>

#include <reent.h>
#include <stdlib.h>
#include <string.h>

enum { POOL = 512 * 1024, MS_PER_S = 1000 };

void *_sbrk(ptrdiff_t len);
void *XMALLOC(size_t len, void *heap, int type);
void *XREALLOC(void *at, size_t len, void *heap, int type);
void XFREE(void *at, void *heap, int type);
unsigned int LowResTimer(void);
unsigned int TimeNowInMilliseconds(void);

void firmware_stack_init(void)
{
}

/* newlib's allocator over a fixed pool; only this library uses it. */
void *_sbrk(ptrdiff_t len)
{
    static uint64_t pool[POOL / sizeof(uint64_t)];
    static size_t used;
    void *found = (uint8_t *)pool + used;

    if (len < 0 || (size_t)len > sizeof(pool) - used)
        return (void *)-1;
    used += (size_t)len;
    return found;
}

void *XMALLOC(size_t len, void *heap, int type)
{
    (void)heap;
    (void)type;
    return _malloc_r(_REENT, len);
}

void *XREALLOC(void *at, size_t len, void *heap, int type)
{
    (void)heap;
    (void)type;
    return _realloc_r(_REENT, at, len);
}

void XFREE(void *at, void *heap, int type)
{
    (void)heap;
    (void)type;
    _free_r(_REENT, at);
}

int firmware_wolfssl_seed(unsigned char *data, unsigned int len)
{
    firmware_entropy(data, len);
    return 0;
}

unsigned int LowResTimer(void)
{
    return mps2_millis() / MS_PER_S;
}

unsigned int TimeNowInMilliseconds(void)
{
    return mps2_millis();
}

void firmware_sha256(const void *data, size_t len, uint8_t ret[32])
{
    if (wc_Sha256Hash(data, (word32)len, ret) != 0)
        memset(ret, 0, 32);
}
