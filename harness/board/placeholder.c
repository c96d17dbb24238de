/* SPDX-License-Identifier: Apache-2.0 */
#include "placeholder.h"

#include <string.h>

struct placeholder_row {
    const char *name;
    bool is_secret;
    bool is_needed;
};

static const struct placeholder_row rows[PLACEHOLDER_COUNT] = {
#define X(id, name, secret, needed) [id] = {name, secret, needed},
    PLACEHOLDER_MAP(X)
#undef X
};

const char *placeholder_name(enum placeholder p)
{
    return p < PLACEHOLDER_COUNT ? rows[p].name : "";
}

enum placeholder placeholder_find(const char *name, size_t len)
{
    for (unsigned p = 0; p < PLACEHOLDER_COUNT; p++) {
        if (strlen(rows[p].name) == len && memcmp(rows[p].name, name, len) == 0)
            return (enum placeholder)p;
    }
    return PLACEHOLDER_COUNT;
}

static enum assay_status refuse_name(const char *name, size_t len, struct assay_error *err)
{
    char known[512];
    struct buf list;
    enum assay_status status = ASSAY_OK;

    buf_init(&list, sizeof(known));
    for (unsigned p = 0; p < PLACEHOLDER_COUNT && status == ASSAY_OK; p++)
        status = buf_printf(&list, " {%s}", rows[p].name);
    status = assay_error_set(err, ASSAY_ERR_MALFORMED,
                             "unknown placeholder {%.*s}; known:%s; \"{{\" is a plain brace",
                             (int)(len < 32 ? len : 32), name, buf_text(&list));
    buf_done(&list);
    return status;
}

/* The next placeholder or literal piece of *text, which moves past it. */
struct piece {
    enum placeholder placeholder; /* PLACEHOLDER_COUNT: a literal */
    const char *text;
    size_t len;
};

static ASSAY_RESULT next_piece(const char **text, struct piece *ret, struct assay_error *err)
{
    const char *at = *text;
    size_t len = 0;

    if (at[0] != '{') {
        *ret = (struct piece){PLACEHOLDER_COUNT, at, strcspn(at, "{")};
        *text = at + ret->len;
        return ASSAY_OK;
    }
    if (at[1] == '{') {
        *ret = (struct piece){PLACEHOLDER_COUNT, at, 1};
        *text = at + 2;
        return ASSAY_OK;
    }
    len = strcspn(at + 1, "{}");
    if (at[1 + len] != '}')
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "a \"{\" is not closed; \"{{\" is a plain brace");
    *ret = (struct piece){placeholder_find(at + 1, len), at + 1, len};
    if (ret->placeholder == PLACEHOLDER_COUNT)
        return refuse_name(at + 1, len, err);
    *text = at + 1 + len + 1;
    return ASSAY_OK;
}

ASSAY_RESULT placeholder_check(const char *text, struct assay_error *err)
{
    struct piece piece = {PLACEHOLDER_COUNT, "", 0};

    while (*text != '\0')
        ASSAY_TRY(next_piece(&text, &piece, err));
    return ASSAY_OK;
}

static ASSAY_RESULT add_value(enum placeholder p, const char *value, bool masked, struct buf *out,
                              struct assay_error *err)
{
    if (value == NULL && rows[p].is_needed)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "{%s} stands for nothing in this attempt; options that only "
                               "sometimes apply belong under \"optional\"",
                               rows[p].name);
    if (value == NULL)
        return ASSAY_OK;
    if (buf_add_text(out, masked && rows[p].is_secret ? "(secret)" : value) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "the text of {%s} is too long", rows[p].name);
    return ASSAY_OK;
}

ASSAY_RESULT placeholder_expand(const char *text, const struct placeholder_values *values,
                                bool masked, struct buf *out, struct assay_error *err)
{
    struct piece piece = {PLACEHOLDER_COUNT, "", 0};

    while (*text != '\0') {
        enum assay_status status = ASSAY_OK;

        ASSAY_TRY(next_piece(&text, &piece, err));
        if (piece.placeholder == PLACEHOLDER_COUNT)
            status = buf_add(out, piece.text, piece.len);
        else
            ASSAY_TRY(
                add_value(piece.placeholder, values->text[piece.placeholder], masked, out, err));
        if (status != ASSAY_OK)
            return assay_error_set(err, status, "the text is too long");
    }
    return ASSAY_OK;
}
