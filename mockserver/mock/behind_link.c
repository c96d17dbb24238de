/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to the mosquitto behind, for one connection of a board. */
#include "behind_internal.h"

#include "mqtt/relay.h"

#include <stdlib.h>
#include <string.h>

enum {
    WAITING_MAX = 40 * 1024 * 1024, /* more than a packet, so that one is never too large */
    UNREAD_MAX = 4 * 1024 * 1024,   /* what mosquitto leaves unread before we give up */
    BACKLOG_HIGH = 512 * 1024       /* of the board: mosquitto has to wait */
};

enum link_stage { LINK_WAITS, LINK_CONNECTS, LINK_OPEN, LINK_CLOSING, LINK_CLOSED };

struct behind_link {
    struct behind *behind;
    struct behind_link *next;
    struct mqtt_session *session; /* NULL: the board is gone */
    void *owner;
    uv_pipe_t pipe; /* from LINK_CONNECTS to LINK_CLOSING */
    uv_connect_t connect;
    uv_shutdown_t shutdown;
    struct buf waiting; /* for mosquitto, not given to the loop yet */
    enum link_stage stage;
    bool is_last; /* nothing follows what waits */
    bool is_shut;
    bool is_paused; /* mosquitto waits for the board */
};

struct piece {
    uv_write_t request;
    size_t len;
    char bytes[];
};

/* ---- the end ---- */

static void forget(struct behind_link *link)
{
    struct behind_link **at = &link->behind->links;

    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    mqtt_session_free(link->session);
    buf_done(&link->waiting);
    free(link);
}

static void on_closed(uv_handle_t *handle)
{
    struct behind_link *link = handle->data;

    link->stage = LINK_CLOSED;
    if (link->session == NULL)
        forget(link);
}

static void close_pipe(struct behind_link *link)
{
    if (link->stage == LINK_CLOSING)
        return;
    if (link->stage == LINK_WAITS || link->stage == LINK_CLOSED) {
        if (link->session == NULL)
            forget(link);
        return;
    }
    link->stage = LINK_CLOSING;
    uv_close((uv_handle_t *)&link->pipe, on_closed);
}

static void fail(struct behind_link *link, const char *why)
{
    void *owner = link->owner;
    bool has_board = link->session != NULL;

    close_pipe(link);
    if (has_board)
        link->behind->events.on_failed(owner, why);
}

/* ---- to mosquitto ---- */

static void on_written(uv_write_t *request, int status)
{
    (void)status; /* its end is read */
    free(request->data);
}

static void on_shut(uv_shutdown_t *request, int status)
{
    (void)request;
    (void)status;
}

static enum assay_status give(struct behind_link *link)
{
    struct piece *piece = NULL;
    uv_buf_t bytes;

    if (uv_stream_get_write_queue_size((uv_stream_t *)&link->pipe) > UNREAD_MAX)
        return ASSAY_ERR_LIMIT;
    piece = malloc(sizeof(*piece) + link->waiting.len);
    if (piece == NULL)
        return ASSAY_ERR_NOMEM;
    piece->len = link->waiting.len;
    memcpy(piece->bytes, link->waiting.data, piece->len);
    buf_clear(&link->waiting);
    piece->request.data = piece;
    bytes = uv_buf_init(piece->bytes, (unsigned)piece->len);
    if (uv_write(&piece->request, (uv_stream_t *)&link->pipe, &bytes, 1, on_written) != 0)
        free(piece); /* it has closed; that is read */
    return ASSAY_OK;
}

/* What waits leaves, and the end behind it. */
static enum assay_status flush(struct behind_link *link)
{
    if (link->stage != LINK_OPEN)
        return ASSAY_OK;
    if (link->waiting.len > 0)
        ASSAY_TRY(give(link));
    if (link->is_last && !link->is_shut) {
        link->is_shut = true;
        if (uv_shutdown(&link->shutdown, (uv_stream_t *)&link->pipe, on_shut) != 0)
            close_pipe(link);
    }
    return ASSAY_OK;
}

/* ---- from mosquitto ---- */

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *ret)
{
    struct behind_link *link = handle->data;

    (void)wanted;
    *ret = uv_buf_init(link->behind->chunk, sizeof(link->behind->chunk));
}

static void take(struct behind_link *link, const char *data, size_t len)
{
    struct behind *b = link->behind;
    struct mqtt_violation violation = {0};
    enum assay_status status = ASSAY_OK;
    char why[256];

    b->faults.now_ms = b->events.now_ms(link->owner);
    status = mqtt_session_answered(link->session, data, len, &violation);
    if (status == ASSAY_OK) {
        link->behind->events.on_ready(link->owner);
        return;
    }
    snprintf(why, sizeof(why), "what mosquitto sent cannot be passed on: %s%s%s",
             assay_status_text(status), status == ASSAY_ERR_MALFORMED ? ", " : "",
             status == ASSAY_ERR_MALFORMED ? violation.clause : "");
    fail(link, why);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *bytes)
{
    struct behind_link *link = stream->data;

    if (got > 0 && link->session != NULL)
        take(link, bytes->base, (size_t)got);
    if (got >= 0)
        return;
    if (link->session != NULL) {
        mqtt_session_left(link->session);
        link->behind->events.on_ready(link->owner);
    }
    close_pipe(link);
}

