/* SPDX-License-Identifier: Apache-2.0 */
/* Events as they are made: for sinks that want text, the same lines as for those that want fields.
 */
#include "base/event.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "test_support.h"

#include <string.h>

enum { LINES_MAX = 1 << 20 };

struct lines {
    struct event_sink sink;
    struct event_moment last;
    struct buf text;
    size_t heads; /* events that came as text and nothing else */
};

static uint64_t now_of_test(void *ctx)
{
    (void)ctx;
    return 34681360631760;
}

static void write_line(void *ctx, const struct event *event)
{
    struct lines *lines = ctx;

    CHECK((event->head != NULL) == lines->sink.wants_text);
    lines->heads += event->head != NULL && event->field_count == 0;
    CHECK_OK(event_write_line(event, ",\"more\":1}\n", 11, &lines->text));
}

static void lines_init(struct lines *lines, bool wants_text)
{
    *lines = (struct lines){.sink = {.emit = write_line,
                                     .now_ns = now_of_test,
                                     .ctx = lines,
                                     .last = &lines->last,
                                     .wants_text = wants_text}};
    buf_init(&lines->text, LINES_MAX);
}

typedef void (*tell_fn)(const struct event_sink *sink, size_t size);

/* Both kinds of sink are told the same; returns how many events were nothing but text. */
static size_t check_same(tell_fn tell, size_t size)
{
    struct lines fields;
    struct lines text;

    lines_init(&fields, false);
    lines_init(&text, true);
    tell(&fields.sink, size);
    tell(&text.sink, size);
    CHECK(fields.text.len > 0);
    CHECK_STR_EQ(buf_text(&text.text), buf_text(&fields.text));
    buf_done(&fields.text);
    buf_done(&text.text);
    return text.heads;
}

static void tell_every_type(const struct event_sink *sink, size_t size)
{
    static const int64_t ints[] = {-1, INT64_MAX};
    static const char *const texts[] = {"a", "b\"c", ""};
    struct event_builder e;

    event_begin(&e, sink, "mqtt", EV_MQTT_PACKET, (uint32_t)size);
    event_int(&e, "least", INT64_MIN);
    event_int(&e, "most", INT64_MAX);
    event_bool(&e, "yes", true);
    event_bool(&e, "no", false);
    event_word(&e, "dir", "rx");
    event_word(&e, "empty", "");
    event_word(&e, "type", "UNSUBSCRIBE");
    event_text(&e, "text", "say \"x\"\n");
    event_text(&e, "none", NULL);
    event_text_len(&e, "long", "a\0b\xff", 4);
    event_bytes(&e, "bytes", "\x00\xff", 2);
    event_bytes(&e, "no_bytes", NULL, 0);
    event_int(&e, "a_name_of_twenty_eight_bytes", 1);
    event_int(&e, "and_one_with_twenty_nine_byte", 2);
    event_int(&e, "behind", 3);
    event_add_int(&e, event_name("of_a_variable"), 4);
    event_secret(&e, "password", "hunter2", 7);
    event_ints(&e, "ints", ints, 2);
    event_texts(&e, "texts", texts, 3);
    event_bool(&e, "last", true);
    event_emit(&e);
}

static void text_has_every_type_of_field(void)
{
    check_same(tell_every_type, 0);
    check_same(tell_every_type, 12);
    check_same(tell_every_type, UINT32_MAX);
}

static void tell_a_packet(const struct event_sink *sink, size_t size)
{
    struct event_builder e;

    event_begin(&e, sink, "mqtt", EV_MQTT_PUBLISH, 7);
    event_word(&e, "dir", "rx");
    event_text(&e, "topic", "bench/load");
    event_int(&e, "qos", 1);
    event_bytes(&e, "payload", "0123456789abcdef", size);
    event_emit(&e);
}

static void what_most_events_have_is_nothing_but_text(void)
{
    CHECK_UINT_EQ(check_same(tell_a_packet, 16), 1);
}

static void tell_blocks(const struct event_sink *sink, size_t size)
{
    char plain[2 * EVENT_HEAD_ROOM];
    struct event_builder e;

    memset(plain, 'x', sizeof(plain));
    event_begin(&e, sink, "net", EV_NET_DATA, 1);
    event_text_len(&e, "text", plain, size);
    event_int(&e, "between", 1);
    event_bytes(&e, "bytes", plain, size);
    event_word(&e, "word", "behind");
    event_emit(&e);
    plain[size / 2] = '"';
    event_begin(&e, sink, "net", EV_NET_DATA, 1);
    event_bytes(&e, "bytes", plain, size);
    event_text_len(&e, "text", plain, size);
    event_int(&e, "behind", 2);
    event_emit(&e);
}

/* ... through every length at which something begins not to fit. */
static void fields_keep_their_order_whatever_fits(void)
{
    for (size_t size = 1; size < EVENT_HEAD_ROOM + 2; size++)
        check_same(tell_blocks, size);
}

static void tell_many(const struct event_sink *sink, size_t size)
{
    struct event_builder e;

    event_begin(&e, sink, "x", "x.y", 1);
    for (size_t i = 0; i < size; i++)
        event_int(&e, "a_name_that_takes_its_room", (int64_t)1 << i);
    event_emit(&e);
}

static void many_fields_keep_their_order(void)
{
    for (size_t size = 0; size < EVENT_MAX_FIELDS; size++)
        check_same(tell_many, size);
}

