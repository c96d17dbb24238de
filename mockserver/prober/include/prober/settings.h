/* SPDX-License-Identifier: Apache-2.0 */
/* The `visit` table of a server description: what the bench does as a client. */
#ifndef PROBER_SETTINGS_H
#define PROBER_SETTINGS_H

#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

/* What a connection begins with. */
enum prober_opening {
    PROBER_OPEN_TLS, /* or, where the service has none, with the request */
    PROBER_OPEN_PLAIN,
    PROBER_OPEN_GARBAGE,
    PROBER_OPEN_SILENCE,
    PROBER_OPEN_LONG_RECORD,
    PROBER_OPEN_HELLO /* a ClientHello of our own, and no more: prober_hello */
};

/* What is odd about it. */
enum prober_hello {
    PROBER_HELLO_GOOD,
    PROBER_HELLO_COMPRESSION,
    PROBER_HELLO_HEARTBEAT,
    PROBER_HELLO_ZERO_SHARE,
    PROBER_HELLO_OFF_CURVE,
    PROBER_HELLO_TRUNCATED,
    PROBER_HELLO_DUPLICATE,
    PROBER_HELLO_NO_CIPHERS,
    PROBER_HELLO_ODD_CIPHERS,
    PROBER_HELLO_LONG_SESSION,
    PROBER_HELLO_OVERSIZED,
    PROBER_HELLO_TWICE,
    PROBER_HELLO_SSL3,
    PROBER_HELLO_EMPTY_RECORD,
    PROBER_HELLO_CIPHER_FIRST,
    PROBER_HELLO_ALERT_FIRST,
    PROBER_HELLO_DATA_FIRST,
    PROBER_HELLO_FINISHED_FIRST
};

enum prober_request_kind {
    PROBER_ASK_GOOD,
    PROBER_ASK_NOTHING,
    PROBER_ASK_HALF,
    PROBER_ASK_UNKNOWN,
    PROBER_ASK_BAD,
    PROBER_ASK_LONG,
    PROBER_ASK_HUGE,
    PROBER_ASK_BINARY
};

/* What comes between the handshake and the request. */
enum prober_before { PROBER_BEFORE_NOTHING, PROBER_BEFORE_RENEGOTIATE, PROBER_BEFORE_GOODBYE };

/* Who else is connected. */
enum prober_company {
    PROBER_ALONE,
    PROBER_COMPANY_IDLE,      /* TCP connections that say nothing, open all the time */
    PROBER_COMPANY_HANDSHAKE, /* the same, after their ClientHello */
    PROBER_COMPANY_SHAKEN,    /* the same, after the handshake */
    PROBER_COMPANY_QUICK      /* opened and closed, one after the other, before */
};

struct prober_settings {
    enum prober_opening opening;
    enum prober_hello hello;
    int64_t hello_fragment; /* bytes of the ClientHello in a record; 0: it is in one */
    bool fallback;          /* says that it has tried a newer version (RFC 7507) */
    enum prober_request_kind request;
    enum prober_before before;
    enum prober_company company;
    int64_t company_count;
    int64_t chunk; /* bytes of the request at a time; 0: as it is */
    int64_t chunk_delay_ms;
    int64_t wait_ms;
};

/* Rows of the table. Ends with a NULL name. */
extern const struct key_spec prober_keys[];

/* value NULL: all defaults. ASSAY_ERR_MALFORMED: err names the path and what would be right. */
ASSAY_RESULT prober_settings_read(const struct value *value, struct prober_settings *ret,
                                  struct assay_error *err);

const char *prober_request_name(enum prober_request_kind kind);

#endif
