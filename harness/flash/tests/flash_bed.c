/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_bed.h"

#include "base/event_kinds.h"
#include "event_check.h"
#include "loader/loader_image.h"
#include "loop/loop_handle.h"
#include "test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { LINKED_TO = 0x21000000, VECTORS = 0x40, WAIT_MS = 10000 };

/* ---- events ---- */

static void pull_if_due(struct flash_bed *bed, const struct event *event)
{
    const struct bed_fault *f = &bed->fault;
    const struct event_field *phase = event_field(event, "phase");

    if (f->pull_at == NULL || !event_is(event, f->pull_at))
        return;
    if (f->pull_phase != NULL &&
        (phase == NULL || strncmp(phase->text, f->pull_phase, phase->text_len) != 0))
        return;
    if (f->pull_percent > 0 &&
        event_get_int(event, "done", 0) * 100 < f->pull_percent * event_get_int(event, "total", 1))
        return;
    flash_bed_pull_out(bed);
}

static void on_event(void *ctx, const struct event *event)
{
    struct flash_bed *bed = ctx;

    bed->kept->emit(bed->kept->ctx, event);
    pull_if_due(bed, event);
}

size_t flash_bed_count(const struct flash_bed *bed, const char *kind)
{
    size_t count = 0;

    for (size_t i = 0; i < transcript_count(bed->transcript); i++)
        count += event_is(transcript_at(bed->transcript, i), kind);
    return count;
}

/* ---- life ---- */

void flash_bed_init(struct flash_bed *bed)
{
    memset(bed, 0, sizeof(*bed));
    CHECK(uv_loop_init(&bed->loop) == 0);
    bed->transcript = transcript_new(16 << 20);
    bed->kept = transcript_sink(bed->transcript);
    bed->sink = (struct event_sink){.emit = on_event, .ctx = bed};
    bed->control = -1;
    bed->master = -1;
    bed->linked_to = LINKED_TO;
    buf_init(&bed->to_bench, 1 << 20);
    snprintf(bed->flash_file, sizeof(bed->flash_file), "%s/flash.bin", test_directory());
    bed->request = (struct flash_request){.loop = &bed->loop, .sink = &bed->sink};
}

void flash_bed_done(struct flash_bed *bed)
{
    (void)flash_bed_power_off(bed);
    flash_bed_pull_out(bed);
    CHECK_EVENTS(bed->transcript);
    uv_run(&bed->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&bed->loop) == 0);
    transcript_free(bed->transcript);
    buf_done(&bed->to_bench);
    value_free(bed->settings);
}

void flash_bed_set(struct flash_bed *bed, const char *words)
{
    char name[64];
    char text[64];

    value_free(bed->settings);
    bed->settings = value_new_map();
    while (*words != '\0') {
        size_t name_len = strcspn(words, " ");
        size_t text_len = strcspn(words + name_len + 1, " ");
        char *end = NULL;
        long number = 0;

        snprintf(name, sizeof(name), "%.*s", (int)name_len, words);
        snprintf(text, sizeof(text), "%.*s", (int)text_len, words + name_len + 1);
        number = strtol(text, &end, 10);
        CHECK_OK(value_set(bed->settings, name,
                           *end == '\0' ? value_new_int(number) : value_new_text(text)));
        words += name_len + 1 + text_len;
        words += *words == ' ';
    }
    bed->request.settings = bed->settings;
}

static void put_word(uint8_t *at, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(word >> 8 * i);
}

void flash_bed_make_image(struct flash_bed *bed, const char *name, size_t len, unsigned seed)
{
    uint8_t *bytes = malloc(len);
    uint32_t state = seed * 2654435761U + 1;
    FILE *file = NULL;

    for (size_t i = 0; i < len; i++) {
        state = state * 1664525U + 1013904223U;
        bytes[i] = (uint8_t)(state >> 24);
    }
    put_word(bytes, 0x20010000);
    put_word(bytes + 4, bed->linked_to + VECTORS + 1);
    CHECK(loader_image_seal(bytes, len, bed->linked_to) == 0);
    snprintf(bed->image, sizeof(bed->image), "%s/%s", test_directory(), name);
    file = fopen(bed->image, "wbe");
    CHECK(file != NULL && fwrite(bytes, 1, len, file) == len && fclose(file) == 0);
    free(bytes);
}

