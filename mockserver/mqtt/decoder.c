/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/decoder.h"

#include "codec.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_MAX = 5, PENDING_KEPT = 256 };

/* A fixed header that is complete and sound. */
struct header {
    uint8_t first_byte;
    size_t len;  /* of the header */
    size_t body; /* what follows it */
};

void mqtt_decoder_init(struct mqtt_decoder *d, enum mqtt_version version, size_t max_packet)
{
    *d = (struct mqtt_decoder){
        .version = (uint8_t)version,
        .max_packet = MQTT_PACKET_DEFAULT_MAX,
    };
    if (max_packet > 0)
        d->max_packet = max_packet < MQTT_PACKET_LIMIT ? (uint32_t)max_packet : MQTT_PACKET_LIMIT;
    /* Room for a header that has yet to be refused, however small the maximum is. */
    buf_init(&d->pending, d->max_packet > HEADER_MAX ? d->max_packet : HEADER_MAX);
}

void mqtt_decoder_done(struct mqtt_decoder *d)
{
    buf_done(&d->pending);
    free(d->violation);
    d->violation = NULL;
}

static enum mqtt_version version_of(const struct mqtt_decoder *d)
{
    return (enum mqtt_version)d->version;
}

static enum assay_status fail(const struct mqtt_decoder *d, enum mqtt_rule rule, unsigned type,
                              struct mqtt_violation *ret)
{
    *ret = mqtt_violation_of(rule, version_of(d));
    ret->type = (uint8_t)type;
    return ASSAY_ERR_MALFORMED;
}

/* MQTT_RULE_COUNT: none is broken. */
static enum mqtt_rule publish_flags_rule(uint8_t flags)
{
    if ((flags & MQTT_PUBLISH_QOS) == MQTT_PUBLISH_QOS)
        return MQTT_RULE_PUBLISH_QOS_3;
    if ((flags & MQTT_PUBLISH_QOS) == 0 && (flags & MQTT_PUBLISH_DUP) != 0)
        return MQTT_RULE_PUBLISH_DUP;
    return MQTT_RULE_COUNT;
}

/* 3.1 let PUBREL, SUBSCRIBE and UNSUBSCRIBE be sent again with DUP set. */
static bool flags_right(enum mqtt_version version, unsigned type, uint8_t flags)
{
    uint8_t right = mqtt_packet_of((enum mqtt_type)type).flags;

    if (flags == right)
        return true;
    return version == MQTT_V31 && right != 0 && flags == (right | MQTT_PUBLISH_DUP);
}

static enum mqtt_rule flags_rule(unsigned type)
{
    static const enum mqtt_rule own[MQTT_TYPE_LIMIT] = {
        [MQTT_PUBREL] = MQTT_RULE_FLAGS_PUBREL,
        [MQTT_SUBSCRIBE] = MQTT_RULE_FLAGS_SUBSCRIBE,
        [MQTT_UNSUBSCRIBE] = MQTT_RULE_FLAGS_UNSUBSCRIBE,
        [MQTT_DISCONNECT] = MQTT_RULE_FLAGS_DISCONNECT,
        [MQTT_AUTH] = MQTT_RULE_FLAGS_AUTH,
    };
    return own[type] != 0 ? own[type] : MQTT_RULE_FLAGS;
}

/* The rule that the first byte breaks; MQTT_RULE_COUNT: none. */
static enum mqtt_rule first_byte_rule(const struct mqtt_decoder *d, uint8_t byte)
{
    unsigned type = byte >> 4;
    uint8_t flags = byte & 0x0f;

    if (d->version == MQTT_VERSION_UNKNOWN && type != MQTT_CONNECT)
        return MQTT_RULE_CONNECT_FIRST;
    if (mqtt_codec_of(type) == NULL || (type == MQTT_AUTH && d->version != MQTT_V5))
        return MQTT_RULE_TYPE;
    if (type == MQTT_PUBLISH)
        return publish_flags_rule(flags);
    return flags_right(version_of(d), type, flags) ? MQTT_RULE_COUNT : flags_rule(type);
}

/* ASSAY_ERR_TRUNCATED when more bytes are needed to know. */
static enum assay_status read_header(const struct mqtt_decoder *d, const uint8_t *data, size_t len,
                                     struct header *ret, struct mqtt_violation *ret_violation)
{
    struct reader r = reader_over(data, len);
    struct header h = {0};
    uint32_t body = 0;
    enum mqtt_rule broken = MQTT_RULE_COUNT;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(reader_u8(&r, &h.first_byte));
    broken = first_byte_rule(d, h.first_byte);
    if (broken != MQTT_RULE_COUNT)
        return fail(d, broken, h.first_byte >> 4, ret_violation);
    status = mqtt_varint_read(&r, &body);
    if (status == ASSAY_ERR_MALFORMED)
        return fail(d, MQTT_RULE_VARINT, h.first_byte >> 4, ret_violation);
    ASSAY_TRY(status);
    h.len = r.pos;
    h.body = body;
    if (h.len + h.body > d->max_packet)
        return fail(d, MQTT_RULE_TOO_LARGE, h.first_byte >> 4, ret_violation);
    *ret = h;
    return ASSAY_OK;
}

