/* SPDX-License-Identifier: Apache-2.0 */
/* The boot loader in the emulator, and the tools that people flash real boards with. */
#include "qemu_board.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { IMAGE_MAX = 1 << 20 };

static const char *test_flash(void)
{
    static char path[512];

    snprintf(path, sizeof(path), "%s/flash.bin", test_directory());
    return path;
}

static bool load_hello(struct buf *image)
{
    buf_init(image, IMAGE_MAX);
    return firmware_load("hello.bin", image) == ASSAY_OK;
}

static bool start(struct qemu_board *board)
{
    struct assay_error err = {0};

    if (qemu_board_start(test_flash(), "none", board, &err) == ASSAY_OK)
        return true;
    printf("%s\n", err.text);
    return false;
}

/* What the file of the flash begins with, while the board runs. */
static bool flash_holds(const struct buf *image)
{
    FILE *file = fopen(test_flash(), "rb");
    uint8_t *found = malloc(image->len);
    bool is_same = file != NULL && found != NULL &&
                   fread(found, 1, image->len, file) == image->len &&
                   memcmp(found, image->data, image->len) == 0;

    free(found);
    if (file != NULL)
        fclose(file);
    return is_same;
}

static void flash_with(const char *const *argv, struct qemu_board *board)
{
    struct buf output;
    int code = 0;

    buf_init(&output, IMAGE_MAX);
    /* QEMU sets the terminal when it starts, over whatever a tool has set before. */
    CHECK(qemu_board_ask(board, "?", "staying image=empty"));
    code = qemu_board_run_tool(argv, &output);
    CHECK_INT_EQ(code, 0);
    if (code != 0)
        printf("%s\n", buf_text(&output));
    /* Asked for: stm32flash throws away what came before it leaves. */
    CHECK(qemu_board_ask(board, "?", "hello from the image"));
    buf_done(&output);
}

static void stm32flash_writes_verifies_and_starts_an_image(void)
{
    struct qemu_board board;
    struct buf image;

    REQUIRE(load_hello(&image));
    REQUIRE_OK(qemu_board_make_flash(test_flash(), "", 0));
    REQUIRE(start(&board));
    flash_with((const char *const[]){"stm32flash", "-b", "115200", "-m", "8n1", "-w",
                                     firmware_path("hello.bin"), "-v", "-g", "0x0", board.port,
                                     NULL},
               &board);
    CHECK(flash_holds(&image));
    qemu_board_stop(&board);
    buf_done(&image);
}

static void bossac_writes_verifies_and_starts_an_image(void)
{
    struct qemu_board board;
    struct buf image;

    REQUIRE(load_hello(&image));
    REQUIRE_OK(qemu_board_make_flash(test_flash(), "", 0));
    REQUIRE(start(&board));
    flash_with((const char *const[]){"bossac", "-p", board.port, "-i", "-e", "-w", "-v", "-o",
                                     "0x2000", "-R", firmware_path("hello.bin"), NULL},
               &board);
    CHECK(flash_holds(&image));
    qemu_board_stop(&board);
    buf_done(&image);
}

static void the_image_is_there_after_a_loss_of_power(void)
{
    struct qemu_board board;
    struct buf image;

    REQUIRE(load_hello(&image));
    REQUIRE_OK(qemu_board_make_flash(test_flash(), image.data, image.len));
    for (int i = 0; i < 2; i++) {
        REQUIRE(start(&board));
        CHECK(qemu_board_expect(&board, "starting image=ok"));
        CHECK(qemu_board_expect(&board, "hello from the image"));
        qemu_board_stop(&board);
    }
    buf_done(&image);
}

static void a_half_written_image_stays_in_the_loader(void)
{
    struct qemu_board board;
    struct buf image;

    REQUIRE(load_hello(&image));
    REQUIRE_OK(qemu_board_make_flash(test_flash(), image.data, image.len - 256));
    REQUIRE(start(&board));
    CHECK(qemu_board_ask(&board, "?", "assay-loader 1 staying image=bad-crc"));
    qemu_board_stop(&board);
    buf_done(&image);
}

static void a_byte_on_the_second_uart_holds_the_loader_at_the_next_reset(void)
{
    struct qemu_board board;
    struct buf image;

    REQUIRE(load_hello(&image));
    REQUIRE_OK(qemu_board_make_flash(test_flash(), image.data, image.len));
    REQUIRE(start(&board));
    CHECK(qemu_board_expect(&board, "hello from the image"));
    CHECK_INT_EQ(write(board.boot0_fd, "B", 1), 1);
    /* Two wires have no order: the answer to what is asked after the byte says that it is there. */
    CHECK(qemu_board_ask(&board, "?", "hello from the image"));
    qemu_board_say(&board, "R", 1);
    CHECK(qemu_board_ask(&board, "?", "staying image=ok"));
    qemu_board_stop(&board);
    buf_done(&image);
}

TEST_SUITE(emulated_loader, TEST(stm32flash_writes_verifies_and_starts_an_image),
           TEST(bossac_writes_verifies_and_starts_an_image),
           TEST(the_image_is_there_after_a_loss_of_power),
           TEST(a_half_written_image_stays_in_the_loader),
           TEST(a_byte_on_the_second_uart_holds_the_loader_at_the_next_reset));
