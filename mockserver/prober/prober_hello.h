/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ClientHellos that no library sends, right and wrong, and what a server says to them before
 * anything is encrypted. Bytes in, bytes out.
 */
#ifndef PROBER_HELLO_H
#define PROBER_HELLO_H

#include "prober/settings.h"

#include "base/buf.h"

/* All that is sent: records, appended. host: the server name; "": none. */
ASSAY_RESULT prober_hello_make(enum prober_hello kind, const char *host, struct buf *out);

/* What stands in the records that came. */
struct prober_reply {
    bool has_hello, has_alert, has_heartbeat;
    unsigned version;     /* of the ServerHello; TLS 1.3 says 0x0304 here */
    unsigned compression; /* that it chose */
    uint8_t alert_level, alert_code;
};

/* Of the beginning of what was heard, as far as it is whole. */
void prober_reply_read(const void *data, size_t len, struct prober_reply *ret);

#endif
