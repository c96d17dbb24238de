/* SPDX-License-Identifier: Apache-2.0 */
#include "output_lines.h"

#include "test_support.h"

#include <stdlib.h>

struct seen {
    struct buf text; /* every line, '|' behind it */
    unsigned count;
};

static void on_line(void *ctx, const char *text, size_t len)
{
    struct seen *seen = ctx;

    seen->count++;
    CHECK_UINT_EQ(strlen(text), len);
    CHECK_OK(buf_add(&seen->text, text, len));
    CHECK_OK(buf_add_char(&seen->text, '|'));
}

struct bench {
    struct secrets secrets;
    struct seen seen;
    struct output_lines lines;
};

static void bench_init(struct bench *b)
{
    b->secrets = (struct secrets){.count = 0};
    b->seen.count = 0;
    buf_init(&b->seen.text, 1024 * 1024);
    CHECK_OK(secrets_add(&b->secrets, "hunter22"));
    CHECK_OK(secrets_add(&b->secrets, "hunter22-and-more"));
    CHECK_OK(secrets_add(&b->secrets, "abc")); /* too short to be looked for */
    CHECK_OK(secrets_add(&b->secrets, NULL));
    output_lines_init(&b->lines, &b->secrets, on_line, &b->seen);
}

static void bench_done(struct bench *b)
{
    output_lines_done(&b->lines);
    secrets_clear(&b->secrets);
    buf_done(&b->seen.text);
}

static void feed(struct bench *b, const char *text)
{
    output_lines_feed(&b->lines, text, strlen(text));
}

static void cuts_at_newlines_however_the_bytes_arrive(void)
{
    struct bench b;

    bench_init(&b);
    feed(&b, "one\ntw");
    feed(&b, "o\r\n\nth");
    feed(&b, "ree");
    CHECK_STR_EQ(buf_text(&b.seen.text), "one|two||");
    output_lines_end(&b.lines);
    output_lines_end(&b.lines);
    CHECK_STR_EQ(buf_text(&b.seen.text), "one|two||three|");
    bench_done(&b);
}

static void masks_secrets_also_when_they_arrive_in_pieces(void)
{
    struct bench b;

    bench_init(&b);
    feed(&b, "pass hun");
    feed(&b, "ter22, again hunter22-and-more abc\nhunter2\n");
    CHECK_STR_EQ(buf_text(&b.seen.text), "pass (secret), again (secret) abc|hunter2|");
    bench_done(&b);
}

static void bounds_what_a_line_shows(void)
{
    struct bench b;

    bench_init(&b);
    for (int i = 0; i < OUTPUT_LINE_SHOWN_MAX; i++)
        feed(&b, "x");
    feed(&b, "\n");
    CHECK_UINT_EQ(b.seen.text.len, OUTPUT_LINE_SHOWN_MAX + 1);
    buf_clear(&b.seen.text);
    for (int i = 0; i < 100 * 1000; i++)
        feed(&b, "x");
    feed(&b, "\nnext\n");
    CHECK_UINT_EQ(b.seen.text.len, OUTPUT_LINE_SHOWN_MAX + strlen(" [...]|") + strlen("next|"));
    CHECK_STR_CONTAINS(buf_text(&b.seen.text), "x [...]|next|");
    bench_done(&b);
}

static void shows_no_half_of_a_secret_where_it_cuts(void)
{
    /* Secrets shrink when they are masked, so the cut comes into sight. */
    static const char secret[] = "a-very-long-secret-that-shrinks-when-it-is-masked-0123456789ABCD";
    struct bench b;

    bench_init(&b);
    CHECK_OK(secrets_add(&b.secrets, secret));
    for (size_t len = 0; len <= OUTPUT_LINE_READ_MAX; len += strlen(secret))
        feed(&b, secret);
    feed(&b, secret);
    feed(&b, "\n");
    CHECK(strstr(buf_text(&b.seen.text), "a-very") == NULL);
    CHECK_STR_CONTAINS(buf_text(&b.seen.text), "(secret) [...]|");
    bench_done(&b);
}

static void never_cuts_a_character_in_two(void)
{
    struct bench b;

    bench_init(&b);
    feed(&b, "x");
    for (int i = 0; i < OUTPUT_LINE_SHOWN_MAX; i++)
        feed(&b, "\xc3\xa9");
    feed(&b, "\n");
    CHECK_STR_CONTAINS(buf_text(&b.seen.text), "\xc3\xa9 [...]|");
    bench_done(&b);
}

static void keeps_bytes_after_a_nul(void)
{
    struct secrets none = {.count = 0};
    struct buf out;

    buf_init(&out, 64);
    CHECK_OK(secrets_mask(&none, "a\0b", 3, &out));
    CHECK_UINT_EQ(out.len, 3);
    buf_done(&out);
}

TEST_SUITE(output_lines, TEST(cuts_at_newlines_however_the_bytes_arrive),
           TEST(masks_secrets_also_when_they_arrive_in_pieces), TEST(bounds_what_a_line_shows),
           TEST(shows_no_half_of_a_secret_where_it_cuts), TEST(never_cuts_a_character_in_two),
           TEST(keeps_bytes_after_a_nul));