/* ---- connecting ---- */

static void on_connected(uv_connect_t *request, int status)
{
    struct behind_link *link = request->data;
    char why[128];

    if (link->stage == LINK_CLOSING)
        return;
    link->stage = LINK_OPEN;
    if (status == 0)
        status = uv_read_start((uv_stream_t *)&link->pipe, on_alloc, on_read);
    if (status == 0 && flush(link) == ASSAY_OK)
        return;
    snprintf(why, sizeof(why), "no connection to the mosquitto behind: %s", uv_strerror(status));
    fail(link, why);
}

static void connect_link(struct behind_link *link)
{
    struct behind *b = link->behind;

    if (link->stage != LINK_WAITS || uv_pipe_init(b->loop, &link->pipe, 0) != 0)
        return;
    link->pipe.data = link;
    link->connect.data = link;
    link->stage = LINK_CONNECTS;
    uv_pipe_connect(&link->connect, &link->pipe, b->socket, on_connected);
}

void behind_links_connect(struct behind *b)
{
    for (struct behind_link *link = b->links; link != NULL; link = link->next)
        connect_link(link);
}

void behind_links_fail(struct behind *b)
{
    struct behind_link *next = NULL;

    for (struct behind_link *link = b->links; link != NULL; link = next) {
        next = link->next;
        fail(link, b->failure);
    }
}

void behind_links_close(struct behind *b)
{
    struct behind_link *next = NULL;

    for (struct behind_link *link = b->links; link != NULL; link = next) {
        next = link->next;
        close_pipe(link);
    }
}

/* ---- the board's side ---- */

struct behind_link *behind_link_new(struct behind *behind, uint32_t conn, void *owner)
{
    struct behind_link *link = calloc(1, sizeof(*link));

    if (link == NULL)
        return NULL;
    link->session = mqtt_session_new(behind->settings, behind->sink, conn);
    if (link->session == NULL || mqtt_session_relay(link->session) != ASSAY_OK) {
        mqtt_session_free(link->session);
        free(link);
        return NULL;
    }
    mqtt_session_share_faults(link->session, &behind->faults);
    buf_init(&link->waiting, WAITING_MAX);
    link->behind = behind;
    link->owner = owner;
    link->next = behind->links;
    behind->links = link;
    if (behind->runs && behind->failure[0] == '\0')
        connect_link(link);
    return link;
}

struct mqtt_session *behind_link_session(const struct behind_link *link)
{
    return link->session;
}

enum assay_status behind_link_receive(struct behind_link *link, uint64_t now_ms, const void *data,
                                      size_t len)
{
    struct buf *upstream = mqtt_session_upstream(link->session);

    link->behind->faults.now_ms = now_ms;
    if (link->behind->failure[0] != '\0')
        return ASSAY_ERR_CLOSED;
    ASSAY_TRY(mqtt_session_receive(link->session, data, len));
    ASSAY_TRY(buf_add(&link->waiting, upstream->data, upstream->len));
    buf_clear(upstream);
    link->is_last = link->is_last || mqtt_session_upstream_ended(link->session);
    return flush(link);
}

void behind_link_backlog(struct behind_link *link, size_t bytes)
{
    bool wants_pause = bytes > BACKLOG_HIGH;

    if (link->stage != LINK_OPEN || wants_pause == link->is_paused)
        return;
    if (wants_pause)
        uv_read_stop((uv_stream_t *)&link->pipe);
    else if (uv_read_start((uv_stream_t *)&link->pipe, on_alloc, on_read) != 0)
        return;
    link->is_paused = wants_pause;
}

void behind_link_free(struct behind_link *link)
{
    if (link == NULL)
        return;
    mqtt_session_free(link->session); /* says that it is closed */
    link->session = NULL;
    link->owner = NULL;
    link->is_last = true;
    if (link->behind->failure[0] != '\0' || flush(link) != ASSAY_OK ||
        (link->stage == LINK_WAITS && link->waiting.len == 0) || link->stage == LINK_CLOSED) {
        close_pipe(link);
        return;
    }
    behind_link_backlog(link, 0); /* its end is read */
}

/* ---- faults ---- */

void behind_change_faults(struct behind *behind, const struct mqtt_fault *faults, size_t count)
{
    mqtt_fault_carry(behind->settings->faults, behind->settings->fault_count, faults, count,
                     &behind->faults);
}

uint64_t behind_due_ms(const struct behind *behind)
{
    uint64_t due_ms = UINT64_MAX;

    for (const struct behind_link *link = behind->links; link != NULL; link = link->next) {
        uint64_t own = link->session != NULL ? mqtt_session_due_ms(link->session) : UINT64_MAX;

        due_ms = own < due_ms ? own : due_ms;
    }
    return due_ms;
}

void behind_advance(struct behind *behind, uint64_t now_ms)
{
    struct behind_link *next = NULL;

    behind->faults.now_ms = now_ms;
    for (struct behind_link *link = behind->links; link != NULL; link = next) {
        next = link->next;
        if (link->session == NULL || mqtt_session_due_ms(link->session) > now_ms)
            continue;
        if (mqtt_session_advance(link->session, now_ms) == ASSAY_OK)
            behind->events.on_ready(link->owner);
    }
}
