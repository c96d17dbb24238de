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

/*
 * The mosquitto that `mqtt.behind` of a description starts.
 * @param ret_version  "2.0.11"
 * @retval ASSAY_ERR_NOT_FOUND    none is installed; err says how to mend that
 * @retval ASSAY_ERR_UNSUPPORTED  older than 2.0, which has no UNIX sockets
 */
enum { MOCK_VERSION_TEXT = 32 };
ASSAY_RESULT mock_find_mosquitto(char ret_version[static MOCK_VERSION_TEXT],
                                 struct assay_error *err);

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
    bool alone; /* DNS and SNTP are all that is served: for a board that is a server itself */
    unsigned dns_port; /* 0: any */
    unsigned sntp_port;
    int64_t sntp_shift_ms; /* what SNTP says is ahead of the clock by this: a board's false time */
    uint32_t *last_conn;   /* borrowed: the number of the last connection, which mocks may share;
                              NULL: a count of its own */
    const struct mock
        *like; /* of mock_prepare(): the mock that is to be changed; where certificates
                  and TLS are the same, its own serve, and nothing is minted */
    const struct mock *heir_of; /* of mock_open(): take its sockets over where the ports are the
                                   same; then comes mock_stop_listening() for that one */
};

/*
 * Start the servers of a description.
 * @retval ASSAY_ERR_MALFORMED    the description; err names the path
 * @retval ASSAY_ERR_UNSUPPORTED  OpenSSL cannot serve it
 * @retval ASSAY_ERR_NOT_FOUND    no mosquitto to put behind the broker
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

/*
 * The two steps to a graceful end before mock_stop(): nobody new is served; and the connections
 * that there are are ended as a good server does (DISCONNECT 0x8b where MQTT has it, close_notify,
 * FIN). mock_open_connections() says when they are gone.
 */
void mock_stop_listening(struct mock *mock);
void mock_end_connections(struct mock *mock);
/* on_empty is called from the loop whenever the last open connection of a host is gone. */
void mock_when_empty(struct mock *mock, void (*on_empty)(void *ctx), void *ctx);

/*
 * A running server goes on under another description, which mock_prepare() has made `prepared`
 * from. At once: how packets are answered and what goes wrong with them, `net`, `dns`, `sntp`. For
 * the next connection: certificates, `tls`, whether there is TLS. Sessions, retained messages,
 * registers and connections stay. Certificates are new ones only where `certs`, `chain` or `tls`
 * differ, or with is_renewed. `prepared` is used up. why: a word for the event, "later".
 * mock_check_change() says whether that is possible:
 * @retval ASSAY_ERR_UNSUPPORTED  a broker cannot become a web server; err names both
 */
ASSAY_RESULT mock_check_change(const struct mock *mock, const struct mock *prepared,
                               struct assay_error *err);
void mock_change(struct mock *mock, struct mock *prepared, bool is_renewed, const char *why);
/*
 * The service that a face passes for does something by itself, now: face_order().
 * @retval ASSAY_ERR_UNSUPPORTED  there is no face, or none that does such a thing
 */
ASSAY_RESULT mock_order(struct mock *mock, const char *sentence, struct assay_error *err);
/*
 * End one connection: by its number (client_id NULL), or that of a client identifier; as a good
 * server does, or with RST at once.
 * @param ret_id  its number
 * @retval ASSAY_ERR_NOT_FOUND  there is none
 */
ASSAY_RESULT mock_close_connection(struct mock *mock, uint32_t id, const char *client_id,
                                   bool is_reset, uint32_t *ret_id, struct assay_error *err);
/* What is served now, complete; borrowed until the next change. */
const struct value *mock_description(const struct mock *mock);
/* The scenario clock goes to a time or by a step; an event says so. */
void mock_set_clock(struct mock *mock, int64_t unix_ms, const char *why);

/* The port at which boards expect what a description serves (IANA); 0: it has none. */
unsigned mock_registered_port(const struct value *description);

unsigned mock_port(const struct mock *mock);
/* Where the broker without TLS beside this one is (`second` of a broker); 0: there is none. */
unsigned mock_plain_port(const struct mock *mock);
unsigned mock_dns_port(const struct mock *mock);  /* 0: not served */
unsigned mock_sntp_port(const struct mock *mock); /* 0: not served */
/*
 * Why the servers are no longer what their description says (a mosquitto behind that ended): a
 * fault of the bench, whatever the board does from here on. NULL: nothing is wrong. Borrowed.
 */
const char *mock_failure(const struct mock *mock);
size_t mock_open_connections(const struct mock *mock);
size_t mock_total_connections(const struct mock *mock);

#endif
