/* SPDX-License-Identifier: Apache-2.0 */
/* What a session answers, byte by byte. */
#include "bytes.h"
#include "event_check.h"
#include "test_support.h"

#include "base/transcript.h"
#include "mqtt/session.h"

#define C31  "10 0f <MQIsdp> 03 02 003c <a> "
#define C311 "10 0d <MQTT> 04 02 003c <a> "
#define C5   "10 0e <MQTT> 05 02 003c 00 <a> "
/* CONNACK of 5.0: the largest packet that the bench takes. */
#define OK5 "20 08 00 00 05 27 00100000 "

struct exchange {
    const char *name;
    void (*set)(struct mqtt_settings *settings); /* NULL: defaults */
    const char *rx;
    const char *tx;
    enum mqtt_stage stage;
};

static void take_31(struct mqtt_settings *s)
{
    s->versions |= 1U << MQTT_V31;
}

static void only_5(struct mqtt_settings *s)
{
    s->versions = 1U << MQTT_V5;
}

static void only_311(struct mqtt_settings *s)
{
    s->versions = 1U << MQTT_V311;
}

static void refuse(struct mqtt_settings *s)
{
    s->connack_code = 5;
}

static void refuse_5(struct mqtt_settings *s)
{
    s->connack_code = 0x87;
}

static void with_session(struct mqtt_settings *s)
{
    s->session_present = true;
    s->versions |= 1U << MQTT_V31;
}

static void withhold_connack(struct mqtt_settings *s)
{
    s->withhold = MQTT_IN(MQTT_CONNACK);
}

static void withhold_acks(struct mqtt_settings *s)
{
    s->withhold = MQTT_IN(MQTT_PUBACK) | MQTT_IN(MQTT_SUBACK) | MQTT_IN(MQTT_PINGRESP);
}

static void close_after_connect(struct mqtt_settings *s)
{
    s->close_after = MQTT_IN(MQTT_CONNECT);
}

static void close_after_connack(struct mqtt_settings *s)
{
    s->close_after = MQTT_IN(MQTT_CONNACK);
}

static void silent_close_after_publish(struct mqtt_settings *s)
{
    s->close_after = MQTT_IN(MQTT_PUBLISH);
    s->withhold = MQTT_IN(MQTT_PUBACK);
}

static void refuse_subscriptions(struct mqtt_settings *s)
{
    s->suback_code = 0x80;
}

static void refuse_messages(struct mqtt_settings *s)
{
    s->puback_code = 0x97;
}

static void qos_1(struct mqtt_settings *s)
{
    s->max_qos = 1;
}

static void all_of_5(struct mqtt_settings *s)
{
    s->receive_maximum = 10;
    s->max_qos = 1;
    s->max_packet = 4096;
    s->topic_alias_maximum = 5;
    s->server_keep_alive_s = 30;
}

