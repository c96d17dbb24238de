/* SPDX-License-Identifier: Apache-2.0 */
/* The program assay-board-loader, as tests of flashing tools use it. */
#include "loader_bench.h"

#include "base/exec.h"
#include "test_support.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, EXIT_CUT = 4, EXIT_BENCH = 3, EXIT_USAGE = 2, TEXT_MAX = 4096 };

struct host {
    struct exec_child child;
    struct buf said; /* on its standard output */
    int port_fd;
};

static const char *path_of(const char *name)
{
    static char path[512];

    snprintf(path, sizeof(path), "%s/%s", test_directory(), name);
    return path;
}

static bool put_file(const char *path, const void *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    bool is_put = file != NULL && fwrite(data, 1, len, file) == len;

    return file != NULL && fclose(file) == 0 && is_put;
}

/* Wait until it has said this. */
static bool says(struct host *host, const char *text)
{
    struct deadline deadline = deadline_in_ms(PATIENCE_MS);
    struct pollfd fd = {.fd = host->child.stdout_fd, .events = POLLIN};
    char piece[256];
    ssize_t got = 0;

    while (strstr(buf_text(&host->said), text) == NULL) {
        if (poll(&fd, 1, deadline_left_ms(&deadline)) <= 0 ||
            (got = read(fd.fd, piece, sizeof(piece))) <= 0 ||
            buf_add(&host->said, piece, (size_t)got) != ASSAY_OK) {
            printf("no \"%s\" in: %s\n", text, buf_text(&host->said));
            return false;
        }
    }
    return true;
}

static bool open_port(struct host *host)
{
    char name[64] = "";
    const char *line = NULL;
    struct termios raw;

    if (!says(host, "port /dev/") || !says(host, "\n"))
        return false;
    line = strstr(buf_text(&host->said), "port ") + 5;
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "\n"), line);
    host->port_fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (host->port_fd < 0 || tcgetattr(host->port_fd, &raw) != 0)
        return false;
    cfmakeraw(&raw);
    cfsetspeed(&raw, B115200);
    return tcsetattr(host->port_fd, TCSANOW, &raw) == 0;
}

static bool start(struct host *host, const char *option, const char *value)
{
    const char *const argv[] = {ASSAY_LOADER, "--flash-file", path_of("flash"),
                                option,       value,          NULL};
    struct exec_spec spec = exec_spec_default();
    struct assay_error err = {0};

    *host = (struct host){.port_fd = -1};
    buf_init(&host->said, TEXT_MAX);
    spec.argv = argv;
    spec.stderr_fd = STDERR_FILENO;
    return exec_start(&spec, &host->child, &err) == ASSAY_OK && open_port(host);
}

static void stop(struct host *host)
{
    if (host->port_fd >= 0)
        close(host->port_fd);
    exec_kill(&host->child, 0);
    buf_done(&host->said);
}

static int run(const char *const *argv)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {0};
    struct buf output;

    buf_init(&output, TEXT_MAX);
    spec.argv = argv;
    if (exec_run(&spec, deadline_in_ms(PATIENCE_MS), &output, &outcome, NULL) != ASSAY_OK)
        outcome.code = -1;
    buf_done(&output);
    return outcome.code;
}

static bool say_bytes(struct host *host, const char *bytes, size_t len)
{
    return write(host->port_fd, bytes, len) == (ssize_t)len;
}

static bool hears(struct host *host, const char *wanted, size_t len)
{
    struct pollfd fd = {.fd = host->port_fd, .events = POLLIN};
    char got[256];
    size_t have = 0;

    while (have < len && poll(&fd, 1, PATIENCE_MS) > 0) {
        ssize_t more = read(fd.fd, got + have, sizeof(got) - have);

        if (more <= 0)
            return false;
        have += (size_t)more;
    }
    return have >= len && memcmp(got, wanted, len) == 0;
}