bool flash_bed_holds_image(const struct flash_bed *bed)
{
    uint8_t want[4096];
    uint8_t got[4096];
    FILE *image = fopen(bed->image, "rbe");
    FILE *flash = fopen(bed->flash_file, "rbe");
    bool is_same = image != NULL && flash != NULL;
    size_t len = 0;

    do {
        len = is_same ? fread(want, 1, sizeof(want), image) : 0;
        is_same = is_same && fread(got, 1, len, flash) == len && memcmp(want, got, len) == 0;
    } while (len > 0);
    if (image != NULL)
        fclose(image);
    if (flash != NULL)
        fclose(flash);
    return is_same;
}

bool flash_bed_begins_erased(const struct flash_bed *bed)
{
    uint8_t word[4] = {0};
    FILE *flash = fopen(bed->flash_file, "rbe");
    bool is_read = flash != NULL && fread(word, 1, sizeof(word), flash) == sizeof(word);

    if (flash != NULL)
        fclose(flash);
    return is_read && memcmp(word, "\xff\xff\xff\xff", sizeof(word)) == 0;
}

/* ---- the board ---- */

/* "port /dev/pts/3", its first line. */
static void read_port(struct flash_bed *bed)
{
    char line[128];
    size_t len = 0;
    struct pollfd fd = {.fd = bed->board.stdout_fd, .events = POLLIN};

    while (len + 1 < sizeof(line) && (len == 0 || line[len - 1] != '\n')) {
        if (poll(&fd, 1, WAIT_MS) <= 0 || read(fd.fd, line + len, 1) != 1)
            break;
        len++;
    }
    line[len > 0 ? len - 1 : 0] = '\0';
    CHECK(strncmp(line, "port ", 5) == 0);
    snprintf(bed->board_port, sizeof(bed->board_port), "%.60s", line + 5);
    snprintf(bed->port, sizeof(bed->port), "%s", bed->board_port);
}

void flash_bed_power_on(struct flash_bed *bed, const char *options)
{
    struct exec_spec spec = exec_spec_default();
    struct assay_error err = {.text = ""};
    const char *argv[BED_ARGS] = {BOARD_LOADER, "--flash-file", bed->flash_file, "--control-fd",
                                  "0"};
    char words[256];
    size_t count = 5;
    char *rest = words;
    int control[2] = {-1, -1};

    snprintf(words, sizeof(words), "%s", options != NULL ? options : "");
    for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " "))
        if (*word != '\0' && count + 1 < BED_ARGS)
            argv[count++] = word;
    CHECK(pipe2(control, O_CLOEXEC) == 0);
    spec.argv = argv;
    spec.stdin_fd = control[0];
    spec.stderr_fd = STDERR_FILENO;
    test_check(exec_start(&spec, &bed->board, &err) == ASSAY_OK, __FILE__, __LINE__, "%s",
               err.text);
    close(control[0]);
    bed->control = control[1];
    read_port(bed);
}

int flash_bed_power_off(struct flash_bed *bed)
{
    struct exec_outcome how = {.code = -1};
    struct pollfd fd = {.fd = bed->board.pid_fd, .events = POLLIN};

    if (bed->board.pid == 0)
        return -1;
    close(bed->control); /* a board ends when that is closed; one that was cut has ended */
    bed->control = -1;
    if (poll(&fd, 1, WAIT_MS) == 1 && exec_reap(&bed->board, &how) == ASSAY_OK)
        return how.signalled ? -1 : how.code;
    exec_kill(&bed->board, 0);
    return -1;
}

