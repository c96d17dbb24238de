/* SPDX-License-Identifier: Apache-2.0 */
#include "loader_host.h"

#include "base/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUEUE_MAX = 65536, READ_MAX = 1024, TICK_MS = 20, BASE = 0x21000000 };

struct host {
    const struct loader_host_options *options;
    struct loader loader;
    struct loader_line line;
    uint8_t *flash;
    uint64_t heard;
    bool is_boot0;   /* for the next reset */
    bool is_running; /* the application does; the loader hears nothing */
    bool is_over;
    enum loader_host_end end;
    size_t queued;
    uint8_t queue[QUEUE_MAX];
};

static uint32_t now_ms(void)
{
    return (uint32_t)(monotonic_ns() / 1000000);
}

static void send_bytes(void *ctx, const void *data, size_t len)
{
    struct host *host = ctx;
    size_t room = QUEUE_MAX - host->queued;

    len = len > room ? room : len;
    memcpy(host->queue + host->queued, data, len);
    host->queued += len;
}

/* Of the wanted size; what a new file adds is erased flash. */
static enum assay_status map_flash(struct host *host, struct assay_error *err)
{
    const struct loader_host_options *o = host->options;
    int fd = open(o->flash_file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    struct stat st;
    void *at = MAP_FAILED;

    if (fd < 0)
        return assay_error_sys(err, errno, "cannot open the flash file %s", o->flash_file);
    if (fstat(fd, &st) == 0 && ftruncate(fd, (off_t)o->flash_size) == 0)
        at = mmap(NULL, o->flash_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        (void)assay_error_sys(err, errno, "cannot map the flash file %s", o->flash_file);
    close(fd);
    if (at == MAP_FAILED)
        return ASSAY_ERR_IO;
    host->flash = at;
    if (st.st_size < (off_t)o->flash_size)
        memset(host->flash + st.st_size, 0xff, o->flash_size - (size_t)st.st_size);
    return ASSAY_OK;
}

static void say(const char *what)
{
    printf("%s\n", what);
    (void)fflush(stdout); /* nobody may listen */
}

static void stop(struct host *host, enum loader_host_end end)
{
    host->end = end;
    host->is_over = true;
}

static void reset(struct host *host)
{
    say("reset");
    host->is_running = false;
    loader_begin(&host->loader, host->is_boot0, now_ms());
    host->is_boot0 = false;
}

static void start_application(struct host *host)
{
    printf("start %" PRIu32 " %08" PRIX32 "\n", host->loader.image.length, host->loader.image.crc);
    (void)fflush(stdout);
    host->is_running = true;
    if (host->options->ends_on_start)
        stop(host, LOADER_HOST_STARTED);
}

static void step(struct host *host)
{
    if (host->is_running || host->is_over)
        return;
    switch (loader_step(&host->loader, now_ms())) {
    case LOADER_STAY:
        break;
    case LOADER_START:
        start_application(host);
        break;
    case LOADER_RESET:
        reset(host);
        break;
    }
}

/* Bytes up to the one at which the power goes. */
static void hear(struct host *host, const uint8_t *data, size_t len)
{
    uint64_t cut = host->options->cut_after;
    bool is_cut = cut > 0 && host->heard + len >= cut;

    if (is_cut)
        len = (size_t)(cut - host->heard);
    host->heard += len;
    if (!host->is_running)
        loader_feed(&host->loader, data, len, now_ms());
    if (is_cut) {
        say("cut");
        host->queued = 0;
        stop(host, LOADER_HOST_CUT);
    }
}

static void read_line(struct host *host)
{
    uint8_t data[READ_MAX];
    size_t len = 0;

    switch (loader_line_read(&host->line, data, sizeof(data), &len)) {
    case LOADER_LINE_BYTES:
        hear(host, data, len);
        break;
    case LOADER_LINE_TOUCH:
        say("touch");
        host->is_boot0 = true;
        reset(host);
        break;
    case LOADER_LINE_GONE:
        stop(host, LOADER_HOST_CLOSED);
        break;
    }
}

static void read_control(struct host *host)
{
    char words[64];
    ssize_t got = read(host->options->control_fd, words, sizeof(words));

    if (got <= 0)
        stop(host, LOADER_HOST_CLOSED);
    for (ssize_t i = 0; i < got; i++) {
        if (words[i] == 'R')
            reset(host);
        if (words[i] == 'B' && !host->is_running)
            loader_hold(&host->loader);
        if (words[i] == 'B')
            host->is_boot0 = true;
    }
}

static void flush_queue(struct host *host)
{
    ssize_t sent = write(host->line.fd, host->queue, host->queued);

    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        stop(host, LOADER_HOST_CLOSED);
    if (sent <= 0)
        return;
    host->queued -= (size_t)sent;
    memmove(host->queue, host->queue + sent, host->queued);
}

static void turn(struct host *host)
{
    struct pollfd fds[2] = {{.fd = host->line.fd, .events = POLLIN},
                            {.fd = host->options->control_fd, .events = POLLIN}};

    if (host->queued > 0)
        fds[0].events |= POLLOUT;
    if (poll(fds, 2, host->is_running ? -1 : TICK_MS) < 0 && errno != EINTR)
        stop(host, LOADER_HOST_CLOSED);
    if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        read_line(host);
    if ((fds[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        read_control(host);
    step(host);
    if (host->queued > 0)
        flush_queue(host);
}

static enum assay_status run(struct host *host, struct assay_error *err)
{
    struct loader_port port = {.ctx = host, .send = send_bytes};
    char name[64];

    ASSAY_TRY(map_flash(host, err));
    ASSAY_TRY(loader_line_open(host->options->fd, host->options->link, &host->line, err));
    if (loader_line_name(&host->line, name, sizeof(name)))
        printf("port %s\n", name);
    (void)fflush(stdout);
    loader_init(&host->loader, &port, host->flash, host->options->flash_size, BASE);
    loader_begin(&host->loader, host->options->is_held, now_ms());
    while (!host->is_over)
        turn(host);
    return ASSAY_OK;
}

enum assay_status loader_host_run(const struct loader_host_options *options,
                                  enum loader_host_end *ret, struct assay_error *err)
{
    struct host host = {.options = options, .line = {.fd = -1, .slave_fd = -1}};
    enum assay_status status = run(&host, err);

    loader_line_close(&host.line);
    if (host.flash != NULL)
        munmap(host.flash, options->flash_size);
    if (status == ASSAY_OK)
        *ret = host.end;
    return status;
}
