/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench's name server, one datagram at a time: A records for the names that a scenario owns,
 * and every wrong answer that its `dns` table asks for. No sockets, no time: dns.delay_ms is
 * carried out by the caller.
 */
#ifndef DNS_DNS_H
#define DNS_DNS_H

#include "base/buf.h"
#include "base/event.h"
#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

enum { DNS_NAME_TEXT = 256, DNS_ADDRESS_TEXT = 16, DNS_REPLY_MAX = 512 };

/* The domain whose names all belong to the bench. */
#define DNS_BENCH_DOMAIN "bench.test"

struct dns_settings {
    char host[DNS_NAME_TEXT];       /* owned beside everything below DNS_BENCH_DOMAIN */
    char address[DNS_ADDRESS_TEXT]; /* IPv4, what A queries for owned names are answered with */
    int64_t ttl_s;
    int64_t rcode; /* -1: the right one; else every answer is empty and has this code */
    bool silent;   /* never answer */
    int64_t delay_ms;
};

/* The keys of the table. Ends with a NULL name. */
extern const struct key_spec dns_keys[];

/*
 * @param description  the `dns` table; NULL: defaults
 * @param host         the name that boards are told
 * @param address      IPv4 address of the bench; dns.address goes first
 * @retval ASSAY_ERR_MALFORMED  err names the path and what would be right
 */
ASSAY_RESULT dns_settings_read(const struct value *description, const char *host,
                               const char *address, struct dns_settings *ret,
                               struct assay_error *err);

/*
 * Answer one query (RFC 1035). Owned name: A gives the address, other types an empty NOERROR.
 * Other names: NXDOMAIN. Malformed: FORMERR where the header can be read, else nothing.
 * @param sink   gets dns.query and dns.answer; may be NULL
 * @param peer   for the events
 * @param reply  the answer is appended; nothing for silence
 * @retval ASSAY_ERR_MALFORMED  no query (service.error was emitted); reply may hold a FORMERR
 */
ASSAY_RESULT dns_respond(const struct dns_settings *settings, const struct event_sink *sink,
                         const char *peer, const uint8_t *data, size_t len, struct buf *reply);

#endif
