/* SPDX-License-Identifier: Apache-2.0 */
#include "order.h"

#include "base/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_TEXT = 40, FORMS_TEXT = 600, SECONDS_MAX = 172800 };

struct face_wish {
    struct face_wish *next;
    char sentence[];
};

static enum assay_status complain(const struct face *face, const char *verb,
                                  struct assay_error *err)
{
    struct nearest nearest = {.wanted = verb};
    struct buf text;

    buf_init(&text, FORMS_TEXT);
    for (const struct order_row *row = face->functions->orders; row->verb != NULL; row++) {
        nearest_offer(&nearest, row->verb);
        if (buf_printf(&text, "%s%s", text.len > 0 ? "; " : "", row->form) != ASSAY_OK)
            break;
    }
    if (nearest_describe(&nearest, &text) != ASSAY_OK)
        buf_clear(&text);
    assay_error_set(err, ASSAY_ERR_MALFORMED, "order: \"%s\" is none of %s's; there are: %s", verb,
                    face_infos[face->settings->kind].name, buf_text(&text));
    buf_done(&text);
    return ASSAY_ERR_MALFORMED;
}

static enum assay_status find_row(const struct face *face, const char *verb,
                                  const struct order_row **ret, struct assay_error *err)
{
    if (face->functions->orders == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "order: %s does nothing by itself; aws, azure, google and "
                               "clearblade do",
                               face_infos[face->settings->kind].name);
    for (const struct order_row *row = face->functions->orders; row->verb != NULL; row++) {
        if (strcmp(row->verb, verb) == 0) {
            *ret = row;
            return ASSAY_OK;
        }
    }
    return complain(face, verb, err);
}

/* The next word, cut off; NULL: no more. */
static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t\n");
    size_t len = strcspn(word, " \t\n");

    if (len == 0)
        return NULL;
    *rest = word + len + (word[len] != '\0');
    word[len] = '\0';
    return word;
}

static enum assay_status read_seconds(const char *text, struct order *o, struct assay_error *err)
{
    char *end = NULL;
    long value = strtol(text, &end, 10);

    if (end == text || *end != '\0' || value < 1 || value > SECONDS_MAX)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "order: \"%.40s\" is no number of seconds from 1 to %d", text,
                               SECONDS_MAX);
    o->seconds = value;
    return ASSAY_OK;
}

static enum assay_status take_word(struct order *o, char *word, struct assay_error *err)
{
    const struct {
        const char *key;
        const char **target; /* NULL: seconds */
    } rows[] = {{"device", &o->device}, {"properties", &o->properties},
                {"folder", &o->folder}, {"shadow", &o->shadow},
                {"timeout", NULL},      {"ttl", NULL}};
    char *equals = strchr(word, '=');
    char key[WORD_TEXT];

    snprintf(key, sizeof(key), " %.*s ", (int)strcspn(word, "="), word);
    if (equals == NULL || strstr(o->row->words, key) == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "order: what is \"%.64s\"? It has to be: %s", word, o->row->form);
    *equals = '\0';
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].key, word) != 0)
            continue;
        if (rows[i].target == NULL)
            return read_seconds(equals + 1, o, err);
        *rows[i].target = equals + 1;
    }
    return ASSAY_OK;
}

/* Everything behind "payload=", blanks too. */
static bool take_payload(struct order *o, char *rest)
{
    static const char key[] = "payload=";

    rest += strspn(rest, " \t\n");
    if (strncmp(rest, key, sizeof(key) - 1) != 0)
        return false;
    o->payload = rest + sizeof(key) - 1;
    return true;
}

static enum assay_status read_words(struct order *o, char *rest, struct assay_error *err)
{
    char *word = NULL;

    if (o->row->has_name) {
        o->name = next_word(&rest);
        if (o->name == NULL || strchr(o->name, '=') != NULL)
            return assay_error_set(err, ASSAY_ERR_MALFORMED, "order: it has to be: %s",
                                   o->row->form);
    }
    while (!take_payload(o, rest) && (word = next_word(&rest)) != NULL)
        ASSAY_TRY(take_word(o, word, err));
    return ASSAY_OK;
}

/* The caller frees ret->text. */
static enum assay_status read_order(const struct face *face, const char *sentence,
                                    struct order *ret, struct assay_error *err)
{
    struct order o = {.payload = "", .properties = "", .folder = "", .shadow = ""};
    char *text = strdup(sentence);
    char *rest = text;
    const char *verb = text != NULL ? next_word(&rest) : NULL;
    enum assay_status status = ASSAY_OK;