static const struct exchange exchanges[] = {
    {"a connect is accepted", NULL, C311, "20 02 00 00", MQTT_STAGE_CONNECTED},
    {"a connect of 5.0 is accepted", NULL, C5, OK5, MQTT_STAGE_CONNECTED},
    {"a connect of 3.1 is accepted where it is asked for", take_31, C31, "20 02 00 00",
     MQTT_STAGE_CONNECTED},
    {"3.1 is refused unless it is asked for", NULL, C31, "20 02 00 01", MQTT_STAGE_REFUSED},
    {"3.1.1 is refused where only 5.0 is spoken", only_5, C311, "20 02 00 01", MQTT_STAGE_REFUSED},
    {"5.0 is refused where only 3.1.1 is spoken", only_311, C5, "20 03 00 84 00",
     MQTT_STAGE_REFUSED},
    {"a level of the future is refused in the words of 5.0", NULL, "10 0e <MQTT> 06 02 003c 00 <a>",
     "20 03 00 84 00", MQTT_STAGE_FAILED},
    {"a level of the past is refused in the words of 3.1.1", NULL, "10 0d <MQTT> 02 02 003c <a>",
     "20 02 00 01", MQTT_STAGE_FAILED},
    {"another protocol is not answered", NULL, "10 0d <MQTX> 04 02 003c <a>", "",
     MQTT_STAGE_FAILED},
    {"an empty identifier of a session to be kept is refused", NULL, "10 0c <MQTT> 04 00 003c 0000",
     "20 02 00 02", MQTT_STAGE_FAILED},
    {"a broken connect of 5.0 gets its reason", NULL, "10 0e <MQTT> 05 03 003c 00 <a>",
     "20 03 00 81 00", MQTT_STAGE_FAILED},
    {"a broken connect of 3.1.1 gets no answer", NULL, "10 0d <MQTT> 04 03 003c <a>", "",
     MQTT_STAGE_FAILED},
    {"the settings refuse", refuse, C311, "20 02 00 05", MQTT_STAGE_REFUSED},
    {"the settings refuse in 5.0", refuse_5, C5, "20 03 00 87 00", MQTT_STAGE_REFUSED},
    {"an authentication method is not known", NULL, "10 14 <MQTT> 05 02 003c 06 15 <SCR> <a>",
     "20 03 00 8c 00", MQTT_STAGE_REFUSED},
    {"a session may be present", with_session, C311, "20 02 01 00", MQTT_STAGE_CONNECTED},
    {"3.1 knows no session present", with_session, C31, "20 02 00 00", MQTT_STAGE_CONNECTED},
    {"5.0 is told the limits", all_of_5, C5,
     "20 13 00 00 10 22 0005 13 001e 27 00001000 21 000a 24 01", MQTT_STAGE_CONNECTED},
    {"an empty identifier of 5.0 is assigned one", NULL, "10 0d <MQTT> 05 02 003c 00 0000",
     "20 19 00 00 16 12 <assay-assigned> 27 00100000", MQTT_STAGE_CONNECTED},
    {"CONNACK is withheld", withhold_connack, C311 "30 03 <t>", "", MQTT_STAGE_CONNECTED},
    {"QoS 0 is not acknowledged", NULL, C311 "30 04 <t> 'x'", "20 02 00 00", MQTT_STAGE_CONNECTED},
    {"QoS 1 is acknowledged", NULL, C311 "32 06 <t> 0007 'x'", "20 02 00 00 40 02 0007",
     MQTT_STAGE_CONNECTED},
    {"QoS 2 goes in four steps", NULL, C311 "34 06 <t> 0007 'x' 62 02 0007",
     "20 02 00 00 50 02 0007 70 02 0007", MQTT_STAGE_CONNECTED},
    {"the identifier of QoS 1 is free again", NULL, C311 "32 05 <t> 0007 32 05 <t> 0007",
     "20 02 00 00 40 02 0007 40 02 0007", MQTT_STAGE_CONNECTED},
    {"the identifier of QoS 2 is free after PUBCOMP", NULL,
     C311 "34 05 <t> 0007 62 02 0007 34 05 <t> 0007",
     "20 02 00 00 50 02 0007 70 02 0007 50 02 0007", MQTT_STAGE_CONNECTED},
    {"QoS 2 may be sent again with DUP", NULL, C311 "34 05 <t> 0007 3c 05 <t> 0007",
     "20 02 00 00 50 02 0007 50 02 0007", MQTT_STAGE_CONNECTED},
    {"an unknown PUBREL is completed", NULL, C311 "62 02 0009", "20 02 00 00 70 02 0009",
     MQTT_STAGE_CONNECTED},
    {"an unknown PUBREL of 5.0 is completed with its reason", NULL, C5 "62 02 0009",
     OK5 "70 03 0009 92", MQTT_STAGE_CONNECTED},
    {"an unknown PUBREC of 5.0 is answered", NULL, C5 "50 02 0009", OK5 "62 03 0009 92",
     MQTT_STAGE_CONNECTED},
    {"unknown acknowledgements are ignored", NULL, C311 "40 02 0009 50 02 0009 70 02 0009",
     "20 02 00 00", MQTT_STAGE_CONNECTED},
    {"5.0 acknowledges", NULL, C5 "32 07 <t> 0007 00 'x'", OK5 "40 02 0007", MQTT_STAGE_CONNECTED},
    {"messages are refused in 5.0", refuse_messages, C5 "32 06 <t> 0007 00 34 06 <t> 0008 00",
     OK5 "40 03 0007 97 50 03 0008 97", MQTT_STAGE_CONNECTED},
    {"messages cannot be refused in 3.1.1", refuse_messages, C311 "32 05 <t> 0007",
     "20 02 00 00 40 02 0007", MQTT_STAGE_CONNECTED},
    {"acknowledgements are withheld", withhold_acks, C311 "32 05 <t> 0001 82 06 0002 <a> 00 c0 00",
     "20 02 00 00", MQTT_STAGE_CONNECTED},
    {"a message without its acknowledgement may come again", withhold_acks,
     C311 "32 05 <t> 0001 3a 05 <t> 0001", "20 02 00 00", MQTT_STAGE_CONNECTED},
    {"subscriptions get the QoS they ask for", NULL, C311 "82 0e 0001 <a> 00 <b> 01 <c> 02",
     "20 02 00 00 90 05 0001 00 01 02", MQTT_STAGE_CONNECTED},
    {"subscriptions get no more than the highest QoS", qos_1,
     C311 "82 0e 0001 <a> 00 <b> 01 <c> 02", "20 02 00 00 90 05 0001 00 01 01",
     MQTT_STAGE_CONNECTED},
    {"subscriptions are refused", refuse_subscriptions, C311 "82 0a 0001 <a> 00 <b> 01",
     "20 02 00 00 90 04 0001 80 80", MQTT_STAGE_CONNECTED},
    {"subscriptions of 5.0", NULL, C5 "82 07 0001 00 <a> 2e", OK5 "90 04 0001 00 02",
     MQTT_STAGE_CONNECTED},
    {"unsubscribing", NULL, C311 "a2 08 0001 <a> <b>", "20 02 00 00 b0 02 0001",
     MQTT_STAGE_CONNECTED},
    {"unsubscribing in 5.0", NULL, C5 "a2 09 0001 00 <a> <b>", OK5 "b0 05 0001 00 00 00",
     MQTT_STAGE_CONNECTED},
    {"a ping", NULL, C311 "c0 00 c0 00", "20 02 00 00 d0 00 d0 00", MQTT_STAGE_CONNECTED},
    {"goodbye", NULL, C311 "e0 00", "20 02 00 00", MQTT_STAGE_DISCONNECTED},
    {"goodbye of 5.0", NULL, C5 "e0 01 04", OK5, MQTT_STAGE_DISCONNECTED},
    {"a session expiry may be shortened", NULL,
     "10 13 <MQTT> 05 02 003c 05 11 0000003c <a> e0 07 00 05 11 00000001", OK5,
     MQTT_STAGE_DISCONNECTED},
    {"the bench hangs up after CONNECT", close_after_connect, C311 "c0 00", "20 02 00 00",
     MQTT_STAGE_DROPPED},
    {"the bench hangs up after CONNACK", close_after_connack, C311 "c0 00", "20 02 00 00",
     MQTT_STAGE_DROPPED},
    {"the bench hangs up without acknowledging", silent_close_after_publish, C311 "32 05 <t> 0001",
     "20 02 00 00", MQTT_STAGE_DROPPED},
    {"the refused are not answered any more", refuse, C311 "c0 00 32 05 <t> 0001 e0 00",
     "20 02 00 05", MQTT_STAGE_DISCONNECTED},
};

