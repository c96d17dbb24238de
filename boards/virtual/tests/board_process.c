/* SPDX-License-Identifier: Apache-2.0 */
#include "board_process.h"

#include "base/deadline.h"
#include "probe/probe_encoding.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { AGAIN_MS = 1000, TRIES = 8, PATIENCE_MS = 20000, ARGUMENTS_MAX = 16 };

static int open_pty(int *ret_slave)
{
    char name[64];
    struct termios raw;
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
        ptsname_r(master, name, sizeof(name)) != 0)
        return -1;
    *ret_slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*ret_slave < 0 || tcgetattr(*ret_slave, &raw) != 0)
        return -1;
    cfmakeraw(&raw);
    return tcsetattr(*ret_slave, TCSANOW, &raw) == 0 ? master : -1;
}

bool board_process_start(struct board_process *board, const char *stack,
                         const char *const arguments[])
{
    char path[512];
    const char *argv[ARGUMENTS_MAX] = {path};
    struct exec_spec spec = exec_spec_default();
    struct assay_error err = {0};
    int slave = -1;

    *board = (struct board_process){.master_fd = open_pty(&slave)};
    probe_line_reader_init(&board->reader);
    snprintf(path, sizeof(path), "%s/assay-board-%s", ASSAY_BOARD_DIR, stack);
    for (size_t i = 0; arguments[i] != NULL && i + 2 < ARGUMENTS_MAX; i++)
        argv[i + 1] = arguments[i];
    spec.argv = argv;
    spec.stdin_fd = slave;
    spec.stdout_fd = slave;
    spec.stderr_fd = STDERR_FILENO;
    spec.controlling_tty_fd = slave;
    if (board->master_fd < 0 || exec_start(&spec, &board->child, &err) != ASSAY_OK) {
        fprintf(stderr, "%s: %s\n", path, err.text);
        return false;
    }
    close(slave);
    return true;
}

void board_process_stop(struct board_process *board)
{
    if (board->master_fd >= 0)
        close(board->master_fd);
    board->master_fd = -1;
    exec_kill(&board->child, 0);
}

int board_process_await_end(struct board_process *board)
{
    struct pollfd end = {.fd = board->child.pid_fd, .events = POLLIN};
    struct exec_outcome outcome = {0};

    if (poll(&end, 1, PATIENCE_MS) <= 0 || exec_reap(&board->child, &outcome) != ASSAY_OK)
        return 999;
    return outcome.signalled ? -outcome.code : outcome.code;
}

int board_process_hang_up(struct board_process *board)
{
    close(board->master_fd);
    board->master_fd = -1;
    return board_process_await_end(board);
}

static void keep_event(struct board_process *board, const struct probe_line *line)
{
    if (board->event_count < BOARD_PROCESS_EVENTS)
        memcpy(board->events[board->event_count++], line->text, sizeof(line->text));
}

/* The next line, events kept; false when the time is up or the line is gone. */
static bool next_line(struct board_process *board, struct deadline deadline, struct probe_line *ret)
{
    for (;;) {
        struct pollfd fd = {.fd = board->master_fd, .events = POLLIN};
        ssize_t got = 0;

        while (board->input_at < board->input_len) {
            enum probe_feed feed =
                probe_line_feed(&board->reader, board->input[board->input_at++], ret);

            board->noise += feed == PROBE_FEED_NOISE;
            if (feed == PROBE_FEED_LINE && ret->type == PROBE_LINE_EVENT)
                keep_event(board, ret);
            if (feed == PROBE_FEED_LINE)
                return true;
        }
        if (board->is_gone || poll(&fd, 1, deadline_left_ms(&deadline)) <= 0)
            return false;
        got = read(board->master_fd, board->input, sizeof(board->input));
        board->is_gone = got <= 0;
        board->input_len = got > 0 ? (size_t)got : 0;
        board->input_at = 0;
    }
}

