/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "test_support.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct heard {
    unsigned count;
    struct buf json;
};

static void hear(void *ctx, const struct event *event)
{
    struct heard *heard = ctx;

    heard->count++;
    buf_clear(&heard->json);
    CHECK_OK(event_write_json(event, &heard->json));
}

static uint64_t always_42(void *ctx)
{
    (void)ctx;
    return 42;
}

static void check_json_of(struct event_builder *e, const char *want)
{
    struct buf b;

    buf_init(&b, 10000);
    CHECK_OK(event_write_json(&e->event, &b));
    CHECK_STR_EQ(buf_text(&b), want);
    buf_done(&b);
}

static void hands_an_event_to_its_sink(void)
{
    struct heard heard = {.count = 0};
    struct event_sink sink = {.emit = hear, .now_ns = always_42, .ctx = &heard};
    struct event_builder e;

    buf_init(&heard.json, 1000);
    event_begin(&e, &sink, "tls", EV_TLS_ALERT, 3);
    event_int(&e, "code", 48);
    CHECK_UINT_EQ(heard.count, 0);
    event_emit(&e);
    CHECK_UINT_EQ(heard.count, 1);
    CHECK_STR_EQ(buf_text(&heard.json),
                 "{\"t\":42,\"src\":\"tls\",\"ev\":\"tls.alert\",\"conn\":3,\"code\":48}");
    buf_done(&heard.json);
}

static void takes_the_monotonic_clock_where_a_sink_has_none(void)
{
    struct event_sink sink = {.emit = hear};
    struct event_builder e;
    uint64_t before = monotonic_ns();

    event_begin(&e, &sink, "run", EV_CASE_END, 0);
    CHECK(e.event.t_ns >= before && e.event.t_ns <= monotonic_ns());
}

static void does_nothing_without_a_sink(void)
{
    struct event_builder e;

    event_begin(&e, NULL, "run", EV_CASE_END, 0);
    event_int(&e, "code", 1);
    event_emit(&e);
    CHECK_INT_EQ(event_get_int(&e.event, "code", 0), 1);
}

static void writes_every_type_of_field(void)
{
    static const int64_t ints[] = {-1, INT64_MAX};
    static const char *const texts[] = {"a", "b\"c", ""};
    struct event_builder e;

    event_begin(&e, NULL, "x", "x.y", 0);
    event_int(&e, "i", INT64_MIN);
    event_bool(&e, "b", true);
    event_bool(&e, "n", false);
    event_text(&e, "t", "say \"x\"");
    event_text(&e, "none", NULL);
    event_text_len(&e, "l", "a\0b\xff", 4);
    event_bytes(&e, "y", "\x00\xff", 2);
    event_bytes(&e, "e", NULL, 0);
    event_ints(&e, "is", ints, 2);
    event_texts(&e, "ts", texts, 3);
    event_ints(&e, "es", NULL, 0);
    check_json_of(&e, "{\"t\":0,\"src\":\"x\",\"ev\":\"x.y\",\"i\":-9223372036854775808,\"b\":true,"
                      "\"n\":false,\"t\":\"say \\\"x\\\"\",\"l\":\"a\\u0000b\\u00ff\","
                      "\"y\":{\"hex\":\"00ff\"},\"e\":{\"hex\":\"\"},"
                      "\"is\":[-1,9223372036854775807],\"ts\":[\"a\",\"b\\\"c\",\"\"],\"es\":[]}");
}

static void never_writes_a_secret(void)
{
    struct event_builder e;

    event_begin(&e, NULL, "mqtt", EV_MQTT_CONNECT, 0);
    event_secret(&e, "password", "hunter2", 7);
    check_json_of(&e, "{\"t\":0,\"src\":\"mqtt\",\"ev\":\"mqtt.connect\","
                      "\"password\":\"(secret)\"}");
    CHECK_STR_EQ(event_get_text(&e.event, "password"), "");
}

