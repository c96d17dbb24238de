/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench's time server, one datagram at a time (RFC 4330, RFC 5905): the scenario's time, or a
 * wrong one where the `sntp` table asks for it. No sockets and no clock.
 */
#ifndef SNTP_SNTP_H
#define SNTP_SNTP_H

#include "base/buf.h"
#include "base/event.h"
#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

enum { SNTP_PACKET = 48, SNTP_KOD_TEXT = 5 };

enum sntp_originate { SNTP_ORIGINATE_ECHO, SNTP_ORIGINATE_ZERO, SNTP_ORIGINATE_WRONG };

struct sntp_settings {
    int64_t offset_ms;       /* added to the time that is given */
    int64_t stratum;         /* 0 to 255 */
    int64_t leap;            /* 0 to 3; -1: 0, or 3 in a kiss-o'-death */
    char kod[SNTP_KOD_TEXT]; /* "RATE", "DENY", ...: kiss-o'-death with this code; "": none */
    bool silent;             /* never answer */
    bool transmit_zero;      /* a transmit time stamp of zero, which a client has to refuse */
    enum sntp_originate originate;
};

/* The keys of the table. Ends with a NULL name. */
extern const struct key_spec sntp_keys[];

/*
 * @param description  the `sntp` table; NULL: defaults
 * @retval ASSAY_ERR_MALFORMED  err names the path and what would be right
 */
ASSAY_RESULT sntp_settings_read(const struct value *description, struct sntp_settings *ret,
                                struct assay_error *err);

/*
 * Answer one request. Mode 3 (client) is answered with mode 4, mode 1 with mode 2; other modes,
 * versions outside 1 to 4 and short datagrams get no answer.
 * @param unix_ms  the time to tell, in milliseconds since 1970; any era
 * @param sink     gets sntp.request and sntp.reply; may be NULL
 * @param reply    the answer is appended; nothing for silence
 * @retval ASSAY_ERR_MALFORMED  no request (service.error was emitted)
 */
ASSAY_RESULT sntp_respond(const struct sntp_settings *settings, const struct event_sink *sink,
                          const char *peer, int64_t unix_ms, const uint8_t *data, size_t len,
                          struct buf *reply);

/* A time as an NTP time stamp: seconds since 1900 modulo 2^32, and the fraction. */
uint64_t sntp_timestamp(int64_t unix_ms);

#endif
