/* SPDX-License-Identifier: Apache-2.0 */
#include "net_bed.h"

#include "base/deadline.h"
#include "test_support.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 2000, TRANSCRIPT_MAX = 256 << 20 };

static void *on_open(void *ctx, struct net_conn *conn)
{
    struct bed *bed = ctx;
    struct bed_session *session = NULL;

    if (bed->refuses)
        return NULL;
    session = calloc(1, sizeof(*session));
    if (session == NULL)
        return NULL;
    *session = (struct bed_session){.bed = bed, .conn = conn};
    bed->opened++;
    bed->last_conn = conn;
    if (bed->greeting != NULL)
        bed->send_status = net_conn_send(conn, bed->greeting, strlen(bed->greeting));
    if (bed->expects_ms > 0)
        net_conn_expect(conn, bed->expects_ms);
    if (bed->finishes_on_open)
        net_conn_finish(conn);
    return session;
}

static void on_data(void *ctx, const uint8_t *data, size_t len)
{
    struct bed_session *session = ctx;
    struct bed *bed = session->bed;

    CHECK_OK(buf_add(&bed->got, data, len));
    if (bed->echoes)
        bed->send_status = net_conn_send(session->conn, data, len);
}

static void on_end(void *ctx)
{
    struct bed_session *session = ctx;

    session->bed->ended++;
    if (!session->bed->keeps_open_on_end)
        net_conn_finish(session->conn);
}

static void on_idle(void *ctx)
{
    struct bed_session *session = ctx;

    session->bed->idled++;
    net_conn_finish(session->conn);
}

static void on_close(void *ctx, enum net_by by, enum net_how how)
{
    struct bed_session *session = ctx;

    session->bed->closed++;
    session->bed->by = by;
    session->bed->how = how;
    free(session);
}

bool bed_open(struct bed *bed)
{
    *bed = (struct bed){.service = {.name = "test",
                                    .on_open = on_open,
                                    .on_data = on_data,
                                    .on_end = on_end,
                                    .on_idle = on_idle,
                                    .on_close = on_close}};
    buf_init(&bed->got, 64 << 20);
    bed->transcript = transcript_new(TRANSCRIPT_MAX);
    if (uv_loop_init(&bed->loop) != 0 || bed->transcript == NULL)
        return false;
    bed->net = net_new(&bed->loop, transcript_sink(bed->transcript));
    return bed->net != NULL;
}

struct value *bed_rules(const char *text)
{
    struct value *map = value_new_map();
    char *copy = strdup(text);
    char *rest = copy;
    char *pair = NULL;

    while ((pair = strsep(&rest, " ")) != NULL) {
        char *value = strchr(pair, '=');
        char *end = NULL;
        long long number = 0;

        *value++ = '\0';
        number = strtoll(value, &end, 10);
        CHECK_OK(
            value_set(map, pair, *end == '\0' ? value_new_int(number) : value_new_text(value)));
    }
    free(copy);
    return map;
}

bool bed_listen(struct bed *bed, const char *rules)
{
    struct value *map = rules != NULL ? bed_rules(rules) : NULL;
    struct assay_error err = {0};
    enum assay_status status =
        net_listen_tcp(bed->net, &bed->service, bed, "127.0.0.1", 0, map, &bed->port, &err);

    value_free(map);
    return test_check(status == ASSAY_OK, __FILE__, __LINE__, "listen: %s", err.text);
}

void bed_close(struct bed *bed)
{
    net_free(bed->net);
    CHECK_UINT_EQ(bed->opened, bed->closed);
    uv_run(&bed->loop, UV_RUN_NOWAIT);
    CHECK_INT_EQ(uv_loop_close(&bed->loop), 0);
    transcript_free(bed->transcript);
    buf_done(&bed->got);
}

