/* SPDX-License-Identifier: Apache-2.0 */
/* Every sound packet of every version: decoded, encoded to the same bytes, cut and split. */
#include "bytes.h"
#include "test_support.h"

#include "mqtt/decoder.h"
#include "mqtt/encoder.h"

#include <stdlib.h>

static void sample_bytes(const struct sample *s, struct buf *out)
{
    buf_init(out, 4096);
    bytes_add(out, s->bytes);
}

static void every_sample_is_decoded_and_encoded_to_the_same_bytes(void)
{
    for (const struct sample *s = samples; s->name != NULL; s++) {
        struct buf bytes;
        struct buf again;
        struct mqtt_decoder d;
        struct mqtt_packet packet;
        struct mqtt_violation violation = {0};
        struct reader input;
        enum assay_status status = ASSAY_OK;

        sample_bytes(s, &bytes);
        buf_init(&again, 4096);
        mqtt_decoder_init(&d, s->version, 0);
        input = reader_over(bytes.data, bytes.len);
        status = mqtt_decoder_next(&d, &input, &packet, &violation);
        test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s: %s", s->name,
                   violation.text != NULL ? violation.text : assay_status_text(status));
        if (status == ASSAY_OK) {
            CHECK_UINT_EQ(packet.size, bytes.len);
            CHECK_UINT_EQ(reader_left(&input), 0);
            CHECK_OK(mqtt_encode(&packet, &again));
            test_check(again.len == bytes.len && memcmp(again.data, bytes.data, bytes.len) == 0,
                       __FILE__, __LINE__, "%s: encoded to other bytes", s->name);
        }
        mqtt_decoder_done(&d);
        buf_done(&again);
        buf_done(&bytes);
    }
}

static void every_type_of_every_version_is_among_the_samples(void)
{
    for (unsigned type = 1; type < MQTT_TYPE_LIMIT; type++) {
        unsigned seen = 0;

        for (const struct sample *s = samples; s->name != NULL; s++) {
            struct buf bytes;

            sample_bytes(s, &bytes);
            if (bytes.data[0] >> 4 == type)
                seen |= 1U << s->version;
            buf_done(&bytes);
        }
        test_check((seen & 1U << MQTT_V5) != 0, __FILE__, __LINE__, "%s 5.0", mqtt_type_name(type));
        test_check((seen & 1U << MQTT_V311) != 0 || type == MQTT_AUTH, __FILE__, __LINE__,
                   "%s 3.1.1", mqtt_type_name(type));
    }
}

/* The same packet with its body cut to len bytes and the remaining length set to that. */
static enum assay_status decode_cut(const struct sample *s, const struct buf *bytes, size_t len,
                                    struct mqtt_violation *violation)
{
    struct mqtt_packet packet = mqtt_packet_of((enum mqtt_type)(bytes->data[0] >> 4));
    uint8_t *copy =
        malloc(len > 0 ? len : 1); /* exactly as large: a sanitizer sees each byte over */
    enum assay_status status = ASSAY_ERR_NOMEM;

    packet.flags = bytes->data[0] & 0x0f;
    if (copy != NULL) {
        memcpy(copy, bytes->data + 2, len);
        status = mqtt_decode_body(s->version, copy, len, &packet, violation);
    }
    free(copy);
    return status;
}

/* Bodies that are sound when they are cut there: an optional end, or a list with fewer members. */
static bool may_end_at(const struct sample *s, const struct buf *bytes, size_t len)
{
    size_t full = bytes->len - 2;
    unsigned type = bytes->data[0] >> 4;

    switch (type) {
    case MQTT_PUBLISH: /* the payload */
        return full - len <= (strstr(s->bytes, "'xx'") != NULL ? 2U : 1U) && full != 5;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP: /* reason and properties of 5.0 */
        return s->version == MQTT_V5 && (len == 2 || len == 3);
    case MQTT_DISCONNECT:
        return len <= 1;
    case MQTT_AUTH:
        return len == 0;
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
        return s->version == MQTT_V5 ? len >= 4 : len >= 3;
    case MQTT_SUBSCRIBE:
        return strcmp(s->name, "SUBSCRIBE to three") == 0 && (len == 8 || len == 12);
    case MQTT_UNSUBSCRIBE:
        return strcmp(s->name, "UNSUBSCRIBE from two") == 0 && len == 7;
    default:
        return false;
    }
}

