/* SPDX-License-Identifier: Apache-2.0 */
/* The client that keeps its session, packet by packet, against a broker that is a table of bytes.
 */
#include "probe/probe_client.h"
#include "test_support.h"

#include <string.h>

struct bench {
    struct probe_client_config config;
    struct probe_client client;
    uint32_t now_ms;
    int goes_on;
};

static struct probe_mqtt_text text(const char *bytes)
{
    return (struct probe_mqtt_text){bytes, strlen(bytes)};
}

static void begin(struct bench *b, uint64_t flaws)
{
    *b = (struct bench){.now_ms = 1000, .goes_on = 1};
    b->config = (struct probe_client_config){.client = text("c"),
                                             .filter = text("f"),
                                             .topic = text("t"),
                                             .payload = text("p"),
                                             .keep_alive_s = 2,
                                             .ack_ms = 1000,
                                             .version = 4,
                                             .filter_qos = 1,
                                             .qos = 1,
                                             .flaws = flaws};
    probe_client_init(&b->client, &b->config);
}

/* What the client has to send, all of it, as bytes. */
static void check_sends(struct bench *b, const char *bytes, size_t len, unsigned line)
{
    size_t have = 0;
    const uint8_t *out = probe_client_output(&b->client, &have);

    test_check(have == len && memcmp(out, bytes, len) == 0, __FILE__, line,
               "it sends %zu bytes that begin with %02x %02x %02x", have, have > 0 ? out[0] : 0,
               have > 1 ? out[1] : 0, have > 2 ? out[2] : 0);
    probe_client_sent(&b->client, have);
}

#define SENDS(b, bytes) check_sends(b, bytes, sizeof(bytes) - 1, __LINE__)
#define HEARS(b, bytes) hear(b, bytes, sizeof(bytes) - 1)

static void hear(struct bench *b, const char *bytes, size_t len)
{
    b->goes_on = probe_client_feed(&b->client, bytes, len, b->now_ms);
}

static void pass_ms(struct bench *b, uint32_t ms)
{
    b->now_ms += ms;
    b->goes_on = probe_client_tick(&b->client, b->now_ms);
}

static void open(struct bench *b)
{
    probe_client_open(&b->client, b->now_ms);
    SENDS(b, "\x10\x0d\0\4MQTT\4\0\0\2\0\1c");
}

/* Connected, subscribed (packet 1), and its first message (packet 2) on its way. */
static void get_going(struct bench *b)
{
    open(b);
    HEARS(b, "\x20\2\0\0");
    SENDS(b, "\x82\6\0\1\0\1f\1");
    HEARS(b, "\x90\3\0\1\1");
    SENDS(b, "\x32\6\0\1t\0\2p");
}

static void subscribes_publishes_and_is_well(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    CHECK(!probe_client_is_well(&b.client));
    HEARS(&b, "\x40\2\0\2");
    CHECK(b.goes_on);
    CHECK(probe_client_is_well(&b.client));
    probe_client_leave(&b.client);
    SENDS(&b, "\xe0\0");
}

static void carries_a_command_out_once_and_says_so(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    HEARS(&b, "\x32\7\0\1f\0\7go");
    SENDS(&b, "\x40\2\0\7\x32\x0b\0\1t\0\3did go");
    HEARS(&b, "\x3a\7\0\1f\0\7go");
    SENDS(&b, "\x40\2\0\7");
}

static void does_not_act_on_what_was_retained(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    HEARS(&b, "\x31\5\0\1fgo");
    SENDS(&b, "");
    HEARS(&b, "\x30\5\0\1fgo");
    SENDS(&b, "\x32\x0b\0\1t\0\3did go");
}

static void completes_qos_2_and_knows_a_repetition(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    HEARS(&b, "\x34\7\0\1f\0\7go");
    SENDS(&b, "\x50\2\0\7\x32\x0b\0\1t\0\3did go");
    HEARS(&b, "\x3c\7\0\1f\0\7go");
    SENDS(&b, "\x50\2\0\7");
    HEARS(&b, "\x62\2\0\7");
    SENDS(&b, "\x70\2\0\7");
}