static void reads_fields_by_name_and_type(void)
{
    struct event_builder e;

    event_begin(&e, NULL, "x", "x.y", 0);
    event_int(&e, "i", 5);
    event_bool(&e, "b", true);
    event_text(&e, "t", "text");
    event_bytes(&e, "y", "bytes", 5);
    CHECK(event_is(&e.event, "x.y"));
    CHECK(!event_is(&e.event, "x.yz"));
    CHECK(!event_is(&e.event, "x"));
    CHECK_INT_EQ(event_get_int(&e.event, "i", -1), 5);
    CHECK_INT_EQ(event_get_int(&e.event, "b", -1), 1);
    CHECK_INT_EQ(event_get_int(&e.event, "t", -1), -1);
    CHECK_INT_EQ(event_get_int(&e.event, "gone", -1), -1);
    CHECK(event_get_bool(&e.event, "b"));
    CHECK(!event_get_bool(&e.event, "t"));
    CHECK(!event_get_bool(&e.event, "gone"));
    CHECK_STR_EQ(event_get_text(&e.event, "t"), "text");
    CHECK_STR_EQ(event_get_text(&e.event, "y"), "");
    CHECK_STR_EQ(event_get_text(&e.event, "i"), "");
    CHECK_STR_EQ(event_get_text(&e.event, "gone"), "");
    CHECK(event_field(&e.event, "t") == &e.event.fields[2]);
    CHECK(event_field(&e.event, "gone") == NULL);
}

static void holds_as_many_fields_as_it_promises(void)
{
    struct event_builder e;

    event_begin(&e, NULL, "x", "x.y", 0);
    for (int i = 0; i < EVENT_MAX_FIELDS; i++)
        event_int(&e, "i", i);
    CHECK_UINT_EQ(e.event.field_count, EVENT_MAX_FIELDS);
    CHECK_INT_EQ(e.event.fields[EVENT_MAX_FIELDS - 1].i, EVENT_MAX_FIELDS - 1);
}

static void fails_at_the_limit_of_the_buffer(void)
{
    static const int64_t ints[] = {1, 2};
    static const char *const texts[] = {"a", "b"};
    struct event_builder e;
    struct buf whole;

    event_begin(&e, NULL, "x", "x.y", 7);
    event_text(&e, "t", "text");
    event_bytes(&e, "y", "bytes", 5);
    event_bool(&e, "b", true);
    event_ints(&e, "i", ints, 2);
    event_texts(&e, "s", texts, 2);
    event_secret(&e, "p", "x", 1);
    buf_init(&whole, 1000);
    CHECK_OK(event_write_json(&e.event, &whole));
    for (size_t max = 0; max < whole.len; max++) {
        struct buf b;

        buf_init(&b, max);
        CHECK_INT_EQ(event_write_json(&e.event, &b), ASSAY_ERR_LIMIT);
        buf_done(&b);
    }
    buf_done(&whole);
}