enum { EXCHANGES = sizeof(exchanges) / sizeof(exchanges[0]) };

static struct mqtt_session *new_session(struct mqtt_settings *settings,
                                        void (*set)(struct mqtt_settings *), struct transcript *t)
{
    mqtt_settings_default(settings);
    if (set != NULL)
        set(settings);
    return mqtt_session_new(settings, t != NULL ? transcript_sink(t) : NULL, 3);
}

static void receive(struct mqtt_session *s, const char *text, size_t step)
{
    struct buf bytes;

    buf_init(&bytes, 4096);
    bytes_add(&bytes, text);
    for (size_t at = 0; at < bytes.len; at += step)
        CHECK_OK(mqtt_session_receive(s, bytes.data + at,
                                      bytes.len - at < step ? bytes.len - at : step));
    buf_done(&bytes);
}

static void run(const struct exchange *x, size_t step)
{
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, x->set, NULL);
    const struct buf *got = mqtt_session_output(s);
    struct buf want;

    buf_init(&want, 4096);
    bytes_add(&want, x->tx);
    receive(s, x->rx, step);
    test_check(got->len == want.len &&
                   (got->len == 0 || memcmp(got->data, want.data, got->len) == 0),
               __FILE__, __LINE__, "%s: other bytes than %s", x->name, x->tx);
    test_check(mqtt_session_stage(s) == x->stage, __FILE__, __LINE__, "%s: stage %d, not %d",
               x->name, mqtt_session_stage(s), x->stage);
    test_check(mqtt_session_wants_close(s) == (x->stage != MQTT_STAGE_CONNECTED), __FILE__,
               __LINE__, "%s: close", x->name);
    mqtt_session_free(s);
    buf_done(&want);
}