static void pings_and_gives_a_dead_connection_up(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    HEARS(&b, "\x40\2\0\2");
    CHECK_INT_EQ(probe_client_wait_ms(&b.client, b.now_ms), 1500);
    pass_ms(&b, 1499);
    SENDS(&b, "");
    pass_ms(&b, 1);
    SENDS(&b, "\xc0\0");
    HEARS(&b, "\xd0\0");
    pass_ms(&b, 1500);
    SENDS(&b, "\xc0\0");
    pass_ms(&b, 999);
    CHECK(b.goes_on);
    pass_ms(&b, 1);
    CHECK(!b.goes_on);
    CHECK_INT_EQ(b.client.failure.code, PROBE_CODE_TIMEOUT);
}

static void asks_for_its_subscription_again(void)
{
    struct bench b;

    begin(&b, 0);
    open(&b);
    HEARS(&b, "\x20\2\0\0");
    SENDS(&b, "\x82\6\0\1\0\1f\1");
    pass_ms(&b, 1000);
    SENDS(&b, "\x82\6\0\1\0\1f\1");
    pass_ms(&b, 1000);
    CHECK(!b.goes_on);
}

static void is_not_well_where_its_subscription_is_refused(void)
{
    struct bench b;

    begin(&b, 0);
    open(&b);
    HEARS(&b, "\x20\2\0\0");
    SENDS(&b, "\x82\6\0\1\0\1f\1");
    HEARS(&b, "\x90\3\0\1\x80");
    SENDS(&b, "\x32\6\0\1t\0\2p");
    HEARS(&b, "\x40\2\0\2");
    CHECK(b.goes_on);
    CHECK(!probe_client_is_well(&b.client));
}

static void sends_again_with_dup_what_a_lost_connection_left(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    open(&b);
    HEARS(&b, "\x20\2\1\0");
    SENDS(&b, "\x3a\6\0\1t\0\2p");
    CHECK_INT_EQ(b.client.subscription, PROBE_CLIENT_SUBSCRIBED);
}

static void repeats_a_message_once_in_3_1_1_and_never_in_5_0(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    pass_ms(&b, 1000);
    SENDS(&b, "\x3a\6\0\1t\0\2p");
    pass_ms(&b, 1000);
    CHECK(!b.goes_on);
    begin(&b, 0);
    b.config.version = 5;
    probe_client_open(&b.client, b.now_ms);
    HEARS(&b, "\x20\3\0\0\0\x90\4\0\1\0\1");
    HEARS(&b, "\x90\4\0\1\0\1");
    pass_ms(&b, 999);
    CHECK(b.goes_on);
    pass_ms(&b, 1);
    CHECK(!b.goes_on);
}

static void goes_on_with_pubrel_where_pubrec_had_come(void)
{
    struct bench b;

    begin(&b, 0);
    b.config.qos = 2;
    open(&b);
    HEARS(&b, "\x20\2\0\0");
    SENDS(&b, "\x82\6\0\1\0\1f\1");
    HEARS(&b, "\x90\3\0\1\1");
    SENDS(&b, "\x34\6\0\1t\0\2p");
    HEARS(&b, "\x50\2\0\2");
    SENDS(&b, "\x62\2\0\2");
    open(&b);
    HEARS(&b, "\x20\2\1\0");
    SENDS(&b, "\x62\2\0\2");
    HEARS(&b, "\x70\2\0\2");
    CHECK(probe_client_is_well(&b.client));
}

static void begins_anew_where_the_broker_forgot_it(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    open(&b);
    HEARS(&b, "\x20\2\0\0");
    SENDS(&b, "\x32\6\0\1t\0\2p\x82\6\0\3\0\1f\1");
}

static void takes_packets_in_any_pieces(void)
{
    static const char all[] = "\x20\2\0\0\x90\3\0\1\1\x32\7\0\1f\0\7go";
    struct bench b;

    begin(&b, 0);
    probe_client_open(&b.client, b.now_ms);
    for (size_t i = 0; i < sizeof(all) - 1; i++)
        hear(&b, all + i, 1);
    CHECK(b.goes_on);
    CHECK_INT_EQ(b.client.subscription, PROBE_CLIENT_SUBSCRIBED);
    begin(&b, 0);
    open(&b);
    hear(&b, all, 4);
    SENDS(&b, "\x82\6\0\1\0\1f\1");
    hear(&b, all + 4, sizeof(all) - 1 - 4);
    SENDS(&b, "\x40\2\0\7\x32\x0b\0\1t\0\2did go\x32\6\0\1t\0\3p");
}

