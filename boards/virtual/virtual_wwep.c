/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_wwep.h"

#include <stdio.h>
#include <string.h>

enum { READ_LEN = 7, WRITE_LEN = 11, DEVICE_AT = 1, NUMBER_AT = 5, VALUE_AT = 7 };

static size_t wanted_len(char command)
{
    return command == 'R' ? READ_LEN : command == 'W' ? WRITE_LEN : 1;
}

bool virtual_wwep_is_whole(const char *request, size_t len)
{
    return len > 0 && len >= wanted_len(request[0]);
}

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* Up to the end of the request; false: something that is no digit. */
static bool read_hex(const char *at, size_t digits, unsigned *ret)
{
    unsigned value = 0;

    for (size_t i = 0; i < digits; i++) {
        int digit = digit_of(at[i]);

        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    *ret = value;
    return true;
}

static size_t refuse(char answer[VIRTUAL_WWEP_ANSWER], const char *why)
{
    return (size_t)snprintf(answer, VIRTUAL_WWEP_ANSWER, "X %s", why);
}

static size_t find(const struct virtual_wwep *wwep, unsigned device, unsigned number)
{
    size_t i = 0;

    while (i < wwep->count &&
           (wwep->registers[i].device != device || wwep->registers[i].number != number))
        i++;
    return i;
}

static bool write_register(struct virtual_wwep *wwep, unsigned device, unsigned number,
                           unsigned value)
{
    size_t at = find(wwep, device, number);

    if (at == VIRTUAL_WWEP_REGISTERS)
        return false;
    wwep->registers[at].device = (uint16_t)device;
    wwep->registers[at].number = (uint8_t)number;
    wwep->registers[at].value = (uint16_t)value;
    wwep->count += at == wwep->count ? 1 : 0;
    return true;
}

size_t virtual_wwep_answer(struct virtual_wwep *wwep, const char *request, size_t len,
                           char answer[VIRTUAL_WWEP_ANSWER])
{
    unsigned device = 0;
    unsigned number = 0;
    unsigned value = 0;
    size_t at = 0;

    if (len > 0 && request[len - 1] == '\n')
        len--;
    if (len == 0 || len > WRITE_LEN)
        return refuse(answer, "illegal message length");
    if ((request[0] != 'R' && request[0] != 'W') || len != wanted_len(request[0]))
        return refuse(answer, "illegal command");
    if (!read_hex(request + DEVICE_AT, NUMBER_AT - DEVICE_AT, &device) ||
        !read_hex(request + NUMBER_AT, VALUE_AT - NUMBER_AT, &number) ||
        (request[0] == 'W' && !read_hex(request + VALUE_AT, WRITE_LEN - VALUE_AT, &value)))
        return refuse(answer, "illegal character");
    if (request[0] == 'W' && !write_register(wwep, device, number, value))
        return refuse(answer, "Database Full");
    at = find(wwep, device, number);
    if (at == wwep->count)
        return refuse(answer, "Not Found");
    return (size_t)snprintf(answer, VIRTUAL_WWEP_ANSWER, "A%04X%02X%04X", device, number,
                            wwep->registers[at].value);
}