static void tell_one_while_another_is_made(const struct event_sink *sink, size_t size)
{
    struct event_builder outer;
    struct event_builder inner;

    (void)size;
    event_begin(&outer, sink, "x", "x.outer", 1);
    event_int(&outer, "first", 1);
    event_begin(&inner, sink, "x", "x.inner", 2);
    event_int(&inner, "only", 2);
    event_emit(&inner);
    event_int(&outer, "second", 3);
    event_emit(&outer);
    event_begin(&inner, sink, "x", "x.never", 3);
    event_int(&inner, "lost", 4);
}

static void an_event_may_come_while_another_is_made(void)
{
    CHECK_UINT_EQ(check_same(tell_one_while_another_is_made, 0), 2);
}

static void tell_a_source_without_end(const struct event_sink *sink, size_t size)
{
    char name[EVENT_HEAD_ROOM + 10] = "";
    struct event_builder e;

    memset(name, 'x', size);
    event_begin(&e, sink, name, name, 1);
    event_int(&e, "i", 1);
    event_emit(&e);
}

static void check_fields(void *ctx, const struct event *event)
{
    (void)ctx;
    CHECK(event->head == NULL && event->field_count == 1);
}

static void a_source_that_does_not_fit_leaves_fields(void)
{
    const struct event_sink sink = {.emit = check_fields, .wants_text = true};

    for (size_t size = 1; size < 300; size++)
        check_same(tell_a_source_without_end, size);
    tell_a_source_without_end(&sink, EVENT_HEAD_ROOM);
}

static void tell_views(const struct event_sink *sink, size_t size)
{
    char text[EVENT_HEAD_ROOM + 10];
    struct event_builder e;

    memset(text, 'x', sizeof(text));
    event_begin(&e, sink, "x", "x.y", 1);
    if (!event_add_view(&e, EVENT_NAME("first"), text, size))
        event_text_len(&e, "first", text, size);
    memset(text, 'y', size); /* a copy was made where one is needed */
    if (!event_add_view(&e, EVENT_NAME("second"), text, size))
        event_text_len(&e, "second", text, size);
    event_int(&e, "behind", 1);
    event_emit(&e);
}

/* Of one that does not fit the caller keeps a copy: here it does not, and is told so. */
static void a_view_needs_no_copy_as_long_as_it_fits(void)
{
    char text[EVENT_HEAD_ROOM] = "";
    const struct event_field *field = NULL;
    struct event_builder e;

    for (size_t size = 0; size < 100; size++)
        check_same(tell_views, size);
    event_begin(&e, NULL, "x", "x.y", 1);
    CHECK(event_add_view(&e, EVENT_NAME("a"), "abcd", 2));
    CHECK(event_add_view(&e, EVENT_NAME("b"), NULL, 0));
    CHECK(event_add_view(&e, EVENT_NAME("c"), "efgh", 3));
    CHECK(!event_add_view(&e, EVENT_NAME("d"), text, sizeof(text)));
    CHECK_UINT_EQ(e.event.field_count, 3);
    CHECK_STR_EQ(event_get_text(&e.event, "a"), "ab");
    CHECK_STR_EQ(event_get_text(&e.event, "b"), "");
    CHECK_STR_EQ(event_get_text(&e.event, "c"), "efg");
    field = event_field(&e.event, "c");
    CHECK(field != NULL && field->text_len == 3);
}

static uint64_t count_up(void *ctx)
{
    return ++*(uint64_t *)ctx;
}

static void ignore(void *ctx, const struct event *event)
{
    (void)ctx;
    (void)event;
}

static void what_is_seen_within_an_event_has_its_time(void)
{
    uint64_t now = 100;
    struct event_moment last = {.t_ns = 0};
    const struct event_sink sink = {
        .emit = ignore, .now_ns = count_up, .ctx = &now, .last = &last, .wants_text = true};
    struct event_builder e;

    event_begin_within(&e, &sink, "x", "x.first", 0); /* within nothing: now */
    CHECK_UINT_EQ(e.event.t_ns, 101);
    event_begin_within(&e, &sink, "x", "x.y", 0);
    CHECK_UINT_EQ(e.event.t_ns, 101);
    event_begin(&e, &sink, "x", "x.y", 0);
    CHECK_UINT_EQ(e.event.t_ns, 102);
    event_begin_within(&e, &sink, "x", "x.y", 0);
    CHECK_UINT_EQ(e.event.t_ns, 102);
    CHECK(memcmp(e.head, "{\"t\":102,", 9) == 0);
    event_begin_within(&e, &sink, "x", "x.y", 0);
    CHECK(memcmp(e.head, "{\"t\":102,", 9) == 0);
}

static void a_sink_that_keeps_no_time_is_asked_for_it(void)
{
    uint64_t now = 100;
    const struct event_sink sink = {.emit = ignore, .now_ns = count_up, .ctx = &now};
    struct event_builder e;

    event_begin(&e, &sink, "x", "x.y", 0);
    event_begin_within(&e, &sink, "x", "x.y", 0);
    CHECK_UINT_EQ(e.event.t_ns, 102);
    event_begin_within(&e, NULL, "x", "x.y", 0);
    CHECK_UINT_EQ(e.event.t_ns, 0);
}

TEST_SUITE(event_build, TEST(text_has_every_type_of_field),
           TEST(what_most_events_have_is_nothing_but_text),
           TEST(fields_keep_their_order_whatever_fits), TEST(many_fields_keep_their_order),
           TEST(a_view_needs_no_copy_as_long_as_it_fits),
           TEST(an_event_may_come_while_another_is_made),
           TEST(a_source_that_does_not_fit_leaves_fields),
           TEST(what_is_seen_within_an_event_has_its_time),
           TEST(a_sink_that_keeps_no_time_is_asked_for_it));