static const struct {
    const char *bytes;
    size_t len;
} refused[] = {
#define BYTES(text)                                                                                \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
    BYTES("\x36\7\0\1f\0\7go"),
    BYTES("\x32\7\0\1#\0\7go"),
    BYTES("\x32\7\0\1\xff\0\7go"),
    BYTES("\x32\7\0\1\0\0\7go"),
    BYTES("\x32\7\0\1f\0\0go"),
    BYTES("\x32\3\0\x09"
          "f"),
    BYTES("\x32\xff\xff\xff\xff\1"),
    BYTES("\x20\2\0\0"),
    BYTES("\x00\0"),
    BYTES("\xf0\0"),
    BYTES("\xd1\0"),
    BYTES("\xe0\0"),
    BYTES("\x60\2\0\1"),
    BYTES("\x32\xff\x7f"),
};

static void closes_on_what_no_broker_may_send(void)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct bench b;

        begin(&b, 0);
        get_going(&b);
        hear(&b, refused[i].bytes, refused[i].len);
        test_check(!b.goes_on, __FILE__, __LINE__, "row %zu was taken", i);
    }
}

static void obeys_the_limits_of_connack_in_5_0(void)
{
    struct bench b;

    begin(&b, 0);
    b.config.version = 5;
    probe_client_open(&b.client, b.now_ms);
    SENDS(&b, "\x10\x13\0\4MQTT\5\0\0\2\5\x11\0\0\x0e\x10\0\1c");
    /* Receive maximum 1, keep alive 1, packets of 16 bytes. */
    HEARS(&b, "\x20\x0e\0\0\x0b\x21\0\1\x13\0\1\x27\0\0\0\x10");
    SENDS(&b, "\x82\7\0\1\0\0\1f\1");
    HEARS(&b, "\x90\4\0\1\0\1");
    SENDS(&b, "\x32\7\0\1t\0\2\0p");
    HEARS(&b, "\x30\6\0\1f\0go");
    SENDS(&b, ""); /* the message before is not acknowledged */
    HEARS(&b, "\x40\2\0\2");
    SENDS(&b, "\x32\x0c\0\1t\0\3\0did go");
    HEARS(&b, "\x40\2\0\3\x30\x0c\0\1f\0go again");
    SENDS(&b, ""); /* its answer would have more than 16 bytes */
    pass_ms(&b, 750);
    SENDS(&b, "\xc0\0");
}

static void learns_where_it_is_sent(void)
{
    struct bench b;

    begin(&b, 0);
    b.config.version = 5;
    probe_client_open(&b.client, b.now_ms);
    HEARS(&b, "\x20\3\0\0\0");
    HEARS(&b, "\xe0\x0a\x9c\x08\x1c\0\5other");
    CHECK(!b.goes_on);
    CHECK_STR_EQ(b.client.move_to, "other");
}

static void refuses_a_session_that_it_did_not_ask_for(void)
{
    struct bench b;

    begin(&b, 0);
    b.config.is_clean = 1;
    probe_client_open(&b.client, b.now_ms);
    HEARS(&b, "\x20\2\1\0");
    CHECK(!b.goes_on);
    CHECK_INT_EQ(b.client.failure.code, PROBE_CODE_MALFORMED);
}

static void never_sends_a_password_without_a_user(void)
{
    struct bench b;

    begin(&b, 0);
    b.config.pass = text("x");
    probe_client_open(&b.client, b.now_ms);
    SENDS(&b, "\x10\x12\0\4MQTT\4\xc0\0\2\0\1c\0\0\0\1x");
}

TEST_SUITE(probe_client, TEST(subscribes_publishes_and_is_well),
           TEST(carries_a_command_out_once_and_says_so), TEST(does_not_act_on_what_was_retained),
           TEST(completes_qos_2_and_knows_a_repetition), TEST(pings_and_gives_a_dead_connection_up),
           TEST(asks_for_its_subscription_again),
           TEST(is_not_well_where_its_subscription_is_refused),
           TEST(sends_again_with_dup_what_a_lost_connection_left),
           TEST(repeats_a_message_once_in_3_1_1_and_never_in_5_0),
           TEST(goes_on_with_pubrel_where_pubrec_had_come),
           TEST(begins_anew_where_the_broker_forgot_it), TEST(takes_packets_in_any_pieces),
           TEST(closes_on_what_no_broker_may_send), TEST(obeys_the_limits_of_connack_in_5_0),
           TEST(learns_where_it_is_sent), TEST(refuses_a_session_that_it_did_not_ask_for),
           TEST(never_sends_a_password_without_a_user));
