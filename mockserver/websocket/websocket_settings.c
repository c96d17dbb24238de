/* SPDX-License-Identifier: Apache-2.0 */
#include "websocket/websocket.h"

#include <string.h>

struct word {
    const char *name;
    int means;
};

static enum assay_status read_word(const struct word *words, size_t count, const char *known,
                                   const struct value *value, const char *path, int *ret,
                                   struct assay_error *err)
{
    const char *text = value_text(value);

    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strcmp(words[i].name, text) != 0)
            continue;
        *ret = words[i].means;
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be %s", path, known);
}

static enum assay_status read_accept(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    static const struct word words[] = {{"right", WEBSOCKET_ACCEPT_RIGHT},
                                        {"wrong", WEBSOCKET_ACCEPT_WRONG},
                                        {"foreign", WEBSOCKET_ACCEPT_FOREIGN},
                                        {"echo", WEBSOCKET_ACCEPT_ECHO},
                                        {"missing", WEBSOCKET_ACCEPT_MISSING}};
    int means = 0;
    enum websocket_accept accept = WEBSOCKET_ACCEPT_RIGHT;

    (void)spec;
    ASSAY_TRY(read_word(words, sizeof(words) / sizeof(words[0]),
                        "\"right\", \"wrong\", \"foreign\", \"echo\" or \"missing\"", value, path,
                        &means, err));
    accept = (enum websocket_accept)means;
    memcpy(target, &accept, sizeof(accept));
    return ASSAY_OK;
}

static enum assay_status read_pings(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    static const struct word words[] = {{"none", WEBSOCKET_PINGS_NONE},
                                        {"before", WEBSOCKET_PINGS_BEFORE},
                                        {"between", WEBSOCKET_PINGS_BETWEEN}};
    int means = 0;
    enum websocket_pings pings = WEBSOCKET_PINGS_NONE;

    (void)spec;
    ASSAY_TRY(read_word(words, sizeof(words) / sizeof(words[0]),
                        "\"none\", \"before\" or \"between\"", value, path, &means, err));
    pings = (enum websocket_pings)means;
    memcpy(target, &pings, sizeof(pings));
    return ASSAY_OK;
}

/* A line break in a field would end the head. */
static enum assay_status read_field_value(const struct key_spec *spec, const struct value *value,
                                          const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);

    if (text != NULL && strpbrk(text, "\r\n") != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be one line", path);
    return key_read_text(spec, value, path, target, err);
}

#define IN(field)   offsetof(struct websocket_settings, field)
#define SIZE(field) sizeof(((struct websocket_settings *)0)->field)

/* clang-format off */
const struct key_spec websocket_keys[] = {
    {"status", key_read_int, IN(status), 101, 599, "101",
     "status code of the answer to a good request; with any but 101 no WebSocket comes of it"},
    {"location", read_field_value, IN(location), 0, SIZE(location), "\"\"",
     "the field Location, for a status such as 302; empty: none"},
    {"upgrade", read_field_value, IN(upgrade), 0, SIZE(upgrade), "\"websocket\"",
     "the field Upgrade of a 101; empty: none"},
    {"connection", read_field_value, IN(connection), 0, SIZE(connection), "\"Upgrade\"",
     "the field Connection of a 101; empty: none"},
    {"accept", read_accept, IN(accept), 0, 0, "\"right\"",
     "Sec-WebSocket-Accept: `right`, `wrong` in its last letter, `foreign` (of another key), `echo` (the key), `missing`"},
    {"protocol", read_field_value, IN(protocol), 0, SIZE(protocol), "\"offered\"",
     "Sec-WebSocket-Protocol: `offered`, one that the board offers; empty: none; else this one"},
    {"extensions", read_field_value, IN(extensions), 0, SIZE(extensions), "\"\"",
     "Sec-WebSocket-Extensions, offered or not; empty: none"},
    {"opcode", key_read_int, IN(opcode), 0, 15, "2",
     "opcode of a message's first frame: 2 binary, 1 text, 3 to 7 reserved"},
    {"reserved", key_read_int, IN(reserved), 0, 7, "0",
     "the three reserved bits of data frames"},
    {"masked", key_read_bool, IN(masked), 0, 0, "false",
     "data frames are masked, as only a client's may be"},
    {"fragment", key_read_int, IN(fragment), 0, WEBSOCKET_PAYLOAD_MAX, "0",
     "bytes of a frame: messages come in several; 0: in one"},
    {"announce", key_read_int, IN(announce), 0, INT64_MAX, "0",
     "bytes that the headers of data frames announce, whatever follows; 0: as many as follow"},
    {"message_bytes", key_read_int, IN(message_bytes), 0, WEBSOCKET_PAYLOAD_MAX, "0",
     "bytes of a message, wherever packets begin and end; 0: each packet is one"},
    {"merged", key_read_bool, IN(merged), 0, 0, "false",
     "packets that are sent together are one message"},
    {"pings", read_pings, IN(pings), 0, 0, "\"none\"",
     "ping frames: `none`, `before` each message, `between` the frames of a message"},
    {"ping_bytes", key_read_int, IN(ping_bytes), 0, WEBSOCKET_PING_MAX, "4",
     "bytes in a ping frame; more than 125 are not allowed"},
    {"ping_split", key_read_bool, IN(ping_split), 0, 0, "false",
     "ping frames are said to be parts of something, which is not allowed"},
    {"close_after", key_read_int, IN(close_after), -1, INT32_MAX, "-1",
     "a close frame after so many messages; -1: when the broker has no more to say"},
    {"close_status", key_read_int, IN(close_status), 0, UINT16_MAX, "1000",
     "the status in a close frame of a server that goes by itself"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status websocket_settings_read(const struct value *value, struct websocket_settings *ret,
                                          struct assay_error *err)
{
    struct websocket_settings s = {.status = 101,
                                   .upgrade = "websocket",
                                   .connection = "Upgrade",
                                   .protocol = "offered",
                                   .opcode = 2,
                                   .ping_bytes = 4,
                                   .close_after = -1,
                                   .close_status = 1000};

    if (value != NULL)
        ASSAY_TRY(keys_read(websocket_keys, value, "websocket", &s, err));
    *ret = s;
    return ASSAY_OK;
}
