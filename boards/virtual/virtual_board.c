/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_board.h"

#include "virtual_habits.h"

#include "base/deadline.h"
#include "probe/probe_core.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { EXIT_ON_CONNECT = 3, UNPLUGGED_S = 60, INPUT_MAX = 1024 };

struct virtual_board {
    struct probe_core core;
    struct probe_platform platform;
    struct virtual_habits_state habits;
    const struct virtual_faults *faults;
    struct virtual_net *net;
    struct virtual_server *server;
    struct virtual_serial serial;
    unsigned connects;
    bool is_dead; /* deaf and dumb */
    bool is_over; /* the serial line is gone */
    bool is_unplugged;
    int exit_code;
};

static void serial_send(void *ctx, const void *data, size_t len)
{
    struct virtual_board *board = ctx;

    virtual_serial_send(&board->serial, data, len);
    /* At once, so that the harness sees when it happened; a lost line shows in the next turn. */
    (void)virtual_serial_flush(&board->serial);
}

static uint32_t millis(void *ctx)
{
    const struct virtual_board *board = ctx;

    return virtual_habits_millis(&board->habits);
}

static uint32_t random_u32(void *ctx)
{
    uint32_t value = 0;

    (void)ctx;
    if (getrandom(&value, sizeof(value), 0) != sizeof(value))
        abort();
    return value;
}

static void restart(struct virtual_board *board, const char *reason)
{
    const struct probe_tls *tls = &board->habits.tls;

    tls->close(tls->ctx);
    if (board->platform.server != NULL)
        board->platform.server->close(board->platform.server->ctx);
    board->platform.tcp_close(board->platform.net);
    board->platform.udp_close(board->platform.net);
    virtual_habits_reset(&board->habits);
    probe_core_init(&board->core, &board->platform, tls);
    probe_core_ready(&board->core, reason);
}

static void reset(void *ctx)
{
    restart(ctx, "requested");
}

/* --fault cannot-resolve */
static enum probe_io lookup_nothing(void *net, const char *host, uint8_t ret_ip[4])
{
    (void)net;
    (void)host;
    (void)ret_ip;
    return PROBE_IO_FAILED;
}

static void exit_on_connect(struct virtual_board *board)
{
    board->exit_code = EXIT_ON_CONNECT;
    board->is_over = true;
}

static void crash_on_connect(struct virtual_board *board)
{
    (void)board;
    virtual_crash();
}

static void hang_on_connect(struct virtual_board *board)
{
    board->is_dead = true;
}

static void reset_on_connect(struct virtual_board *board)
{
    restart(board, "watchdog");
}

/* The faults that strike when an attempt begins. */
static void strike(struct virtual_board *board)
{
    const struct {
        unsigned at;
        void (*strike)(struct virtual_board *board);
    } rows[] = {
        {board->faults->exit_on_connect, exit_on_connect},
        {board->faults->crash_on_connect, crash_on_connect},
        {board->faults->reset_on_connect, reset_on_connect},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].at == board->connects)
            rows[i].strike(board);
    }
    if (board->faults->hang_on_connect > 0 && board->connects >= board->faults->hang_on_connect)
        hang_on_connect(board);
}

static void hear(struct virtual_board *board)
{
    uint8_t bytes[INPUT_MAX];
    size_t len = 0;
    bool was_running = board->core.attempt.is_running;

    if (!virtual_serial_receive(&board->serial, bytes, sizeof(bytes), &len)) {
        board->is_over = true;
        return;
    }
    if (board->is_dead || board->faults->never_ready > 0)
        return;
    probe_core_feed(&board->core, bytes, len);
    if (was_running || !board->core.attempt.is_running)
        return;
    board->connects++;
    strike(board);
}

static int earlier(int a_ms, int b_ms)
{
    if (a_ms < 0 || b_ms < 0)
        return a_ms < 0 ? b_ms : a_ms;
    return a_ms < b_ms ? a_ms : b_ms;
}

