/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public face of the mock servers: everything a board meets on the network, built from one
 * server description (the `server` table of a scenario, docs/formats/server-description.md) and
 * stepped by the caller's loop.
 */
#ifndef MOCK_MOCK_H
#define MOCK_MOCK_H

#include "base/event.h"
#include "base/status.h"
#include "base/value.h"
#include "clock/scenario_clock.h"
#include "pki/pki.h"

#include <uv.h>

struct mock;
struct tls_library;

struct mock_options {
    uv_loop_t *loop;               /* borrowed */
    const struct event_sink *sink; /* borrowed */
    struct pki_store *store;       /* borrowed */
    struct tls_library *library;   /* borrowed; tls/library.h; NULL: OpenSSL's default */
    struct scenario_clock *clock;  /* borrowed, set by the caller (mock_times_of()); may be changed
                                      while the mock runs */
    const struct value *description; /* borrowed */
    const char *address;             /* where to listen; numeric */
    const char *told_address;        /* what DNS says where `dns.address` is not given; IPv4; NULL:
                                        address */
    unsigned port;                   /* of the broker; 0: any */
    bool dns;                        /* serve DNS and SNTP as well */
    bool sntp;
    unsigned dns_port; /* 0: any */
    unsigned sntp_port;
    int64_t sntp_shift_ms; /* what SNTP says is ahead of the clock by this: a board's false time */
};

/*
 * Start the servers of a description.
 * @retval ASSAY_ERR_MALFORMED    the description; err names the path
 * @retval ASSAY_ERR_UNSUPPORTED  OpenSSL cannot serve it
 * @retval ASSAY_ERR_IO           a port could not be bound
 */
ASSAY_RESULT mock_start(const struct mock_options *options, struct mock **ret,
                        struct assay_error *err);
/* Closes everything; NULL is allowed. Not from a callback of the loop, which it runs. */

/*
 * The two halves of mock_start(): what needs no socket (the description checked, certificates
 * minted, the TLS context made) can be done ahead, while nothing else is to be done.
 * mock_prepare() asks options->clock for the time of the certificates; mock_open() takes sink,
 * clock and addresses anew from its own options. A mock that was prepared and is not wanted any
 * more goes to mock_stop(); after a failed mock_open() as well.
 */
ASSAY_RESULT mock_prepare(const struct mock_options *options, struct mock **ret,
                          struct assay_error *err);
ASSAY_RESULT mock_open(struct mock *mock, const struct mock_options *options,
                       struct assay_error *err);

void mock_stop(struct mock *mock);

/* The port at which boards expect what a description serves (IANA); 0: it has none. */
unsigned mock_registered_port(const struct value *description);

unsigned mock_port(const struct mock *mock);
unsigned mock_dns_port(const struct mock *mock);  /* 0: not served */
unsigned mock_sntp_port(const struct mock *mock); /* 0: not served */
size_t mock_open_connections(const struct mock *mock);
size_t mock_total_connections(const struct mock *mock);

#endif