    o.text = text;
    if (text == NULL)
        status = assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    if (status == ASSAY_OK)
        status = find_row(face, verb != NULL ? verb : "", &o.row, err);
    if (status == ASSAY_OK)
        status = read_words(&o, rest, err);
    if (status != ASSAY_OK) {
        free(text);
        return status;
    }
    *ret = o;
    return ASSAY_OK;
}

enum assay_status face_order(struct face *face, const char *sentence, struct assay_error *err)
{
    struct order order;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(read_order(face, sentence, &order, err));
    status = order.row->carry_out(face, &order, err);
    free(order.text);
    return status;
}

enum assay_status order_device(const struct face *face, const struct order *order, const char **ret,
                               struct assay_error *err)
{
    const char *found = NULL;

    if (order->device != NULL || face->settings->device[0] != '\0') {
        *ret = order->device != NULL ? order->device : face->settings->device;
        return ASSAY_OK;
    }
    for (const struct face_conn *c = face->conns; c != NULL; c = c->next) {
        if (!c->is_accepted || c->is_replaced || c->is_expired)
            continue;
        if (found != NULL)
            return assay_error_set(err, ASSAY_ERR_STATE,
                                   "order: \"%s\" and \"%s\" are there; device=ID says which one "
                                   "is meant",
                                   found, c->device);
        found = c->device;
    }
    if (found == NULL)
        return assay_error_set(err, ASSAY_ERR_STATE,
                               "order: no device is connected; device=ID names one that is away");
    *ret = found;
    return ASSAY_OK;
}

static enum assay_status for_each_line(const char *text,
                                       enum assay_status (*one)(void *ctx, const char *line),
                                       void *ctx)
{
    enum assay_status status = ASSAY_OK;

    while (status == ASSAY_OK && *text != '\0') {
        size_t len = strcspn(text, "\n");
        char *line = strndup(text, len);

        if (line == NULL)
            return ASSAY_ERR_NOMEM;
        if (line[strspn(line, " \t")] != '\0')
            status = one(ctx, line);
        free(line);
        text += len + (text[len] == '\n');
    }
    return status;
}

struct check {
    const struct face *face;
    struct assay_error *err;
};

static enum assay_status check_line(void *ctx, const char *line)
{
    const struct check *check = ctx;
    struct order order;

    if (read_order(check->face, line, &order, check->err) != ASSAY_OK)
        return assay_error_prefix(check->err, ASSAY_ERR_MALFORMED, "face.orders");
    free(order.text);
    return ASSAY_OK;
}

enum assay_status wishes_check(const struct face *face, const char *orders, struct assay_error *err)
{
    struct check check = {.face = face, .err = err};

    return for_each_line(orders, check_line, &check);
}

static enum assay_status add_wish(void *ctx, const char *line)
{
    struct face *face = ctx;
    size_t len = strlen(line);
    struct face_wish *wish = malloc(sizeof(*wish) + len + 1);
    struct face_wish **at = &face->wishes;

    if (wish == NULL)
        return ASSAY_ERR_NOMEM;
    wish->next = NULL;
    memcpy(wish->sentence, line, len + 1);
    while (*at != NULL)
        at = &(*at)->next;
    *at = wish;
    return ASSAY_OK;
}

void wishes_free(struct face *face)
{
    while (face->wishes != NULL) {
        struct face_wish *wish = face->wishes;

        face->wishes = wish->next;
        free(wish);
    }
    free(face->wished);
    face->wished = NULL;
}

void face_changed(struct face *face)
{
    if (face->wished != NULL && strcmp(face->wished, face->settings->orders) == 0)
        return;
    wishes_free(face);
    face->wished = strdup(face->settings->orders);
    (void)for_each_line(face->settings->orders, add_wish, face); /* no memory: some are missing */
    wishes_try(face);
}

static void say_why_not(const struct face *face, const struct face_wish *wish, const char *why)
{
    face_note_device(face, 0, face->settings->device,
                     &(struct service_note){.service = "order",
                                            .operation = "failed",
                                            .item = wish->sentence,
                                            .version = -1,
                                            .text = why});
}

/* What cannot be now waits; what never can is said once. */
void wishes_try(struct face *face)
{
    struct face_wish **at = &face->wishes;

    while (*at != NULL) {
        struct face_wish *wish = *at;
        struct assay_error err = {.text = ""};
        enum assay_status status = face_order(face, wish->sentence, &err);

        if (status == ASSAY_ERR_STATE) {
            at = &wish->next;
            continue;
        }
        if (status != ASSAY_OK)
            say_why_not(face, wish, err.text);
        *at = wish->next;
        free(wish);
    }
}
