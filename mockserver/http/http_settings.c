/* SPDX-License-Identifier: Apache-2.0 */
#include "http/http.h"

#include <string.h>

static const struct {
    const char *name;
    enum http_framing framing;
} framings[] = {{"length", HTTP_LENGTH}, {"chunked", HTTP_CHUNKED}, {"close", HTTP_UNTIL_CLOSE}};

static enum assay_status read_framing(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);

    (void)spec;
    for (size_t i = 0; text != NULL && i < sizeof(framings) / sizeof(framings[0]); i++) {
        if (strcmp(framings[i].name, text) != 0)
            continue;
        memcpy(target, &framings[i].framing, sizeof(framings[i].framing));
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s has to be \"length\", \"chunked\" or \"close\"", path);
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

#define IN(field)   offsetof(struct http_settings, field)
#define SIZE(field) sizeof(((struct http_settings *)0)->field)

/* clang-format off */
const struct key_spec http_keys[] = {
    {"status", key_read_int, IN(status), 100, 599, "200",
     "status code of the answer to every good request"},
    {"body", key_read_text, IN(body), 0, SIZE(body), "\"Hello, board\\n\"",
     "what is answered"},
    {"body_bytes", key_read_int, IN(body_bytes), 0, HTTP_MAX_BODY, "0",
     "answer so many bytes instead; 0: `body`"},
    {"content_type", read_field_value, IN(content_type), 0, SIZE(content_type), "\"text/plain\"",
     "the field Content-Type"},
    {"framing", read_framing, IN(framing), 0, 0, "\"length\"",
     "how the end of the body is told: `length`, `chunked`, `close`"},
    {"chunk", key_read_int, IN(chunk), 1, HTTP_MAX_BODY, "16",
     "bytes of a chunk"},
    {"truncate_after", key_read_int, IN(truncate_after), -1, HTTP_MAX_BODY, "-1",
     "close after so many bytes of the body; -1: never"},
    {"location", read_field_value, IN(location), 0, SIZE(location), "\"\"",
     "the field Location, for a status such as 302; empty: none"},
    {"date", key_read_bool, IN(date), 0, 0, "true",
     "the field Date, from the scenario's clock"},
    {"date_offset_s", key_read_int, IN(date_offset_s), INT32_MIN, INT32_MAX, "0",
     "seconds that Date is off the scenario's clock"},
    {"keep_alive", key_read_bool, IN(keep_alive), 0, 0, "true",
     "leave the connection open for more requests where the board wants that"},
    {"withhold", key_read_bool, IN(withhold), 0, 0, "false",
     "read requests and answer none"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status http_settings_read(const struct value *value, struct http_settings *ret,
                                     struct assay_error *err)
{
    struct http_settings s = {.status = 200,
                              .body = "Hello, board\n",
                              .content_type = "text/plain",
                              .chunk = 16,
                              .truncate_after = -1,
                              .date = true,
                              .keep_alive = true};

    if (value != NULL)
        ASSAY_TRY(keys_read(http_keys, value, "http", &s, err));
    *ret = s;
    return ASSAY_OK;
}