/* Wait until something is to be done, and hear the serial line if it spoke. */
static void wait_and_hear(struct virtual_board *board)
{
    struct pollfd fds[2 + VIRTUAL_NET_FDS + VIRTUAL_SERVER_FDS];
    size_t count = virtual_serial_poll(&board->serial, fds);
    int wait_ms = board->is_dead ? -1 : (int)probe_core_wait_ms(&board->core);

    if (!board->is_dead)
        count += virtual_net_poll(board->net, probe_core_wants_write(&board->core) != 0,
                                  board->core.attempt.is_running != 0, fds + count);
    if (!board->is_dead && board->core.attempt.is_listening)
        count += virtual_server_poll(board->server, fds + count);
    wait_ms = earlier(wait_ms, virtual_serial_wait_ms(&board->serial));
    wait_ms = earlier(wait_ms, board->is_dead ? -1 : virtual_net_wait_ms(board->net));
    wait_ms = earlier(wait_ms, board->is_dead ? -1 : virtual_habits_wait_ms(&board->habits));
    if (poll(fds, count, wait_ms) <= 0)
        return;
    if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0)
        hear(board);
}

static void turn(struct virtual_board *board)
{
    const struct virtual_faults *faults = board->faults;

    wait_and_hear(board);
    if (!board->is_over && !board->is_dead) {
        virtual_net_service(board->net);
        probe_core_step(&board->core);
        if (board->habits.wants_reset)
            restart(board, "watchdog");
    }
    if (!board->is_over && !virtual_serial_flush(&board->serial))
        board->is_over = true;
    if (faults->drop_link > 0 && board->core.attempts >= faults->drop_link &&
        board->serial.queued == 0) {
        board->is_over = true;
        board->is_unplugged = true;
    }
}

static void fill_platform(struct virtual_board *board, const char *name,
                          const struct virtual_flaw_set *flaws, const struct probe_tls *tls)
{
    board->platform = (struct probe_platform){.ctx = board,
                                              .board = name,
                                              .serial_send = serial_send,
                                              .millis = millis,
                                              .random = random_u32,
                                              .reset = reset};
    virtual_net_fill(board->net, &board->platform);
    if (board->server->stack != NULL)
        board->platform.server = &board->server->server;
    if (board->faults->cannot_resolve > 0)
        board->platform.lookup = lookup_nothing;
    virtual_habits_wrap(&board->habits, flaws, tls, board->net, &board->platform);
    board->net->heard = virtual_habits_heard;
    board->net->heard_ctx = &board->habits;
}

/* A cable that was pulled leaves the board running; whoever started it ends it. */
static void stay_unplugged(void)
{
    (void)alarm(UNPLUGGED_S);
    (void)pause();
}

enum assay_status virtual_board_run(const struct virtual_options *options, const char *name,
                                    const struct probe_tls *tls, struct virtual_net *net,
                                    struct virtual_server *server, int *ret,
                                    struct assay_error *err)
{
    struct virtual_board *board = calloc(1, sizeof(*board));
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (board == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    board->faults = &options->faults;
    board->net = net;
    board->server = server;
    status = virtual_serial_open(&board->serial, options->port, &options->faults.line, err);
    if (status != ASSAY_OK)
        goto out;
    if (options->faults.crash_at_start > 0)
        virtual_crash();
    fill_platform(board, name, &options->stack.flaws, tls);
    probe_core_init(&board->core, &board->platform, &board->habits.tls);
    if (options->faults.never_ready == 0)
        probe_core_ready(&board->core, "power");
    while (!board->is_over)
        turn(board);
    (void)virtual_serial_flush(&board->serial); /* last words; nobody may be listening */
    virtual_serial_close(&board->serial);
    if (board->is_unplugged)
        stay_unplugged();
    *ret = board->exit_code;
out:
    free(board);
    return status;
}
