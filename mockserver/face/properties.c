/* SPDX-License-Identifier: Apache-2.0 */
#include "properties.h"

#include "face/sas.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PART_MAX = 4096 };

/* System properties: azure-sdk-for-c, az_iot_common.h; their prefix: Communicate with an IoT hub
 * using MQTT, Receiving cloud-to-device messages. */
static const struct {
    const char *name, *words;
} system_properties[] = {
    {"$.ct", "content type "},    {"$.ce", "content encoding "}, {"$.mid", "message id "},
    {"$.cid", "correlation id "}, {"$.uid", "user id "},         {"$.ctime", "creation time "},
    {"$.sub", "component "},
};

static const char *words_for(const char *name)
{
    for (size_t i = 0; i < sizeof(system_properties) / sizeof(system_properties[0]); i++)
        if (strcmp(system_properties[i].name, name) == 0)
            return system_properties[i].words;
    return NULL;
}

/* What does not fit into the words is left out. */
static void describe(struct properties *p, const char *name, const char *value)
{
    size_t len = strlen(p->text);
    const char *words = words_for(name);

    snprintf(p->text + len, sizeof(p->text) - len, "%s%s%s%.100s", len > 0 ? "; " : "",
             words != NULL ? words : name, words != NULL || value == NULL ? "" : "=",
             value != NULL ? value : "");
    for (char *c = p->text + len; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
}

static bool decode(const char *text, size_t len, struct buf *out)
{
    return percent_decode(text, len, out) == ASSAY_OK;
}

/* name, name= or name=value. */
static bool read_one(const char *text, size_t len, struct properties *p)
{
    const char *equals = memchr(text, '=', len);
    size_t name_len = equals != NULL ? (size_t)(equals - text) : len;
    struct buf name;
    struct buf value;
    bool ok = false;

    buf_init(&name, PART_MAX);
    buf_init(&value, PART_MAX);
    ok = name_len > 0 && decode(text, name_len, &name) &&
         (equals == NULL || decode(equals + 1, len - name_len - 1, &value));
    if (ok) {
        describe(p, buf_text(&name), equals != NULL ? buf_text(&value) : NULL);
        p->has_json_type = p->has_json_type || (strcmp(buf_text(&name), "$.ct") == 0 &&
                                                strcasestr(buf_text(&value), "json") != NULL);
        p->has_encoding = p->has_encoding || strcmp(buf_text(&name), "$.ce") == 0;
    } else {
        snprintf(p->text, sizeof(p->text), "\"%.*s\"", (int)(len < 100 ? len : 100), text);
    }
    buf_done(&name);
    buf_done(&value);
    return ok;
}

void properties_read(struct mqtt_view bag, struct properties *ret)
{
    const char *text = (const char *)bag.data;
    size_t at = bag.len > 0 && text[0] == '?';

    *ret = (struct properties){.is_sound = true};
    while (ret->is_sound && at < bag.len) {
        const char *end = memchr(text + at, '&', bag.len - at);
        size_t len = end != NULL ? (size_t)(end - text) - at : bag.len - at;

        ret->is_sound = read_one(text + at, len, ret);
        at += len + 1;
    }
}
