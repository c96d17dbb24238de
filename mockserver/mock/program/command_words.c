/* SPDX-License-Identifier: Apache-2.0 */
/* The commands as people write them: the line of JSON that they stand for. */
#include "command.h"

#include "base/nearest.h"
#include "json_value.h"

#include <stdio.h>
#include <string.h>

enum { MOST_WORDS = 2, WORD_TEXT = 40 };

/* REST_PAIRS: key=value, each a member of its own. */
enum rest {
    REST_PAIRS,
    REST_NONE,
    REST_TEXT,
    REST_NUMBER,
    REST_TEXT_OR_NUMBER,
    REST_JSON,
    REST_PATH
};

/* clang-format off */
static const struct form {
    const char *words[MOST_WORDS];
    const char *json; /* the members that they are */
    enum rest rest;   /* ... and what stands behind them */
    const char *member;
} forms[] = {
    {{"status", NULL}, "\"do\":\"status\"", REST_NONE, NULL},
    {{"show", NULL}, "\"do\":\"show\"", REST_NONE, NULL},
    {{"fault", "add"}, "\"do\":\"fault\"", REST_TEXT, "add"},
    {{"fault", "remove"}, "\"do\":\"fault\"", REST_TEXT_OR_NUMBER, "remove"},
    {{"fault", "clear"}, "\"do\":\"fault\",\"clear\":true", REST_NONE, NULL},
    {{"fault", "list"}, "\"do\":\"fault\"", REST_NONE, NULL},
    {{"fault", NULL}, "\"do\":\"fault\"", REST_NONE, NULL},
    {{"clock", "set"}, "\"do\":\"clock\"", REST_TEXT, "set"},
    {{"clock", "advance"}, "\"do\":\"clock\"", REST_TEXT, "advance"},
    {{"clock", NULL}, "\"do\":\"clock\"", REST_NONE, NULL},
    {{"change", NULL}, "\"do\":\"change\"", REST_JSON, "server"},
    {{"set", NULL}, "\"do\":\"set\"", REST_PATH, "path"},
    {{"renew", NULL}, "\"do\":\"renew\"", REST_NONE, NULL},
    {{"order", NULL}, "\"do\":\"order\"", REST_TEXT, "order"},
    {{"close", NULL}, "\"do\":\"close\"", REST_PAIRS, NULL},
    {{"reload", NULL}, "\"do\":\"reload\"", REST_NONE, NULL},
    {{"stop", NULL}, "\"do\":\"stop\"", REST_NUMBER, "drain_ms"},
    {{"help", NULL}, "\"do\":\"help\"", REST_NONE, NULL},
};
/* clang-format on */

#define BLANKS " \t\n"

/* The words of a form at the beginning; what follows them, or NULL: it is another one. */
static const char *after_words(const struct form *form, const char *text)
{
    for (size_t i = 0; i < MOST_WORDS && form->words[i] != NULL; i++) {
        size_t len = strcspn(text, BLANKS);

        if (strlen(form->words[i]) != len || memcmp(form->words[i], text, len) != 0)
            return NULL;
        text += len;
        text += strspn(text, BLANKS);
    }
    return text;
}

static size_t trimmed(const char *text)
{
    size_t len = strlen(text);

    while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
        len--;
    return len;
}

/* In quotation marks or not. */
static enum assay_status add_text(const char *member, const char *text, size_t len, struct buf *out)
{
    bool is_quoted = len >= 2 && (text[0] == '"' || text[0] == '\'') && text[len - 1] == text[0];

    ASSAY_TRY(buf_printf(out, ",\"%s\":", member));
    return is_quoted ? json_add_string(out, text + 1, len - 2) : json_add_string(out, text, len);
}

static bool is_number(const char *text, size_t len)
{
    return len > 0 && len < 10 && text[0] != '0' && strspn(text, "0123456789") == len;
}

/* JSON where it is some, else a text. */
static enum assay_status add_value(const char *member, const char *text, size_t len,
                                   struct buf *out)
{
    struct value *value = NULL;
    enum assay_status status = ASSAY_OK;

    if (json_value_parse("value", text, len, &value, NULL) != ASSAY_OK)
        return add_text(member, text, len, out);
    status = buf_printf(out, ",\"%s\":", member);
    if (status == ASSAY_OK)
        status = value_write_json(value, out); /* on one line */
    value_free(value);
    return status;
}

static enum assay_status add_json(const char *member, const char *text, size_t len, struct buf *out,
                                  struct assay_error *err)
{
    struct value *value = NULL;

    ASSAY_TRY(json_value_parse(member, text, len, &value, err));
    value_free(value);
    return add_value(member, text, len, out);
}

static enum assay_status add_path(const char *text, size_t len, struct buf *out,
                                  struct assay_error *err)
{
    size_t path_len = strcspn(text, BLANKS);
    size_t gap = strspn(text + path_len, BLANKS);

