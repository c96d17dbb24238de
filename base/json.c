/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text of values; see base/value.h. */
#include "base/value.h"

#include <inttypes.h>
#include <string.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence of a byte above 0x7f, 0 where there is none (RFC 3629).
 */
static size_t utf8_length(const uint8_t *text, size_t len)
{
    size_t need = 0;
    uint32_t code = text[0];

    if (code >= 0xc2 && code <= 0xdf)
        need = 2;
    else if ((code & 0xf0) == 0xe0)
        need = 3;
    else if (code >= 0xf0 && code <= 0xf4)
        need = 4;
    if (need == 0 || need > len)
        return 0;
    code &= 0xffU >> (need + 1);
    for (size_t i = 1; i < need; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3fU);
    }
    if ((need == 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) ||
        (need == 4 && (code < 0x10000 || code > 0x10ffff)))
        return 0;
    return need;
}

static enum assay_status add_escaped(struct buf *out, uint8_t byte)
{
    switch (byte) {
    case '"':
        return buf_add_text(out, "\\\"");
    case '\\':
        return buf_add_text(out, "\\\\");
    case '\n':
        return buf_add_text(out, "\\n");
    case '\r':
        return buf_add_text(out, "\\r");
    case '\t':
        return buf_add_text(out, "\\t");
    default:
        return buf_printf(out, "\\u%04x", byte);
    }
}

static inline bool is_plain_ascii(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

/* Most texts: nothing in them is special, so that they are copied as a whole. */
static enum assay_status add_plain_string(struct buf *out, const uint8_t *bytes, size_t len)
{
    uint8_t *room = NULL;

    ASSAY_TRY(buf_extend(out, len + 2, &room));
    room[0] = '"';
    if (len > 0)
        memcpy(room + 1, bytes, len);
    room[len + 1] = '"';
    return ASSAY_OK;
}

enum assay_status json_add_string(struct buf *out, const void *text, size_t len)
{
    const uint8_t *bytes = text;
    size_t plain = 0;

    while (plain < len && is_plain_ascii(bytes[plain]))
        plain++;
    if (plain == len)
        return add_plain_string(out, bytes, len);
    plain = 0;
    ASSAY_TRY(buf_add_char(out, '"'));
    for (size_t i = 0; i < len;) {
        size_t step = is_plain_ascii(bytes[i]) ? 1 : 0;

        if (step == 0 && bytes[i] >= 0x80)
            step = utf8_length(bytes + i, len - i);
        if (step > 0) {
            plain += step;
            i += step;
            continue;
        }
        ASSAY_TRY(buf_add(out, bytes + i - plain, plain));
        plain = 0;
        ASSAY_TRY(add_escaped(out, bytes[i]));
        i++;
    }
    ASSAY_TRY(buf_add(out, bytes + len - plain, plain));
    return buf_add_char(out, '"');
}

static enum assay_status write_members(const struct value *v, struct buf *out)
{
    bool is_map = value_kind(v) == VALUE_MAP;

    ASSAY_TRY(buf_add_char(out, is_map ? '{' : '['));
    for (size_t i = 0; i < value_count(v); i++) {
        if (i > 0)
            ASSAY_TRY(buf_add_char(out, ','));
        if (is_map) {
            const char *key = value_key_at(v, i);

            ASSAY_TRY(json_add_string(out, key, strlen(key)));
            ASSAY_TRY(buf_add_char(out, ':'));
        }
        ASSAY_TRY(value_write_json(value_at(v, i), out));
    }
    return buf_add_char(out, is_map ? '}' : ']');
}

enum assay_status value_write_json(const struct value *v, struct buf *out)
{
    switch (value_kind(v)) {
    case VALUE_NULL:
        return buf_add_text(out, "null");
    case VALUE_BOOL:
        return buf_add_text(out, value_bool(v) ? "true" : "false");
    case VALUE_INT:
        return buf_printf(out, "%" PRId64, value_int(v));
    case VALUE_TEXT:
        return json_add_string(out, value_text(v), value_text_len(v));
    case VALUE_LIST:
    case VALUE_MAP:
        return write_members(v, out);
    }
    return ASSAY_ERR_ARG;
}