static void on_deadline(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

static void on_timer_gone(uv_handle_t *handle)
{
    *(bool *)handle->data = true;
}

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

static bool wait_ms(struct bed *bed, bool (*ready)(void *ctx), void *ctx, unsigned ms)
{
    bool passed = false;
    bool gone = false;
    uv_timer_t timer;

    uv_timer_init(&bed->loop, &timer);
    uv_update_time(&bed->loop);
    timer.data = &passed;
    uv_timer_start(&timer, on_deadline, ms, 0);
    while (!passed && !ready(ctx))
        uv_run(&bed->loop, UV_RUN_ONCE);
    timer.data = &gone;
    uv_close((uv_handle_t *)&timer, on_timer_gone);
    while (!gone)
        uv_run(&bed->loop, UV_RUN_NOWAIT);
    return !passed;
}

bool bed_wait(struct bed *bed, bool (*ready)(void *ctx), void *ctx)
{
    return wait_ms(bed, ready, ctx, WAIT_MS);
}

void bed_linger(struct bed *bed, unsigned ms)
{
    wait_ms(bed, never, NULL, ms);
}

static void peer_read(struct peer *peer)
{
    static uint8_t data[1 << 16];
    ssize_t got = recv(peer->fd, data, sizeof(data), 0);

    if (got > 0) {
        CHECK_OK(buf_add(&peer->got, data, (size_t)got));
        if (peer->chunks < PEER_CHUNKS) {
            peer->chunk_ns[peer->chunks] = monotonic_ns();
            peer->chunk_len[peer->chunks++] = (size_t)got;
        }
        return;
    }
    if (got < 0 && errno == EAGAIN)
        return;
    peer->ended = got == 0;
    peer->reset = got < 0 && errno == ECONNRESET;
    uv_poll_stop(&peer->poll);
}

static void on_peer(uv_poll_t *poll, int status, int events)
{
    struct peer *peer = poll->data;

    (void)events;
    if (!peer->connected && status == 0) {
        peer->connected = true;
        if (peer->lazy)
            uv_poll_stop(poll);
        else
            uv_poll_start(poll, UV_READABLE, on_peer);
        return;
    }
    do {
        peer_read(peer);
    } while (status < 0 && !peer->ended && !peer->reset);
}

static bool is_connected(void *ctx)
{
    const struct peer *peer = ctx;

    return peer->connected || peer->reset;
}

bool peer_connect(struct peer *peer, struct bed *bed)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)bed->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    peer->bed = bed;
    buf_init(&peer->got, 64 << 20);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (peer->fd < 0)
        return false;
    if (peer->lazy) /* so that little fits into the kernel */
        setsockopt(peer->fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
    if (connect(peer->fd, (struct sockaddr *)&address, sizeof(address)) != 0 &&
        errno != EINPROGRESS)
        return false;
    uv_poll_init(&bed->loop, &peer->poll, peer->fd);
    peer->poll.data = peer;
    uv_poll_start(&peer->poll, UV_WRITABLE, on_peer);
    return bed_wait(bed, is_connected, peer);
}

bool peer_send(struct peer *peer, const void *data, size_t len)
{
    return send(peer->fd, data, len, MSG_NOSIGNAL) == (ssize_t)len;
}

void peer_end(struct peer *peer)
{
    shutdown(peer->fd, SHUT_WR);
}

static void on_peer_gone(uv_handle_t *handle)
{
    struct peer *peer = handle->data;

    peer->fd = -1;
}

void peer_close(struct peer *peer)
{
    int fd = peer->fd;

    uv_close((uv_handle_t *)&peer->poll, on_peer_gone);
    close(fd);
    while (peer->fd >= 0)
        uv_run(&peer->bed->loop, UV_RUN_NOWAIT);
    buf_done(&peer->got);
}

void peer_reset(struct peer *peer)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};

    setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    peer_close(peer);
}

bool peer_is_ended(void *peer)
{
    return ((struct peer *)peer)->ended;
}

bool peer_is_reset(void *peer)
{
    return ((struct peer *)peer)->reset;
}

bool bed_is_closed(void *bed)
{
    return ((struct bed *)bed)->closed > 0;
}

bool bed_is_open(void *bed)
{
    return ((struct bed *)bed)->opened > 0;
}

bool bed_has_ended(void *bed)
{
    return ((struct bed *)bed)->ended > 0;
}

const struct event *bed_event(const struct bed *bed, const char *kind, size_t nth)
{
    for (size_t i = 0; i < transcript_count(bed->transcript); i++) {
        const struct event *event = transcript_at(bed->transcript, i);

        if (event_is(event, kind) && nth-- == 0)
            return event;
    }
    return NULL;
}

size_t bed_count(const struct bed *bed, const char *kind)
{
    size_t count = 0;

    while (bed_event(bed, kind, count) != NULL)
        count++;
    return count;
}

bool bed_bytes(const struct bed *bed, const char *dir, struct buf *out)
{
    const struct event *event = NULL;

    for (size_t i = 0; (event = bed_event(bed, EV_NET_DATA, i)) != NULL; i++) {
        const struct event_field *bytes = event_field(event, "bytes");

        if (strcmp(event_get_text(event, "dir"), dir) == 0 &&
            buf_add(out, bytes->text, bytes->text_len) != ASSAY_OK)
            return false;
    }
    return true;
}
