/* SPDX-License-Identifier: Apache-2.0 */
#include "request_service.h"

#include "base/event_kinds.h"
#include "secured.h"

#include <stdlib.h>

/* A long answer is given to the net in portions, the next one when the board has read: a whole one
 * would not fit into its queue. */
enum { PORTION = 512 * 1024, QUEUE_FULL = 1024 * 1024 };

struct connection {
    const struct request_service *service;
    struct secured secured;
    void *session;  /* of the protocol */
    bool expects;   /* the time for a request runs */
    bool has_ended; /* nothing more comes from the board */
    bool finished;
};

static void free_connection(struct connection *c)
{
    if (c->session != NULL)
        c->service->protocol->close(c->session);
    secured_done(&c->secured);
    free(c);
}

/* Something in the bench itself went wrong; the board cannot be served any longer. */
static void give_up(struct connection *c, enum assay_status status)
{
    struct event_builder e;

    event_begin(&e, c->service->sink, "mock", EV_SERVICE_ERROR, net_conn_id(c->secured.conn));
    event_text(&e, "service", c->service->name);
    event_text(&e, "text", assay_status_text(status));
    event_emit(&e);
    c->finished = true;
    net_conn_reset(c->secured.conn);
}

static enum assay_status send_some(struct connection *c)
{
    struct buf *out = c->service->protocol->output(c->session);
    struct buf portion;
    enum assay_status status = ASSAY_OK;

    buf_init(&portion, PORTION);
    while (status == ASSAY_OK && out->len > 0 && net_conn_queued(c->secured.conn) < QUEUE_FULL) {
        size_t len = out->len < PORTION ? out->len : PORTION;

        status = buf_add(&portion, out->data, len);
        if (status == ASSAY_OK)
            status = secured_send(&c->secured, &portion);
        buf_consume(out, len);
    }
    buf_done(&portion);
    return status;
}

/* The time for a request runs from the handshake's end on until there is one. */
static void watch_time(struct connection *c)
{
    const struct request_protocol *protocol = c->service->protocol;
    bool is_waiting = protocol->is_waiting != NULL && protocol->is_waiting(c->session);

    if (c->service->patience_ms == 0 || !secured_is_open(&c->secured) || c->expects == is_waiting)
        return;
    c->expects = is_waiting;
    net_conn_expect(c->secured.conn, is_waiting ? c->service->patience_ms : 0);
}

static enum assay_status finish(struct connection *c)
{
    c->finished = true;
    return secured_finish(&c->secured);
}

/* Whatever happened: what is there to be sent, and is it over? */
static void settle(struct connection *c, enum assay_status status)
{
    const struct request_protocol *protocol = c->service->protocol;
    bool is_over = secured_is_over(&c->secured);

    if (status == ASSAY_OK && !c->finished && !is_over)
        status = send_some(c);
    if (status == ASSAY_OK)
        status = secured_flush(&c->secured);
    if (status == ASSAY_OK && !c->finished) {
        bool is_sent = is_over || protocol->output(c->session)->len == 0;

        if (is_over || (is_sent && (c->has_ended || protocol->wants_close(c->session))))
            status = finish(c);
        else
            watch_time(c);
    }
    if (status != ASSAY_OK)
        give_up(c, status);
}

static void *on_open(void *ctx, struct net_conn *conn)
{
    const struct request_service *service = ctx;
    struct connection *c = calloc(1, sizeof(*c));

    if (c == NULL)
        return NULL;
    c->service = service;
    c->session = service->protocol->open(service, net_conn_id(conn));
    if (secured_open(&c->secured, conn, service->tls, service->sink) != ASSAY_OK ||
        c->session == NULL) {
        free_connection(c);
        return NULL;
    }
    watch_time(c);
    return c;
}

static enum assay_status receive_tls(struct connection *c, const uint8_t *data, size_t len)
{
    struct buf *plaintext = tls_conn_plaintext(c->secured.tls);
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(tls_conn_receive(c->secured.tls, data, len));
    if (!c->finished)
        status = c->service->protocol->receive(c->session, plaintext->data, plaintext->len);
    buf_clear(plaintext);
    return status;
}

static void on_data(void *session, const uint8_t *data, size_t len)
{
    struct connection *c = session;
    enum assay_status status = ASSAY_OK;

    if (c->secured.tls != NULL)
        status = receive_tls(c, data, len);
    else if (!c->finished)
        status = c->service->protocol->receive(c->session, data, len);
    settle(c, status);
}

/* The request is as whole as it will ever be. */
static enum assay_status end_request(struct connection *c)
{
    if (c->finished || c->service->protocol->end == NULL || !secured_is_open(&c->secured))
        return ASSAY_OK;
    return c->service->protocol->end(c->session);
}

static void on_end(void *session)
{
    struct connection *c = session;

    c->has_ended = true;
    if (c->secured.tls != NULL)
        tls_conn_end_of_input(c->secured.tls);
    settle(c, end_request(c));
}

static void on_idle(void *session)
{
    struct connection *c = session;

    c->expects = false;
    settle(c, end_request(c));
}

static void on_drain(void *session)
{
    settle(session, ASSAY_OK);
}

/* The server ends; what has not been sent by now is not sent any more. */
static void on_stop(void *session)
{
    struct connection *c = session;
    enum assay_status status = c->finished ? ASSAY_OK : finish(c);

    if (status != ASSAY_OK)
        give_up(c, status);
}

static void on_close(void *session, enum net_by by, enum net_how how)
{
    (void)by;
    (void)how;
    free_connection(session);
}

void request_service_functions(const char *name, struct net_service *ret)
{
    *ret = (struct net_service){
        .name = name,
        .on_open = on_open,
        .on_data = on_data,
        .on_end = on_end,
        .on_idle = on_idle,
        .on_drain = on_drain,
        .on_stop = on_stop,
        .on_close = on_close,
    };
}
