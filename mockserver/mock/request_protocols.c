/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of request_service.h: one core each. */
#include "request_service.h"

static void *http_open(const struct request_service *service, uint32_t conn)
{
    return http_session_new(service->http, service->sink, conn, service->port,
                            service->default_port, service->now_s, service->now_ctx);
}

static enum assay_status http_receive(void *session, const void *data, size_t len)
{
    return http_session_receive(session, data, len);
}

static struct buf *http_output(void *session)
{
    return http_session_output(session);
}

static bool http_wants_close(const void *session)
{
    return http_session_wants_close(session);
}

static void http_close(void *session)
{
    http_session_free(session);
}

const struct request_protocol request_http = {
    .open = http_open,
    .receive = http_receive,
    .output = http_output,
    .wants_close = http_wants_close,
    .close = http_close,
};

static void *wwep_open(const struct request_service *service, uint32_t conn)
{
    return wwep_session_new(service->wwep, service->registers, service->sink, conn);
}

static enum assay_status wwep_receive(void *session, const void *data, size_t len)
{
    return wwep_session_receive(session, data, len);
}

static enum assay_status wwep_end(void *session)
{
    return wwep_session_end(session);
}

static struct buf *wwep_output(void *session)
{
    return wwep_session_output(session);
}

static bool wwep_wants_close(const void *session)
{
    return wwep_session_wants_close(session);
}

static bool wwep_is_waiting(const void *session)
{
    return wwep_session_is_waiting(session);
}

static void wwep_close(void *session)
{
    wwep_session_free(session);
}

const struct request_protocol request_wwep = {
    .open = wwep_open,
    .receive = wwep_receive,
    .end = wwep_end,
    .output = wwep_output,
    .wants_close = wwep_wants_close,
    .is_waiting = wwep_is_waiting,
    .close = wwep_close,
};