static void every_body_that_ends_early_is_refused_with_a_rule(void)
{
    for (const struct sample *s = samples; s->name != NULL; s++) {
        struct buf bytes;

        sample_bytes(s, &bytes);
        for (size_t len = 0; len + 2 < bytes.len; len++) {
            struct mqtt_violation violation = {0};
            enum assay_status status = decode_cut(s, &bytes, len, &violation);

            if (may_end_at(s, &bytes, len)) {
                test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s cut to %zu: %s", s->name,
                           len, violation.text);
                continue;
            }
            test_check(status == ASSAY_ERR_MALFORMED && violation.clause != NULL &&
                           violation.text != NULL,
                       __FILE__, __LINE__, "%s cut to %zu was taken", s->name, len);
        }
        buf_done(&bytes);
    }
}

static void every_body_with_a_byte_too_many_is_refused_unless_it_ends_open(void)
{
    for (const struct sample *s = samples; s->name != NULL; s++) {
        struct buf bytes;
        struct mqtt_violation violation = {0};
        unsigned type = 0;
        enum assay_status status = ASSAY_OK;

        sample_bytes(s, &bytes);
        type = bytes.data[0] >> 4;
        if (type == MQTT_PUBLISH || type == MQTT_SUBACK || type == MQTT_AUTH ||
            type == MQTT_UNSUBACK || type == MQTT_DISCONNECT) {
            buf_done(&bytes);
            continue;
        }
        CHECK_OK(buf_add(&bytes, "\xff", 1));
        status = decode_cut(s, &bytes, bytes.len - 2, &violation);
        test_check(status == ASSAY_ERR_MALFORMED, __FILE__, __LINE__, "%s with one byte more",
                   s->name);
        buf_done(&bytes);
    }
}

/* Feed the bytes in two pieces, then one by one. */
static void feed_in_pieces(const struct sample *s, const struct buf *bytes, size_t first)
{
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation = {0};
    enum assay_status status = ASSAY_ERR_TRUNCATED;
    struct buf again;
    size_t at = 0;

    buf_init(&again, 4096);
    mqtt_decoder_init(&d, s->version, 0);
    while (status == ASSAY_ERR_TRUNCATED && at < bytes->len) {
        size_t len = at == 0 ? first : first == 1 ? 1 : bytes->len - first;
        struct reader input = reader_over(bytes->data + at, len);

        status = mqtt_decoder_next(&d, &input, &packet, &violation);
        CHECK_UINT_EQ(reader_left(&input), 0);
        at += len;
    }
    test_check(status == ASSAY_OK && at == bytes->len, __FILE__, __LINE__, "%s split after %zu",
               s->name, first);
    if (status == ASSAY_OK) {
        CHECK_OK(mqtt_encode(&packet, &again));
        CHECK(again.len == bytes->len && memcmp(again.data, bytes->data, again.len) == 0);
    }
    mqtt_decoder_done(&d);
    buf_done(&again);
}

static void every_sample_may_arrive_in_any_two_pieces_or_byte_by_byte(void)
{
    for (const struct sample *s = samples; s->name != NULL; s++) {
        struct buf bytes;

        sample_bytes(s, &bytes);
        for (size_t first = 1; first < bytes.len; first++)
            feed_in_pieces(s, &bytes, first);
        buf_done(&bytes);
    }
}

static struct mqtt_packet decode_one(struct buf *bytes, enum mqtt_version version, const char *text)
{
    struct mqtt_packet packet = mqtt_packet_of(MQTT_PINGREQ);
    struct mqtt_violation violation = {0};

    buf_init(bytes, 4096);
    bytes_add(bytes, text);
    packet.type = (enum mqtt_type)(bytes->data[0] >> 4);
    packet.flags = bytes->data[0] & 0x0f;
    CHECK_OK(mqtt_decode_body(version, bytes->data + 2, bytes->len - 2, &packet, &violation));
    return packet;
}

#define CHECK_VIEW(view, text) CHECK(mqtt_view_equal((view), mqtt_view_text(text)))

static void the_fields_of_a_connect_are_told_apart(void)
{
    struct buf bytes;
    struct mqtt_packet p =
        decode_one(&bytes, MQTT_V311, "10 27 <MQTT> 04 f6 000a <dev-1> <w/t> <bye> <user> <pass>");

    CHECK_VIEW(p.connect.protocol_name, "MQTT");
    CHECK_UINT_EQ(p.connect.level, 4);
    CHECK_UINT_EQ(p.connect.flags, 0xf6);
    CHECK_UINT_EQ(p.connect.keep_alive_s, 10);
    CHECK_VIEW(p.connect.client_id, "dev-1");
    CHECK_VIEW(p.connect.will_topic, "w/t");
    CHECK_VIEW(p.connect.will_payload, "bye");
    CHECK_VIEW(p.connect.username, "user");
    CHECK_VIEW(p.connect.password, "pass");
    CHECK(p.connect.properties.data == NULL);
    buf_done(&bytes);
}