static enum assay_status decode_body(enum mqtt_version version, bool lenient_password,
                                     const uint8_t *body, size_t len, struct mqtt_packet *packet,
                                     struct mqtt_violation *ret_violation)
{
    const struct mqtt_codec *codec = mqtt_codec_of(packet->type);
    /* An empty body still needs a place that views can point to. */
    struct mqtt_decode d = {
        .lenient_password = lenient_password,
        .body = reader_over(body != NULL ? body : (const uint8_t *)"", len),
        .version = version,
        .type = packet->type,
        .violation = ret_violation,
    };

    if (codec == NULL)
        return mqtt_broken(&d, MQTT_RULE_TYPE);
    if (version == MQTT_VERSION_UNKNOWN && packet->type != MQTT_CONNECT)
        return mqtt_broken(&d, MQTT_RULE_CONNECT_FIRST);
    return codec->decode(&d, packet);
}

enum assay_status mqtt_decode_body(enum mqtt_version version, const uint8_t *body, size_t len,
                                   struct mqtt_packet *packet, struct mqtt_violation *ret_violation)
{
    return decode_body(version, false, body, len, packet, ret_violation);
}

/* The version of a CONNECT as far as it was understood. */
static enum mqtt_version connect_version(const struct mqtt_packet *packet)
{
    uint8_t level = packet->connect.level;

    return level == MQTT_V31 || level == MQTT_V311 || level == MQTT_V5 ? (enum mqtt_version)level
                                                                       : MQTT_VERSION_UNKNOWN;
}

static enum assay_status decode(struct mqtt_decoder *d, const struct header *h, const uint8_t *data,
                                struct mqtt_packet *ret, struct mqtt_violation *ret_violation)
{
    enum assay_status status = ASSAY_OK;

    *ret = mqtt_packet_of((enum mqtt_type)(h->first_byte >> 4));
    ret->flags = h->first_byte & 0x0f;
    ret->size = h->len + h->body;
    status =
        decode_body(version_of(d), d->lenient_password, data + h->len, h->body, ret, ret_violation);
    if (ret->type == MQTT_CONNECT && d->version == MQTT_VERSION_UNKNOWN)
        d->version = (uint8_t)connect_version(ret);
    ASSAY_TRY(status);
    if (d->version == MQTT_V5 && h->len > 2 && h->body < UINT32_C(1) << (7 * (h->len - 2)))
        return fail(d, MQTT_RULE_VARINT_MINIMAL, ret->type, ret_violation);
    return ASSAY_OK;
}

/* Nothing is pending: take the packet out of input, or keep what there is of it. */
static enum assay_status next_direct(struct mqtt_decoder *d, struct reader *input,
                                     struct mqtt_packet *ret, struct mqtt_violation *ret_violation)
{
    const uint8_t *here = reader_here(input);
    size_t left = reader_left(input);
    struct header h = {0};
    enum assay_status status = read_header(d, here, left, &h, ret_violation);

    if (status == ASSAY_OK && left >= h.len + h.body) {
        ASSAY_TRY(reader_skip(input, h.len + h.body));
        return decode(d, &h, here, ret, ret_violation);
    }
    if (status != ASSAY_OK && status != ASSAY_ERR_TRUNCATED)
        return status;
    ASSAY_TRY(buf_add(&d->pending, here, left));
    ASSAY_TRY(reader_skip(input, left));
    return ASSAY_ERR_TRUNCATED;
}

static enum assay_status move(struct mqtt_decoder *d, struct reader *input, size_t len)
{
    const uint8_t *bytes = NULL;

    ASSAY_TRY(reader_bytes(input, len, &bytes));
    return buf_add(&d->pending, bytes, len);
}

static enum assay_status next_pending(struct mqtt_decoder *d, struct reader *input,
                                      struct mqtt_packet *ret, struct mqtt_violation *ret_violation)
{
    struct header h = {0};
    enum assay_status status = read_header(d, d->pending.data, d->pending.len, &h, ret_violation);
    size_t missing = 0;

    while (status == ASSAY_ERR_TRUNCATED) {
        ASSAY_TRY(move(d, input, 1)); /* TRUNCATED once input is used up */
        status = read_header(d, d->pending.data, d->pending.len, &h, ret_violation);
    }
    ASSAY_TRY(status);
    missing = h.len + h.body - d->pending.len;
    if (missing > reader_left(input)) {
        ASSAY_TRY(move(d, input, reader_left(input)));
        return ASSAY_ERR_TRUNCATED;
    }
    ASSAY_TRY(move(d, input, missing));
    d->drop_pending = true;
    return decode(d, &h, d->pending.data, ret, ret_violation);
}

enum assay_status mqtt_decoder_next(struct mqtt_decoder *d, struct reader *input,
                                    struct mqtt_packet *ret, struct mqtt_violation *ret_violation)
{
    enum assay_status status = ASSAY_OK;

    if (d->drop_pending)
        buf_relax(&d->pending, PENDING_KEPT);
    d->drop_pending = false;
    memset(ret, 0, sizeof(*ret));
    if (d->violation != NULL) {
        *ret_violation = *d->violation;
        return ASSAY_ERR_MALFORMED;
    }
    status = d->pending.len > 0 ? next_pending(d, input, ret, ret_violation)
                                : next_direct(d, input, ret, ret_violation);
    if (status != ASSAY_ERR_MALFORMED)
        return status;
    d->violation = malloc(sizeof(*d->violation));
    if (d->violation == NULL)
        return ASSAY_ERR_NOMEM;
    *d->violation = *ret_violation;
    return status;
}
