/* SPDX-License-Identifier: Apache-2.0 */
/* Serial ports against ptys and sockets; what needs a real UART's lines is not seen here. */
#include "serial/serial.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "event_check.h"
#include "line_rate.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LIMIT_MS = 5000 };

struct bed {
    uv_loop_t loop;
    uv_timer_t limit;
    bool is_late;
    int board; /* the other end of the line */
    char path[128];
    struct serial *port;
    struct buf got;
    unsigned lost;
    struct transcript *transcript;
    bool closes_itself;
    bool found;
    char problem[768];
    enum assay_status problem_status;
};

static void on_limit(uv_timer_t *timer)
{
    struct bed *bed = timer->data;

    bed->is_late = true;
    uv_stop(timer->loop);
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct bed *bed = ctx;

    CHECK_OK(buf_add(&bed->got, bytes, len));
    if (bed->closes_itself) {
        serial_close(bed->port);
        bed->port = NULL;
    }
    uv_stop(&bed->loop);
}

static void on_lost(void *ctx, const char *why)
{
    struct bed *bed = ctx;

    CHECK(strlen(why) > 0);
    bed->lost++;
    uv_stop(&bed->loop);
}

static const struct serial_calls calls = {.bytes = on_bytes, .lost = on_lost};

static void on_found(void *ctx, struct serial *port, const struct assay_error *err)
{
    struct bed *bed = ctx;

    bed->found = true;
    bed->port = port;
    CHECK((port == NULL) == (err != NULL));
    if (err != NULL) {
        snprintf(bed->problem, sizeof(bed->problem), "%s", err->text);
        bed->problem_status = err->status;
    }
    uv_stop(&bed->loop);
}

static struct serial_spec spec_of(struct bed *bed)
{
    return (struct serial_spec){.loop = &bed->loop,
                                .sink = transcript_sink(bed->transcript),
                                .path = bed->path,
                                .mode = {.baud = 115200},
                                .calls = &calls,
                                .ctx = bed};
}

static void bed_init(struct bed *bed)
{
    memset(bed, 0, sizeof(*bed));
    bed->board = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    CHECK(bed->board >= 0 && grantpt(bed->board) == 0 && unlockpt(bed->board) == 0);
    CHECK(ptsname_r(bed->board, bed->path, sizeof(bed->path)) == 0);
    CHECK(uv_loop_init(&bed->loop) == 0);
    uv_timer_init(&bed->loop, &bed->limit);
    bed->limit.data = bed;
    uv_timer_start(&bed->limit, on_limit, LIMIT_MS, 0);
    buf_init(&bed->got, 4 << 20);
    bed->transcript = transcript_new(1 << 20);
}

static void bed_done(struct bed *bed)
{
    serial_close(bed->port);
    CHECK(!bed->is_late);
    CHECK_EVENTS(bed->transcript);
    uv_close((uv_handle_t *)&bed->limit, NULL);
    uv_run(&bed->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&bed->loop) == 0);
    if (bed->board >= 0)
        close(bed->board);
    transcript_free(bed->transcript);
    buf_done(&bed->got);
}

static void bed_open(struct bed *bed)
{
    struct serial_spec spec = spec_of(bed);
    struct assay_error err = {.text = ""};

    test_check(serial_open(&spec, &bed->port, &err) == ASSAY_OK, __FILE__, __LINE__, "%s",
               err.text);
}

static bool has_event(const struct bed *bed, const char *kind)
{
    for (size_t i = 0; i < transcript_count(bed->transcript); i++)
        if (event_is(transcript_at(bed->transcript, i), kind))
            return true;
    return false;
}

static void every_byte_value_passes_both_ways(void)
{
    struct bed bed;
    uint8_t all[256];
    uint8_t back[512];
    ssize_t n = 0;

    bed_init(&bed);
    bed_open(&bed);
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (uint8_t)i;
    REQUIRE_OK(serial_write(bed.port, all, sizeof(all)));
    n = read(bed.board, back, sizeof(back));
    CHECK_INT_EQ(n, 256);
    CHECK_MEM_EQ(back, all, sizeof(all));
    CHECK(write(bed.board, all, sizeof(all)) == 256);
    while (bed.got.len < sizeof(all) && !bed.is_late)
        uv_run(&bed.loop, UV_RUN_DEFAULT);
    CHECK_UINT_EQ(bed.got.len, 256);
    CHECK_MEM_EQ(bed.got.data, all, sizeof(all));
    CHECK_UINT_EQ(serial_rx_bytes(bed.port), 256);
    CHECK_UINT_EQ(serial_tx_bytes(bed.port), 256);
    bed_done(&bed);
}

