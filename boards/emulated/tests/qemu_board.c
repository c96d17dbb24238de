/* SPDX-License-Identifier: Apache-2.0 */
#include "qemu_board.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum {
    EXPECT_MS = 20000,
    ASK_MS = 500,
    SETTLE_MS = 200,
    TOOL_MS = 60000,
    LOG_MAX = 1 << 20,
    PATH_TEXT = 512
};

/* The same in every run. */
#define SEED "loader,addr=0x203fff00,data=0x0123456789abcdef,data-len=8"

const char *firmware_path(const char *name)
{
    static char path[PATH_TEXT];

    snprintf(path, sizeof(path), "%s/%s", ASSAY_FIRMWARE_DIR, name);
    return path;
}

enum assay_status firmware_load(const char *name, struct buf *ret)
{
    FILE *file = fopen(firmware_path(name), "rb");
    uint8_t piece[4096];
    size_t got = 0;
    enum assay_status status = file != NULL ? ASSAY_OK : ASSAY_ERR_NOT_FOUND;

    while (status == ASSAY_OK && (got = fread(piece, 1, sizeof(piece), file)) > 0)
        status = buf_add(ret, piece, got);
    if (file != NULL)
        fclose(file);
    return status;
}

enum assay_status qemu_board_make_flash(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_good =
        fd >= 0 && write(fd, data, len) == (ssize_t)len && ftruncate(fd, QEMU_BOARD_FLASH) == 0;

    if (fd >= 0)
        close(fd);
    return is_good ? ASSAY_OK : ASSAY_ERR_IO;
}

/* Kept open on both ends, so that tools may come and go. */
static bool open_line(struct qemu_board *board)
{
    struct termios raw;

    if (openpty(&board->master_fd, &board->serial_fd, board->port, NULL, NULL) != 0)
        return false;
    if (tcgetattr(board->serial_fd, &raw) != 0)
        return false;
    cfmakeraw(&raw);
    return tcsetattr(board->serial_fd, TCSANOW, &raw) == 0 &&
           fcntl(board->serial_fd, F_SETFL, O_NONBLOCK) == 0 &&
           fcntl(board->serial_fd, F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(board->master_fd, F_SETFD, FD_CLOEXEC) == 0;
}

enum assay_status qemu_board_start(const char *flash, const char *nic, struct qemu_board *ret,
                                   struct assay_error *err)
{
    char memory[PATH_TEXT + 64];
    const char *const argv[] = {"qemu-system-arm",
                                "-M",
                                "mps2-an385,memory-backend=flash",
                                "-object",
                                memory,
                                "-display",
                                "none",
                                "-monitor",
                                "none",
                                "-nic",
                                nic,
                                "-kernel",
                                firmware_path("loader.elf"),
                                "-chardev",
                                "stdio,id=serial,signal=off",
                                "-serial",
                                "chardev:serial",
                                "-chardev",
                                "socket,id=boot0,fd=2",
                                "-serial",
                                "chardev:boot0",
                                NULL};
    struct exec_spec spec = exec_spec_default();
    int pair[2] = {-1, -1};
    enum assay_status status = ASSAY_ERR_IO;

    *ret = (struct qemu_board){.master_fd = -1, .serial_fd = -1, .boot0_fd = -1};
    buf_init(&ret->log, LOG_MAX);
    snprintf(memory, sizeof(memory), "memory-backend-file,id=flash,size=16M,mem-path=%s,share=on",
             flash);
    if (open_line(ret) && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) {
        ret->boot0_fd = pair[0];
        spec.argv = argv;
        spec.stdin_fd = ret->master_fd;
        spec.stdout_fd = ret->master_fd;
        spec.stderr_fd = pair[1];
        spec.nice = 5;
        status = exec_start(&spec, &ret->child, err);
        close(pair[1]);
    }
    if (status != ASSAY_OK)
        qemu_board_stop(ret);
    return status;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void qemu_board_stop(struct qemu_board *board)
{
    exec_kill(&board->child, 0);
    close_fd(&board->master_fd);
    close_fd(&board->serial_fd);
    close_fd(&board->boot0_fd);
    buf_done(&board->log);
}

static bool read_more(struct qemu_board *board, struct deadline deadline)
{
    struct pollfd fd = {.fd = board->serial_fd, .events = POLLIN};
    char piece[1024];
    ssize_t got = 0;

    if (poll(&fd, 1, deadline_left_ms(&deadline)) <= 0)
        return false;
    got = read(board->serial_fd, piece, sizeof(piece));
    for (ssize_t i = 0; i < got; i++)
        piece[i] = (char)(piece[i] == '\0' ? ' ' : piece[i]);
    return got > 0 && buf_add(&board->log, piece, (size_t)got) == ASSAY_OK;
}

/* Read until the text was there or the deadline passed; what stands behind it is kept. */
static bool wait_for(struct qemu_board *board, const char *text, struct deadline deadline)
{
    const char *found = NULL;

    while ((found = strstr(buf_text(&board->log), text)) == NULL) {
        if (!read_more(board, deadline))
            return false;
    }
    buf_consume(&board->log, (size_t)(found - buf_text(&board->log)) + strlen(text));
    return true;
}

static bool complain(const struct qemu_board *board, const char *text)
{
    printf("no \"%s\" in: %.*s\n", text, (int)board->log.len, buf_text(&board->log));
    return false;
}

bool qemu_board_expect(struct qemu_board *board, const char *text)
{
    return wait_for(board, text, deadline_in_ms(EXPECT_MS)) || complain(board, text);
}

/* Hear the other answers, where it was asked more than once. */
static void settle(struct qemu_board *board)
{
    while (read_more(board, deadline_in_ms(SETTLE_MS)))
        buf_clear(&board->log);
}

bool qemu_board_ask(struct qemu_board *board, const char *question, const char *text)
{
    for (int asked_ms = 0; asked_ms < EXPECT_MS; asked_ms += ASK_MS) {
        qemu_board_say(board, question, strlen(question));
        if (wait_for(board, text, deadline_in_ms(ASK_MS))) {
            settle(board);
            return true;
        }
    }
    return complain(board, text);
}

void qemu_board_say(struct qemu_board *board, const void *data, size_t len)
{
    ssize_t sent = write(board->serial_fd, data, len);

    (void)sent; /* what was not said is not answered */
}

int qemu_board_run_tool(const char *const *argv, struct buf *output)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {0};
    struct assay_error err = {0};

    spec.argv = argv;
    if (exec_run(&spec, deadline_in_ms(TOOL_MS), output, &outcome, &err) != ASSAY_OK) {
        printf("%s: %s\n", argv[0], err.text);
        return -1;
    }
    return outcome.signalled ? -1 : outcome.code;
}
