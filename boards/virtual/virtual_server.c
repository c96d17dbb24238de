/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_server.h"

#include "virtual_first_flight.h"

#include "base/deadline.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    NS_PER_MS = 1000000,
    BACKLOG = 64,
    IDLE_MS = 2000, /* that a client may be silent */
    LIFE_MS = 8000, /* of a connection in all */
    TLS_HANDSHAKE = 0x16,
    RECORD_HEAD = 5,
    RECORD_MOST = 16384 + 2048
};

const struct virtual_flaw virtual_server_flaws[] = {
    {"plain-text-answered", SERVER_FLAW_PLAIN, "answers requests that come without TLS"},
    {"garbage-crash", SERVER_FLAW_GARBAGE, "crashes when a connection does not begin with TLS"},
    {"malformed-request-crash", SERVER_FLAW_REQUEST, "crashes on a request that it cannot read"},
    {"long-request-crash", SERVER_FLAW_LONG, "crashes on a request of more bytes than it expects"},
    {"one-connection-blocks", SERVER_FLAW_ONE, "serves one connection at a time, however long"},
    {"first-read-is-request", SERVER_FLAW_FIRST_READ, "takes what arrives first for the request"},
    {"idle-kept", SERVER_FLAW_IDLE, "never closes a connection that says nothing"},
    {"connection-leaked", SERVER_FLAW_SLOTS, "keeps room for connections that ended early"},
    {"server-ends-on-error", SERVER_FLAW_ENDS, "stops listening after a handshake that failed"},
    {"record-length-crash", SERVER_FLAW_RECORD, "crashes on a record that announces too much"},
    {"record-in-one-read", SERVER_FLAW_ONE_READ, "gives up when a record does not come at once"},
    {"goodbye-crash", SERVER_FLAW_GOODBYE, "crashes when its client says goodbye first"},
    {"odd-hello-crash", SERVER_FLAW_ODD_HELLO, "crashes on a ClientHello that is none"},
    {"fragmented-hello-refused", SERVER_FLAW_FRAGMENTS, "wants a ClientHello in one record"},
    {"heartbeat-answered", SERVER_FLAW_HEARTBEAT, "answers heartbeats that claim too much"},
    {"compression-taken", SERVER_FLAW_COMPRESSION, "chooses compression where it is offered"},
    {"bad-share-taken", SERVER_FLAW_SHARE, "goes on with a key share that is no key"},
    {NULL, 0, NULL},
};

static uint64_t now_ms(void)
{
    return monotonic_ns() / NS_PER_MS;
}

