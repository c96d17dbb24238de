/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text of values; see base/value.h. */
#include "base/value.h"

#include "put.h"

#include <inttypes.h>
#include <string.h>

enum assay_status json_add_string(struct buf *out, const void *text, size_t len)
{
    uint8_t *room = NULL;

    ASSAY_TRY(buf_extend(out, put_json_string_len(text, len), &room));
    (void)put_json_string(room, text, len);
    return ASSAY_OK;
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