static void every_exchange_has_its_bytes_and_its_stage(void)
{
    for (size_t i = 0; i < EXCHANGES; i++)
        run(&exchanges[i], 4096);
}

static void every_exchange_is_the_same_byte_by_byte(void)
{
    for (size_t i = 0; i < EXCHANGES; i++)
        run(&exchanges[i], 1);
}

static void every_exchange_emits_what_the_list_of_events_says(void)
{
    struct transcript *t = transcript_new(4 * 1024 * 1024);

    for (size_t i = 0; i < EXCHANGES; i++) {
        struct mqtt_settings settings;
        struct mqtt_session *s = new_session(&settings, exchanges[i].set, t);

        receive(s, exchanges[i].rx, 4096);
        mqtt_session_free(s);
    }
    CHECK_EVENTS(t);
    transcript_free(t);
}

static void the_receive_maximum_counts_what_is_not_acknowledged(void)
{
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, withhold_acks, NULL);

    settings.receive_maximum = 2;
    receive(s, C5 "32 06 <t> 0001 00 32 06 <t> 0002 00", 4096);
    CHECK(!mqtt_session_wants_close(s));
    receive(s, "3a 06 <t> 0001 00 30 04 <t> 00", 4096); /* again, and one that does not count */
    CHECK(!mqtt_session_wants_close(s));
    receive(s, "32 06 <t> 0003 00", 4096);
    CHECK(mqtt_session_wants_close(s));
    CHECK_STR_EQ(mqtt_session_info(s).violation->clause, "[MQTT-3.3.4-7]");
    mqtt_session_free(s);
}

static void keep_alive_is_the_servers_where_5_says_so(void)
{
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, all_of_5, NULL);

    CHECK_INT_EQ(mqtt_session_info(s).version, MQTT_VERSION_UNKNOWN);
    receive(s, C5, 4096);
    CHECK_UINT_EQ(mqtt_session_info(s).keep_alive_s, 30);
    CHECK_INT_EQ(mqtt_session_info(s).version, MQTT_V5);
    mqtt_session_free(s);
    s = new_session(&settings, all_of_5, NULL);
    receive(s, C311, 4096);
    CHECK_UINT_EQ(mqtt_session_info(s).keep_alive_s, 60);
    mqtt_session_free(s);
}

static void only_the_connected_can_be_too_silent(void)
{
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, NULL, NULL);

    CHECK_OK(mqtt_session_timed_out(s));
    CHECK(!mqtt_session_wants_close(s));
    receive(s, C311 "e0 00", 4096);
    CHECK_OK(mqtt_session_timed_out(s));
    CHECK(mqtt_session_info(s).violation == NULL);
    mqtt_session_free(s);
}

static void an_output_that_nobody_takes_is_an_error(void)
{
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, NULL, NULL);
    enum assay_status status = ASSAY_OK;
    static uint8_t pings[256 * 1024];

    for (size_t i = 0; i < sizeof(pings); i += 2)
        pings[i] = 0xc0;
    receive(s, C311, 4096);
    for (int i = 0; i < 100 && status == ASSAY_OK; i++)
        status = mqtt_session_receive(s, pings, sizeof(pings));
    CHECK_INT_EQ(status, ASSAY_ERR_LIMIT);
    mqtt_session_free(s);
}

TEST_SUITE(mqtt_session, TEST(every_exchange_has_its_bytes_and_its_stage),
           TEST(every_exchange_is_the_same_byte_by_byte),
           TEST(only_the_connected_can_be_too_silent),
           TEST(an_output_that_nobody_takes_is_an_error),
           TEST(keep_alive_is_the_servers_where_5_says_so),
           TEST(the_receive_maximum_counts_what_is_not_acknowledged),
           TEST(every_exchange_emits_what_the_list_of_events_says));
