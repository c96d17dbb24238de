/* SPDX-License-Identifier: Apache-2.0 */
#include "secured.h"

#include "base/deadline.h"

#include <stdlib.h>

enum { IDLE_BYTES = 0 }; /* what a buffer of an idle connection keeps */

struct secured_tls {
    size_t users;
    struct value *description; /* owned; the context borrows from it */
    struct pki_chain *chain;
    struct tls_context *context;
    const struct scenario_clock *clock;
    const struct event_sink *sink;
};

static int64_t now_s(void *ctx)
{
    const struct secured_tls *tls = ctx;
    const struct event_sink *sink = tls->sink;

    return scenario_clock_s(tls->clock, sink != NULL && sink->now_ns != NULL
                                            ? sink->now_ns(sink->ctx)
                                            : monotonic_ns());
}

void secured_tls_watch(struct secured_tls *tls, const struct scenario_clock *clock,
                       const struct event_sink *sink)
{
    tls->clock = clock;
    tls->sink = sink;
}

struct secured_tls *secured_tls_keep(struct secured_tls *tls)
{
    tls->users++;
    return tls;
}

void secured_tls_drop(struct secured_tls *tls)
{
    if (tls == NULL || --tls->users > 0)
        return;
    tls_context_free(tls->context);
    pki_chain_free(tls->chain);
    value_free(tls->description);
    free(tls);
}

enum assay_status secured_tls_new(const struct secured_settings *settings, struct secured_tls **ret,
                                  struct assay_error *err)
{
    struct secured_tls *tls = calloc(1, sizeof(*tls));
    struct tls_settings of_tls = {.description = value_get(settings->description, "tls"),
                                  .store = settings->store,
                                  .now_s = now_s,
                                  .now_ctx = tls,
                                  .library = settings->library};
    enum assay_status status = ASSAY_OK;

    if (tls == NULL) {
        value_free(settings->description);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *tls = (struct secured_tls){.users = 1, .description = settings->description};
    secured_tls_watch(tls, settings->clock, settings->sink);
    status = pki_chain_make(settings->store, value_get(tls->description, "certs"),
                            value_get(tls->description, "chain"), now_s(tls), &tls->chain, err);
    of_tls.chain = tls->chain;
    if (status == ASSAY_OK)
        status = tls_context_new(&of_tls, &tls->context, err);
    if (status != ASSAY_OK) {
        secured_tls_drop(tls);
        return status;
    }
    *ret = tls;
    return ASSAY_OK;
}

enum assay_status secured_open(struct secured *s, struct net_conn *conn, struct secured_tls *tls,
                               const struct event_sink *sink)
{
    *s = (struct secured){.conn = conn};
    if (tls == NULL)
        return ASSAY_OK;
    s->tls = tls_conn_new(tls->context, sink, net_conn_id(conn));
    if (s->tls == NULL)
        return ASSAY_ERR_NOMEM;
    s->kept = tls;
    tls->users++;
    return ASSAY_OK;
}

void secured_done(struct secured *s)
{
    tls_conn_free(s->tls);
    secured_tls_drop(s->kept);
    s->tls = NULL;
    s->kept = NULL;
}

bool secured_is_open(const struct secured *s)
{
    return s->tls == NULL || tls_conn_stage(s->tls) == TLS_STAGE_ESTABLISHED;
}

bool secured_is_over(const struct secured *s)
{
    return s->tls != NULL && tls_conn_stage(s->tls) >= TLS_STAGE_CLOSED;
}

static enum assay_status to_wire(struct secured *s, struct buf *out)
{
    enum assay_status status = ASSAY_OK;

    if (out->len == 0)
        return ASSAY_OK;
    status = net_conn_send(s->conn, out->data, out->len);
    buf_relax(out, IDLE_BYTES);
    return status == ASSAY_ERR_LIMIT || status == ASSAY_ERR_NOMEM ? status : ASSAY_OK;
}

enum assay_status secured_flush(struct secured *s)
{
    return s->tls != NULL ? to_wire(s, tls_conn_output(s->tls)) : ASSAY_OK;
}

enum assay_status secured_send(struct secured *s, struct buf *out)
{
    enum assay_status status = ASSAY_OK;

    if (out->len == 0)
        return ASSAY_OK;
    if (s->tls == NULL)
        return to_wire(s, out);
    if (secured_is_open(s))
        status = tls_conn_send(s->tls, out->data, out->len);
    buf_relax(out, IDLE_BYTES);
    ASSAY_TRY(status);
    return secured_flush(s);
}

enum assay_status secured_finish(struct secured *s)
{
    enum assay_status status = ASSAY_OK;

    if (s->tls != NULL && tls_conn_stage(s->tls) != TLS_STAGE_FAILED)
        status = tls_conn_close(s->tls);
    if (status == ASSAY_OK)
        status = secured_flush(s);
    net_conn_finish(s->conn);
    return status;
}