static void a_sealed_image_is_started(void)
{
    uint8_t image[BENCH_IMAGE];
    struct host host;

    bench_make_image(image);
    memset(image + LOADER_IMAGE_MAGIC_AT, 0, 12);
    REQUIRE(put_file(path_of("flash"), image, sizeof(image)));
    CHECK_INT_EQ(run((const char *const[]){ASSAY_LOADER, "--seal", path_of("flash"), NULL}), 0);
    REQUIRE(start(&host, "--exit-on-start", NULL));
    CHECK(says(&host, "start 1024 "));
    stop(&host);
}

static void a_touch_of_1200_baud_holds_the_loader(void)
{
    uint8_t image[BENCH_IMAGE];
    struct termios speed;
    struct host host;

    bench_make_image(image);
    REQUIRE(put_file(path_of("flash"), image, sizeof(image)));
    REQUIRE(start(&host, NULL, NULL));
    CHECK(says(&host, "start 1024 "));
    REQUIRE(tcgetattr(host.port_fd, &speed) == 0);
    cfsetspeed(&speed, B1200);
    REQUIRE(tcsetattr(host.port_fd, TCSANOW, &speed) == 0);
    REQUIRE(says(&host, "touch\nreset\n"));
    REQUIRE(tcflush(host.port_fd, TCIFLUSH) == 0); /* the line that it said at the start */
    CHECK(say_bytes(&host, "?", 1));
    CHECK(hears(&host, "assay-loader 1 staying image=ok", 31));
    stop(&host);
}

static void the_power_goes_after_so_many_bytes(void)
{
    static const char write_two[] = "\x7f\x31\xce\x08\x00\x00\x00\x08\x01\x12\x34\x27"
                                    "\x31\xce\x08\x00\x01\x00\x09\x01\x56\x78\x2f";
    struct exec_outcome outcome = {0};
    struct pollfd end = {.events = POLLIN};
    struct host host;
    uint8_t found[512] = {0};
    FILE *file = NULL;

    REQUIRE(start(&host, "--cut-after", "22")); /* one before the end of the second */
    CHECK(say_bytes(&host, write_two, sizeof(write_two) - 1));
    CHECK(says(&host, "cut"));
    end.fd = host.child.pid_fd;
    CHECK_INT_EQ(poll(&end, 1, PATIENCE_MS), 1);
    REQUIRE_OK(exec_reap(&host.child, &outcome));
    CHECK_INT_EQ(outcome.code, EXIT_CUT);
    file = fopen(path_of("flash"), "rb");
    REQUIRE(file != NULL);
    CHECK_UINT_EQ(fread(found, 1, sizeof(found), file), sizeof(found));
    fclose(file);
    CHECK(found[0] == 0x12 && found[1] == 0x34 && found[2] == 0xff && found[0x100] == 0xff);
    stop(&host);
}

static void says_what_it_cannot_do(void)
{
    REQUIRE(put_file(path_of("text"),
                     "no image at all, though it is long enough to be looked at "
                     "as if it were one: sixty-four bytes",
                     90));
    CHECK_INT_EQ(run((const char *const[]){ASSAY_LOADER, "--seal", path_of("text"), NULL}),
                 EXIT_BENCH);
    CHECK_INT_EQ(run((const char *const[]){ASSAY_LOADER, "--seal", path_of("absent"), NULL}),
                 EXIT_BENCH);
    CHECK_INT_EQ(run((const char *const[]){ASSAY_LOADER, NULL}), EXIT_USAGE);
    CHECK_INT_EQ(run((const char *const[]){ASSAY_LOADER, "--flash-file", path_of("flash"),
                                           "--flash-size", "12x", NULL}),
                 EXIT_USAGE);
    CHECK_INT_EQ(run((const char *const[]){ASSAY_LOADER, "--help", NULL}), 0);
}

TEST_SUITE(loader_host, TEST(a_sealed_image_is_started),
           TEST(a_touch_of_1200_baud_holds_the_loader), TEST(the_power_goes_after_so_many_bytes),
           TEST(says_what_it_cannot_do));
