/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict streaming decoder for MQTT 3.1, 3.1.1 and 5.0. It takes bytes in any pieces, keeps no more
 * than the packet under way, allocates for what has arrived and never for what is declared, and
 * says which normative statement a bad packet violates as soon as that is certain.
 */
#ifndef MQTT_DECODER_H
#define MQTT_DECODER_H

#include "base/buf.h"
#include "base/reader.h"
#include "mqtt/packet.h"
#include "mqtt/rule.h"

/* The largest packet that the format allows, and what is taken unless told otherwise. */
enum { MQTT_PACKET_LIMIT = 268435455 + 5, MQTT_PACKET_DEFAULT_MAX = 1024 * 1024 };

struct mqtt_decoder {
    struct buf pending;               /* a packet that has not arrived completely */
    struct mqtt_violation *violation; /* owned; NULL: no rule was broken so far */
    uint32_t max_packet;   /* whole packet in bytes; more is refused when it is declared */
    uint8_t version;       /* MQTT_VERSION_UNKNOWN until the CONNECT told it */
    bool lenient_password; /* 3.1.1: a password without a user name is let through */
    bool drop_pending;     /* its views were handed out; freed by the next call */
};

/*
 * @param version     MQTT_VERSION_UNKNOWN on the side of a server: the first packet has to be a
 *                    CONNECT and sets it
 * @param max_packet  0: MQTT_PACKET_DEFAULT_MAX
 */
void mqtt_decoder_init(struct mqtt_decoder *d, enum mqtt_version version, size_t max_packet);
void mqtt_decoder_done(struct mqtt_decoder *d);

/*
 * The next packet. Bytes are consumed from input; a packet that lies in it completely is not
 * copied, so that the views are valid until input's data goes or the next call, whichever is first.
 *
 * @param ret            the packet. On ASSAY_ERR_MALFORMED: what could be read of it (type 0:
 *                       nothing), because what a broken CONNECT gives away is evidence too
 * @param ret_violation  set on ASSAY_ERR_MALFORMED
 * @retval ASSAY_ERR_TRUNCATED  input is used up and no packet is complete
 * @retval ASSAY_ERR_MALFORMED  a rule was broken; every further call says so again
 * @retval ASSAY_ERR_NOMEM
 */
ASSAY_RESULT mqtt_decoder_next(struct mqtt_decoder *d, struct reader *input,
                               struct mqtt_packet *ret, struct mqtt_violation *ret_violation);

/*
 * Decode the body of one packet (what follows the remaining length).
 * @param packet         type and flags are read; the rest is set, on failure as far as it came
 * @param ret_violation  set on ASSAY_ERR_MALFORMED, which is the only failure
 */
ASSAY_RESULT mqtt_decode_body(enum mqtt_version version, const uint8_t *body, size_t len,
                              struct mqtt_packet *packet, struct mqtt_violation *ret_violation);

/* Variable byte integer (MQTT 5.0 section 1.5.5), any encoding of up to four bytes.
 * ASSAY_ERR_TRUNCATED; ASSAY_ERR_MALFORMED when a fifth byte would be needed. */
ASSAY_RESULT mqtt_varint_read(struct reader *r, uint32_t *ret);

/* Well-formed UTF-8 without surrogates and U+0000 (MQTT 5.0 section 1.5.4). */
bool mqtt_utf8_valid(const uint8_t *data, size_t len);

#endif
