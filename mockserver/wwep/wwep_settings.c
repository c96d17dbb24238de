/* SPDX-License-Identifier: Apache-2.0 */
#include "wwep/wwep.h"

#include "wwep_request.h"

#include <string.h>

static const struct {
    const char *name;
    enum wwep_texts texts;
} texts_rows[] = {{"reference", WWEP_REFERENCE}, {"dual", WWEP_DUAL}, {"bare", WWEP_BARE}};

static enum assay_status read_texts(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);

    (void)spec;
    for (size_t i = 0; text != NULL && i < sizeof(texts_rows) / sizeof(texts_rows[0]); i++) {
        if (strcmp(texts_rows[i].name, text) != 0)
            continue;
        memcpy(target, &texts_rows[i].texts, sizeof(texts_rows[i].texts));
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s has to be \"reference\", \"dual\" or \"bare\"", path);
}

/* A list of writes. The target is the whole struct: a list and its length. */
static enum assay_status read_given(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    struct wwep_settings *s = target;
    size_t count = value_count(value);

    (void)spec;
    if (value_kind(value) != VALUE_LIST || count > WWEP_MOST_GIVEN)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s has to be a list of at most %d writes such as \"W0FAC0B1234\"",
                               path, WWEP_MOST_GIVEN);
    s->given_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct value *member = value_at(value, i);
        const char *text = value_text(member);
        struct wwep_request r;

        if (text == NULL ||
            wwep_request_read((const uint8_t *)text, value_text_len(member), &r) !=
                WWEP_RULE_NONE ||
            !r.is_write)
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "%s: entry %zu has to be a write such as \"W0FAC0B1234\"", path,
                                   i + 1);
        s->given[s->given_count++] = r.content;
    }
    return ASSAY_OK;
}

#define IN(field)   offsetof(struct wwep_settings, field)
#define SIZE(field) sizeof(((struct wwep_settings *)0)->field)

/* clang-format off */
const struct key_spec wwep_keys[] = {
    {"texts", read_texts, IN(texts), 0, 0, "\"reference\"",
     "the words behind X: those of the `reference` server, of the `dual` one, none (`bare`)"},
    {"registers", read_given, 0, 0, 0, "{}",
     "writes that have happened already, such as `\"W0FAC0B1234\"`"},
    {"most_registers", key_read_int, IN(most_registers), 0, WWEP_MOST_REGISTERS, "401",
     "how many registers there may be; then \"X Database Full\""},
    {"wait_ms", key_read_int, IN(wait_ms), 1, 86400000, "100",
     "how long the rest of a request may take, after the handshake or its last byte"},
    {"answer", key_read_text, IN(answer), 0, SIZE(answer), "the right one",
     "what every request is answered, good or bad"},
    {"newline", key_read_bool, IN(newline), 0, 0, "false",
     "a line feed behind every answer"},
    {"truncate_after", key_read_int, IN(truncate_after), -1, WWEP_TEXT, "-1",
     "so many bytes of the answer are sent; -1: all"},
    {"withhold", key_read_bool, IN(withhold), 0, 0, "false",
     "read requests, answer none and stay connected"},
    {"stays_open", key_read_bool, IN(stays_open), 0, 0, "false",
     "answer and leave the connection open"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status wwep_settings_read(const struct value *value, struct wwep_settings *ret,
                                     struct assay_error *err)
{
    struct wwep_settings s = {.most_registers = 401, .wait_ms = 100, .truncate_after = -1};

    if (value != NULL)
        ASSAY_TRY(keys_read(wwep_keys, value, "wwep", &s, err));
    *ret = s;
    return ASSAY_OK;
}
