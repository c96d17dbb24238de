/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated board and what can happen to it: its flash, its power, its line, and the death of
 * whoever runs it. The image is a small one that does not speak with the bench, so that every
 * case has to end inconclusive, whatever happens.
 */
#include "assay_program.h"
#include "test_support.h"

#include <ctype.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *board_file(const char *fault)
{
    /* A loader in the middle of a message is itself again after two seconds of silence. */
    bool is_confused = fault != NULL && strncmp(fault, "corrupt", strlen("corrupt")) == 0;
    unsigned sync_ms = is_confused ? 3000 : 400;
    char text[640];

    snprintf(
        text, sizeof(text),
        "id: test/emulated\nname: emulated\ndriver: emulated\nemulated:\n  loader: loader.elf\n"
        "  args: [%s%s%s]\nflash: {driver: stm32, chip: emulated-m3, image: hello.bin, "
        "entry: control, sync_ms: %u}\ntimeouts: {ready_ms: 500, connect_ms: 1500}\n",
        fault != NULL ? "--fault, \"" : "", fault != NULL ? fault : "", fault != NULL ? "\"" : "",
        sync_ms);
    return test_file("emulated.yaml", text);
}

/* ---- processes ------------------------------------------------------------------------------- */

/* A process whose command line holds this text, and `program` at its beginning; 0: none. */
static pid_t find_process(const char *program, const char *text)
{
    DIR *proc = opendir("/proc");
    const struct dirent *entry = NULL;
    pid_t found = 0;

    while (proc != NULL && found == 0 && (entry = readdir(proc)) != NULL) {
        char path[300];
        char line[8192];
        size_t len = 0;
        FILE *file = NULL;

        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        snprintf(path, sizeof(path), "/proc/%s/cmdline", entry->d_name);
        file = fopen(path, "re");
        if (file == NULL)
            continue;
        len = fread(line, 1, sizeof(line) - 1, file);
        fclose(file);
        line[len] = '\0';
        if (strstr(line, program) == NULL)
            continue;
        for (size_t i = 0; i < len; i++)
            line[i] = line[i] == '\0' ? ' ' : line[i];
        if (strstr(line, text) != NULL)
            found = (pid_t)strtol(entry->d_name, NULL, 10);
    }
    if (proc != NULL)
        closedir(proc);
    return found;
}

/* Of this test: the flash file is in its own folder. */
static pid_t find_qemu(void)
{
    return find_process("qemu-system-arm", test_directory());
}

/* Wait until there is a QEMU, or none. */
static bool wait_for_qemu(bool wanted)
{
    const struct deadline deadline = deadline_in_ms(20000);

    while ((find_qemu() != 0) != wanted && !deadline_passed(&deadline))
        (void)poll(NULL, 0, 5);
    return (find_qemu() != 0) == wanted;
}

static pid_t parent_of(pid_t pid)
{
    char path[64];
    char line[512];
    FILE *file = NULL;
    size_t len = 0;
    const char *end = NULL;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "re");
    if (file == NULL)
        return 0;
    len = fread(line, 1, sizeof(line) - 1, file);
    fclose(file);
    line[len] = '\0';
    end = strrchr(line, ')'); /* "pid (name) state ppid" */
    return end != NULL ? (pid_t)strtol(end + 3, NULL, 10) : 0;
}

static void start_run(struct exec_child *ret)
{
    const char *const words[] = {"run",     "-b", board_file(NULL), "-s", "POS-01",
                                 "TIME-01", "-o", test_path("run"), NULL};

    REQUIRE_OK(assay_start(words, ret));
    CHECK(wait_for_qemu(true));
}

static void the_emulator_dies_with_the_harness(void)
{
    struct exec_child child = {.pid = 0};

    start_run(&child);
    CHECK(kill(child.pid, SIGKILL) == 0);
    CHECK(wait_for_qemu(false));
    exec_kill(&child, 0);
}

static void the_emulator_dies_with_the_worker(void)
{
    struct exec_child child = {.pid = 0};
    struct exec_outcome how = {.code = -1};
    const struct deadline deadline = deadline_in_ms(20000);
    pid_t emulator = 0;

    start_run(&child);
    emulator = parent_of(find_qemu());
    CHECK(emulator > 1 && parent_of(emulator) != child.pid);
    CHECK(kill(parent_of(emulator), SIGKILL) == 0);
    CHECK(wait_for_qemu(false));
    while (exec_reap(&child, &how) == ASSAY_ERR_STATE && !deadline_passed(&deadline))
        (void)poll(NULL, 0, 5);
    CHECK(!how.signalled);
    CHECK_INT_EQ(how.code, 3);
    exec_kill(&child, 0);
}

