/* SPDX-License-Identifier: Apache-2.0 */
/* The stream around packets: limits, memory, several packets in a piece, UTF-8, integers. */
#include "bytes.h"
#include "test_support.h"

#include "mqtt/decoder.h"
#include "mqtt/encoder.h"

static enum assay_status next(struct mqtt_decoder *d, const void *data, size_t len,
                              struct mqtt_packet *packet, struct mqtt_violation *violation)
{
    struct reader input = reader_over(data, len);

    return mqtt_decoder_next(d, &input, packet, violation);
}

static void a_declared_length_allocates_nothing(void)
{
    /* 256 MB declared, within a limit that would allow them. */
    static const uint8_t header[] = {0x30, 0xff, 0xff, 0xff, 0x7f};
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation;
    uint8_t chunk[1000];

    memset(chunk, 'x', sizeof(chunk));
    mqtt_decoder_init(&d, MQTT_V311, MQTT_PACKET_LIMIT);
    CHECK_INT_EQ(next(&d, header, sizeof(header), &packet, &violation), ASSAY_ERR_TRUNCATED);
    CHECK(d.pending.cap <= 64);
    for (int i = 0; i < 10; i++)
        CHECK_INT_EQ(next(&d, chunk, sizeof(chunk), &packet, &violation), ASSAY_ERR_TRUNCATED);
    CHECK_UINT_EQ(d.pending.len, sizeof(header) + 10000);
    CHECK(d.pending.cap <= 4 * d.pending.len);
    mqtt_decoder_done(&d);
}

static void a_packet_as_large_as_the_limit_is_taken_and_one_byte_more_is_not(void)
{
    struct mqtt_packet publish = mqtt_packet_of(MQTT_PUBLISH);
    uint8_t payload[200] = {0};

    publish.publish.topic = mqtt_view_text("t");
    for (size_t extra = 0; extra < 2; extra++) {
        struct mqtt_decoder d;
        struct mqtt_packet packet;
        struct mqtt_violation violation = {0};
        struct buf bytes;

        buf_init(&bytes, 1024);
        publish.publish.payload = mqtt_view_bytes(payload, 122 + extra);
        CHECK_OK(mqtt_encode(&publish, &bytes));
        CHECK_UINT_EQ(bytes.len, 127 + extra);
        mqtt_decoder_init(&d, MQTT_V311, 127);
        CHECK_INT_EQ(next(&d, bytes.data, bytes.len, &packet, &violation),
                     extra == 0 ? ASSAY_OK : ASSAY_ERR_MALFORMED);
        if (extra > 0)
            CHECK_INT_EQ(violation.rule, MQTT_RULE_TOO_LARGE);
        mqtt_decoder_done(&d);
        buf_done(&bytes);
    }
}

static void a_packet_that_is_too_large_is_refused_by_its_header_alone(void)
{
    static const uint8_t header[] = {0x30, 0x80, 0x80, 0x40};
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation = {0};

    mqtt_decoder_init(&d, MQTT_V311, 0);
    CHECK_INT_EQ(next(&d, header, sizeof(header), &packet, &violation), ASSAY_ERR_MALFORMED);
    CHECK_INT_EQ(violation.rule, MQTT_RULE_TOO_LARGE);
    CHECK_UINT_EQ(violation.type, MQTT_PUBLISH);
    CHECK_UINT_EQ(violation.reason, 0x95);
    mqtt_decoder_done(&d);
}

static void a_tiny_limit_still_lets_a_header_be_refused(void)
{
    static const uint8_t header[] = {0x30, 0x80, 0x80, 0x80, 0x01};
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation = {0};
    enum assay_status status = ASSAY_ERR_TRUNCATED;

    mqtt_decoder_init(&d, MQTT_V311, 2);
    for (size_t i = 0; i < sizeof(header) && status == ASSAY_ERR_TRUNCATED; i++)
        status = next(&d, header + i, 1, &packet, &violation);
    CHECK_INT_EQ(status, ASSAY_ERR_MALFORMED);
    CHECK_INT_EQ(violation.rule, MQTT_RULE_TOO_LARGE);
    mqtt_decoder_done(&d);
}

