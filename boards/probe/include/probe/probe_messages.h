/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of the three small protocols that a probe speaks: DNS (one A record), SNTP and MQTT
 * 3.1.1 (CONNECT, PUBLISH QoS 1, DISCONNECT). Bytes in, bytes out.
 */
#ifndef PROBE_PROBE_MESSAGES_H
#define PROBE_PROBE_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

enum { PROBE_DNS_MAX = 512, PROBE_SNTP_LEN = 48, PROBE_MQTT_MAX = 560, PROBE_MQTT_PACKET_ID = 1 };

/* What an arrived message means. */
enum probe_reply {
    PROBE_REPLY_OK,
    PROBE_REPLY_MORE,     /* incomplete (MQTT) */
    PROBE_REPLY_NOT_OURS, /* no answer to what was asked: wait on (DNS, SNTP) */
    PROBE_REPLY_MALFORMED,
    PROBE_REPLY_REFUSED /* a well-formed no; *ret_code says which */
};

/*
 * A query for the A record of host (RFC 1035 section 4).
 * @return its length, or 0: host is no name (empty label, label over 63 bytes, too long)
 */
size_t probe_dns_query(const char *host, uint16_t id, uint8_t out[PROBE_DNS_MAX]);

/*
 * Read the answer to query.
 * @param ret_ip    the first A record, with PROBE_REPLY_OK
 * @param ret_code  with REFUSED: the rcode, 0 when there is no address in the answer
 */
enum probe_reply probe_dns_parse(const uint8_t *message, size_t len, const uint8_t *query,
                                 size_t query_len, uint8_t ret_ip[4], int *ret_code);

/* A client request (RFC 4330 section 5); cookie travels as its transmit time. */
void probe_sntp_request(uint64_t cookie, uint8_t out[PROBE_SNTP_LEN]);

/*
 * Read the answer to the request with this cookie.
 * @param ret_unix_s  its transmit time (1968 to 2104, RFC 4330 section 3)
 * @param ret_code    with REFUSED: the stratum 0, or 16 for a clock that is not synchronised
 */
enum probe_reply probe_sntp_parse(const uint8_t *message, size_t len, uint64_t cookie,
                                  int64_t *ret_unix_s, int *ret_code);

struct probe_mqtt_text {
    const char *bytes;
    size_t len;
};

/* CONNECT: clean session, keep alive 60 s; user and pass are left out where empty. @return length
 */
size_t probe_mqtt_connect(struct probe_mqtt_text client, struct probe_mqtt_text user,
                          struct probe_mqtt_text pass, uint8_t out[PROBE_MQTT_MAX]);

/* PUBLISH with QoS 1 and packet id PROBE_MQTT_PACKET_ID. @return length */
size_t probe_mqtt_publish(struct probe_mqtt_text topic, struct probe_mqtt_text payload,
                          uint8_t out[PROBE_MQTT_MAX]);

size_t probe_mqtt_disconnect(uint8_t out[PROBE_MQTT_MAX]);

/* CONNACK. @param ret_code  the return code, with REFUSED */
enum probe_reply probe_mqtt_parse_connack(const uint8_t *bytes, size_t len, int *ret_code);

/* PUBACK of our packet id. */
enum probe_reply probe_mqtt_parse_puback(const uint8_t *bytes, size_t len);

enum { PROBE_MQTT_ACK_LEN = 4 };

#endif
