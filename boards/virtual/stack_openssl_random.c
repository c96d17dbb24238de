/* SPDX-License-Identifier: Apache-2.0 */
/* FLAW_RANDOM: a generator that was never seeded, as on a board without a source of entropy. */
#include "stack_openssl.h"

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include <stdlib.h>

enum { BYTES = 65536 }; /* more than one connection takes */

static bool begin(EVP_RAND_CTX *random, uint8_t *bytes, uint32_t state)
{
    OSSL_PARAM params[2] = {
        OSSL_PARAM_construct_octet_string(OSSL_RAND_PARAM_TEST_ENTROPY, bytes, BYTES),
        OSSL_PARAM_construct_end(),
    };

    for (size_t i = 0; i < BYTES; i++) {
        state = state * 1103515245U + 12345U; /* the example of the C standard */
        bytes[i] = (uint8_t)(state >> 16);
    }
    return random != NULL && EVP_RAND_CTX_set_params(random, params) == 1;
}

bool stack_openssl_random_again(OSSL_LIB_CTX *library)
{
    uint8_t *bytes = malloc(BYTES);
    bool ok = bytes != NULL && begin(RAND_get0_public(library), bytes, 1) &&
              begin(RAND_get0_private(library), bytes, 2);

    free(bytes);
    return ok;
}

OSSL_LIB_CTX *stack_openssl_random_new(void)
{
    OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();

    if (library != NULL && RAND_set_DRBG_type(library, "TEST-RAND", NULL, NULL, NULL) == 1 &&
        stack_openssl_random_again(library))
        return library;
    OSSL_LIB_CTX_free(library);
    return NULL;
}
