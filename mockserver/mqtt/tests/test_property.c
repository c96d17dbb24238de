/* SPDX-License-Identifier: Apache-2.0 */
/* The properties of 5.0: each in each packet, each limit, each repeated, each cut. */
#include "bytes.h"
#include "test_support.h"

#include "mqtt/decoder.h"
#include "mqtt/encoder.h"
#include "mqtt/property.h"

/* A sound packet of every type around some properties (bit 0: the will of a CONNECT). */
static struct mqtt_packet carrier(unsigned place, struct mqtt_view properties)
{
    struct mqtt_packet p =
        mqtt_packet_of(place == MQTT_IN_WILL ? MQTT_CONNECT : (enum mqtt_type)place);

    switch (p.type) {
    case MQTT_CONNECT:
        p.connect = (struct mqtt_connect){
            .protocol_name = mqtt_view_text("MQTT"),
            .level = MQTT_V5,
            .flags = MQTT_CONNECT_CLEAN | (place == MQTT_IN_WILL ? MQTT_CONNECT_WILL : 0),
            .properties = place == MQTT_IN_WILL ? mqtt_view_empty() : properties,
            .client_id = mqtt_view_text("a"),
        };
        if (place == MQTT_IN_WILL) {
            p.connect.will_properties = properties;
            p.connect.will_topic = mqtt_view_text("w");
            p.connect.will_payload = mqtt_view_text("x");
        }
        break;
    case MQTT_CONNACK:
        p.connack.properties = properties;
        break;
    case MQTT_PUBLISH:
        p.publish.topic = mqtt_view_text("t");
        p.publish.properties = properties;
        p.publish.payload = mqtt_view_empty();
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        p.acknowledge =
            (struct mqtt_acknowledge){.packet_id = 1, .has_reason = true, .properties = properties};
        break;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        p.subscribe = (struct mqtt_subscribe){.packet_id = 1, .properties = properties};
        p.subscribe.filters = mqtt_view_bytes("\x00\x01t\x00", p.type == MQTT_SUBSCRIBE ? 4 : 3);
        break;
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
        p.suback = (struct mqtt_suback){.packet_id = 1, .properties = properties};
        p.suback.codes = mqtt_view_bytes("", 1);
        break;
    case MQTT_DISCONNECT:
    case MQTT_AUTH:
        p.disconnect = (struct mqtt_disconnect){.has_reason = true, .properties = properties};
        break;
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
        break;
    }
    return p;
}

static enum assay_status decode_in(unsigned place, struct mqtt_view properties,
                                   struct mqtt_violation *violation)
{
    struct mqtt_packet packet = carrier(place, properties);
    struct mqtt_packet decoded = mqtt_packet_of(packet.type);
    struct buf body;
    enum assay_status status = ASSAY_OK;

    buf_init(&body, 1024 * 1024);
    CHECK_OK(mqtt_encode_body(&packet, &body));
    status = mqtt_decode_body(MQTT_V5, body.data, body.len, &decoded, violation);
    buf_done(&body);
    return status;
}

/* A sound value of a property. */
static struct mqtt_property value_of(const struct mqtt_property_row *row)
{
    struct mqtt_property property = {
        .id = row->id, .number = row->min, .text = mqtt_view_text("abc")};

    if (row->type == MQTT_PROPERTY_PAIR)
        property.value = mqtt_view_text("de");
    return property;
}

/* What has to stand beside a property or the packet is wrong for another reason. */
static void add_companion(struct buf *out, unsigned place, uint32_t id)
{
    if ((place == MQTT_AUTH || id == MQTT_PROP_AUTH_DATA) && id != MQTT_PROP_AUTH_METHOD &&
        place != MQTT_IN_WILL && place != MQTT_PUBLISH)
        CHECK_OK(mqtt_property_add_text(out, MQTT_PROP_AUTH_METHOD, "m"));
}

