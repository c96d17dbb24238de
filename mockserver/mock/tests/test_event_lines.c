/* SPDX-License-Identifier: Apache-2.0 */
/* Events on their way into a file. */
#include "event_lines.h"

#include "base/event_kinds.h"
#include "test_support.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BYTES = 1000, PAGE = 64 * 1024, LINES = 1000 };

struct bed {
    uv_loop_t loop;
    struct event_lines lines;
    unsigned failures;
    int fd;
};

static void count_failure(void *ctx)
{
    struct bed *bed = ctx;

    bed->failures++;
}

static bool open_bed(struct bed *bed)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/events.jsonl", test_directory());
    *bed = (struct bed){.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!CHECK(bed->fd >= 0) || !CHECK(uv_loop_init(&bed->loop) == 0))
        return false;
    event_lines_init(&bed->lines, &bed->loop, bed->fd, count_failure, bed);
    return true;
}

static void close_bed(struct bed *bed)
{
    event_lines_done(&bed->lines);
    uv_run(&bed->loop, UV_RUN_NOWAIT);
    CHECK_INT_EQ(uv_loop_close(&bed->loop), 0);
    close(bed->fd);
}

static off_t size_of(const struct bed *bed)
{
    struct stat is = {0};

    CHECK_INT_EQ(fstat(bed->fd, &is), 0);
    return is.st_size;
}

static void emit_line(struct bed *bed, int64_t number)
{
    static const char text[BYTES] = "x";
    struct event_builder e;

    event_begin(&e, &bed->lines.sink, "net", EV_NET_DATA, 1);
    event_int(&e, "number", number);
    event_bytes(&e, "bytes", text, sizeof(text));
    event_emit(&e);
}

/* Are the lines in the file those from 0 on, and nothing else? */
static void check_numbers(const struct bed *bed, int count)
{
    struct buf all;
    uint8_t *room = NULL;
    char *at = NULL;
    char want[40];

    buf_init(&all, 64 << 20);
    REQUIRE(buf_extend(&all, (size_t)size_of(bed), &room) == ASSAY_OK);
    CHECK_INT_EQ(pread(bed->fd, room, all.len, 0), (ssize_t)all.len);
    at = (char *)room;
    for (int i = 0; i < count; i++) {
        char *end = strchr(at, '\n');

        snprintf(want, sizeof(want), ",\"number\":%d,", i);
        if (!CHECK(end != NULL))
            break;
        *end = '\0';
        if (!CHECK(strncmp(at, "{\"t\":", 5) == 0) || !CHECK(strstr(at, want) != NULL))
            break;
        at = end + 1;
    }
    CHECK_STR_EQ(at, "");
    buf_done(&all);
}

static void what_is_gathered_leaves_in_whole_pieces_of_the_file(void)
{
    struct bed bed;
    off_t before = 0;
    unsigned writes = 0;

    REQUIRE(open_bed(&bed));
    emit_line(&bed, 0);
    event_lines_flush(&bed.lines); /* no multiple of anything */
    before = size_of(&bed);
    CHECK(before > BYTES && before < PAGE);
    for (int i = 1; i < LINES; i++) {
        emit_line(&bed, i);
        if (size_of(&bed) == before)
            continue;
        before = size_of(&bed);
        CHECK_INT_EQ(before % PAGE, 0);
        writes++;
    }
    CHECK(writes >= 4);
    event_lines_flush(&bed.lines);
    check_numbers(&bed, LINES);
    close_bed(&bed);
}

static void what_is_gathered_leaves_within_its_time(void)
{
    struct bed bed;

    REQUIRE(open_bed(&bed));
    emit_line(&bed, 0);
    CHECK_INT_EQ(size_of(&bed), 0);
    uv_run(&bed.loop, UV_RUN_DEFAULT); /* until no timer runs any more */
    check_numbers(&bed, 1);
    emit_line(&bed, 1);
    uv_run(&bed.loop, UV_RUN_DEFAULT);
    check_numbers(&bed, 2);
    close_bed(&bed);
}

static void a_descriptor_that_takes_nothing_is_said_once(void)
{
    struct bed bed;

    REQUIRE(open_bed(&bed));
    bed.lines.fd = -1;
    for (int i = 0; i < LINES; i++)
        emit_line(&bed, i);
    CHECK_UINT_EQ(bed.failures, 1);
    CHECK_UINT_EQ(bed.lines.text.cap, 0);
    close_bed(&bed);
}

TEST_SUITE(event_lines, TEST(what_is_gathered_leaves_in_whole_pieces_of_the_file),
           TEST(what_is_gathered_leaves_within_its_time),
           TEST(a_descriptor_that_takes_nothing_is_said_once));