static void what_is_not_in_a_packet_differs_from_what_is_empty(void)
{
    struct buf bytes;
    struct mqtt_packet p = decode_one(&bytes, MQTT_V311, "10 0d <MQTT> 04 02 003c <a>");

    CHECK(p.connect.username.data == NULL && p.connect.password.data == NULL);
    CHECK(p.connect.will_topic.data == NULL);
    buf_done(&bytes);
    p = decode_one(&bytes, MQTT_V311, "10 16 <MQTT> 04 c6 000a <a> <w> 0000 0000 0000");
    CHECK(p.connect.username.data != NULL && p.connect.username.len == 0);
    CHECK(p.connect.will_payload.data != NULL && p.connect.will_payload.len == 0);
    buf_done(&bytes);
    p = decode_one(&bytes, MQTT_V5, "40 02 0001");
    CHECK(!p.acknowledge.has_reason && p.acknowledge.properties.data == NULL);
    buf_done(&bytes);
    p = decode_one(&bytes, MQTT_V5, "40 04 0001 00 00");
    CHECK(p.acknowledge.has_reason && p.acknowledge.properties.data != NULL);
    buf_done(&bytes);
}

static void the_fields_of_a_publish_are_told_apart(void)
{
    struct buf bytes;
    struct mqtt_packet p = decode_one(&bytes, MQTT_V311, "3d 08 <a/b> 0102 'x'");
    uint16_t id = 0;

    CHECK_VIEW(p.publish.topic, "a/b");
    CHECK_VIEW(p.publish.payload, "x");
    CHECK_UINT_EQ(mqtt_publish_qos(&p), 2);
    CHECK(mqtt_publish_retain(&p) && mqtt_publish_dup(&p));
    CHECK(mqtt_packet_id(&p, &id));
    CHECK_UINT_EQ(id, 0x0102);
    CHECK_UINT_EQ(mqtt_publish_flags(2, true, true), 0x0d);
    buf_done(&bytes);
    p = decode_one(&bytes, MQTT_V311, "30 05 <a/b>");
    CHECK(p.publish.payload.data != NULL && p.publish.payload.len == 0);
    CHECK(!mqtt_packet_id(&p, &id));
    buf_done(&bytes);
}

static void the_filters_of_a_subscribe_are_walked_in_order(void)
{
    struct buf bytes;
    struct mqtt_packet p = decode_one(&bytes, MQTT_V311, "82 10 0001 <a/+> 00 <#> 02 <+> 01");
    struct mqtt_filter f;
    size_t at = 0;

    CHECK(mqtt_filter_next(&p, &at, &f));
    CHECK_VIEW(f.filter, "a/+");
    CHECK_UINT_EQ(f.options, 0);
    CHECK(mqtt_filter_next(&p, &at, &f));
    CHECK_VIEW(f.filter, "#");
    CHECK_UINT_EQ(f.options, 2);
    CHECK(mqtt_filter_next(&p, &at, &f));
    CHECK(!mqtt_filter_next(&p, &at, &f));
    buf_done(&bytes);
}

static void names_and_types_go_together(void)
{
    for (unsigned type = 1; type < MQTT_TYPE_LIMIT; type++)
        CHECK_UINT_EQ(mqtt_type_by_name(mqtt_type_name(type)), type);
    CHECK_UINT_EQ(mqtt_type_by_name("connect"), 0);
    CHECK_STR_EQ(mqtt_type_name(0), "reserved");
    CHECK_STR_EQ(mqtt_type_name(16), "reserved");
    CHECK_STR_EQ(mqtt_version_name(MQTT_V311), "3.1.1");
    CHECK_STR_EQ(mqtt_version_name(MQTT_VERSION_UNKNOWN), "unknown");
}

TEST_SUITE(mqtt_packets, TEST(every_sample_is_decoded_and_encoded_to_the_same_bytes),
           TEST(every_type_of_every_version_is_among_the_samples),
           TEST(every_body_that_ends_early_is_refused_with_a_rule),
           TEST(every_body_with_a_byte_too_many_is_refused_unless_it_ends_open),
           TEST(every_sample_may_arrive_in_any_two_pieces_or_byte_by_byte),
           TEST(the_fields_of_a_connect_are_told_apart),
           TEST(what_is_not_in_a_packet_differs_from_what_is_empty),
           TEST(the_fields_of_a_publish_are_told_apart),
           TEST(the_filters_of_a_subscribe_are_walked_in_order), TEST(names_and_types_go_together));