static void every_property_is_taken_where_it_may_stand_and_refused_elsewhere(void)
{
    size_t taken = 0;

    for (size_t i = 0; i < mqtt_property_row_count; i++) {
        const struct mqtt_property_row *row = &mqtt_property_rows[i];
        struct mqtt_property property = value_of(row);

        for (unsigned place = 0; place < MQTT_TYPE_LIMIT; place++) {
            bool allowed = (row->packets & MQTT_IN(place)) != 0;
            struct mqtt_violation violation = {0};
            struct buf bytes;
            enum assay_status status = ASSAY_OK;

            if (place == MQTT_PINGREQ || place == MQTT_PINGRESP)
                continue;
            buf_init(&bytes, 256);
            CHECK_OK(mqtt_property_add(&bytes, &property));
            if (allowed)
                add_companion(&bytes, place, row->id);
            status = decode_in(place, mqtt_view_bytes(bytes.data, bytes.len), &violation);
            test_check(allowed ? status == ASSAY_OK
                               : violation.rule == MQTT_RULE_PROPERTY_PLACE &&
                                     violation.detail != NULL &&
                                     strcmp(violation.detail, row->name) == 0,
                       __FILE__, __LINE__, "%s in place %u: %s", row->name, place,
                       violation.text != NULL ? violation.text : "taken");
            taken += allowed;
            buf_done(&bytes);
        }
    }
    CHECK_UINT_EQ(taken, 64); /* the crosses of table 2-4 of the specification */
}

static void a_property_may_stand_twice_only_where_the_table_says_so(void)
{
    for (size_t i = 0; i < mqtt_property_row_count; i++) {
        const struct mqtt_property_row *row = &mqtt_property_rows[i];
        struct mqtt_property property = value_of(row);

        for (unsigned place = 0; place < MQTT_TYPE_LIMIT; place++) {
            bool many = (row->many & MQTT_IN(place)) != 0;
            struct mqtt_violation violation = {0};
            struct buf bytes;
            enum assay_status status = ASSAY_OK;

            if ((row->packets & MQTT_IN(place)) == 0)
                continue;
            buf_init(&bytes, 256);
            CHECK_OK(mqtt_property_add(&bytes, &property));
            CHECK_OK(mqtt_property_add(&bytes, &property));
            add_companion(&bytes, place, row->id);
            status = decode_in(place, mqtt_view_bytes(bytes.data, bytes.len), &violation);
            test_check(many ? status == ASSAY_OK : violation.rule == MQTT_RULE_PROPERTY_TWICE,
                       __FILE__, __LINE__, "%s twice in place %u", row->name, place);
            buf_done(&bytes);
        }
    }
}

static unsigned first_place(const struct mqtt_property_row *row)
{
    unsigned place = 0;

    while ((row->packets & MQTT_IN(place)) == 0)
        place++;
    return place;
}

static enum assay_status decode_number(const struct mqtt_property_row *row, uint32_t number)
{
    struct mqtt_violation violation = {0};
    struct buf bytes;
    enum assay_status status = ASSAY_OK;

    buf_init(&bytes, 256);
    CHECK_OK(mqtt_property_add_number(&bytes, row->id, number));
    status = decode_in(first_place(row), mqtt_view_bytes(bytes.data, bytes.len), &violation);
    buf_done(&bytes);
    return status;
}

static void every_number_is_taken_at_its_limits_and_refused_beyond(void)
{
    for (size_t i = 0; i < mqtt_property_row_count; i++) {
        const struct mqtt_property_row *row = &mqtt_property_rows[i];

        if (row->type > MQTT_PROPERTY_VARINT)
            continue;
        CHECK_OK(decode_number(row, row->min));
        CHECK_OK(decode_number(row, row->max));
        if (row->min > 0)
            CHECK_INT_EQ(decode_number(row, row->min - 1), ASSAY_ERR_MALFORMED);
        if (row->type == MQTT_PROPERTY_BYTE)
            CHECK_INT_EQ(decode_number(row, row->max + 1), ASSAY_ERR_MALFORMED);
    }
}

static void every_property_that_is_cut_is_refused(void)
{
    for (size_t i = 0; i < mqtt_property_row_count; i++) {
        const struct mqtt_property_row *row = &mqtt_property_rows[i];
        struct mqtt_property property = value_of(row);
        struct buf bytes;

        buf_init(&bytes, 256);
        CHECK_OK(mqtt_property_add(&bytes, &property));
        for (size_t len = 1; len < bytes.len; len++) {
            struct mqtt_violation violation = {0};

            CHECK_INT_EQ(decode_in(first_place(row), mqtt_view_bytes(bytes.data, len), &violation),
                         ASSAY_ERR_MALFORMED);
            CHECK_INT_EQ(violation.rule, MQTT_RULE_PROPERTY_LENGTH);
        }
        buf_done(&bytes);
    }
}

