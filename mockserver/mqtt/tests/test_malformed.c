/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What breaks a rule: every row of the rule table is reached by bytes on the wire, and each of them
 * ends the session of a server.
 */
#include "bytes.h"
#include "event_check.h"
#include "test_support.h"

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "mqtt/decoder.h"
#include "mqtt/reason.h"
#include "mqtt/session.h"

#include <stdlib.h>

enum where {
    DECODER, /* the packet alone is wrong, in either direction */
    FIRST,   /* the first bytes of a connection */
    SESSION, /* after a CONNECT that was accepted */
    SILENCE  /* nothing comes after that */
};

struct row {
    enum mqtt_rule rule;
    enum mqtt_version version;
    enum where where;
    const char *bytes;
};

static const struct row rows[] = {
    {MQTT_RULE_SHORT, MQTT_V311, DECODER, "30 03 0009 61"},
    {MQTT_RULE_SHORT, MQTT_V311, DECODER, "32 05 <a/b>"},
    {MQTT_RULE_SHORT, MQTT_V311, DECODER, "82 05 0001 <a>"},
    {MQTT_RULE_SHORT, MQTT_V311, FIRST, "10 13 <MQTT> 04 c2 003c <a> <user>"},
    {MQTT_RULE_TRAILING, MQTT_V311, DECODER, "40 03 0001 00"},
    {MQTT_RULE_TRAILING, MQTT_V311, DECODER, "c0 01 00"},
    {MQTT_RULE_TRAILING, MQTT_V311, DECODER, "e0 01 00"},
    {MQTT_RULE_TRAILING, MQTT_V5, DECODER, "e0 03 00 00 00"},
    {MQTT_RULE_TRAILING, MQTT_V311, FIRST, "10 0e <MQTT> 04 02 003c <a> 00"},
    {MQTT_RULE_UTF8, MQTT_V311, DECODER, "30 03 0001 ff"},
    {MQTT_RULE_UTF8, MQTT_V311, DECODER, "30 04 0002 c0 80"},
    {MQTT_RULE_UTF8, MQTT_V311, DECODER, "30 05 0003 ed a0 80"},
    {MQTT_RULE_UTF8, MQTT_V311, DECODER, "30 06 0004 f4 90 80 80"},
    {MQTT_RULE_UTF8, MQTT_V311, DECODER, "30 04 0002 e2 82"},
    {MQTT_RULE_UTF8, MQTT_V311, DECODER, "30 03 0001 80"},
    {MQTT_RULE_UTF8, MQTT_V311, DECODER, "30 04 0002 c3 28"},
    {MQTT_RULE_UTF8, MQTT_V5, DECODER, "30 08 <t> 04 03 0001 ff"},
    {MQTT_RULE_UTF8, MQTT_V5, DECODER, "30 0c <t> 08 26 <k> 0002 c328"},
    {MQTT_RULE_UTF8, MQTT_V5, DECODER, "82 07 0001 00 0001 ff 00"},
    {MQTT_RULE_UTF8, MQTT_V311, FIRST, "10 0d <MQTT> 04 02 003c 0001 ff"},
    {MQTT_RULE_UTF8, MQTT_V311, FIRST, "10 10 <MQTT> 04 82 003c <a> 0001 ff"},
    {MQTT_RULE_UTF8, MQTT_V311, FIRST, "10 13 <MQTT> 04 06 003c <a> 0001 ff <w>"},
    {MQTT_RULE_UTF8_NUL, MQTT_V311, DECODER, "30 05 0003 61 00 62"},
    {MQTT_RULE_UTF8_NUL, MQTT_V5, DECODER, "30 06 0003 61 00 62 00"},
    {MQTT_RULE_UTF8_NUL, MQTT_V311, FIRST, "10 0d <MQTT> 04 02 003c 0001 00"},
    {MQTT_RULE_VARINT, MQTT_V311, DECODER, "30 ff ff ff ff 01"},
    {MQTT_RULE_VARINT, MQTT_V311, DECODER, "30 80 80 80 80 00"},
    {MQTT_RULE_VARINT, MQTT_V5, DECODER, "30 08 <t> ff ff ff ff 01"},
    {MQTT_RULE_VARINT, MQTT_V5, DECODER, "82 0d 0001 06 0b ff ff ff ff 01 <t> 00"},
    {MQTT_RULE_VARINT_MINIMAL, MQTT_V5, DECODER, "c0 80 00"},
    {MQTT_RULE_VARINT_MINIMAL, MQTT_V5, DECODER, "30 85 00 <t> 00 61"},
    {MQTT_RULE_VARINT_MINIMAL, MQTT_V5, DECODER, "30 05 <t> 80 00"},
    {MQTT_RULE_TYPE, MQTT_V311, DECODER, "00 00"},
    {MQTT_RULE_TYPE, MQTT_V5, DECODER, "0f 00"},
    {MQTT_RULE_TYPE, MQTT_V311, DECODER, "f0 00"},
    {MQTT_RULE_CONNECT_FIRST, MQTT_V311, FIRST, "f0 00"},
    {MQTT_RULE_FLAGS, MQTT_V311, DECODER, "c1 00"},
    {MQTT_RULE_FLAGS, MQTT_V311, DECODER, "42 02 0001"},
    {MQTT_RULE_FLAGS, MQTT_V5, DECODER, "28 03 00 00 00"},
    {MQTT_RULE_FLAGS, MQTT_V311, FIRST, "11 0d <MQTT> 04 02 003c <a>"},
    {MQTT_RULE_FLAGS_PUBREL, MQTT_V311, DECODER, "60 02 0001"},
    {MQTT_RULE_FLAGS_PUBREL, MQTT_V311, DECODER, "6a 02 0001"},
    {MQTT_RULE_FLAGS_PUBREL, MQTT_V31, DECODER, "63 02 0001"},
    {MQTT_RULE_FLAGS_SUBSCRIBE, MQTT_V311, DECODER, "80 06 0001 <a> 00"},
    {MQTT_RULE_FLAGS_UNSUBSCRIBE, MQTT_V5, DECODER, "a0 06 0001 00 <a>"},
    {MQTT_RULE_FLAGS_DISCONNECT, MQTT_V311, DECODER, "e1 00"},
    {MQTT_RULE_FLAGS_AUTH, MQTT_V5, DECODER, "f1 00"},
    {MQTT_RULE_TOO_LARGE, MQTT_V311, DECODER, "30 ff ff ff 7f"},
    {MQTT_RULE_TOO_LARGE, MQTT_V5, DECODER, "30 80 80 40"},
    {MQTT_RULE_TOO_LARGE, MQTT_V311, FIRST, "10 ff ff ff 7f"},
    {MQTT_RULE_PACKET_ID_ZERO, MQTT_V311, DECODER, "32 05 <t> 0000"},
    {MQTT_RULE_PACKET_ID_ZERO, MQTT_V311, DECODER, "40 02 0000"},
    {MQTT_RULE_PACKET_ID_ZERO, MQTT_V311, DECODER, "82 06 0000 <t> 00"},
    {MQTT_RULE_PACKET_ID_ZERO, MQTT_V311, DECODER, "a2 05 0000 <t>"},
    {MQTT_RULE_PACKET_ID_ZERO, MQTT_V311, DECODER, "62 02 0000"},
    {MQTT_RULE_PACKET_ID_ZERO, MQTT_V311, DECODER, "90 03 0000 00"},
    {MQTT_RULE_PACKET_ID_ZERO, MQTT_V311, DECODER, "b0 02 0000"},
    {MQTT_RULE_PACKET_ID_IN_USE, MQTT_V311, SESSION, "34 05 <t> 0007 34 05 <t> 0007"},
    {MQTT_RULE_PACKET_ID_IN_USE, MQTT_V311, SESSION, "34 05 <t> 0007 82 06 0007 <t> 00"},
    {MQTT_RULE_PACKET_ID_IN_USE, MQTT_V5, SESSION, "34 06 <t> 0007 00 a2 06 0007 00 <t>"},
    {MQTT_RULE_PROPERTY_UNKNOWN, MQTT_V5, DECODER, "30 06 <t> 02 7f 00"},
    {MQTT_RULE_PROPERTY_UNKNOWN, MQTT_V5, DECODER, "30 06 <t> 02 00 00"},
    {MQTT_RULE_PROPERTY_UNKNOWN, MQTT_V5, DECODER, "30 06 <t> 02 ff 01"},
    {MQTT_RULE_PROPERTY_UNKNOWN, MQTT_V5, FIRST, "10 10 <MQTT> 05 02 003c 02 2b 00 <a>"},
    {MQTT_RULE_PROPERTY_PLACE, MQTT_V5, DECODER, "30 09 <t> 05 11 00000000"},
    {MQTT_RULE_PROPERTY_PLACE, MQTT_V5, DECODER, "e0 05 00 03 23 0001"},
    {MQTT_RULE_PROPERTY_PLACE, MQTT_V5, FIRST, "10 10 <MQTT> 05 02 003c 02 24 01 <a>"},
    {MQTT_RULE_PROPERTY_PLACE, MQTT_V5, FIRST, "10 18 <MQTT> 05 06 003c 00 <a> 03 23 0001 <w> <x>"},
    {MQTT_RULE_PROPERTY_TWICE, MQTT_V5, DECODER, "30 08 <t> 04 01 00 01 00"},
    {MQTT_RULE_PROPERTY_TWICE, MQTT_V5, DECODER, "82 0b 0001 04 0b 01 0b 02 <t> 00"},
    {MQTT_RULE_PROPERTY_TWICE, MQTT_V5, FIRST,
     "10 18 <MQTT> 05 02 003c 0a 11 00000001 11 00000001 <a>"},
    {MQTT_RULE_PROPERTY_VALUE, MQTT_V5, DECODER, "30 06 <t> 02 01 02"},
    {MQTT_RULE_PROPERTY_VALUE, MQTT_V5, DECODER, "82 09 0001 02 0b 00 <t> 00"},
    {MQTT_RULE_PROPERTY_VALUE, MQTT_V5, FIRST, "10 11 <MQTT> 05 02 003c 03 21 0000 <a>"},
    {MQTT_RULE_PROPERTY_VALUE, MQTT_V5, FIRST, "10 13 <MQTT> 05 02 003c 05 27 00000000 <a>"},
    {MQTT_RULE_PROPERTY_VALUE, MQTT_V5, FIRST, "10 10 <MQTT> 05 02 003c 02 17 02 <a>"},
    {MQTT_RULE_PROPERTY_LENGTH, MQTT_V5, DECODER, "30 06 <t> 05 01 00"},
    {MQTT_RULE_PROPERTY_LENGTH, MQTT_V5, DECODER, "30 05 <t> 01 01"},
    {MQTT_RULE_PROPERTY_LENGTH, MQTT_V5, DECODER, "30 06 <t> 01 01 00"},
    {MQTT_RULE_PROPERTY_LENGTH, MQTT_V5, DECODER, "30 08 <t> 04 03 0005 61"},
    {MQTT_RULE_PROPERTY_LENGTH, MQTT_V5, DECODER, "30 05 <t> 01 ff"},
    {MQTT_RULE_PROPERTY_LENGTH, MQTT_V5, FIRST, "10 0e <MQTT> 05 02 003c 7f <a>"},
    {MQTT_RULE_RESPONSE_TOPIC, MQTT_V5, DECODER, "30 0a <t> 06 08 <a/#>"},
    {MQTT_RULE_RESPONSE_TOPIC, MQTT_V5, FIRST, "10 19 <MQTT> 05 06 003c 00 <a> 04 08 <+> <w> <x>"},
    {MQTT_RULE_AUTH_DATA, MQTT_V5, FIRST, "10 12 <MQTT> 05 02 003c 04 16 <x> <a>"},
    {MQTT_RULE_CONNECT_FIRST, MQTT_V311, FIRST, "c0 00"},
    {MQTT_RULE_CONNECT_FIRST, MQTT_V311, FIRST, "30 03 <t>"},
    {MQTT_RULE_CONNECT_FIRST, MQTT_V311, FIRST, "'GET / HTTP/1.1' 0d0a 0d0a"},
    {MQTT_RULE_FLAGS, MQTT_V311, FIRST, "16 03 01 00 c8 01 00 00 c4 03 03"},
    {MQTT_RULE_CONNECT_TWICE, MQTT_V311, SESSION, "10 0d <MQTT> 04 02 003c <a>"},
    {MQTT_RULE_CONNECT_TWICE, MQTT_V5, SESSION, "10 0e <MQTT> 05 02 003c 00 <a>"},
    {MQTT_RULE_CONNECT_TWICE, MQTT_V311, SESSION, "10 0d <MQTX> 04 02 003c <a>"},
    {MQTT_RULE_PROTOCOL_NAME, MQTT_V311, FIRST, "10 0d <MQTX> 04 02 003c <a>"},
    {MQTT_RULE_PROTOCOL_NAME, MQTT_V311, FIRST, "10 0d <mqtt> 04 02 003c <a>"},
    {MQTT_RULE_PROTOCOL_NAME, MQTT_V311, FIRST, "10 09 0000 04 02 003c <a>"},
    {MQTT_RULE_PROTOCOL_LEVEL, MQTT_V311, FIRST, "10 0d <MQTT> 02 02 003c <a>"},
    {MQTT_RULE_PROTOCOL_LEVEL, MQTT_V311, FIRST, "10 0d <MQTT> 06 02 003c <a>"},
    {MQTT_RULE_PROTOCOL_LEVEL, MQTT_V311, FIRST, "10 0d <MQTT> 03 02 003c <a>"},
    {MQTT_RULE_PROTOCOL_LEVEL, MQTT_V311, FIRST, "10 0f <MQIsdp> 04 02 003c <a>"},
    {MQTT_RULE_CONNECT_RESERVED, MQTT_V311, FIRST, "10 0d <MQTT> 04 03 003c <a>"},
    {MQTT_RULE_CONNECT_RESERVED, MQTT_V5, FIRST, "10 0e <MQTT> 05 03 003c 00 <a>"},
    {MQTT_RULE_WILL_QOS_WITHOUT, MQTT_V311, FIRST, "10 0d <MQTT> 04 0a 003c <a>"},
    {MQTT_RULE_WILL_QOS_WITHOUT, MQTT_V5, FIRST, "10 0e <MQTT> 05 1a 003c 00 <a>"},
    {MQTT_RULE_WILL_QOS_3, MQTT_V311, FIRST, "10 13 <MQTT> 04 1e 003c <a> <w> <x>"},
    {MQTT_RULE_WILL_RETAIN_WITHOUT, MQTT_V311, FIRST, "10 0d <MQTT> 04 22 003c <a>"},
    {MQTT_RULE_PASSWORD_WITHOUT_USER, MQTT_V311, FIRST, "10 10 <MQTT> 04 42 003c <a> <p>"},
    {MQTT_RULE_CLIENT_ID_EMPTY, MQTT_V311, FIRST, "10 0c <MQTT> 04 00 003c 0000"},
    {MQTT_RULE_CLIENT_ID_LENGTH, MQTT_V31, FIRST, "10 0e <MQIsdp> 03 02 003c 0000"},
    {MQTT_RULE_CLIENT_ID_LENGTH, MQTT_V31, FIRST,
     "10 26 <MQIsdp> 03 02 003c <abcdefghijklmnopqrstuvwx>"},
    {MQTT_RULE_WILL_TOPIC, MQTT_V311, FIRST, "10 15 <MQTT> 04 06 003c <a> <w/#> <x>"},
    {MQTT_RULE_WILL_TOPIC, MQTT_V311, FIRST, "10 12 <MQTT> 04 06 003c <a> 0000 <x>"},
    {MQTT_RULE_CONNACK_FLAGS, MQTT_V311, DECODER, "20 02 02 00"},
    {MQTT_RULE_CONNACK_FLAGS, MQTT_V5, DECODER, "20 03 80 00 00"},
    {MQTT_RULE_CONNACK_PRESENT, MQTT_V311, DECODER, "20 02 01 05"},
    {MQTT_RULE_CONNACK_PRESENT, MQTT_V5, DECODER, "20 03 01 80 00"},
    {MQTT_RULE_CONNACK_CODE, MQTT_V311, DECODER, "20 02 00 06"},
    {MQTT_RULE_CONNACK_CODE, MQTT_V5, DECODER, "20 03 00 01 00"},
    {MQTT_RULE_PUBLISH_QOS_3, MQTT_V311, DECODER, "36 05 <t> 0001"},
    {MQTT_RULE_PUBLISH_DUP, MQTT_V311, DECODER, "38 03 <t>"},
    {MQTT_RULE_TOPIC_WILDCARD, MQTT_V311, DECODER, "30 05 <a/#>"},
    {MQTT_RULE_TOPIC_WILDCARD, MQTT_V311, DECODER, "30 07 <a/+/b>"},
    {MQTT_RULE_TOPIC_EMPTY, MQTT_V311, DECODER, "30 02 0000"},
    {MQTT_RULE_TOPIC_EMPTY, MQTT_V5, DECODER, "30 03 0000 00"},
    {MQTT_RULE_ALIAS_ZERO, MQTT_V5, DECODER, "30 07 <t> 03 23 0000"},
    {MQTT_RULE_ALIAS_MAXIMUM, MQTT_V5, SESSION, "30 07 <t> 03 23 0005"},
    {MQTT_RULE_ALIAS_UNKNOWN, MQTT_V5, SESSION, "30 06 0000 03 23 0004"},
    {MQTT_RULE_PUBLISH_SUBSCRIPTION, MQTT_V5, SESSION, "30 06 <t> 02 0b 01"},
    {MQTT_RULE_RECEIVE_MAXIMUM, MQTT_V5, SESSION,
     "34 06 <t> 0001 00 34 06 <t> 0002 00 34 06 <t> 0003 00"},
    {MQTT_RULE_MAXIMUM_QOS, MQTT_V5, SESSION, "34 06 <t> 0001 00"},
    {MQTT_RULE_RETAIN_UNAVAILABLE, MQTT_V5, SESSION, "31 05 <t> 00 'x'"},
    {MQTT_RULE_PUBACK_REASON, MQTT_V5, DECODER, "40 03 0001 01"},
    {MQTT_RULE_PUBREC_REASON, MQTT_V5, DECODER, "50 03 0001 01"},
    {MQTT_RULE_PUBREL_REASON, MQTT_V5, DECODER, "62 03 0001 80"},
    {MQTT_RULE_PUBCOMP_REASON, MQTT_V5, DECODER, "70 03 0001 80"},
    {MQTT_RULE_SUBSCRIBE_EMPTY, MQTT_V311, DECODER, "82 02 0001"},
    {MQTT_RULE_SUBSCRIBE_EMPTY, MQTT_V5, DECODER, "82 03 0001 00"},
    {MQTT_RULE_SUBSCRIBE_OPTIONS, MQTT_V311, DECODER, "82 06 0001 <a> 03"},
    {MQTT_RULE_SUBSCRIBE_OPTIONS, MQTT_V311, DECODER, "82 06 0001 <a> 04"},
    {MQTT_RULE_SUBSCRIBE_OPTIONS, MQTT_V5, DECODER, "82 07 0001 00 <a> 40"},
    {MQTT_RULE_SUBSCRIBE_OPTIONS, MQTT_V5, DECODER, "82 07 0001 00 <a> 03"},
    {MQTT_RULE_RETAIN_HANDLING, MQTT_V5, DECODER, "82 07 0001 00 <a> 30"},
    {MQTT_RULE_NO_LOCAL_SHARED, MQTT_V5, DECODER, "82 10 0001 00 <$share/g/a> 04"},
    {MQTT_RULE_UNSUBSCRIBE_EMPTY, MQTT_V311, DECODER, "a2 02 0001"},
    {MQTT_RULE_UNSUBSCRIBE_EMPTY, MQTT_V5, DECODER, "a2 03 0001 00"},
    {MQTT_RULE_FILTER_EMPTY, MQTT_V311, DECODER, "82 05 0001 0000 00"},
    {MQTT_RULE_FILTER_EMPTY, MQTT_V311, DECODER, "a2 04 0001 0000"},
    {MQTT_RULE_FILTER_HASH, MQTT_V311, DECODER, "82 0a 0001 <a/#/b> 00"},
    {MQTT_RULE_FILTER_HASH, MQTT_V311, DECODER, "82 07 0001 <a#> 00"},
    {MQTT_RULE_FILTER_HASH, MQTT_V5, DECODER, "a2 07 0001 00 <#/>"},
    {MQTT_RULE_FILTER_PLUS, MQTT_V311, DECODER, "82 09 0001 <a+/b> 00"},
    {MQTT_RULE_FILTER_PLUS, MQTT_V311, DECODER, "82 07 0001 <++> 00"},
    {MQTT_RULE_FILTER_SHARE, MQTT_V5, DECODER, "82 0f 0001 00 <$share//a> 00"},
    {MQTT_RULE_FILTER_SHARE, MQTT_V5, DECODER, "82 0e 0001 00 <$share/g> 00"},
    {MQTT_RULE_FILTER_SHARE, MQTT_V5, DECODER, "82 0f 0001 00 <$share/g/> 00"},
    {MQTT_RULE_FILTER_SHARE, MQTT_V5, DECODER, "82 10 0001 00 <$share/+/a> 00"},
    {MQTT_RULE_FILTER_SHARE, MQTT_V5, DECODER, "82 0d 0001 00 <$share/> 00"},
    {MQTT_RULE_SUBACK_CODE, MQTT_V311, DECODER, "90 03 0001 03"},
    {MQTT_RULE_SUBACK_CODE, MQTT_V311, DECODER, "90 02 0001"},
    {MQTT_RULE_SUBACK_CODE, MQTT_V5, DECODER, "b0 04 0001 00 01"},
    {MQTT_RULE_DISCONNECT_REASON, MQTT_V5, DECODER, "e0 01 01"},
    {MQTT_RULE_DISCONNECT_REASON, MQTT_V5, SESSION, "e0 01 8d"},
    {MQTT_RULE_SESSION_EXPIRY, MQTT_V5, SESSION, "e0 07 00 05 11 00000001"},
    {MQTT_RULE_AUTH_REASON, MQTT_V5, DECODER, "f0 01 01"},
    {MQTT_RULE_AUTH_METHOD, MQTT_V5, DECODER, "f0 02 18 00"},
    {MQTT_RULE_AUTH_UNASKED, MQTT_V5, SESSION, "f0 08 18 06 15 <SCR>"},
    {MQTT_RULE_KEEP_ALIVE, MQTT_V311, SILENCE, ""},
    {MQTT_RULE_KEEP_ALIVE, MQTT_V5, SILENCE, ""},
    {MQTT_RULE_AFTER_DISCONNECT, MQTT_V311, SESSION, "e0 00 c0 00"},
    {MQTT_RULE_DIRECTION, MQTT_V311, SESSION, "20 02 00 00"},
    {MQTT_RULE_DIRECTION, MQTT_V311, SESSION, "90 03 0001 00"},
    {MQTT_RULE_DIRECTION, MQTT_V311, SESSION, "b0 02 0001"},
    {MQTT_RULE_DIRECTION, MQTT_V311, SESSION, "d0 00"},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void bytes_of(const struct row *row, struct buf *out)
{
    buf_init(out, 4096);
    bytes_add(out, row->bytes);
}

static const char *clause_or_none(const struct mqtt_violation *violation)
{
    return violation != NULL && violation->clause != NULL ? violation->clause : "none";
}

static void check_rule(const struct row *row, const struct mqtt_violation *violation)
{
    test_check(violation != NULL && violation->clause != NULL && violation->rule == row->rule,
               __FILE__, __LINE__, "%s: broke %s (%s), not rule %d", row->bytes,
               clause_or_none(violation),
               violation != NULL && violation->text != NULL ? violation->text : "", row->rule);
}

static void decode_row(const struct row *row, size_t step)
{
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation = {0};
    enum assay_status status = ASSAY_ERR_TRUNCATED;
    struct buf bytes;

    bytes_of(row, &bytes);
    mqtt_decoder_init(&d, row->where == FIRST ? MQTT_VERSION_UNKNOWN : row->version, 0);
    for (size_t at = 0; at < bytes.len && status == ASSAY_ERR_TRUNCATED; at += step) {
        struct reader input =
            reader_over(bytes.data + at, bytes.len - at < step ? bytes.len - at : step);

        status = mqtt_decoder_next(&d, &input, &packet, &violation);
    }
    CHECK_INT_EQ(status, ASSAY_ERR_MALFORMED);
    check_rule(row, &violation);
    mqtt_decoder_done(&d);
    buf_done(&bytes);
}

static void the_decoder_names_the_broken_rule_in_one_piece_and_byte_by_byte(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].where == SESSION || rows[i].where == SILENCE)
            continue;
        decode_row(&rows[i], 4096);
        decode_row(&rows[i], 1);
    }
}