static bool has_flaw(const struct virtual_server *s, enum virtual_server_flaw flaw)
{
    return s->flaws->has[flaw];
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- connections ---- */

static void drop(struct virtual_server *s, struct virtual_conn *c)
{
    bool is_early = c->stage == CONN_FIRST || c->stage == CONN_SHAKING;

    s->stack->close(c->tls);
    close_fd(&c->fd);
    *c = (struct virtual_conn){.stage = CONN_FREE, .fd = -1};
    if (is_early && has_flaw(s, SERVER_FLAW_SLOTS)) {
        c->stage = CONN_ENDING;
        c->is_lost = true;
    }
}

/* The last words are sent: our FIN, and then the client's or the end of its time. */
static void end(struct virtual_conn *c)
{
    if (shutdown(c->fd, SHUT_WR) != 0)
        c->heard_ms = 0; /* it is over already */
    c->stage = CONN_ENDING;
    c->wants_write = false;
}

/* What is still unread would turn our close into a reset, which destroys an alert on its way. */
static void fail_handshake(struct virtual_server *s, struct virtual_conn *c)
{
    if (has_flaw(s, SERVER_FLAW_SLOTS))
        drop(s, c);
    else
        end(c);
    if (has_flaw(s, SERVER_FLAW_ENDS))
        close_fd(&s->fd);
}

/* RFC 8446 section 5.1: a record of a type that there is not. */
static void refuse_record(struct virtual_server *s, struct virtual_conn *c)
{
    static const uint8_t unexpected_message[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a};

    (void)send(c->fd, unexpected_message, sizeof(unexpected_message), MSG_NOSIGNAL);
    fail_handshake(s, c);
}

static enum probe_io read_some(struct virtual_server *s, struct virtual_conn *c, void *data,
                               size_t cap, size_t *ret)
{
    ssize_t got = 0;

    if (!c->is_plain)
        return s->stack->read(c->tls, data, cap, ret);
    got = recv(c->fd, data, cap, 0);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? PROBE_IO_WAIT_READ : PROBE_IO_FAILED;
    *ret = (size_t)got;
    return got == 0 ? PROBE_IO_CLOSED : PROBE_IO_DONE;
}

static void answer(struct virtual_server *s, struct virtual_conn *c)
{
    char text[VIRTUAL_WWEP_ANSWER];
    size_t len = virtual_wwep_answer(&s->wwep, c->request, c->len, text);
    size_t sent = 0;

    if (has_flaw(s, SERVER_FLAW_LONG) && c->len == VIRTUAL_WWEP_REQUEST)
        virtual_crash();
    if (has_flaw(s, SERVER_FLAW_REQUEST) && text[0] == 'X')
        virtual_crash();
    /* Forty bytes find room in the buffer of a socket that has sent nothing yet. */
    if (c->is_plain) {
        (void)send(c->fd, text, len, MSG_NOSIGNAL);
    } else {
        (void)s->stack->write(c->tls, text, len, &sent);
        s->stack->finish(c->tls);
    }
    end(c);
}

static bool is_whole(const struct virtual_server *s, const struct virtual_conn *c)
{
    return has_flaw(s, SERVER_FLAW_FIRST_READ) || c->len == sizeof(c->request) ||
           virtual_wwep_is_whole(c->request, c->len);
}

static void read_request(struct virtual_server *s, struct virtual_conn *c)
{
    size_t got = 0;
    enum probe_io io = PROBE_IO_DONE;

    while (c->stage == CONN_READING) {
        io = read_some(s, c, c->request + c->len, sizeof(c->request) - c->len, &got);
        if (io == PROBE_IO_DONE) {
            c->heard_ms = now_ms();
            c->len += got;
            if (is_whole(s, c))
                answer(s, c);
            continue;
        }
        if (io == PROBE_IO_CLOSED && c->len == 0 && has_flaw(s, SERVER_FLAW_GOODBYE))
            virtual_crash();
        if (io == PROBE_IO_CLOSED && c->len > 0)
            answer(s, c);
        else if (io == PROBE_IO_CLOSED || io == PROBE_IO_FAILED)
            drop(s, c);
        return;
    }
}

static void shake(struct virtual_server *s, struct virtual_conn *c)
{
    enum probe_io io = s->stack->handshake(c->tls);

    c->wants_write = io == PROBE_IO_WAIT_WRITE;
    if (io == PROBE_IO_CLOSED || io == PROBE_IO_FAILED) {
        fail_handshake(s, c);
        return;
    }
    if (io == PROBE_IO_DONE) {
        c->stage = CONN_READING;
        read_request(s, c);
    }
}

/* Forty bytes and some find room in the buffer of a socket that has sent nothing yet. */
static bool say_and_end(struct virtual_server *s, struct virtual_conn *c, const uint8_t *data,
                        size_t len)
{
    (void)send(c->fd, data, len, MSG_NOSIGNAL);
    fail_handshake(s, c);
    return false;
}

/* What flaws make of the ClientHello; false: the connection is gone. */
static bool take_flight(struct virtual_server *s, struct virtual_conn *c)
{
    static const uint8_t blood[64] = {24, 3, 3, 0, 59, 2, 0x40, 0, 's', 'e', 'c', 'r', 'e', 't'};
    uint8_t bytes[4096];
    uint8_t hello[VIRTUAL_SERVER_HELLO];
    ssize_t got = recv(c->fd, bytes, sizeof(bytes), MSG_PEEK);
    struct virtual_first_flight flight;

    virtual_first_flight_read(bytes, got > 0 ? (size_t)got : 0, &flight);
    if (has_flaw(s, SERVER_FLAW_ODD_HELLO) && flight.is_odd)
        virtual_crash();
    virtual_server_hello_write(flight.has_compression, hello);
    if (has_flaw(s, SERVER_FLAW_HEARTBEAT) && flight.has_heartbeat)
        return say_and_end(s, c, blood, sizeof(blood));
    if ((has_flaw(s, SERVER_FLAW_COMPRESSION) && flight.has_compression) ||
        (has_flaw(s, SERVER_FLAW_SHARE) && flight.has_bad_share))
        return say_and_end(s, c, hello, sizeof(hello));
    if (!has_flaw(s, SERVER_FLAW_FRAGMENTS) || !flight.is_fragmented)
        return true;
    fail_handshake(s, c);
    return false;
}

/* What two flaws make of the first record; false: the connection is gone. */
static bool take_record(struct virtual_server *s, struct virtual_conn *c, const uint8_t *head,
                        size_t len)
{
    size_t record = len >= RECORD_HEAD ? (size_t)(head[3] << 8 | head[4]) : 0;
    int waiting = 0;

    if (has_flaw(s, SERVER_FLAW_RECORD) && record > RECORD_MOST)
        virtual_crash();
    if (!has_flaw(s, SERVER_FLAW_ONE_READ))
        return true;
    if (len == RECORD_HEAD && ioctl(c->fd, FIONREAD, &waiting) == 0 &&
        (size_t)waiting >= RECORD_HEAD + record)
        return true;
    fail_handshake(s, c);
    return false;
}

/* The first byte tells TLS from anything else. */
static void look(struct virtual_server *s, struct virtual_conn *c)
{
    uint8_t head[RECORD_HEAD] = {0};
    ssize_t got = recv(c->fd, head, sizeof(head), MSG_PEEK);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        fail_handshake(s, c);
        return;
    }
    c->heard_ms = now_ms();
    if (head[0] != TLS_HANDSHAKE && has_flaw(s, SERVER_FLAW_GARBAGE))
        virtual_crash();
    if (head[0] != TLS_HANDSHAKE && has_flaw(s, SERVER_FLAW_PLAIN)) {
        c->is_plain = true;
        c->stage = CONN_READING;
        read_request(s, c);
        return;
    }
    if (head[0] != TLS_HANDSHAKE) {
        refuse_record(s, c);
        return;
    }
    if (!take_record(s, c, head, (size_t)got) || !take_flight(s, c))
        return;
    c->tls = s->stack->open(s->tls, c->fd);
    if (c->tls == NULL) {
        drop(s, c);
        return;
    }
    c->stage = CONN_SHAKING;
    shake(s, c);
}

