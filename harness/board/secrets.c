/* SPDX-License-Identifier: Apache-2.0 */
#include "secrets.h"

#include <stdlib.h>
#include <string.h>

void secrets_clear(struct secrets *s)
{
    for (size_t i = 0; i < s->count; i++) {
        explicit_bzero(s->texts[i], strlen(s->texts[i]));
        free(s->texts[i]);
    }
    s->count = 0;
}

ASSAY_RESULT secrets_add(struct secrets *s, const char *text)
{
    if (text == NULL || strlen(text) < SECRETS_MIN_LEN)
        return ASSAY_OK;
    if (s->count == SECRETS_MAX)
        return ASSAY_ERR_LIMIT;
    s->texts[s->count] = strdup(text);
    if (s->texts[s->count] == NULL)
        return ASSAY_ERR_NOMEM;
    s->count++;
    return ASSAY_OK;
}

size_t secrets_longest(const struct secrets *s)
{
    size_t longest = 0;

    for (size_t i = 0; i < s->count; i++) {
        if (strlen(s->texts[i]) > longest)
            longest = strlen(s->texts[i]);
    }
    return longest;
}

/* The length of the longest secret that stands at text, or 0. */
static size_t secret_at(const struct secrets *s, const char *text, size_t len)
{
    size_t found = 0;

    for (size_t i = 0; i < s->count; i++) {
        size_t secret_len = strlen(s->texts[i]);

        if (secret_len > found && secret_len <= len && memcmp(text, s->texts[i], secret_len) == 0)
            found = secret_len;
    }
    return found;
}

ASSAY_RESULT secrets_mask(const struct secrets *s, const char *text, size_t len, struct buf *out)
{
    size_t plain_from = 0;

    for (size_t at = 0; at < len;) {
        size_t secret_len = secret_at(s, text + at, len - at);

        if (secret_len == 0) {
            at++;
            continue;
        }
        ASSAY_TRY(buf_add(out, text + plain_from, at - plain_from));
        ASSAY_TRY(buf_add_text(out, "(secret)"));
        at += secret_len;
        plain_from = at;
    }
    return buf_add(out, text + plain_from, len - plain_from);
}
