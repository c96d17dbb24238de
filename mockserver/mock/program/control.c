/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    PEERS_MAX = 16,
    BACKLOG = 16,
    READ_SIZE = 64 * 1024,
    REPLY_MAX = 64 << 20,
    UNREAD_MAX = 4 << 20, /* of replies that a peer does not take: it is let go */
};

struct peer {
    struct control *control;
    struct peer *next;
    uv_pipe_t pipe;
    struct buf input;
    bool has_ended;   /* nothing more comes */
    bool is_busy;     /* a line of its is being carried out, which may turn the loop */
    bool wants_close; /* ... and then it is to go */
    bool is_closing;
};

struct control {
    uv_loop_t *loop;
    uv_pipe_t listener;
    bool is_gone; /* the listener's handle */
    struct peer *peers;
    size_t peer_count; /* those that are being closed too */
    char *path;
    void (*on_line)(void *ctx);
    control_fn run;
    void *ctx;
    char data[READ_SIZE];
};

struct reply {
    uv_write_t request;
    struct buf text;
};

static void on_peer_gone(uv_handle_t *handle)
{
    struct peer *peer = handle->data;
    struct peer **at = &peer->control->peers;

    while (*at != peer)
        at = &(*at)->next;
    *at = peer->next;
    peer->control->peer_count--;
    buf_done(&peer->input);
    free(peer);
}

static void close_peer(struct peer *peer)
{
    peer->wants_close = peer->is_busy;
    if (peer->is_closing || peer->is_busy)
        return;
    peer->is_closing = true;
    uv_close((uv_handle_t *)&peer->pipe, on_peer_gone);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    struct peer *peer = handle->data;

    (void)suggested;
    *ret = uv_buf_init(peer->control->data, sizeof(peer->control->data));
}

static bool has_line(const struct peer *peer)
{
    return peer->input.len > 0 && memchr(peer->input.data, '\n', peer->input.len) != NULL;
}

static void end_peer(struct peer *peer);