/* Read what still comes, so that no reset destroys our last words. */
static void drain(struct virtual_server *s, struct virtual_conn *c)
{
    char bytes[1024];
    ssize_t got = 0;

    if (c->is_lost)
        return;
    got = recv(c->fd, bytes, sizeof(bytes), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        drop(s, c);
}

static bool has_expired(const struct virtual_server *s, const struct virtual_conn *c, uint64_t now)
{
    if (c->is_lost)
        return false;
    if (c->stage != CONN_ENDING && (has_flaw(s, SERVER_FLAW_IDLE) || has_flaw(s, SERVER_FLAW_ONE)))
        return false;
    return now - c->heard_ms >= IDLE_MS || now - c->opened_ms >= LIFE_MS;
}

static void step_conn(struct virtual_server *s, struct virtual_conn *c)
{
    static void (*const steps[])(struct virtual_server *, struct virtual_conn *) = {
        [CONN_FIRST] = look,
        [CONN_SHAKING] = shake,
        [CONN_READING] = read_request,
        [CONN_ENDING] = drain,
    };

    steps[c->stage](s, c);
    if (c->stage != CONN_FREE && has_expired(s, c, now_ms()))
        drop(s, c);
}

/* ---- taking them ---- */

static struct virtual_conn *free_slot(struct virtual_server *s)
{
    struct virtual_conn *oldest = NULL;

    for (size_t i = 0; i < VIRTUAL_SERVER_SLOTS; i++) {
        struct virtual_conn *c = &s->conns[i];

        if (c->stage == CONN_FREE)
            return c;
        if (!c->is_lost && (oldest == NULL || c->heard_ms < oldest->heard_ms))
            oldest = c;
    }
    /* Who has been silent for longest makes room: nobody may keep all others out. */
    if (oldest == NULL || has_flaw(s, SERVER_FLAW_IDLE) || has_flaw(s, SERVER_FLAW_SLOTS))
        return NULL;
    drop(s, oldest);
    return oldest;
}

static bool is_busy(const struct virtual_server *s)
{
    for (size_t i = 0; i < VIRTUAL_SERVER_SLOTS; i++)
        if (s->conns[i].stage != CONN_FREE && s->conns[i].stage != CONN_ENDING)
            return true;
    return false;
}

static bool takes_more(const struct virtual_server *s)
{
    return s->fd >= 0 && !(has_flaw(s, SERVER_FLAW_ONE) && is_busy(s));
}

static void take_all(struct virtual_server *s)
{
    int on = 1;

    while (takes_more(s)) {
        int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        struct virtual_conn *c = fd >= 0 ? free_slot(s) : NULL;

        if (fd < 0)
            return;
        if (c == NULL) {
            close(fd);
            return;
        }
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* only slower */
        *c = (struct virtual_conn){.stage = s->no_tls ? CONN_READING : CONN_FIRST,
                                   .fd = fd,
                                   .is_plain = s->no_tls,
                                   .heard_ms = now_ms(),
                                   .opened_ms = now_ms()};
    }
}

/* ---- what the probe core sees ---- */

static enum probe_io fail(struct virtual_server *s, const char *what)
{
    virtual_failure_set(&s->failure, PROBE_CODE_NETWORK, "%s: %s", what, strerror(errno));
    close_fd(&s->fd);
    return PROBE_IO_FAILED;
}

static enum probe_io server_open(void *ctx, const struct probe_tls_config *config,
                                 uint16_t *ret_port)
{
    struct virtual_server *s = ctx;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
    socklen_t len = sizeof(address);

    if (!s->stack->configure(s->tls, config, &s->failure))
        return PROBE_IO_FAILED;
    s->wwep = (struct virtual_wwep){.count = 0};
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(s->fd, BACKLOG) != 0 || getsockname(s->fd, (struct sockaddr *)&address, &len) != 0)
        return fail(s, "cannot listen");
    *ret_port = ntohs(address.sin_port);
    return PROBE_IO_DONE;
}

