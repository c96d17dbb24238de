/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of boards that are servers, of both protocols. What is good needs all of its bytes, the
 * end of a connection never makes a good answer of a bad one, and what is shown is printable.
 */
#include "prober/answer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct prober_answer *a)
{
    size_t len = strnlen(a->text, sizeof(a->text));

    require(len < sizeof(a->text));
    for (size_t i = 0; i < len; i++)
        require(a->text[i] >= 0x20 && a->text[i] < 0x7f);
    require(!a->has_contents || a->kind == PROBER_ANSWER_GOOD || a->kind == PROBER_ANSWER_WRONG);
}

typedef void (*reader_fn)(const void *data, size_t len, bool has_ended, const char *expected,
                          struct prober_answer *ret);

/* In a buffer of its own length, so that a read past the end is seen. */
static void feed(reader_fn read, const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    struct prober_answer open;
    struct prober_answer ended;

    if (copy == NULL)
        return;
    if (len > 0)
        memcpy(copy, data, len);
    read(copy, len, false, "A0FAC771234", &open);
    read(copy, len, true, "A0FAC771234", &ended);
    check(&open);
    check(&ended);
    require((ended.kind == PROBER_ANSWER_GOOD) == (open.kind == PROBER_ANSWER_GOOD));
    require(open.kind != PROBER_ANSWER_MALFORMED || ended.kind == PROBER_ANSWER_MALFORMED);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    feed(prober_answer_wwep, data, size);
    feed(prober_answer_http, data, size);
    return 0;
}
