/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/decoder.h"

/*
 * Well-formed sequences by their first byte (Unicode 15, table 3-7). The second byte's range keeps
 * out overlong forms, surrogates and what lies beyond U+10FFFF.
 */
static const struct {
    uint8_t first, last; /* of the first byte */
    uint8_t length;      /* of the sequence */
    uint8_t low, high;   /* of the second byte */
} sequences[] = {
    {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf},
    {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf}, {0xf0, 0xf0, 4, 0x90, 0xbf},
    {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* Length of the sequence of several bytes that begins here, 0 when there is none. */
static size_t sequence(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        size_t need = sequences[i].length;

        if (data[0] < sequences[i].first || data[0] > sequences[i].last)
            continue;
        if (need > len || data[1] < sequences[i].low || data[1] > sequences[i].high)
            return 0;
        for (size_t k = 2; k < need; k++)
            if ((data[k] & 0xc0) != 0x80)
                return 0;
        return need;
    }
    return 0;
}

bool mqtt_utf8_valid(const uint8_t *data, size_t len)
{
    size_t at = 0;

    while (at < len) {
        size_t step = 1;

        if (data[at] == 0 || data[at] > 0x7f) /* the others are almost all that there are */
            step = sequence(data + at, len - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}
