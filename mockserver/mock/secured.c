/* SPDX-License-Identifier: Apache-2.0 */
#include "secured.h"

enum assay_status secured_open(struct secured *s, struct net_conn *conn,
                               struct tls_context *context, const struct event_sink *sink)
{
    *s = (struct secured){.conn = conn};
    if (context == NULL)
        return ASSAY_OK;
    s->tls = tls_conn_new(context, sink, net_conn_id(conn));
    return s->tls != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

void secured_done(struct secured *s)
{
    tls_conn_free(s->tls);
    s->tls = NULL;
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
    buf_clear(out);
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
    buf_clear(out);
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
