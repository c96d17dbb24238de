/* SPDX-License-Identifier: Apache-2.0 */
/* assay flash as its user runs it: what it prints, and its exit codes. */
#include "assay_program.h"
#include "loader/loader_image.h"
#include "test_support.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { IMAGE_LEN = 8192, LINKED_TO = 0x21000000 };

static const char board_file[] = "id: test/loader\n"
                                 "driver: process\n"
                                 "process: {command: [\"true\"]}\n"
                                 "flash: {driver: stm32, chip: emulated-m3, entry: touch}\n";

static const char *make_image(const char *name, uint8_t seed)
{
    uint8_t bytes[IMAGE_LEN];
    const char *path = test_path(name);
    FILE *file = fopen(path, "wbe");

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * seed + (i >> 7));
    memcpy(bytes, "\x00\x00\x01\x20\x41\x00\x00\x21", 8);
    CHECK(loader_image_seal(bytes, sizeof(bytes), LINKED_TO) == 0);
    CHECK(file != NULL && fwrite(bytes, 1, sizeof(bytes), file) == sizeof(bytes) &&
          fclose(file) == 0);
    return path;
}

/* The boot loader on a pty; its name is the answer. */
static const char *start_board(struct exec_child *board)
{
    const char *const argv[] = {BOARD_LOADER, "--flash-file", test_path("flash.bin"), NULL};
    struct exec_spec spec = exec_spec_default();
    char *line = test_keep(calloc(1, 128));
    struct pollfd fd = {.events = POLLIN};

    spec.argv = argv;
    CHECK_OK(exec_start(&spec, board, NULL));
    fd.fd = board->stdout_fd;
    for (size_t len = 0; len < 127 && (len == 0 || line[len - 1] != '\n'); len++)
        if (poll(&fd, 1, 10000) <= 0 || read(fd.fd, line + len, 1) != 1)
            break;
    line[strcspn(line, "\n")] = '\0';
    CHECK(strncmp(line, "port ", 5) == 0);
    return line + 5;
}

static void check(const char *const *words, int want, const char *says)
{
    struct buf output;
    int code = 0;

    buf_init(&output, 1 << 20);
    code = assay(&output, words);
    test_check(code == want && strstr(buf_text(&output), says) != NULL, __FILE__, __LINE__,
               "code %d, want %d with \"%s\": %s", code, want, says, buf_text(&output));
    buf_done(&output);
}
#define FLASH(want, says, ...)                                                                     \
    check((const char *const[]){"flash", __VA_ARGS__, NULL}, (want), (says))

static void a_board_is_flashed_and_the_exit_code_says_how_it_went(void)
{
    const char *board = test_file("board.yaml", board_file);
    const char *image = make_image("app.bin", 3);
    const char *other = make_image("other.bin", 5);
    const char *wrong = test_file("wrong.bin", "hello, I am no firmware");
    struct exec_child child = {.pid = 0};
    const char *port = start_board(&child);

    FLASH(0, "could be flashed", board, image, "--dry-run");
    FLASH(0, "written and verified", board, image, "-p", port);
    FLASH(0, "on the board already", board, image, "-p", port);
    FLASH(0, "on the board already", board, image, "-p", port, "--verify-only");
    FLASH(1, "something else", board, other, "-p", port, "--verify-only");
    FLASH(0, "written", board, image, "-p", port, "--force", "--log", test_path("log.jsonl"));
    FLASH(2, "vector table", board, wrong, "-p", port);
    FLASH(2, "no image", board, "/nonexistent.bin", "-p", port);
    FLASH(2, "which image", board, "-p", port);
    FLASH(2, "which port", board, image);
    FLASH(3, "/nonexistent/port", board, image, "-p", "/nonexistent/port");
    CHECK(access(test_path("log.jsonl"), R_OK) == 0);
    exec_kill(&child, 0);
}

static void what_cannot_be_flashed_says_so(void)
{
    FLASH(2, "which board", "--dry-run");
    FLASH(2, "flash:", "virtual/bearssl", "app.bin");
    FLASH(2, "virtual/bearssl", "virtual/bearsll", "app.bin");
    check((const char *const[]){"check",
                                test_file("bad.yaml", "id: a/b\ndriver: process\nprocess: "
                                                      "{command: [\"true\"]}\nflash: {driver: "
                                                      "stm32, chip: z80}\n"),
                                NULL},
          2, "stm32f103xb");
    check((const char *const[]){"list", "drivers", NULL}, 0, "samba");
    check((const char *const[]){"list", "chips", NULL}, 0, "248 KiB at 0x00002000");
    check((const char *const[]){"list", "ports", "--json", NULL}, 0, "[");
}

TEST_SUITE(flash_program, TEST(a_board_is_flashed_and_the_exit_code_says_how_it_went),
           TEST(what_cannot_be_flashed_says_so));