static void a_whole_packet_in_the_input_is_not_copied(void)
{
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation;
    struct buf bytes;

    buf_init(&bytes, 256);
    bytes_add(&bytes, "30 06 <a/b> 'x'");
    mqtt_decoder_init(&d, MQTT_V311, 0);
    CHECK_OK(next(&d, bytes.data, bytes.len, &packet, &violation));
    CHECK(packet.publish.topic.data == bytes.data + 4);
    CHECK(d.pending.data == NULL);
    mqtt_decoder_done(&d);
    buf_done(&bytes);
}

static void many_packets_come_out_of_one_piece_and_the_rest_stays(void)
{
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation;
    struct buf bytes;
    struct reader input;

    buf_init(&bytes, 256);
    bytes_add(&bytes, "c0 00 30 06 <a/b> 'x' 40 02 0001 c0");
    mqtt_decoder_init(&d, MQTT_V311, 0);
    input = reader_over(bytes.data, bytes.len);
    CHECK_OK(mqtt_decoder_next(&d, &input, &packet, &violation));
    CHECK_INT_EQ(packet.type, MQTT_PINGREQ);
    CHECK_OK(mqtt_decoder_next(&d, &input, &packet, &violation));
    CHECK_INT_EQ(packet.type, MQTT_PUBLISH);
    CHECK_OK(mqtt_decoder_next(&d, &input, &packet, &violation));
    CHECK_INT_EQ(packet.type, MQTT_PUBACK);
    CHECK_INT_EQ(mqtt_decoder_next(&d, &input, &packet, &violation), ASSAY_ERR_TRUNCATED);
    CHECK_UINT_EQ(d.pending.len, 1);
    CHECK_OK(next(&d, "\x00", 1, &packet, &violation));
    CHECK_INT_EQ(packet.type, MQTT_PINGREQ);
    CHECK_INT_EQ(next(&d, "", 0, &packet, &violation), ASSAY_ERR_TRUNCATED);
    CHECK_UINT_EQ(d.pending.len, 0);
    mqtt_decoder_done(&d);
    buf_done(&bytes);
}

static void the_first_connect_sets_the_version(void)
{
    static const struct {
        const char *bytes;
        enum mqtt_version version;
    } rows[] = {
        {"10 0f <MQIsdp> 03 02 003c <a>", MQTT_V31},
        {"10 0d <MQTT> 04 02 003c <a>", MQTT_V311},
        {"10 0e <MQTT> 05 02 003c 00 <a>", MQTT_V5},
    };

    for (size_t i = 0; i < 3; i++) {
        struct mqtt_decoder d;
        struct mqtt_packet packet;
        struct mqtt_violation violation;
        struct buf bytes;

        buf_init(&bytes, 256);
        bytes_add(&bytes, rows[i].bytes);
        mqtt_decoder_init(&d, MQTT_VERSION_UNKNOWN, 0);
        CHECK_OK(next(&d, bytes.data, bytes.len, &packet, &violation));
        CHECK_INT_EQ(d.version, rows[i].version);
        mqtt_decoder_done(&d);
        buf_done(&bytes);
    }
}

