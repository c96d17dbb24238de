/* SPDX-License-Identifier: Apache-2.0 */
/* Driver command: the field's own tools, real ones on the boot loader, and ones that misbehave. */
#include "flash_bed.h"
#include "flash_tool.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "test_support.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { IMAGE_LEN = 20000 };

/* words: the command; a "|" stands for a blank inside of a word. */
static void set_command(struct flash_bed *bed, const char *settings, const char *words)
{
    struct value *list = value_new_list();
    char word[512];

    flash_bed_set(bed, settings);
    while (*words != '\0') {
        size_t len = strcspn(words, " ");

        snprintf(word, sizeof(word), "%.*s", (int)len, words);
        for (char *c = word; *c != '\0'; c++)
            *c = *c == '|' ? ' ' : *c;
        CHECK_OK(value_add(list, value_new_text(word)));
        words += len + (words[len] == ' ');
    }
    CHECK_OK(value_set(bed->settings, "command", list));
}

static void set_patterns(struct flash_bed *bed, const char *key, const char *pattern)
{
    struct value *list = value_new_list();

    CHECK_OK(value_add(list, value_new_text(pattern)));
    CHECK_OK(value_set(bed->settings, key, list));
}

static void check_progress(const struct flash_bed *bed, const char *phase)
{
    int64_t last = -1;
    size_t count = 0;

    for (size_t i = 0; i < transcript_count(bed->transcript); i++) {
        const struct event *e = transcript_at(bed->transcript, i);

        if (!event_is(e, EV_FLASH_PROGRESS) || strcmp(event_get_text(e, "phase"), phase) != 0)
            continue;
        count++;
        last = event_get_int(e, "done", 0) * 100 / event_get_int(e, "total", 1);
    }
    test_check(count >= 3, __FILE__, __LINE__, "%zu steps of %s", count, phase);
    CHECK_INT_EQ(last, 100);
}