static void strict_settings(struct mqtt_settings *settings)
{
    mqtt_settings_default(settings);
    settings->versions |= 1U << MQTT_V31;
    settings->topic_alias_maximum = 4;
    settings->receive_maximum = 2;
    settings->retain_available = false;
}

static void connect_session(struct mqtt_session *s, enum mqtt_version version)
{
    static const char *const connects[] = {
        [MQTT_V31] = "10 0f <MQIsdp> 03 02 003c <a>",
        [MQTT_V311] = "10 0d <MQTT> 04 02 003c <a>",
        [MQTT_V5] = "10 0e <MQTT> 05 02 003c 00 <a>",
    };
    struct buf bytes;

    buf_init(&bytes, 256);
    bytes_add(&bytes, connects[version]);
    CHECK_OK(mqtt_session_receive(s, bytes.data, bytes.len));
    CHECK_INT_EQ(mqtt_session_stage(s), MQTT_STAGE_CONNECTED);
    buf_clear(mqtt_session_output(s));
    buf_done(&bytes);
}

/* Packets that a server would send break the rule of direction before any other. */
static bool is_of_server(uint8_t first_byte)
{
    unsigned type = first_byte >> 4;

    return type == MQTT_CONNACK || type == MQTT_SUBACK || type == MQTT_UNSUBACK;
}

