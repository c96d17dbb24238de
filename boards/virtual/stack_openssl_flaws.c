/* SPDX-License-Identifier: Apache-2.0 */
#include "stack_openssl_flaws.h"

const struct virtual_flaw stack_openssl_flaws[] = {
#define X(id, name, summary) {name, id, summary},
    OPENSSL_FLAW_MAP(X)
#undef X
        {NULL, 0, NULL},
};