    if (path_len + gap >= len)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "set: a path and a value, as in set mqtt.connack_code 5");
    ASSAY_TRY(add_text("path", text, path_len, out));
    return add_value("value", text + path_len + gap, len - path_len - gap, out);
}

static const struct command_row *row_of(const struct form *form)
{
    size_t i = 0;

    while (i + 1 < COMMAND_VERBS && strcmp(command_rows[i].name, form->words[0]) != 0)
        i++;
    return &command_rows[i];
}

static enum assay_status add_pairs(const struct form *form, const char *text, size_t len,
                                   struct buf *out, struct assay_error *err)
{
    const char *end = text + len;

    while (text < end) {
        size_t word = strcspn(text, BLANKS);
        const char *equals = memchr(text, '=', word);
        char key[WORD_TEXT];

        if (equals == NULL || equals == text)
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "%s: \"%.*s\" is no key=value; in words: %s", form->words[0],
                                   (int)(word < 60 ? word : 60), text, row_of(form)->words);
        snprintf(key, sizeof(key), "%.*s", (int)(equals - text), text);
        ASSAY_TRY(add_value(key, equals + 1, word - (size_t)(equals - text) - 1, out));
        text += word;
        text += strspn(text, BLANKS);
    }
    return ASSAY_OK;
}

static enum assay_status add_rest(const struct form *form, const char *text, struct buf *out,
                                  struct assay_error *err)
{
    size_t len = trimmed(text);

    if ((len == 0) != (form->rest == REST_NONE) && (len > 0 || form->rest != REST_NUMBER))
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: %s; in words: %s", form->words[0],
                               len == 0 ? "something has to stand behind it"
                                        : "what stands behind it?",
                               row_of(form)->words);
    switch (form->rest) {
    case REST_NONE:
        return ASSAY_OK;
    case REST_NUMBER:
        if (len == 0)
            return ASSAY_OK;
        return add_value(form->member, text, len, out);
    case REST_TEXT_OR_NUMBER:
        return is_number(text, len) ? buf_printf(out, ",\"%s\":%.*s", form->member, (int)len, text)
                                    : add_text(form->member, text, len, out);
    case REST_TEXT:
        return add_text(form->member, text, len, out);
    case REST_JSON:
        return add_json(form->member, text, len, out, err);
    case REST_PAIRS:
        return add_pairs(form, text, len, out, err);
    case REST_PATH:
        return add_path(text, len, out, err);
    }
    return ASSAY_ERR_ARG;
}

static enum assay_status complain(const char *text, struct assay_error *err)
{
    char word[WORD_TEXT];
    struct nearest nearest = {.wanted = word};
    struct buf meant;

    snprintf(word, sizeof(word), "%.*s", (int)strcspn(text, BLANKS), text);
    buf_init(&meant, 100);
    for (size_t i = 0; i < COMMAND_VERBS; i++)
        nearest_offer(&nearest, command_rows[i].name);
    if (nearest_describe(&nearest, &meant) != ASSAY_OK)
        buf_clear(&meant);
    assay_error_set(err, ASSAY_ERR_MALFORMED, "\"%s\" is no command; `help` shows them%s", word,
                    buf_text(&meant));
    buf_done(&meant);
    return ASSAY_ERR_MALFORMED;
}

/* "@name " before the words. */
static enum assay_status add_listener(const char **text, struct buf *out)
{
    size_t len = strcspn(*text, BLANKS);

    if (**text != '@')
        return ASSAY_OK;
    ASSAY_TRY(add_text("listener", *text + 1, len - 1, out));
    *text += len;
    *text += strspn(*text, BLANKS);
    return ASSAY_OK;
}

/* The longest form comes first in the table. */
static enum assay_status add_command(const char *text, const char *listener, struct buf *out,
                                     struct assay_error *err)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const char *rest = after_words(&forms[i], text);

        if (rest == NULL)
            continue;
        ASSAY_TRY(buf_printf(out, "{%s%s", forms[i].json, listener));
        ASSAY_TRY(add_rest(&forms[i], rest, out, err));
        return buf_add_char(out, '}');
    }
    return complain(text, err);
}

enum assay_status command_from_words(const char *words, struct buf *out, struct assay_error *err)
{
    struct buf listener;
    enum assay_status status = ASSAY_OK;

    words += strspn(words, BLANKS);
    if (*words == '{')
        return buf_add(out, words, trimmed(words));
    buf_init(&listener, 4096);
    status = add_listener(&words, &listener);
    if (status == ASSAY_OK)
        status = add_command(words, buf_text(&listener), out, err);
    if (status == ASSAY_ERR_LIMIT)
        assay_error_set(err, status, "the command is too long");
    buf_done(&listener);
    return status;
}
