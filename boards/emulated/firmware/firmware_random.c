/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware_random.h"

#include "mps2.h"

enum { WORDS = 8 };

static uint32_t state[4];
static int is_seeded;

static uint32_t rotate(uint32_t x, unsigned bits)
{
    return x << bits | x >> (32 - bits);
}

/* The finaliser of MurmurHash3. */
static uint32_t mix(uint32_t x)
{
    x = (x ^ x >> 16) * 0x85ebca6b;
    x = (x ^ x >> 13) * 0xc2b2ae35;
    return x ^ x >> 16;
}

void firmware_random_init(void)
{
    uint32_t all = 0;

    for (unsigned i = 0; i < WORDS; i++) {
        all |= MPS2_SEED[i];
        state[i % 4] = mix(state[i % 4] + MPS2_SEED[i] + i + 1);
    }
    is_seeded = all != 0;
    state[3] ^= mix(MPS2_RESETS++);
    state[0] |= 1; /* never all zero */
}

int firmware_random_is_seeded(void)
{
    return is_seeded;
}

/* xoshiro128**, stirred with the moment. */
uint32_t firmware_random(void)
{
    uint32_t result = rotate(state[1] * 5, 7) * 9;
    uint32_t t = state[1] << 9;

    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotate(state[3], 11);
    return mix(result ^ mps2_millis() << 20 ^ MPS2_SYSTICK_VALUE);
}

void firmware_entropy(void *data, size_t len)
{
    uint8_t *to = data;

    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(firmware_random() >> 8);
}
