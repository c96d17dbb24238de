/* SPDX-License-Identifier: Apache-2.0 */
/* The broker's own messages: what brings them about, where they go, when, and who gets them late.
 */
#include "bytes.h"
#include "event_check.h"
#include "test_support.h"

#include "base/event_kinds.h"
#include "broker/broker.h"

#include <string.h>

#define PERSISTENT "10 0d <MQTT> 04 00 003c <a> "
#define SUBSCRIBE  "82 08 0001 <c/+> 01 "
#define OK         "20 02 00 00 "
#define RESUMED    "20 02 01 00 "
#define SUBACK     "90 03 0001 01 "

struct bed {
    struct mqtt_settings settings;
    struct transcript *t;
    struct broker *broker;
    struct broker_conn *conn;
    uint64_t now_ms;
};

static void join(struct bed *b)
{
    b->conn = broker_conn_new(b->broker, 1, NULL);
    REQUIRE(b->conn != NULL);
}

static void begin(struct bed *b, const char *message)
{
    struct assay_error err = {0};

    *b = (struct bed){.t = transcript_new(1 << 20)};
    mqtt_settings_default(&b->settings);
    CHECK_OK(mqtt_message_read(message, "mqtt.messages.1", &b->settings.messages[0], &err));
    b->settings.message_count = 1;
    b->broker = broker_new(&b->settings, transcript_sink(b->t));
    REQUIRE(b->broker != NULL);
    join(b);
}

static void end(struct bed *b)
{
    broker_conn_free(b->conn, b->now_ms);
    broker_free(b->broker);
    CHECK_EVENTS(b->t);
    transcript_free(b->t);
}

static void leave(struct bed *b)
{
    broker_conn_free(b->conn, b->now_ms);
    b->conn = NULL;
}

static void say(struct bed *b, const char *text)
{
    struct buf bytes;

    buf_init(&bytes, 4096);
    bytes_add(&bytes, text);
    CHECK_OK(broker_conn_receive(b->conn, b->now_ms, bytes.data, bytes.len));
    buf_done(&bytes);
}

static void check_hears(struct bed *b, const char *text, unsigned line)
{
    struct buf *out = mqtt_session_output(broker_conn_session(b->conn));
    struct buf want;

    buf_init(&want, 4096);
    bytes_add(&want, text);
    test_check(out->len == want.len && memcmp(buf_text(out), buf_text(&want), want.len) == 0,
               __FILE__, line, "other bytes than %s (%zu)", text, out->len);
    buf_clear(out);
    buf_done(&want);
}

#define HEARS(b, text) check_hears(b, text, __LINE__)

static void follows_suback_to_the_topic_of_the_filter(void)
{
    struct bed b;

    begin(&b, "publish SUBACK qos=1 payload=go");
    say(&b, PERSISTENT SUBSCRIBE);
    HEARS(&b, OK SUBACK "32 0d <c/bench> 0001 'go'");
    end(&b);
}

static void is_retained_before_the_subscription_that_brings_it_about(void)
{
    struct bed b;

    begin(&b, "publish SUBSCRIBE retain=1 payload=go");
    say(&b, PERSISTENT SUBSCRIBE);
    HEARS(&b, OK SUBACK "31 0b <c/bench> 'go'");
    end(&b);
}

static void waits_its_time_and_then_for_the_client(void)
{
    struct bed b;

    begin(&b, "publish PINGREQ count=1 by=50 qos=1 payload=go");
    say(&b, PERSISTENT SUBSCRIBE "c0 00 c0 00");
    HEARS(&b, OK SUBACK "d0 00 d0 00");
    CHECK_UINT_EQ(broker_due_ms(b.broker), 50);
    leave(&b);
    b.now_ms = 50;
    broker_advance(b.broker, b.now_ms);
    CHECK(broker_due_ms(b.broker) == BROKER_NEVER);
    join(&b);
    say(&b, PERSISTENT);
    HEARS(&b, RESUMED "32 0d <c/bench> 0001 'go'");
    end(&b);
}

static void is_as_long_as_is_asked_for(void)
{
    struct bed b;

    begin(&b, "publish SUBACK topic=c/x payload=go bytes=4");
    say(&b, PERSISTENT SUBSCRIBE);
    HEARS(&b, OK SUBACK "30 09 <c/x> 'go..'");
    end(&b);
}

static void goes_nowhere_while_nobody_listens(void)
{
    struct bed b;

    begin(&b, "publish PINGREQ payload=go");
    say(&b, PERSISTENT "c0 00 " SUBSCRIBE);
    HEARS(&b, OK "d0 00 " SUBACK);
    end(&b);
}

static void a_session_is_not_kept_where_none_is_to_be(void)
{
    struct bed b;

    begin(&b, "publish PUBREL payload=go");
    b.settings.keep_sessions = false;
    say(&b, PERSISTENT SUBSCRIBE);
    HEARS(&b, OK SUBACK);
    leave(&b);
    join(&b);
    say(&b, PERSISTENT);
    HEARS(&b, OK);
    end(&b);
}

static void a_sentence_that_is_none_is_refused(void)
{
    static const char *const sentences[] = {"",
                                            "withhold SUBACK",
                                            "publish",
                                            "publish SUBACKS",
                                            "publish SUBACK qos=3",
                                            "publish SUBACK payload"};
    struct mqtt_fault message;

    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        struct assay_error err = {0};

        test_check(mqtt_message_read(sentences[i], "mqtt.messages.1", &message, &err) ==
                       ASSAY_ERR_MALFORMED,
                   __FILE__, __LINE__, "\"%s\" was read", sentences[i]);
        CHECK_STR_CONTAINS(err.text, "mqtt.messages.1");
    }
}

TEST_SUITE(orders, TEST(follows_suback_to_the_topic_of_the_filter),
           TEST(is_retained_before_the_subscription_that_brings_it_about),
           TEST(waits_its_time_and_then_for_the_client), TEST(is_as_long_as_is_asked_for),
           TEST(goes_nowhere_while_nobody_listens), TEST(a_session_is_not_kept_where_none_is_to_be),
           TEST(a_sentence_that_is_none_is_refused));
