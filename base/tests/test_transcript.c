/* SPDX-License-Identifier: Apache-2.0 */
#include "base/transcript.h"

#include "base/event_kinds.h"
#include "test_support.h"

#include <stdio.h>

static void emit_line(const struct event_sink *sink, const char *text)
{
    struct event_builder e;

    event_begin(&e, sink, "board", EV_BOARD_LINE, 0);
    event_text(&e, "text", text);
    event_emit(&e);
}

static void copies_everything_that_an_event_points_to(void)
{
    struct transcript *t = transcript_new(100000);
    int64_t ints[] = {1, 2};
    char word[] = "word";
    char bytes[] = {1, 2, 3};
    char source[] = "tls";
    char kind[] = "x.y";
    char name[] = "name";
    const char *texts[] = {word, "other"};
    const struct event *kept = NULL;
    struct event_builder e;
    struct buf b;

    event_begin(&e, transcript_sink(t), source, kind, 9);
    event_add_string(&e, event_name(name), word);
    event_bytes(&e, "bytes", bytes, 3);
    event_ints(&e, "ints", ints, 2);
    event_texts(&e, "texts", texts, 2);
    event_secret(&e, "secret", "s", 1);
    event_bool(&e, "flag", true);
    event_ints(&e, "none", NULL, 0);
    e.event.t_ns = 77;
    event_emit(&e);
    memset(word, 'x', 4);
    memset(bytes, 'x', 3);
    memset(source, 'x', 3);
    memset(kind, 'x', 3);
    memset(name, 'x', 4);
    ints[0] = 99;
    texts[1] = "changed";
    memset(&e, 0xee, sizeof(e));
    kept = transcript_at(t, 0);
    REQUIRE(kept != NULL);
    buf_init(&b, 1000);
    CHECK_OK(event_write_json(kept, &b));
    CHECK_STR_EQ(buf_text(&b), "{\"t\":77,\"src\":\"tls\",\"ev\":\"x.y\",\"conn\":9,"
                               "\"name\":\"word\",\"bytes\":{\"hex\":\"010203\"},\"ints\":[1,2],"
                               "\"texts\":[\"word\",\"other\"],\"secret\":\"(secret)\","
                               "\"flag\":true,\"none\":[]}");
    buf_done(&b);
    transcript_free(t);
}

static void ends_every_kept_text_with_a_nul(void)
{
    struct transcript *t = transcript_new(100000);
    struct event_builder e;

    event_begin(&e, transcript_sink(t), "x", "x.y", 0);
    event_text_len(&e, "part", "part of a text", 4);
    event_emit(&e);
    CHECK_STR_EQ(event_get_text(transcript_at(t, 0), "part"), "part");
    transcript_free(t);
}

static void keeps_events_in_order(void)
{
    struct transcript *t = transcript_new(10000000);
    char text[16];

    for (int i = 0; i < 5000; i++) {
        snprintf(text, sizeof(text), "%d", i);
        emit_line(transcript_sink(t), text);
    }
    CHECK_OK(transcript_status(t));
    REQUIRE(transcript_count(t) == 5000);
    for (int i = 0; i < 5000; i++) {
        snprintf(text, sizeof(text), "%d", i);
        if (strcmp(event_get_text(transcript_at(t, (size_t)i), "text"), text) != 0)
            CHECK_STR_EQ(event_get_text(transcript_at(t, (size_t)i), "text"), text);
    }
    CHECK(transcript_at(t, 5000) == NULL);
    CHECK(transcript_at(t, SIZE_MAX) == NULL);
    transcript_free(t);
}

static void keeps_an_event_that_is_larger_than_a_block(void)
{
    struct transcript *t = transcript_new(10000000);
    static char big[1000000];
    struct event_builder e;

    memset(big, 'b', sizeof(big));
    emit_line(transcript_sink(t), "before");
    event_begin(&e, transcript_sink(t), "net", EV_NET_DATA, 1);
    event_bytes(&e, "bytes", big, sizeof(big));
    event_emit(&e);
    emit_line(transcript_sink(t), "after");
    REQUIRE(transcript_count(t) == 3);
    CHECK_UINT_EQ(event_field(transcript_at(t, 1), "bytes")->text_len, sizeof(big));
    CHECK_MEM_EQ(event_field(transcript_at(t, 1), "bytes")->text, big, sizeof(big));
    CHECK_STR_EQ(event_get_text(transcript_at(t, 2), "text"), "after");
    transcript_free(t);
}

static void says_when_it_could_not_keep_everything(void)
{
    struct transcript *t = transcript_new(2000);
    size_t count = 0;

    CHECK_OK(transcript_status(t));
    for (int i = 0; i < 100; i++)
        emit_line(transcript_sink(t), "twelve bytes");
    count = transcript_count(t);
    CHECK_INT_EQ(transcript_status(t), ASSAY_ERR_LIMIT);
    CHECK(count > 2 && count < 40);
    CHECK_STR_EQ(event_get_text(transcript_at(t, count - 1), "text"), "twelve bytes");
    emit_line(transcript_sink(t), ""); /* a smaller one later would look as if nothing was lost */
    CHECK_UINT_EQ(transcript_count(t), count);
    transcript_free(t);
}

static void has_a_limit_in_bytes(void)
{
    struct transcript *t = transcript_new(100000);
    static char big[99999];
    struct event_builder e;

    event_begin(&e, transcript_sink(t), "net", EV_NET_DATA, 1);
    event_bytes(&e, "bytes", big, sizeof(big));
    CHECK_INT_EQ(transcript_append(t, &e.event), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(transcript_count(t), 0);
    transcript_free(t);
    transcript_free(NULL);
}

struct second {
    unsigned count;
    const struct transcript *transcript;
};

static void count_second(void *ctx, const struct event *event)
{
    struct second *second = ctx;

    second->count++;
    /* What it is handed is the copy that stays, and is in the transcript by now. */
    CHECK(event == transcript_at(second->transcript, transcript_count(second->transcript) - 1));
}

static void hands_events_to_a_second_sink_while_it_is_set(void)
{
    struct transcript *t = transcript_new(100000);
    struct second second = {.transcript = t};
    struct event_sink sink = {.emit = count_second, .ctx = &second};

    emit_line(transcript_sink(t), "1");
    transcript_tee(t, &sink);
    emit_line(transcript_sink(t), "2");
    emit_line(transcript_sink(t), "3");
    transcript_tee(t, NULL);
    emit_line(transcript_sink(t), "4");
    CHECK_UINT_EQ(second.count, 2);
    CHECK_UINT_EQ(transcript_count(t), 4);
    transcript_free(t);
}

TEST_SUITE(transcript, TEST(copies_everything_that_an_event_points_to),
           TEST(ends_every_kept_text_with_a_nul), TEST(keeps_events_in_order),
           TEST(keeps_an_event_that_is_larger_than_a_block),
           TEST(says_when_it_could_not_keep_everything), TEST(has_a_limit_in_bytes),
           TEST(hands_events_to_a_second_sink_while_it_is_set));