/* More is asked for than most events need: that must not be missed where there is no more. */
static void fills_a_buffer_up_to_its_last_byte(void)
{
    struct event_builder e;
    struct buf b;

    event_begin(&e, NULL, "x", "x.y", 0);
    event_text(&e, "t", "text");
    event_bytes(&e, "y", "bytes", 5);
    buf_init(&b, 3 + strlen("{\"t\":0,\"src\":\"x\",\"ev\":\"x.y\",\"t\":\"text\","
                            "\"y\":{\"hex\":\"6279746573\"}}"));
    CHECK_OK(buf_add(&b, "abc", 3));
    CHECK_OK(event_write_json(&e.event, &b));
    CHECK_UINT_EQ(b.len, b.max);
    CHECK_INT_EQ(event_write_json(&e.event, &b), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(b.len, b.max);
    buf_done(&b);
}

/* Those of this project are short; a transcript of another may be read. */
static void writes_names_of_any_length(void)
{
    static char longest[UINT16_MAX + 10];
    struct event_builder e;
    struct buf b;

    memset(longest, 'n', sizeof(longest) - 1);
    event_begin(&e, NULL, "x", "x.y", 0);
    event_add_int(&e, event_name(longest), 2);
    buf_init(&b, 2 * sizeof(longest));
    CHECK_OK(event_write_json(&e.event, &b));
    CHECK_UINT_EQ(b.len, strlen("{\"t\":0,\"src\":\"x\",\"ev\":\"x.y\",\"\":2}") + strlen(longest));
    buf_done(&b);
    event_begin(&e, NULL, "x", "a.kind.that.is.longer.than.any.that.this.project.has", 0);
    event_add_int(&e, event_name("not_a_literal"), 2);
    event_bool(&e, "a_name_that_is_longer_than_any_that_this_project_has_and_by_far", true);
    event_int(&e, "i", 1);
    check_json_of(&e, "{\"t\":0,\"src\":\"x\","
                      "\"ev\":\"a.kind.that.is.longer.than.any.that.this.project.has\","
                      "\"not_a_literal\":2,"
                      "\"a_name_that_is_longer_than_any_that_this_project_has_and_by_far\":true,"
                      "\"i\":1}");
}

static void writes_every_byte_and_number(void)
{
    static const int64_t ints[] = {0, 9, 10, 99, 100, 101, 999, 1000, 12345, INT64_MAX, -10, -100};
    uint8_t bytes[256];
    char want[2000];
    size_t len = 0;
    struct event_builder e;

    len = (size_t)snprintf(want, sizeof(want), "{\"t\":0,\"src\":\"x\",\"ev\":\"x.y\",\"is\":[");
    for (size_t i = 0; i < sizeof(ints) / sizeof(ints[0]); i++)
        len += (size_t)snprintf(want + len, sizeof(want) - len, "%s%" PRId64, i > 0 ? "," : "",
                                ints[i]);
    len += (size_t)snprintf(want + len, sizeof(want) - len, "],\"y\":{\"hex\":\"");
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)i;
        len += (size_t)snprintf(want + len, sizeof(want) - len, "%02zx", i);
    }
    snprintf(want + len, sizeof(want) - len, "\"}}");
    event_begin(&e, NULL, "x", "x.y", 0);
    event_ints(&e, "is", ints, sizeof(ints) / sizeof(ints[0]));
    event_bytes(&e, "y", bytes, sizeof(bytes));
    check_json_of(&e, want);
}

static void writes_numbers_of_every_length(void)
{
    int64_t power = 1;
    char want[200];
    struct event_builder e;

    for (int digits = 1; digits <= 18; digits++, power *= 10) {
        snprintf(want, sizeof(want),
                 "{\"t\":0,\"src\":\"x\",\"ev\":\"x.y\",\"below\":%" PRId64 ",\"at\":%" PRId64
                 ",\"beyond\":%" PRId64 ",\"digits\":%" PRId64 "}",
                 power - 1, power, power + 1, 123456789012345678 / power);
        event_begin(&e, NULL, "x", "x.y", 0);
        event_int(&e, "below", power - 1);
        event_int(&e, "at", power);
        event_int(&e, "beyond", power + 1);
        event_int(&e, "digits", 123456789012345678 / power);
        check_json_of(&e, want);
    }
}

TEST_SUITE(event, TEST(writes_numbers_of_every_length), TEST(fills_a_buffer_up_to_its_last_byte),
           TEST(writes_names_of_any_length), TEST(writes_every_byte_and_number),
           TEST(hands_an_event_to_its_sink), TEST(takes_the_monotonic_clock_where_a_sink_has_none),
           TEST(does_nothing_without_a_sink), TEST(writes_every_type_of_field),
           TEST(never_writes_a_secret), TEST(reads_fields_by_name_and_type),
           TEST(holds_as_many_fields_as_it_promises), TEST(fails_at_the_limit_of_the_buffer));