static void the_emulator_dies_with_its_relay(void)
{
    struct exec_child child = {.pid = 0};
    pid_t qemu = 0;

    start_run(&child);
    qemu = find_qemu();
    CHECK(kill(parent_of(qemu), SIGKILL) == 0);
    const struct deadline deadline = deadline_in_ms(20000);

    while (kill(qemu, 0) == 0 && !deadline_passed(&deadline))
        (void)poll(NULL, 0, 5);
    CHECK(kill(qemu, 0) != 0);
    exec_kill(&child, 0);
    CHECK(wait_for_qemu(false));
}

/* ---- flashing under difficulties ------------------------------------------------------------- */

/* Run with a fault on the line; what the flash came to. */
static void run_with(const char *fault, const char *dir, struct run_record *ret)
{
    struct buf output;
    int code = 0;

    buf_init(&output, 1 << 20);
    code = ASSAY(&output, "run", "-b", board_file(fault), "-s", "POS-01", "TIME-01", "-o", dir);
    test_check(code == 3, __FILE__, __LINE__, "%s: exit code %d, want 3:\n%.1500s", fault, code,
               buf_text(&output));
    buf_done(&output);
    REQUIRE(load_run(dir, ret));
    REQUIRE(ret->board_count == 1);
    CHECK_UINT_EQ(ret->case_count, 2);
    CHECK_UINT_EQ(count_verdict(ret, VERDICT_INCONCLUSIVE), 2);
}

static void check_fault(const char *fault, const char *dir, enum cause cause)
{
    struct run_record run;

    (void)unlink(test_path("bench/boards/test/emulated/flash.bin")); /* a chip as it is bought */
    run_with(fault, dir, &run);
    CHECK_STR_EQ(run.boards[0].flash_result, "failed");
    for (size_t i = 0; i < run.case_count; i++)
        test_check(run.cases[i].cause == cause, __FILE__, __LINE__, "%s: cause %s: %s", fault,
                   cause_name(run.cases[i].cause), run.cases[i].reason);
    run_record_done(&run);
}

/* The next flash, with nothing in its way. */
static void check_recovers(const char *after)
{
    struct buf output;
    int code = 0;

    buf_init(&output, 1 << 20);
    code = ASSAY(&output, "flash", board_file(NULL));
    test_check(code == 0 && strstr(buf_text(&output), "hello.bin was written") != NULL, __FILE__,
               __LINE__, "after %s: code %d: %s", after, code, buf_text(&output));
    buf_done(&output);
}

static void a_power_cut_during_the_flash_is_recovered_from(void)
{
    /* Of 31 KB on the wire, in hundredths. */
    static const struct {
        const char *fault, *dir;
    } rows[] = {{"power-cut@0", "0"},
                {"power-cut@7900", "25"},
                {"power-cut@15800", "50"},
                {"power-cut@23700", "75"},
                {"power-cut@31300", "99"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_fault(rows[i].fault, test_path(rows[i].dir), CAUSE_FLASH);
        check_recovers(rows[i].fault);
    }
}

static void a_cable_that_is_pulled_during_the_flash_is_named(void)
{
    check_fault("unplug@9000", test_path("unplugged"), CAUSE_FLASH);
    check_recovers("unplug@9000");
}

static void a_corrupted_byte_during_the_flash_does_not_stay(void)
{
    struct run_record run;

    run_with("corrupt@12345", test_path("corrupt"), &run);
    CHECK_STR_EQ(run.boards[0].flash_result, "written");
    CHECK_INT_EQ(run.cases[0].cause, CAUSE_BOOT); /* the image says nothing */
    run_record_done(&run);
}

static void an_image_that_is_there_is_not_written_again(void)
{
    struct run_record run;

    check_recovers("nothing");
    run_with(NULL, test_path("again"), &run);
    CHECK_STR_EQ(run.boards[0].flash_result, "same");
    CHECK_UINT_EQ(strlen(run.boards[0].firmware_sha256), 64);
    run_record_done(&run);
}

static void a_board_is_not_flashed_against_orders(void)
{
    struct run_record run;
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", board_file(NULL), "-s", "POS-01", "--no-flash", "-o",
                       test_path("run")),
                 3);
    buf_done(&output);
    REQUIRE(load_run(test_path("run"), &run));
    CHECK_STR_EQ(run.boards[0].flash_result, "skipped");
    CHECK_STR_EQ(run.boards[0].firmware_sha256, "");
    run_record_done(&run);
}

TEST_SUITE(emulated, TEST(the_emulator_dies_with_the_harness),
           TEST(the_emulator_dies_with_the_worker), TEST(the_emulator_dies_with_its_relay),
           TEST(a_power_cut_during_the_flash_is_recovered_from),
           TEST(a_cable_that_is_pulled_during_the_flash_is_named),
           TEST(a_corrupted_byte_during_the_flash_does_not_stay),
           TEST(an_image_that_is_there_is_not_written_again),
           TEST(a_board_is_not_flashed_against_orders));