/* What came before the end of input is still carried out: printf '...' | nc -U -N */
static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *data)
{
    struct peer *peer = stream->data;

    if (got > 0 && buf_add(&peer->input, data->base, (size_t)got) != ASSAY_OK)
        got = UV_ENOMEM; /* no line is so long */
    if (has_line(peer))
        peer->control->on_line(peer->control->ctx);
    if (got == UV_EOF) {
        uv_read_stop(stream);
        peer->has_ended = true;
        if (!has_line(peer) && !peer->is_busy)
            end_peer(peer);
    } else if (got < 0) {
        close_peer(peer);
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct control *control = listener->data;
    struct peer *peer = NULL;

    if (status < 0)
        return;
    peer = calloc(1, sizeof(*peer));
    if (peer == NULL)
        return;
    peer->control = control;
    buf_init(&peer->input, COMMAND_LINE_MAX + 1);
    uv_pipe_init(control->loop, &peer->pipe, 0);
    peer->pipe.data = peer;
    peer->next = control->peers;
    control->peers = peer;
    control->peer_count++;
    if (uv_accept(listener, (uv_stream_t *)&peer->pipe) != 0 || control->peer_count > PEERS_MAX ||
        uv_read_start((uv_stream_t *)&peer->pipe, on_alloc, on_read) != 0)
        close_peer(peer);
}

/* A socket that a program left behind which was killed. */
static enum assay_status clear_path(const char *path, const struct sockaddr_un *address,
                                    struct assay_error *err)
{
    struct stat st;
    int fd = -1;
    bool is_served = false;

    if (lstat(path, &st) != 0)
        return errno == ENOENT ? ASSAY_OK : assay_error_sys(err, errno, "%s", path);
    if (!S_ISSOCK(st.st_mode))
        return assay_error_set(err, ASSAY_ERR_ARG, "%s: something that is no socket stands there",
                               path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    is_served = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
    if (fd >= 0)
        close(fd);
    if (is_served)
        return assay_error_set(err, ASSAY_ERR_BUSY, "%s: another program listens there", path);
    return unlink(path) == 0 ? ASSAY_OK : assay_error_sys(err, errno, "%s", path);
}

static enum assay_status address_of(const char *path, struct sockaddr_un *ret,
                                    struct assay_error *err)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (path[0] == '\0' || strlen(path) >= sizeof(ret->sun_path))
        return assay_error_set(err, ASSAY_ERR_ARG, "%s: the path of a socket has 1 to %zu bytes",
                               path, sizeof(ret->sun_path) - 1);
    memcpy(ret->sun_path, path, strlen(path) + 1);
    return ASSAY_OK;
}

/* Nobody else may reach it, not even for the moment before a chmod(2). */
static enum assay_status bind_and_listen(struct control *control, struct assay_error *err)
{
    mode_t old = umask(0177);
    int failed = uv_pipe_bind(&control->listener, control->path);

    umask(old);
    if (failed == 0)
        failed = uv_listen((uv_stream_t *)&control->listener, BACKLOG, on_connection);
    return failed == 0 ? ASSAY_OK
                       : assay_error_sys(err, -failed, "cannot listen at %s", control->path);
}

enum assay_status control_open(uv_loop_t *loop, const char *path, void (*on_line)(void *ctx),
                               control_fn run, void *ctx, struct control **ret,
                               struct assay_error *err)
{
    struct sockaddr_un address;
    struct control *control = NULL;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(address_of(path, &address, err));
    ASSAY_TRY(clear_path(path, &address, err));
    control = calloc(1, sizeof(*control));
    if (control == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    *control = (struct control){
        .loop = loop, .path = strdup(path), .on_line = on_line, .run = run, .ctx = ctx};
    uv_pipe_init(loop, &control->listener, 0);
    control->listener.data = control;
    if (control->path == NULL)
        status = assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    else
        status = bind_and_listen(control, err);
    if (status != ASSAY_OK) {
        control_close(control);
        return status;
    }
    *ret = control;
    return ASSAY_OK;
}

static void on_written(uv_write_t *request, int status)
{
    struct reply *reply = request->data;

    (void)status; /* a peer that is gone is met by reading */
    buf_done(&reply->text);
    free(reply);
}

/* text is taken over. */
static void send_reply(struct peer *peer, struct buf *text)
{
    struct reply *reply = calloc(1, sizeof(*reply));
    uv_buf_t data = uv_buf_init((char *)text->data, (unsigned)text->len);

    if (reply == NULL || text->len == 0) {
        buf_done(text);
        free(reply);
        close_peer(peer);
        return;
    }
    reply->text = *text;
    reply->request.data = reply;
    if (uv_write(&reply->request, (uv_stream_t *)&peer->pipe, &data, 1, on_written) != 0) {
        on_written(&reply->request, 0);
        close_peer(peer);
    } else if (uv_stream_get_write_queue_size((uv_stream_t *)&peer->pipe) > UNREAD_MAX) {
        close_peer(peer);
    }
}

static void on_shut(uv_shutdown_t *request, int status)
{
    struct peer *peer = request->data;

    (void)status;
    free(request);
    close_peer(peer);
}

/* Behind the replies: the other side has said all that it had to say. */
static void end_peer(struct peer *peer)
{
    uv_shutdown_t *request = calloc(1, sizeof(*request));

    if (request == NULL) {
        close_peer(peer);
        return;
    }
    request->data = peer;
    if (uv_shutdown(request, (uv_stream_t *)&peer->pipe, on_shut) != 0) {
        free(request);
        close_peer(peer);
    }
}

/* The line leaves the input first: while it is carried out, more may come. */
static void work_for(struct control *control, struct peer *peer)
{
    const uint8_t *end = memchr(peer->input.data, '\n', peer->input.len);
    size_t len = (size_t)(end - peer->input.data);
    struct buf line;
    struct buf text;

    buf_init(&line, COMMAND_LINE_MAX + 1);
    buf_init(&text, REPLY_MAX);
    if (buf_add(&line, peer->input.data, len) == ASSAY_OK) {
        buf_consume(&peer->input, len + 1);
        peer->is_busy = true;
        control->run(control->ctx, buf_text(&line), line.len, &text);
        peer->is_busy = false;
    }
    buf_done(&line);
    if (peer->wants_close) {
        buf_done(&text);
        close_peer(peer);
        return;
    }
    send_reply(peer, &text);
    if (peer->has_ended && !has_line(peer) && !peer->is_closing)
        end_peer(peer);
}

static struct peer *next_peer(const struct control *control)
{
    struct peer *peer = control->peers;

    while (peer != NULL && (peer->is_closing || !has_line(peer)))
        peer = peer->next;
    return peer;
}

void control_work(struct control *control)
{
    struct peer *peer = NULL;

    while ((peer = next_peer(control)) != NULL)
        work_for(control, peer);
}

static void on_listener_gone(uv_handle_t *handle)
{
    ((struct control *)handle->data)->is_gone = true;
}

void control_close(struct control *control)
{
    if (control == NULL)
        return;
    uv_close((uv_handle_t *)&control->listener, on_listener_gone); /* removes the path */
    for (struct peer *peer = control->peers; peer != NULL; peer = peer->next)
        close_peer(peer);
    while (!control->is_gone || control->peers != NULL)
        uv_run(control->loop, UV_RUN_NOWAIT);
    free(control->path);
    free(control);
}