static void text_is_utf8_up_to_the_last_code_point_without_surrogates_and_nul(void)
{
    static const struct {
        const char *bytes;
        bool valid;
    } rows[] = {
        {"", true},          {"01", true},           {"7f", true},           {"c2 80", true},
        {"df bf", true},     {"e0 a0 80", true},     {"ed 9f bf", true},     {"ee 80 80", true},
        {"ef bf bf", true},  {"f0 90 80 80", true},  {"f4 8f bf bf", true},  {"ef bb bf 61", true},
        {"00", false},       {"80", false},          {"bf", false},          {"c0 80", false},
        {"c1 bf", false},    {"c2", false},          {"c2 7f", false},       {"c2 c0", false},
        {"e0 9f bf", false}, {"ed a0 80", false},    {"ed bf bf", false},    {"e1 80", false},
        {"e1 80 7f", false}, {"f0 8f bf bf", false}, {"f4 90 80 80", false}, {"f5 80 80 80", false},
        {"f1 80 80", false}, {"f1 80 80 c0", false}, {"ff", false},          {"fe", false},
        {"61 00", false},    {"61 c3", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf bytes;

        buf_init(&bytes, 64);
        bytes_add(&bytes, rows[i].bytes);
        test_check(mqtt_utf8_valid(bytes.data, bytes.len) == rows[i].valid, __FILE__, __LINE__,
                   "%s", rows[i].bytes);
        buf_done(&bytes);
    }
}

static void variable_byte_integers_have_one_to_four_bytes(void)
{
    static const struct {
        uint32_t value;
        const char *bytes;
    } rows[] = {
        {0, "00"},         {127, "7f"},         {128, "8001"},         {16383, "ff7f"},
        {16384, "808001"}, {2097151, "ffff7f"}, {2097152, "80808001"}, {268435455, "ffffff7f"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf want;
        struct buf got;
        struct reader r;
        uint32_t value = 0;

        buf_init(&want, 16);
        buf_init(&got, 16);
        bytes_add(&want, rows[i].bytes);
        CHECK_OK(mqtt_varint_add(&got, rows[i].value, 0));
        CHECK(got.len == want.len && memcmp(got.data, want.data, got.len) == 0);
        r = reader_over(want.data, want.len);
        CHECK_OK(mqtt_varint_read(&r, &value));
        CHECK_UINT_EQ(value, rows[i].value);
        for (size_t len = 0; len < want.len; len++) {
            r = reader_over(want.data, len);
            CHECK_INT_EQ(mqtt_varint_read(&r, &value), ASSAY_ERR_TRUNCATED);
            CHECK_UINT_EQ(r.pos, 0);
        }
        buf_done(&want);
        buf_done(&got);
    }
}

static void a_fifth_byte_of_an_integer_is_never_read(void)
{
    static const uint8_t bytes[] = {0x80, 0x80, 0x80, 0x80, 0x01};
    struct reader r = reader_over(bytes, 4);
    uint32_t value = 7;

    CHECK_INT_EQ(mqtt_varint_read(&r, &value), ASSAY_ERR_MALFORMED);
    CHECK_UINT_EQ(value, 7);
    CHECK_UINT_EQ(r.pos, 0);
}

static void a_longer_integer_than_needed_is_taken_in_311_and_refused_in_5(void)
{
    static const uint8_t bytes[] = {0xc0, 0x80, 0x00};
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation = {0};

    mqtt_decoder_init(&d, MQTT_V311, 0);
    CHECK_OK(next(&d, bytes, sizeof(bytes), &packet, &violation));
    mqtt_decoder_done(&d);
    mqtt_decoder_init(&d, MQTT_V5, 0);
    CHECK_INT_EQ(next(&d, bytes, sizeof(bytes), &packet, &violation), ASSAY_ERR_MALFORMED);
    CHECK_STR_EQ(violation.clause, "[MQTT-1.5.5-1]");
    mqtt_decoder_done(&d);
}

static void the_longest_client_identifier_and_topic_are_taken(void)
{
    struct mqtt_packet publish = mqtt_packet_of(MQTT_PUBLISH);
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation;
    struct buf topic;
    struct buf bytes;
    uint8_t *room = NULL;

    buf_init(&topic, 70000);
    buf_init(&bytes, 140000);
    CHECK_OK(buf_extend(&topic, 65536, &room));
    memset(room, 'a', 65536);
    publish.publish.topic = mqtt_view_bytes(topic.data, 65535);
    CHECK_OK(mqtt_encode(&publish, &bytes));
    mqtt_decoder_init(&d, MQTT_V311, 0);
    CHECK_OK(next(&d, bytes.data, bytes.len, &packet, &violation));
    CHECK_UINT_EQ(packet.publish.topic.len, 65535);
    publish.publish.topic.len = 65536;
    buf_clear(&bytes);
    CHECK_INT_EQ(mqtt_encode(&publish, &bytes), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(bytes.len, 0);
    mqtt_decoder_done(&d);
    buf_done(&topic);
    buf_done(&bytes);
}

TEST_SUITE(mqtt_decoder, TEST(a_declared_length_allocates_nothing),
           TEST(a_packet_as_large_as_the_limit_is_taken_and_one_byte_more_is_not),
           TEST(a_packet_that_is_too_large_is_refused_by_its_header_alone),
           TEST(a_tiny_limit_still_lets_a_header_be_refused),
           TEST(a_whole_packet_in_the_input_is_not_copied),
           TEST(many_packets_come_out_of_one_piece_and_the_rest_stays),
           TEST(the_first_connect_sets_the_version),
           TEST(text_is_utf8_up_to_the_last_code_point_without_surrogates_and_nul),
           TEST(variable_byte_integers_have_one_to_four_bytes),
           TEST(a_fifth_byte_of_an_integer_is_never_read),
           TEST(a_longer_integer_than_needed_is_taken_in_311_and_refused_in_5),
           TEST(the_longest_client_identifier_and_topic_are_taken));
