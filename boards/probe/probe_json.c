/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_json.h"

#include <stdint.h>
#include <string.h>

enum { NESTING_MAX = 32 };

/* What is left to be read. Functions that take something return 0 where it is not there. */
struct cursor {
    const char *at, *end;
};

static void skip_space(struct cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r'))
        c->at++;
}

static int take(struct cursor *c, char wanted)
{
    skip_space(c);
    if (c->at == c->end || *c->at != wanted)
        return 0;
    c->at++;
    return 1;
}

static int take_string(struct cursor *c)
{
    if (!take(c, '"'))
        return 0;
    while (c->at < c->end && *c->at != '"') {
        if (*c->at == '\\' && c->at + 1 < c->end)
            c->at++;
        c->at++;
    }
    return take(c, '"');
}

/* A number, true, false, null: whatever stands there up to the next mark. */
static int take_word(struct cursor *c)
{
    const char *begin = c->at;

    while (c->at < c->end && strchr(",:]}[{\" \t\r\n", *c->at) == NULL)
        c->at++;
    return c->at > begin;
}

/* Brackets in pairs of a kind; what stands between them are strings and anything else. */
static int take_brackets(struct cursor *c)
{
    uint32_t arrays = 0; /* a bit for each that is open, the innermost one lowest */
    unsigned depth = 0;

    do {
        skip_space(c);
        if (c->at == c->end)
            return 0;
        if (*c->at == '"') {
            if (!take_string(c))
                return 0;
            continue;
        }
        if (*c->at == '{' || *c->at == '[') {
            if (depth++ == NESTING_MAX)
                return 0;
            arrays = arrays << 1 | (*c->at == '[');
        } else if (*c->at == '}' || *c->at == ']') {
            if ((arrays & 1) != (*c->at == ']'))
                return 0;
            arrays >>= 1;
            depth--;
        }
        c->at++;
    } while (depth > 0);
    return 1;
}

static int take_value(struct cursor *c, struct probe_mqtt_text *ret)
{
    const char *begin = NULL;
    int is_whole = 0;

    skip_space(c);
    begin = c->at;
    if (c->at == c->end)
        return 0;
    if (*c->at == '"')
        is_whole = take_string(c);
    else if (*c->at == '{' || *c->at == '[')
        is_whole = take_brackets(c);
    else
        is_whole = take_word(c);
    *ret = (struct probe_mqtt_text){begin, (size_t)(c->at - begin)};
    return is_whole;
}

struct probe_mqtt_text probe_json_member(struct probe_mqtt_text object, const char *name)
{
    static const struct probe_mqtt_text none = {"", 0};
    struct cursor c = {object.bytes, object.bytes + object.len};
    struct probe_mqtt_text value = none;

    if (!take(&c, '{'))
        return none;
    do {
        struct probe_mqtt_text found = none;

        skip_space(&c);
        found.bytes = c.at;
        if (!take_string(&c))
            return none;
        found.len = (size_t)(c.at - found.bytes);
        if (!take(&c, ':') || !take_value(&c, &value))
            return none;
        if (found.len == strlen(name) + 2 && memcmp(found.bytes + 1, name, found.len - 2) == 0)
            return value;
    } while (take(&c, ','));
    return none;
}