static void the_fields_own_tools_flash_the_board(void)
{
    static const struct {
        const char *settings, *command;
    } rows[] = {
        {"driver command chip emulated-m3",
         "stm32flash -b {baud} -m 8n1 -w {image} -v -g {offset} {port}"},
        {"driver command chip emulated-m3-samba",
         "bossac -p {port} -i -e -w -v -o {offset} -R {image}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct flash_bed bed;

        flash_bed_init(&bed);
        set_command(&bed, rows[i].settings, rows[i].command);
        flash_bed_make_image(&bed, "app.bin", IMAGE_LEN, (unsigned)i);
        flash_bed_power_on(&bed, NULL);
        flash_bed_flash(&bed);
        test_check(bed.outcome.result == FLASH_WRITTEN, __FILE__, __LINE__, "%s",
                   bed.outcome.detail);
        CHECK(flash_bed_holds_image(&bed));
        check_progress(&bed, "write");
        CHECK(flash_bed_count(&bed, EV_FLASH_OUTPUT) > 0);
        flash_bed_done(&bed);
    }
}

static void a_tool_that_fails_is_quoted(void)
{
    static const struct {
        const char *command, *failed_if, *says;
    } rows[] = {
        {"sh -c echo|one;echo|No|device|found|>&2;exit|7", NULL, "exit status 7): No device found"},
        {"sh -c echo|OpenOCD|init|failed;echo|bye", "init failed",
         "exit status 0): OpenOCD init failed"},
        {"sh -c kill|-9|$$", NULL, "signal 9"},
        {"stm32flash -m 8n1 -w {image} /nonexistent/port", NULL, "/nonexistent/port"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct flash_bed bed;

        flash_bed_init(&bed);
        set_command(&bed, "driver command", rows[i].command);
        if (rows[i].failed_if != NULL)
            set_patterns(&bed, "failed_if", rows[i].failed_if);
        flash_bed_make_image(&bed, "app.bin", IMAGE_LEN, 1);
        flash_bed_flash(&bed);
        CHECK(bed.outcome.result == FLASH_FAILED && bed.outcome.cause == CAUSE_FLASH);
        CHECK_STR_CONTAINS(bed.outcome.detail, rows[i].says);
        flash_bed_done(&bed);
    }
}

static void a_tool_that_is_missing_is_told_with_its_package(void)
{
    static const struct {
        const char *command, *package, *says;
    } rows[] = {
        {"/nonexistent/bossac -i", NULL, "Debian package bossa-cli"},
        {"/nonexistent/own-tool", NULL, "its maker"},
        {"/nonexistent/own-tool", "own-tools", "from own-tools"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct flash_bed bed;

        flash_bed_init(&bed);
        set_command(&bed, "driver command", rows[i].command);
        if (rows[i].package != NULL)
            CHECK_OK(value_set(bed.settings, "package", value_new_text(rows[i].package)));
        flash_bed_make_image(&bed, "app.bin", IMAGE_LEN, 1);
        bed.request.dry_run = true;
        flash_bed_flash(&bed);
        CHECK(bed.outcome.result == FLASH_FAILED && bed.outcome.cause == CAUSE_HARNESS);
        CHECK_STR_CONTAINS(bed.outcome.detail, rows[i].says);
        flash_bed_done(&bed);
    }
}

static void a_tool_that_hangs_ends_with_its_whole_group(void)
{
    struct flash_bed bed;
    char pid_file[BED_PATH];
    char command[2 * BED_PATH];
    uint64_t begun = monotonic_ns();
    struct pollfd gone = {.fd = -1, .events = POLLIN};
    FILE *file = NULL;
    char pid[32] = "";

    flash_bed_init(&bed);
    snprintf(pid_file, sizeof(pid_file), "%s/pid", test_directory());
    snprintf(command, sizeof(command), "sh -c tail|-f|/dev/null&echo|$!>%s;wait", pid_file);
    set_command(&bed, "driver command timeout_ms 1000", command);
    flash_bed_make_image(&bed, "app.bin", IMAGE_LEN, 1);
    flash_bed_flash(&bed);
    CHECK(bed.outcome.result == FLASH_FAILED && bed.outcome.cause == CAUSE_FLASH);
    CHECK_INT_EQ(bed.outcome.status, ASSAY_ERR_TIMEOUT);
    CHECK_STR_CONTAINS(bed.outcome.detail, "1000 ms");
    CHECK(monotonic_ns() - begun < 5000 * UINT64_C(1000000));
    file = fopen(pid_file, "re");
    REQUIRE(file != NULL && fgets(pid, sizeof(pid), file) != NULL);
    fclose(file);
    gone.fd = (int)syscall(SYS_pidfd_open, (pid_t)strtol(pid, NULL, 10), 0);
    CHECK(gone.fd < 0 || poll(&gone, 1, 5000) == 1); /* what the tool started ends as well */
    if (gone.fd >= 0)
        close(gone.fd);
    flash_bed_done(&bed);
}

static void settings_that_cannot_be_carried_out_touch_nothing(void)
{
    static const struct {
        const char *settings, *command, *says;
    } rows[] = {
        {"driver command", "true {offset}", "flash.chip"},
        {"driver command", "true {nonsense}", "{port}, {image}"},
        {"driver command chip z80", "true", "stm32f103xb"},
        {"driver command entry magic", "true", "touch"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct flash_bed bed;

        flash_bed_init(&bed);
        set_command(&bed, rows[i].settings, rows[i].command);
        flash_bed_make_image(&bed, "app.bin", IMAGE_LEN, 1);
        flash_bed_flash(&bed);
        CHECK(bed.outcome.result == FLASH_FAILED && bed.outcome.cause == CAUSE_HARNESS);
        CHECK_STR_CONTAINS(bed.outcome.detail, rows[i].says);
        flash_bed_done(&bed);
    }
}

/* Lines that the real tools print. */
static void every_known_tool_shows_how_far_it_is(void)
{
    static const struct {
        const char *tool, *line, *phase;
        int64_t done, total;
    } rows[] = {
        {"bossac", "[=========                     ] 31% (600/1907 pages)", "write", 600, 1907},
        {"stm32flash", "Wrote and verified address 0x08004b00 (15.74%) ", "write", 15, 100},
        {"stm32flash", "Wrote address 0x08004b00 (15.74%) ", "write", 15, 100},
        {"avrdude", "Writing | ########                     | 28% 0.41s", "write", 28, 100},
        {"avrdude", "Reading | ################################ | 100% 0.02s", "verify", 100, 100},
        {"esptool.py", "Writing at 0x0001a000... (45 %)", "write", 45, 100},
        {"/opt/esp/esptool", "Writing at 0x0001a000... (45%)", "write", 45, 100},
        {"dfu-util", "Erase   \t[=====    ]  23%         8192 bytes", "erase", 23, 100},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct flash_tool *tool = flash_tool_find(rows[i].tool);
        struct flash_patterns patterns = {.count = 0};
        const char *phase = "";
        int64_t done = 0;
        int64_t total = 0;

        REQUIRE(tool != NULL);
        REQUIRE_OK(flash_patterns_known(tool, &patterns, NULL));
        CHECK(flash_patterns_progress(&patterns, rows[i].line, &phase, &done, &total));
        CHECK_STR_EQ(phase, rows[i].phase);
        CHECK_INT_EQ(done, rows[i].done);
        CHECK_INT_EQ(total, rows[i].total);
        CHECK(!flash_patterns_progress(&patterns, "Device found", &phase, &done, &total));
        CHECK(!flash_patterns_progress(&patterns, "(99999999999999999999/1 pages) (9.9", &phase,
                                       &done, &total));
        flash_patterns_done(&patterns);
    }
}

TEST_SUITE(flash_command, TEST(the_fields_own_tools_flash_the_board),
           TEST(a_tool_that_fails_is_quoted), TEST(a_tool_that_is_missing_is_told_with_its_package),
           TEST(a_tool_that_hangs_ends_with_its_whole_group),
           TEST(settings_that_cannot_be_carried_out_touch_nothing),
           TEST(every_known_tool_shows_how_far_it_is));