static void what_the_line_does_not_take_at_once_is_sent_later(void)
{
    enum { TOTAL = 200000 };
    struct bed bed;
    uint8_t *bytes = test_keep(malloc(TOTAL));
    uint8_t back[4096];
    size_t got = 0;

    bed_init(&bed);
    bed_open(&bed);
    for (size_t i = 0; i < TOTAL; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    REQUIRE_OK(serial_write(bed.port, bytes, TOTAL));
    CHECK(serial_unsent(bed.port) > 0);
    while (got < TOTAL && !bed.is_late) {
        ssize_t n = read(bed.board, back, sizeof(back));

        if (n > 0) {
            CHECK_MEM_EQ(back, bytes + got, (size_t)n);
            got += (size_t)n;
        } else {
            uv_run(&bed.loop, UV_RUN_ONCE);
        }
    }
    CHECK_UINT_EQ(got, TOTAL);
    CHECK_UINT_EQ(serial_unsent(bed.port), 0);
    CHECK_INT_EQ(serial_write(bed.port, bytes, 0), ASSAY_OK);
    bed_done(&bed);
}

static void more_than_the_queue_holds_is_refused_whole(void)
{
    struct bed bed;
    uint8_t *bytes = test_keep(calloc(1, SERIAL_QUEUE_MAX + 1));

    bed_init(&bed);
    bed_open(&bed);
    CHECK_INT_EQ(serial_write(bed.port, bytes, SERIAL_QUEUE_MAX + 1), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(serial_tx_bytes(bed.port), 0);
    bed_done(&bed);
}

static void any_rate_is_taken_and_seen_by_the_other_side(void)
{
    struct bed bed;
    struct serial_mode mode = {.baud = 74880, .parity = SERIAL_PARITY_EVEN};

    bed_init(&bed);
    bed_open(&bed);
    CHECK_UINT_EQ(line_rate(bed.board), 115200);
    CHECK_OK(serial_set_mode(bed.port, &mode, NULL));
    CHECK_UINT_EQ(line_rate(bed.board), 74880);
    CHECK(has_event(&bed, EV_SERIAL_BAUD));
    bed_done(&bed);
}

static void a_pty_has_no_modem_lines_and_that_is_said_not_failed(void)
{
    struct bed bed;
    struct assay_error err = {.text = ""};

    bed_init(&bed);
    bed_open(&bed);
    CHECK_INT_EQ(serial_set_lines(bed.port, true, false, &err), ASSAY_ERR_UNSUPPORTED);
    CHECK_STR_CONTAINS(err.text, "no DTR and RTS");
    CHECK(!has_event(&bed, EV_SERIAL_LINES));
    CHECK_OK(serial_send_break(bed.port, &err));
    CHECK(has_event(&bed, EV_SERIAL_BREAK));
    bed_done(&bed);
}

static void a_pulled_cable_is_told_once(void)
{
    struct bed bed;

    bed_init(&bed);
    bed_open(&bed);
    close(bed.board);
    bed.board = -1;
    uv_run(&bed.loop, UV_RUN_DEFAULT);
    CHECK_UINT_EQ(bed.lost, 1);
    CHECK_INT_EQ(serial_write(bed.port, "x", 1), ASSAY_ERR_CLOSED);
    uv_run(&bed.loop, UV_RUN_NOWAIT);
    CHECK_UINT_EQ(bed.lost, 1);
    bed_done(&bed);
}

static void a_port_may_be_closed_from_inside_its_own_news(void)
{
    struct bed bed;

    bed_init(&bed);
    bed_open(&bed);
    bed.closes_itself = true;
    CHECK(write(bed.board, "x", 1) == 1);
    uv_run(&bed.loop, UV_RUN_DEFAULT);
    CHECK(bed.port == NULL);
    CHECK_UINT_EQ(bed.got.len, 1);
    bed_done(&bed);
}

static void a_port_is_ours_alone_until_it_is_closed(void)
{
    struct bed bed;
    struct serial_spec spec;
    struct serial *second = NULL;
    struct assay_error err = {.text = ""};
    int other = -1;

    bed_init(&bed);
    other = open(bed.path, O_RDWR | O_NOCTTY | O_CLOEXEC); /* keeps the tty alive, as relays do */
    bed_open(&bed);
    spec = spec_of(&bed);
    CHECK_INT_EQ(serial_open(&spec, &second, &err), ASSAY_ERR_BUSY);
    CHECK_STR_CONTAINS(err.text, bed.path);
    CHECK_STR_CONTAINS(err.text, "in use");
    serial_close(bed.port);
    bed.port = NULL;
    CHECK_OK(serial_open(&spec, &bed.port, &err));
    close(other);
    bed_done(&bed);
}

static void a_link_to_a_port_is_as_good_as_the_port(void)
{
    struct bed bed;
    char link[256];

    bed_init(&bed);
    snprintf(link, sizeof(link), "%s/board", test_directory());
    CHECK(symlink(bed.path, link) == 0);
    snprintf(bed.path, sizeof(bed.path), "%.120s", link);
    bed_open(&bed);
    CHECK_OK(serial_write(bed.port, "x", 1));
    bed_done(&bed);
}

static void what_cannot_be_opened_says_why(void)
{
    struct bed bed;
    struct serial_spec spec;
    struct assay_error err = {.text = ""};

    bed_init(&bed);
    spec = spec_of(&bed);
    spec.path = "/dev/ttyNOTHING7";
    CHECK_INT_EQ(serial_open(&spec, &bed.port, &err), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_CONTAINS(err.text, "plugged in");
    spec.path = "/dev/null";
    CHECK_INT_EQ(serial_open(&spec, &bed.port, &err), ASSAY_ERR_IO);
    CHECK_STR_CONTAINS(err.text, "no serial port");
    spec.path = "unix:/nonexistent/socket";
    CHECK_INT_EQ(serial_open(&spec, &bed.port, &err), ASSAY_ERR_NOT_FOUND);
    CHECK(bed.port == NULL);
    bed_done(&bed);
}

static void a_socket_is_a_line_without_lines(void)
{
    struct bed bed;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int board = -1;
    char byte = 0;

    bed_init(&bed);
    snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/line", test_directory());
    REQUIRE(bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0 &&
            listen(listener, 1) == 0);
    snprintf(bed.path, sizeof(bed.path), "unix:%.100s", address.sun_path);
    bed_open(&bed);
    board = accept(listener, NULL, NULL);
    CHECK_OK(serial_write(bed.port, "q", 1));
    CHECK(read(board, &byte, 1) == 1 && byte == 'q');
    CHECK_INT_EQ(serial_set_lines(bed.port, true, true, NULL), ASSAY_ERR_UNSUPPORTED);
    CHECK(write(board, "a", 1) == 1);
    uv_run(&bed.loop, UV_RUN_DEFAULT);
    CHECK_STR_EQ(buf_text(&bed.got), "a");
    close(board);
    uv_run(&bed.loop, UV_RUN_DEFAULT);
    CHECK_UINT_EQ(bed.lost, 1);
    close(listener);
    bed_done(&bed);
}

static void a_touch_leaves_the_port_at_1200_baud_and_closed(void)
{
    struct bed bed;

    bed_init(&bed);
    CHECK_OK(serial_touch(bed.path, transcript_sink(bed.transcript), NULL));
    CHECK_UINT_EQ(line_rate(bed.board), 1200);
    CHECK(line_has_classic_rate(bed.board));
    CHECK(has_event(&bed, EV_SERIAL_TOUCH));
    bed_open(&bed);
    CHECK_UINT_EQ(line_rate(bed.board), 115200);
    bed_done(&bed);
}

static void make_link(uv_timer_t *timer)
{
    const char *const *names = timer->data;

    CHECK(symlink(names[0], names[1]) == 0);
}

static void a_port_that_comes_back_is_waited_for(void)
{
    struct bed bed;
    struct serial_spec spec;
    struct serial_wait *wait = NULL;
    char link[256];
    char target[128];
    const char *names[] = {target, link};
    uv_timer_t later;

    bed_init(&bed);
    snprintf(target, sizeof(target), "%s", bed.path);
    snprintf(link, sizeof(link), "%s/late", test_directory());
    spec = spec_of(&bed);
    spec.path = link;
    uv_timer_init(&bed.loop, &later);
    later.data = names;
    uv_timer_start(&later, make_link, 150, 0);
    REQUIRE_OK(serial_wait_open(&spec, NULL, 0, 3000, on_found, &wait, NULL));
    while (!bed.found && !bed.is_late)
        uv_run(&bed.loop, UV_RUN_ONCE);
    CHECK(bed.port != NULL);
    uv_close((uv_handle_t *)&later, NULL);
    bed_done(&bed);
}

static void a_port_that_does_not_come_back_is_given_up(void)
{
    struct bed bed;
    struct serial_spec spec;
    struct serial_wait *wait = NULL;
    uint64_t begin = monotonic_ns();

    bed_init(&bed);
    spec = spec_of(&bed);
    spec.path = "/nonexistent/tty";
    REQUIRE_OK(serial_wait_open(&spec, NULL, 30, 120, on_found, &wait, NULL));
    while (!bed.found && !bed.is_late)
        uv_run(&bed.loop, UV_RUN_ONCE);
    CHECK(bed.port == NULL);
    CHECK_INT_EQ(bed.problem_status, ASSAY_ERR_NOT_FOUND);
    CHECK_STR_CONTAINS(bed.problem, "120 ms");
    CHECK(monotonic_ns() - begin >= 150 * UINT64_C(1000000));
    REQUIRE_OK(serial_wait_open(&spec, NULL, 0, 10000, on_found, &wait, NULL));
    serial_wait_cancel(wait);
    bed_done(&bed);
}

TEST_SUITE(serial, TEST(every_byte_value_passes_both_ways),
           TEST(what_the_line_does_not_take_at_once_is_sent_later),
           TEST(more_than_the_queue_holds_is_refused_whole),
           TEST(any_rate_is_taken_and_seen_by_the_other_side),
           TEST(a_pty_has_no_modem_lines_and_that_is_said_not_failed),
           TEST(a_pulled_cable_is_told_once), TEST(a_port_may_be_closed_from_inside_its_own_news),
           TEST(a_port_is_ours_alone_until_it_is_closed),
           TEST(a_link_to_a_port_is_as_good_as_the_port), TEST(what_cannot_be_opened_says_why),
           TEST(a_socket_is_a_line_without_lines),
           TEST(a_touch_leaves_the_port_at_1200_baud_and_closed),
           TEST(a_port_that_comes_back_is_waited_for),
           TEST(a_port_that_does_not_come_back_is_given_up));
