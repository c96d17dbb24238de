/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the reference server, in its order. */
#include "wwep_request.h"

enum { READ_LEN = 7, WRITE_LEN = 11, MOST_LEN = 12 };

const struct wwep_rule_row wwep_rules[WWEP_RULE_COUNT] = {
    [WWEP_RULE_NONE] = {"none", "the request is good"},
    [WWEP_RULE_TOO_LONG] = {"length", "a request has 7 (R) or 11 (W) bytes and one line feed at "
                                      "most"},
    [WWEP_RULE_LINE_FEED] = {"line_feed", "only a line feed may follow a request"},
    [WWEP_RULE_COMMAND] = {"command", "a request is R with 6 or W with 10 hex digits"},
    [WWEP_RULE_CHARACTER] = {"character", "device, register and value are hex digits"},
};

static int digit_of(uint8_t byte)
{
    uint8_t low = byte | 0x20;

    if (byte >= '0' && byte <= '9')
        return byte - '0';
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* The digits from..to as a number; they have been checked. */
static uint16_t number_at(const uint8_t *data, size_t from, size_t to)
{
    unsigned number = 0;

    for (size_t i = from; i < to; i++)
        number = number * 16 + (unsigned)digit_of(data[i]);
    return (uint16_t)number;
}

enum wwep_rule wwep_request_read(const uint8_t *data, size_t len, struct wwep_request *ret)
{
    struct wwep_request r = {.len = len};

    *ret = r;
    if (len > MOST_LEN || len == 0)
        return WWEP_RULE_TOO_LONG;
    if (len == READ_LEN + 1 || len == WRITE_LEN + 1) {
        if (data[len - 1] != '\n')
            return WWEP_RULE_LINE_FEED;
        r.has_line_feed = true;
        r.len = len - 1;
    }
    r.is_write = r.len == WRITE_LEN && data[0] == 'W';
    *ret = r;
    if (!r.is_write && !(r.len == READ_LEN && data[0] == 'R'))
        return WWEP_RULE_COMMAND;
    for (size_t i = 1; i < r.len; i++) {
        if (digit_of(data[i]) >= 0)
            continue;
        ret->wrong = (char)data[i];
        return WWEP_RULE_CHARACTER;
    }
    ret->content.device = number_at(data, 1, 5);
    ret->content.number = (uint8_t)number_at(data, 5, 7);
    ret->content.value = r.is_write ? number_at(data, 7, 11) : 0;
    return WWEP_RULE_NONE;
}
