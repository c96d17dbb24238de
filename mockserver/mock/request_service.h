/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services that answer requests (HTTP, WWEP) on a listener: their sessions over the connections of
 * a net, with or without TLS.
 */
#ifndef MOCK_REQUEST_SERVICE_H
#define MOCK_REQUEST_SERVICE_H

#include "base/buf.h"
#include "base/event.h"
#include "clock/scenario_clock.h"
#include "http/http.h"
#include "net/net.h"
#include "wwep/wwep.h"

struct request_service;
struct secured_tls;

/* What a protocol core offers; a session is its own. */
struct request_protocol {
    void *(*open)(const struct request_service *service, uint32_t conn); /* NULL: no memory */
    enum assay_status (*receive)(void *session, const void *data, size_t len);
    enum assay_status (*end)(void *session); /* nothing more comes; may be NULL */
    struct buf *(*output)(void *session);
    bool (*wants_close)(const void *session);
    bool (*is_waiting)(const void *session); /* for the rest of a request; may be NULL */
    void (*close)(void *session);
};

extern const struct request_protocol request_http;
extern const struct request_protocol request_wwep;

struct request_service {
    const struct request_protocol *protocol;
    const char *name;
    const struct event_sink *sink; /* borrowed, as everything here */
    struct secured_tls *tls;       /* NULL: plain */
    uint64_t patience_ms;          /* for a request, where the protocol waits; 0: for ever */
    /* Of HTTP. */
    const struct http_settings *http;
    unsigned port, default_port;
    http_now_fn now_s;
    void *now_ctx;
    /* Of WWEP. */
    const struct wwep_settings *wwep;
    struct wwep_registers *registers;
};

/* Fill the functions of a service whose ctx is a struct request_service. */
void request_service_functions(const char *name, struct net_service *ret);

#endif