static void check_answer(const struct row *row, struct mqtt_session *s)
{
    struct buf *output = mqtt_session_output(s);
    uint8_t reason = mqtt_session_info(s).violation->reason;

    if (row->version != MQTT_V5 || row->where == FIRST || row->rule == MQTT_RULE_AFTER_DISCONNECT)
        return;
    /* 5.0: DISCONNECT with the reason is the last that is sent. */
    if (CHECK(output->len >= 3)) {
        const uint8_t *end = output->data + output->len - 3;

        CHECK_UINT_EQ(end[0], 0xe0);
        CHECK_UINT_EQ(end[1], 1);
        CHECK_UINT_EQ(end[2], reason);
        CHECK(mqtt_reason_allowed(MQTT_DISCONNECT, end[2]));
    }
}

static void run_row(const struct row *row)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;
    struct buf bytes;
    const struct event *event = NULL;

    strict_settings(&settings);
    settings.max_qos = row->rule == MQTT_RULE_MAXIMUM_QOS ? 1 : 2;
    bytes_of(row, &bytes);
    s = mqtt_session_new(&settings, transcript_sink(t), 7);
    if (row->where != FIRST)
        connect_session(s, row->version);
    if (row->where != DECODER || !is_of_server(bytes.data[0])) {
        CHECK_OK(row->where == SILENCE ? mqtt_session_timed_out(s)
                                       : mqtt_session_receive(s, bytes.data, bytes.len));
        check_rule(row, mqtt_session_info(s).violation);
        CHECK(mqtt_session_wants_close(s));
        if (mqtt_session_info(s).violation != NULL)
            check_answer(row, s);
        for (size_t i = 0; i < transcript_count(t); i++)
            if (event_is(transcript_at(t, i), EV_MQTT_VIOLATION))
                event = transcript_at(t, i);
        CHECK(event != NULL && event->conn == 7);
        if (event != NULL && mqtt_session_info(s).violation != NULL)
            CHECK_STR_EQ(event_get_text(event, "clause"), mqtt_session_info(s).violation->clause);
    }
    mqtt_session_free(s);
    CHECK_EVENTS(t);
    buf_done(&bytes);
    transcript_free(t);
}