const char *board_process_command(struct board_process *board, const char *text)
{
    static char answer[PROBE_LINE_TEXT_MAX + 1];
    char bytes[PROBE_LINE_MAX + 2] = "\n";
    uint8_t seq = board->seq++;
    size_t len = probe_line_format(PROBE_LINE_COMMAND, seq, text, bytes + 1);
    struct probe_line line;

    answer[0] = '\0';
    for (int i = 0; i < TRIES && !board->is_gone; i++) {
        struct deadline deadline = deadline_in_ms(AGAIN_MS);

        /* The first try without the leading '\n'. */
        if (write(board->master_fd, i == 0 ? bytes + 1 : bytes, i == 0 ? len : len + 1) < 0)
            return answer;
        while (next_line(board, deadline, &line)) {
            if (line.type != PROBE_LINE_ANSWER || line.seq != seq)
                continue;
            memcpy(answer, line.text, sizeof(answer));
            return answer;
        }
    }
    return answer;
}

static const char *find_event(const struct board_process *board, const char *start)
{
    for (size_t i = 0; i < board->event_count; i++) {
        if (strncmp(board->events[i], start, strlen(start)) == 0)
            return board->events[i];
    }
    return NULL;
}

const char *board_process_event(struct board_process *board, const char *start)
{
    struct deadline deadline = deadline_in_ms(PATIENCE_MS);
    struct probe_line line;

    while (find_event(board, start) == NULL) {
        if (!next_line(board, deadline, &line))
            return "";
    }
    return find_event(board, start);
}

void board_process_forget(struct board_process *board)
{
    board->event_count = 0;
}

bool board_process_upload(struct board_process *board, const char *slot, const uint8_t *data,
                          size_t len)
{
    char command[64];

    for (size_t at = 0; at < len; at += PROBE_LINE_PUT_BYTES) {
        size_t piece = len - at < PROBE_LINE_PUT_BYTES ? len - at : PROBE_LINE_PUT_BYTES;
        char base64[40];
        ptrdiff_t chars = probe_base64_encode(data + at, piece, base64, sizeof(base64));

        snprintf(command, sizeof(command), "put %s %zu %.*s", slot, at, (int)chars, base64);
        if (strcmp(board_process_command(board, command), "ok") != 0)
            return false;
    }
    snprintf(command, sizeof(command), "end %s %zu %08X", slot, len, probe_crc32(0, data, len));
    return strcmp(board_process_command(board, command), "ok") == 0;
}

struct board_result board_process_result(struct board_process *board)
{
    struct board_result result = {.result = ""};
    size_t len = 0;

    snprintf(result.result, sizeof(result.result), "%s", board_process_event(board, "result "));
    for (size_t i = 0; i < board->event_count; i++) {
        ptrdiff_t count = 0;

        if (strncmp(board->events[i], "text ", 5) != 0)
            continue;
        count = probe_unescape(board->events[i] + 5, strlen(board->events[i] + 5),
                               result.text + len, sizeof(result.text) - 1 - len);
        len += count > 0 ? (size_t)count : 0;
    }
    return result;
}

struct board_result board_process_connect(struct board_process *board)
{
    board_process_forget(board);
    if (strcmp(board_process_command(board, "connect"), "ok") != 0)
        return (struct board_result){.text = "connect was not answered with ok"};
    return board_process_result(board);
}

bool board_process_set(struct board_process *board, const char *key, const char *value)
{
    char command[64];

    snprintf(command, sizeof(command), "set %s %s", key, value);
    return strcmp(board_process_command(board, command), "ok") == 0;
}

bool board_process_configure(struct board_process *board, const uint8_t *root, size_t root_len)
{
    static const char *const settings[][2] = {
        {"host", "broker.bench.test"},
        {"ip", "127.0.0.1"},
        {"port", "1"},
        {"client", "probe-1"},
        {"user", "me"},
        {"pass", "secret"},
        {"topic", "a/b"},
        {"payload", "hello"},
    };
    char now[32];

    snprintf(now, sizeof(now), "%lld", (long long)time(NULL));
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (!board_process_set(board, settings[i][0], settings[i][1]))
            return false;
    }
    return board_process_set(board, "time", now) &&
           board_process_upload(board, "root", root, root_len);
}
