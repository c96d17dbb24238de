/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board says to a ClientHello of our own. More bytes take nothing back: a hello that was
 * seen stays seen, and so does an alert.
 */
#include "prober_hello.h"

#include <stdlib.h>
#include <string.h>

static void read_copy(const uint8_t *data, size_t len, struct prober_reply *ret)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    if (copy == NULL)
        abort();
    if (len > 0)
        memcpy(copy, data, len);
    prober_reply_read(copy, len, ret);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct prober_reply half;
    struct prober_reply whole;

    read_copy(data, size / 2, &half);
    read_copy(data, size, &whole);
    if ((half.has_hello && !whole.has_hello) || (half.has_alert && !whole.has_alert) ||
        (half.has_heartbeat && !whole.has_heartbeat))
        abort();
    if (half.has_hello && half.version != whole.version)
        abort();
    return 0;
}