static void every_property_comes_back_as_it_was_added(void)
{
    struct buf bytes;
    struct mqtt_property property;
    size_t at = 0;

    buf_init(&bytes, 4096);
    for (size_t i = 0; i < mqtt_property_row_count; i++) {
        property = value_of(&mqtt_property_rows[i]);
        CHECK_OK(mqtt_property_add(&bytes, &property));
    }
    for (size_t i = 0; i < mqtt_property_row_count; i++) {
        const struct mqtt_property_row *row = &mqtt_property_rows[i];
        struct mqtt_property want = value_of(row);
        struct mqtt_view all = mqtt_view_bytes(bytes.data, bytes.len);

        REQUIRE(mqtt_property_next(all, &at, &property));
        CHECK_UINT_EQ(property.id, row->id);
        if (row->type <= MQTT_PROPERTY_VARINT)
            CHECK_UINT_EQ(property.number, want.number);
        else
            CHECK(mqtt_view_equal(property.text, want.text) &&
                  mqtt_view_equal(property.value, want.value));
        CHECK(mqtt_property_get(all, row->id, &property));
    }
    CHECK(!mqtt_property_next(mqtt_view_bytes(bytes.data, bytes.len), &at, &property));
    CHECK_UINT_EQ(at, bytes.len);
    buf_done(&bytes);
}

static void properties_have_the_bytes_of_the_specification(void)
{
    static const struct {
        struct mqtt_property property;
        const char *bytes;
    } rows[] = {
        {{.id = MQTT_PROP_PAYLOAD_FORMAT, .number = 1}, "01 01"},
        {{.id = MQTT_PROP_RECEIVE_MAXIMUM, .number = 0x1234}, "21 1234"},
        {{.id = MQTT_PROP_SESSION_EXPIRY, .number = 0x12345678}, "11 12345678"},
        {{.id = MQTT_PROP_SUBSCRIPTION_ID, .number = 127}, "0b 7f"},
        {{.id = MQTT_PROP_SUBSCRIPTION_ID, .number = 128}, "0b 8001"},
        {{.id = MQTT_PROP_SUBSCRIPTION_ID, .number = 268435455}, "0b ffffff7f"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf got;
        struct buf want;

        buf_init(&got, 64);
        buf_init(&want, 64);
        bytes_add(&want, rows[i].bytes);
        CHECK_OK(mqtt_property_add(&got, &rows[i].property));
        CHECK(got.len == want.len && memcmp(got.data, want.data, got.len) == 0);
        buf_done(&got);
        buf_done(&want);
    }
}

static void what_is_no_property_is_not_added(void)
{
    struct buf out;

    buf_init(&out, 64);
    CHECK_INT_EQ(mqtt_property_add_number(&out, 0x7f, 1), ASSAY_ERR_ARG);
    CHECK_UINT_EQ(out.len, 0);
    out.max = 2;
    CHECK_INT_EQ(mqtt_property_add_number(&out, MQTT_PROP_SESSION_EXPIRY, 1), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(out.len, 0);
    buf_done(&out);
}

static void the_table_is_in_order_and_found_by_id(void)
{
    for (size_t i = 0; i < mqtt_property_row_count; i++) {
        CHECK(mqtt_property_find(mqtt_property_rows[i].id) == &mqtt_property_rows[i]);
        CHECK((mqtt_property_rows[i].many & ~mqtt_property_rows[i].packets) == 0);
        if (i > 0)
            CHECK(mqtt_property_rows[i].id > mqtt_property_rows[i - 1].id);
    }
    CHECK_UINT_EQ(mqtt_property_row_count, 27);
    CHECK(mqtt_property_find(0) == NULL);
    CHECK(mqtt_property_find(0x2b) == NULL);
}

TEST_SUITE(mqtt_property, TEST(every_property_is_taken_where_it_may_stand_and_refused_elsewhere),
           TEST(a_property_may_stand_twice_only_where_the_table_says_so),
           TEST(every_number_is_taken_at_its_limits_and_refused_beyond),
           TEST(every_property_that_is_cut_is_refused),
           TEST(every_property_comes_back_as_it_was_added),
           TEST(properties_have_the_bytes_of_the_specification),
           TEST(what_is_no_property_is_not_added), TEST(the_table_is_in_order_and_found_by_id));