static void every_row_ends_the_session_with_an_event_and_the_answer_of_its_version(void)
{
    for (size_t i = 0; i < ROWS; i++)
        run_row(&rows[i]);
}

static void every_rule_of_the_table_is_reached(void)
{
    for (int rule = 0; rule < MQTT_RULE_COUNT; rule++) {
        /* That one needs a message that waits: the conversations of the broker have it. */
        bool reached = rule == MQTT_RULE_ANSWER_WRONG;

        for (size_t i = 0; i < ROWS; i++)
            reached = reached || (int)rows[i].rule == rule;
        test_check(reached, __FILE__, __LINE__, "no bytes break rule %d (%s)", rule,
                   mqtt_violation_of((enum mqtt_rule)rule, MQTT_V5).text);
    }
}

static bool well_formed_clause(const char *clause, const char *version)
{
    size_t len = strlen(clause);

    if (strncmp(clause, "[MQTT-", 6) == 0)
        return clause[len - 1] == ']';
    return strncmp(clause, version, strlen(version)) == 0 && strstr(clause, " section ") != NULL;
}

static void every_rule_has_a_clause_a_reason_and_a_sentence(void)
{
    for (int rule = 0; rule < MQTT_RULE_COUNT; rule++) {
        struct mqtt_violation v5 = mqtt_violation_of((enum mqtt_rule)rule, MQTT_V5);
        struct mqtt_violation v3 = mqtt_violation_of((enum mqtt_rule)rule, MQTT_V311);

        test_check(well_formed_clause(v5.clause, "MQTT 5.0"), __FILE__, __LINE__, "%s", v5.clause);
        test_check(well_formed_clause(v3.clause, "MQTT "), __FILE__, __LINE__, "%s", v3.clause);
        test_check(mqtt_reason_allowed(MQTT_DISCONNECT, v5.reason) ||
                       mqtt_reason_allowed(MQTT_CONNACK, v5.reason),
                   __FILE__, __LINE__, "rule %d has reason %02x", rule, v5.reason);
        CHECK(v5.text != NULL && strlen(v5.text) > 10);
    }
}