/* ---- the line ---- */

static void flush_to_bench(struct flash_bed *bed)
{
    ssize_t wrote = 0;

    if (bed->master < 0)
        return;
    while (bed->to_bench.len > 0) {
        wrote = write(bed->master, bed->to_bench.data, bed->to_bench.len);
        if (wrote <= 0)
            break;
        buf_consume(&bed->to_bench, (size_t)wrote);
    }
    loop_watch_want_write(bed->master_watch, bed->to_bench.len > 0);
}

static void spoil(uint8_t *bytes, size_t len, uint64_t before, uint64_t which)
{
    if (which > before && which <= before + len)
        bytes[which - before - 1] ^= 0x20;
}

static void on_board_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct flash_bed *bed = ctx;
    uint8_t *copy = malloc(len);

    memcpy(copy, bytes, len);
    spoil(copy, len, bed->rx, bed->fault.flip_rx);
    bed->rx += len;
    CHECK_OK(buf_add(&bed->to_bench, copy, len));
    free(copy);
    if (bed->fault.pull_rx > 0 && bed->rx >= bed->fault.pull_rx)
        flash_bed_pull_out(bed);
    else
        flush_to_bench(bed);
}

static void on_board_lost(void *ctx, const char *why)
{
    struct flash_bed *bed = ctx;

    (void)why;
    flash_bed_pull_out(bed); /* without power there is no USB bridge either */
}

static void on_bench_bytes(void *ctx)
{
    struct flash_bed *bed = ctx;
    uint8_t bytes[4096];
    ssize_t got = read(bed->master, bytes, sizeof(bytes));

    flush_to_bench(bed);
    if (got <= 0)
        return; /* the bench has closed its end, and may open it again */
    spoil(bytes, (size_t)got, bed->tx, bed->fault.flip_tx);
    bed->tx += (uint64_t)got;
    if (serial_write(bed->to_board, bytes, (size_t)got) != ASSAY_OK ||
        (bed->fault.pull_tx > 0 && bed->tx >= bed->fault.pull_tx))
        flash_bed_pull_out(bed);
}

void flash_bed_plug_in(struct flash_bed *bed, struct bed_fault fault)
{
    static const struct serial_calls calls = {.bytes = on_board_bytes, .lost = on_board_lost};
    struct serial_spec spec = {.loop = &bed->loop,
                               .path = bed->board_port,
                               .mode = {.baud = 115200},
                               .calls = &calls,
                               .ctx = bed};
    struct assay_error err = {.text = ""};
    char name[64];

    bed->fault = fault;
    bed->tx = bed->rx = 0;
    bed->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    CHECK(grantpt(bed->master) == 0 && unlockpt(bed->master) == 0);
    CHECK(ptsname_r(bed->master, name, sizeof(name)) == 0);
    snprintf(bed->port, sizeof(bed->port), "%s", name);
    test_check(serial_open(&spec, &bed->to_board, &err) == ASSAY_OK, __FILE__, __LINE__, "%s",
               err.text);
    CHECK_OK(loop_watch_new(&bed->loop, bed->master, on_bench_bytes, bed, &bed->master_watch));
}

void flash_bed_pull_out(struct flash_bed *bed)
{
    if (bed->master < 0)
        return;
    loop_watch_close(bed->master_watch);
    bed->master_watch = NULL;
    close(bed->master);
    bed->master = -1;
    serial_close(bed->to_board);
    bed->to_board = NULL;
    buf_clear(&bed->to_bench);
}

void flash_bed_flash(struct flash_bed *bed)
{
    struct assay_error err = {.text = ""};

    memset(&bed->outcome, 0, sizeof(bed->outcome));
    bed->request.image = bed->image;
    bed->request.port = bed->port;
    test_check(flash_execute(&bed->request, &bed->outcome, &err) == ASSAY_OK, __FILE__, __LINE__,
               "%s", err.text);
}
