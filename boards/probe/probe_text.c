/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_text.h"

#include "probe/probe_encoding.h"

#include <string.h>

struct probe_text probe_text_over(char *at, size_t cap)
{
    at[0] = '\0';
    return (struct probe_text){.at = at, .cap = cap};
}

void probe_text_add_bytes(struct probe_text *text, const char *more, size_t len)
{
    size_t room = text->cap - 1 - text->len;

    if (len > room)
        len = room;
    memcpy(text->at + text->len, more, len);
    text->len += len;
    text->at[text->len] = '\0';
}

void probe_text_add(struct probe_text *text, const char *more)
{
    probe_text_add_bytes(text, more, strlen(more));
}

void probe_text_add_decimal(struct probe_text *text, int64_t value)
{
    char digits[21];

    probe_format_decimal(value, digits);
    probe_text_add(text, digits);
}

void probe_text_add_hex(struct probe_text *text, uint32_t value, size_t digits)
{
    char out[8];

    probe_format_hex(value, digits, out);
    probe_text_add_bytes(text, out, digits);
}
