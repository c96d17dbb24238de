/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong packets on purpose: whatever the wire can carry can be said in fields. */
#include "bytes.h"
#include "test_support.h"

#include "mqtt/decoder.h"
#include "mqtt/encoder.h"
#include "mqtt/property.h"

static void check_bytes(const struct buf *got, const char *text)
{
    struct buf want;

    buf_init(&want, 4096);
    bytes_add(&want, text);
    test_check(got->len == want.len && memcmp(got->data, want.data, got->len) == 0, __FILE__,
               __LINE__, "other bytes than %s", text);
    buf_done(&want);
}

static void a_frame_may_declare_any_length_in_any_width(void)
{
    static const struct {
        struct mqtt_frame frame;
        const char *bytes;
    } rows[] = {
        {{.first_byte = 0x30, .remaining_length = 268435455}, "30 ffffff7f"},
        {{.first_byte = 0xd0, .remaining_length = 0, .length_bytes = 3}, "d0 808000"},
        {{.first_byte = 0x20, .remaining_length = 2, .length_bytes = 5}, "20 8280808000"},
        {{.first_byte = 0x00}, "00 00"},
        {{.first_byte = 0xff, .remaining_length = 1}, "ff 01"},
        {{.first_byte = 0x30, .remaining_length = UINT32_MAX}, "30 ffffffff0f"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out;

        buf_init(&out, 64);
        CHECK_OK(mqtt_encode_frame(&rows[i].frame, &out));
        check_bytes(&out, rows[i].bytes);
        buf_done(&out);
    }
}

static void a_sound_packet_may_be_put_into_a_wrong_frame(void)
{
    struct mqtt_packet connack = mqtt_packet_of(MQTT_CONNACK);
    struct mqtt_frame frame;
    struct buf body;
    struct buf out;

    buf_init(&body, 64);
    buf_init(&out, 64);
    CHECK_OK(mqtt_encode_body(&connack, &body));
    frame = mqtt_frame_of(&connack, mqtt_view_bytes(body.data, body.len));
    frame.first_byte |= 0x0f;
    frame.remaining_length += 1;
    CHECK_OK(mqtt_encode_frame(&frame, &out));
    check_bytes(&out, "2f 03 00 00");
    buf_done(&body);
    buf_done(&out);
}

static void fields_may_contradict_each_other(void)
{
    struct mqtt_packet connect = mqtt_packet_of(MQTT_CONNECT);
    struct mqtt_packet publish = mqtt_packet_of(MQTT_PUBLISH);
    struct buf out;

    buf_init(&out, 256);
    connect.connect = (struct mqtt_connect){
        .protocol_name = mqtt_view_text("MQTX"),
        .level = 9,
        .flags = 0xff,
        .client_id = mqtt_view_text("a"),
    };
    CHECK_OK(mqtt_encode(&connect, &out));
    check_bytes(&out, "10 0d <MQTX> 09 ff 0000 <a>");
    buf_clear(&out);
    publish.flags = mqtt_publish_flags(0, false, true);
    publish.publish = (struct mqtt_publish){
        .topic = mqtt_view_text("a/#"), .has_packet_id = true, .packet_id = 0};
    CHECK_OK(mqtt_encode(&publish, &out));
    check_bytes(&out, "38 07 <a/#> 0000");
    buf_clear(&out);
    publish.publish = (struct mqtt_publish){0}; /* not even a topic */
    publish.flags = 0x06;
    CHECK_OK(mqtt_encode(&publish, &out));
    check_bytes(&out, "36 00");
    buf_done(&out);
}

static void properties_are_written_as_given_even_twice_or_torn(void)
{
    struct mqtt_packet connack = mqtt_packet_of(MQTT_CONNACK);
    struct buf properties;
    struct buf out;

    buf_init(&properties, 64);
    buf_init(&out, 64);
    CHECK_OK(mqtt_property_add_number(&properties, MQTT_PROP_RECEIVE_MAXIMUM, 0));
    CHECK_OK(mqtt_property_add_number(&properties, MQTT_PROP_RECEIVE_MAXIMUM, 0));
    connack.connack.properties = mqtt_view_bytes(properties.data, properties.len - 1);
    CHECK_OK(mqtt_encode(&connack, &out));
    check_bytes(&out, "20 08 00 00 05 21 0000 21 00");
    buf_done(&properties);
    buf_done(&out);
}

static void a_packet_that_does_not_fit_leaves_the_buffer_as_it_was(void)
{
    struct mqtt_packet publish = mqtt_packet_of(MQTT_PUBLISH);
    struct buf out;

    publish.publish.topic = mqtt_view_text("topic");
    for (size_t max = 0; max < 10; max++) {
        buf_init(&out, max);
        CHECK_INT_EQ(mqtt_encode(&publish, &out), max < 9 ? ASSAY_ERR_LIMIT : ASSAY_OK);
        CHECK_UINT_EQ(out.len, max < 9 ? 0 : 9);
        buf_done(&out);
    }
}

static void what_is_no_type_is_an_argument_error(void)
{
    struct mqtt_packet packet = mqtt_packet_of(MQTT_PINGREQ);
    struct buf out;

    buf_init(&out, 64);
    packet.type = (enum mqtt_type)0;
    CHECK_INT_EQ(mqtt_encode(&packet, &out), ASSAY_ERR_ARG);
    CHECK_INT_EQ(mqtt_varint_add(&out, 0, 9), ASSAY_ERR_ARG);
    CHECK_UINT_EQ(out.len, 0);
    buf_done(&out);
}

TEST_SUITE(mqtt_encoder, TEST(a_frame_may_declare_any_length_in_any_width),
           TEST(a_sound_packet_may_be_put_into_a_wrong_frame),
           TEST(fields_may_contradict_each_other),
           TEST(properties_are_written_as_given_even_twice_or_torn),
           TEST(a_packet_that_does_not_fit_leaves_the_buffer_as_it_was),
           TEST(what_is_no_type_is_an_argument_error));