static void a_decoder_that_failed_says_the_same_for_ever(void)
{
    static const uint8_t bad[] = {0x00, 0x00, 0xc0, 0x00};
    struct mqtt_decoder d;
    struct mqtt_packet packet;

    mqtt_decoder_init(&d, MQTT_V311, 0);
    for (int i = 0; i < 3; i++) {
        struct reader input = reader_over(bad + i, sizeof(bad) - (size_t)i);
        struct mqtt_violation violation = {0};

        CHECK_INT_EQ(mqtt_decoder_next(&d, &input, &packet, &violation), ASSAY_ERR_MALFORMED);
        CHECK_INT_EQ(violation.rule, MQTT_RULE_TYPE);
    }
    mqtt_decoder_done(&d);
}

static void a_connect_that_breaks_a_rule_still_gives_its_fields_away(void)
{
    /* A password without a user name in 3.1.1: refused, but it was sent. */
    static const struct row row = {MQTT_RULE_PASSWORD_WITHOUT_USER, MQTT_V311, FIRST,
                                   "10 16 <MQTT> 04 42 003c <dev> <secret>"};
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;
    const struct event *connect = NULL;
    struct buf bytes;

    mqtt_settings_default(&settings);
    bytes_of(&row, &bytes);
    bytes.data[1] = (uint8_t)(bytes.len - 2);
    s = mqtt_session_new(&settings, transcript_sink(t), 1);
    CHECK_OK(mqtt_session_receive(s, bytes.data, bytes.len));
    for (size_t i = 0; i < transcript_count(t); i++)
        if (event_is(transcript_at(t, i), EV_MQTT_CONNECT))
            connect = transcript_at(t, i);
    if (CHECK(connect != NULL)) {
        CHECK(event_get_bool(connect, "malformed"));
        CHECK(event_get_bool(connect, "has_password"));
        CHECK(event_field(connect, "password")->secret);
        CHECK_STR_EQ(event_get_text(connect, "client_id"), "dev");
    }
    mqtt_session_free(s);
    buf_done(&bytes);
    transcript_free(t);
}

TEST_SUITE(mqtt_malformed, TEST(the_decoder_names_the_broken_rule_in_one_piece_and_byte_by_byte),
           TEST(every_row_ends_the_session_with_an_event_and_the_answer_of_its_version),
           TEST(every_rule_of_the_table_is_reached),
           TEST(every_rule_has_a_clause_a_reason_and_a_sentence),
           TEST(a_decoder_that_failed_says_the_same_for_ever),
           TEST(a_connect_that_breaks_a_rule_still_gives_its_fields_away));