static void server_step(void *ctx)
{
    struct virtual_server *s = ctx;

    take_all(s);
    for (size_t i = 0; i < VIRTUAL_SERVER_SLOTS; i++)
        if (s->conns[i].stage != CONN_FREE)
            step_conn(s, &s->conns[i]);
    take_all(s);
}

static int32_t server_wait_ms(void *ctx)
{
    const struct virtual_server *s = ctx;
    uint64_t now = now_ms();
    int32_t wait = -1;

    for (size_t i = 0; i < VIRTUAL_SERVER_SLOTS; i++) {
        const struct virtual_conn *c = &s->conns[i];
        uint64_t quiet = now - c->heard_ms;
        int32_t left = quiet < IDLE_MS ? (int32_t)(IDLE_MS - quiet) : 0;

        if (c->stage == CONN_FREE || c->is_lost)
            continue;
        if (c->stage != CONN_ENDING &&
            (has_flaw(s, SERVER_FLAW_IDLE) || has_flaw(s, SERVER_FLAW_ONE)))
            continue;
        wait = wait < 0 || left < wait ? left : wait;
    }
    return wait;
}

static void server_close(void *ctx)
{
    struct virtual_server *s = ctx;

    for (size_t i = 0; i < VIRTUAL_SERVER_SLOTS; i++) {
        s->stack->close(s->conns[i].tls);
        close_fd(&s->conns[i].fd);
        s->conns[i] = (struct virtual_conn){.stage = CONN_FREE, .fd = -1};
    }
    close_fd(&s->fd);
}

static void server_failure(void *ctx, struct probe_failure *ret)
{
    const struct virtual_server *s = ctx;

    *ret = s->failure;
}

enum assay_status virtual_server_init(struct virtual_server *s, const struct virtual_stack *stack,
                                      const struct virtual_stack_options *options)
{
    *s = (struct virtual_server){
        .stack = stack->server, .flaws = &options->flaws, .no_tls = options->no_tls, .fd = -1};
    for (size_t i = 0; i < VIRTUAL_SERVER_SLOTS; i++)
        s->conns[i].fd = -1;
    if (stack->server == NULL)
        return ASSAY_ERR_UNSUPPORTED;
    s->server = (struct probe_server){.ctx = s,
                                      .open = server_open,
                                      .step = server_step,
                                      .wait_ms = server_wait_ms,
                                      .close = server_close,
                                      .failure = server_failure};
    return stack->server->make(options, &s->tls);
}

void virtual_server_done(struct virtual_server *s)
{
    if (s->stack == NULL)
        return;
    server_close(s);
    s->stack->free(s->tls);
}

size_t virtual_server_poll(const struct virtual_server *s, struct pollfd fds[VIRTUAL_SERVER_FDS])
{
    size_t count = 0;

    if (takes_more(s))
        fds[count++] = (struct pollfd){.fd = s->fd, .events = POLLIN};
    for (size_t i = 0; i < VIRTUAL_SERVER_SLOTS; i++)
        if (s->conns[i].stage != CONN_FREE && !s->conns[i].is_lost)
            fds[count++] = (struct pollfd){.fd = s->conns[i].fd,
                                           .events = s->conns[i].wants_write ? POLLOUT : POLLIN};
    return count;
}
