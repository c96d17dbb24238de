/* SPDX-License-Identifier: Apache-2.0 */
#include "output_lines.h"

#include <string.h>

void output_lines_init(struct output_lines *o, const struct secrets *secrets, output_line_fn line,
                       void *ctx)
{
    *o = (struct output_lines){.secrets = secrets, .line = line, .ctx = ctx};
    buf_init(&o->pending, OUTPUT_LINE_READ_MAX);
}

void output_lines_done(struct output_lines *o)
{
    buf_done(&o->pending);
}

/* Never cut a character of UTF-8 in two. */
static size_t whole_characters(const char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static void hand_over(struct output_lines *o)
{
    size_t len = o->pending.len;
    size_t longest = secrets_longest(o->secrets);
    struct buf shown;

    if (len > 0 && o->pending.data[len - 1] == '\r')
        len--;
    /* The line may have been cut inside a secret, whose first half nothing would recognise. */
    if (o->is_cut)
        len -= longest < len ? longest : len;
    buf_init(&shown, 4 * OUTPUT_LINE_READ_MAX);
    if (secrets_mask(o->secrets, buf_text(&o->pending), len, &shown) == ASSAY_OK) {
        if (shown.len > OUTPUT_LINE_SHOWN_MAX) {
            buf_truncate(&shown, whole_characters(buf_text(&shown), OUTPUT_LINE_SHOWN_MAX));
            o->is_cut = true;
        }
        if (!o->is_cut || buf_add_text(&shown, " [...]") == ASSAY_OK)
            o->line(o->ctx, buf_text(&shown), shown.len);
    }
    buf_done(&shown);
    buf_clear(&o->pending);
    o->is_cut = false;
}

void output_lines_feed(struct output_lines *o, const char *text, size_t len)
{
    while (len > 0) {
        const char *newline = memchr(text, '\n', len);
        size_t piece = newline != NULL ? (size_t)(newline - text) : len;
        size_t room = OUTPUT_LINE_READ_MAX - o->pending.len;

        if (piece > room)
            o->is_cut = true;
        if (buf_add(&o->pending, text, piece < room ? piece : room) != ASSAY_OK)
            o->is_cut = true; /* out of memory: what a program printed is not worth a failure */
        if (newline == NULL)
            return;
        hand_over(o);
        text += piece + 1;
        len -= piece + 1;
    }
}

void output_lines_end(struct output_lines *o)
{
    if (o->pending.len > 0 || o->is_cut)
        hand_over(o);
}
