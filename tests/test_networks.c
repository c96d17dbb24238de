/* SPDX-License-Identifier: Apache-2.0 */
/* Runs on each kind of network: what boards reach, and what they do not. */
#include "assay_program.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *run_here(int code, const char *const *words)
{
    const char *all[32] = {"run", "-o", test_path("run")};
    size_t count = 3;
    struct buf output;
    int got = 0;

    for (; *words != NULL && count + 1 < 32; words++)
        all[count++] = *words;
    buf_init(&output, 1 << 20);
    got = assay(&output, all);
    test_check(got == code, __FILE__, __LINE__, "exit code %d, want %d:\n%.2000s", got, code,
               buf_text(&output));
    buf_done(&output);
    return test_path("run");
}

#define RUN(code, ...) run_here((code), (const char *const[]){__VA_ARGS__, NULL})

/* The transcript of a board's case, whole. */
static void read_transcript(const char *board, const char *id, struct buf *out)
{
    char path[1024];
    char piece[4096];
    size_t got = 0;
    FILE *file = NULL;

    snprintf(path, sizeof(path), "%s/cases/%s/%s/transcript.jsonl", test_path("run"), board, id);
    file = fopen(path, "r");
    test_check(file != NULL, __FILE__, __LINE__, "no %s", path);
    while (file != NULL && (got = fread(piece, 1, sizeof(piece), file)) > 0)
        CHECK_OK(buf_add(out, piece, got));
    if (file != NULL)
        fclose(file);
}

static void check_says(const char *board, const char *id, const char *says)
{
    struct buf text;

    buf_init(&text, 64 << 20);
    read_transcript(board, id, &text);
    test_check(strstr(buf_text(&text), says) != NULL, __FILE__, __LINE__, "%s %s: no %s", board, id,
               says);
    buf_done(&text);
}

static void check_all_passed(const char *dir, size_t cases)
{
    struct run_record run;

    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(run.case_count, cases);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), cases);
    run_record_done(&run);
}

static void a_board_of_its_own_network_finds_the_registered_ports(void)
{
    const char *dir =
        RUN(0, "-b", "virtual/openssl", "-s", "POS-01", "TIME-01", "--network", "isolated");

    check_all_passed(dir, 2);
    check_says("virtual/openssl", "POS-01", "\"local\":\"198.18.0.1\",\"local_port\":8883");
    check_says("virtual/openssl", "POS-01", "\"local_port\":53,");
}

static void isolated_is_what_a_run_is_without_being_asked(void)
{
    (void)RUN(0, "-b", "virtual/openssl", "-s", "POS-01");
    check_says("virtual/openssl", "POS-01", "\"local\":\"198.18.0.1\"");
}

static void a_board_on_loopback_is_served_there(void)
{
    check_all_passed(
        RUN(0, "-b", "virtual/openssl", "-s", "POS-01", "TIME-01", "--network", "loopback"), 2);
    check_says("virtual/openssl", "POS-01", "\"local\":\"127.");
}

static void a_board_on_an_interface_is_served_there(void)
{
    check_all_passed(RUN(0, "-b", "virtual/openssl", "-s", "POS-01", "--network", "lan:lo"), 1);
    check_says("virtual/openssl", "POS-01", "\"local\":\"127.0.0.1\"");
}

/* Each has the same address and the same ports, in a network of its own. */
static void boards_at_once_do_not_meet(void)
{
    struct run_record run;
    const char *dir = RUN(0, "-j", "3", "-b", "virtual/openssl", "virtual/mbedtls",
                          "reference/strict", "-s", "POS-01", "TIME-01");

    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(run.case_count, 6);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS) + count_verdict(&run, VERDICT_PASS_SOFT), 6);
    run_record_done(&run);
    check_says("virtual/openssl", "POS-01", "\"local\":\"198.18.0.1\",\"local_port\":8883");
    check_says("virtual/mbedtls", "POS-01", "\"local\":\"198.18.0.1\",\"local_port\":8883");
}

/* dig asks 8.8.8.8 itself, as a board with that address in its flash does. */
static void a_hard_coded_name_server_is_the_scenarios(void)
{
    const char *board = test_file(
        "dig.yaml", "id: test/dig\nname: dig\ndriver: process\nclock: none\nprocess:\n  command: "
                    "[dig, +short, +tries=1, \"@8.8.8.8\", \"{host}\"]\n");
    (void)RUN(3, "-b", board, "-s", "POS-01");
    check_says("test/dig", "POS-01", "\"ev\":\"dns.query\"");
    check_says("test/dig", "POS-01", "\"stream\":\"stdout\",\"text\":\"198.18.0.1\"");
}

static void a_client_program_asks_the_scenarios_name_server(void)
{
    check_all_passed(RUN(0, "-b", "local/mosquitto-pub", "-s", "POS-01"), 1);
    check_says("local/mosquitto-pub", "POS-01", "\"ev\":\"dns.query\"");
}

static void what_needs_a_network_of_its_own_is_not_applicable_without(void)
{
    struct run_record run;
    const char *folder = test_path("data");
    const char *scenarios = test_path("data/scenarios");
    const char *dir = NULL;

    CHECK(mkdir(folder, 0755) == 0 && mkdir(scenarios, 0755) == 0 &&
          mkdir(test_path("data/scenarios/acme"), 0755) == 0);
    CHECK(symlink(ASSAY_SOURCE_DIR "/boards", test_path("data/boards")) == 0);
    (void)test_file("data/scenarios/acme/ACME-01-own.lua",
                    "-- SPDX-License-Identifier: Apache-2.0\n"
                    "scenario{id = 'ACME-01', group = 'acme', title = 'needs it', category = "
                    "'interoperability',\n severity = 'S1', server = 'x', why = 'y', good = 'z', "
                    "bad = 'b', spec = {'RFC 1'},\n expect = 'accept', control = 'ACME-01', needs "
                    "= {isolated = true},\n description = {host = 'broker.bench.test', certs = "
                    "{leaf = {recipe = 'leaf',\n issuer = 'bench-root'}}}}\n");
    CHECK(setenv("ASSAY_DATA_DIR", folder, 1) == 0);
    dir = RUN(3, "-b", "virtual/openssl", "-s", "ACME-01", "--network", "loopback");
    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(run.case_count, 1);
    CHECK_INT_EQ(run.cases[0].verdict, VERDICT_NOT_APPLICABLE);
    CHECK(strstr(run.cases[0].reason, "network of the board's own") != NULL);
    run_record_done(&run);
}

static void what_is_no_network_is_refused_with_what_there_is(void)
{
    static const char *const wrong[] = {"isolate", "lan:nothere0"};
    static const char *const says[] = {"lan:INTERFACE", "lan:nothere0"};

    for (size_t i = 0; i < 2; i++) {
        struct buf output;

        buf_init(&output, 1 << 20);
        CHECK_INT_EQ(
            ASSAY(&output, "run", "-b", "virtual/openssl", "-s", "POS-01", "--network", wrong[i]),
            2);
        CHECK(strstr(buf_text(&output), says[i]) != NULL);
        buf_done(&output);
    }
}

TEST_SUITE(networks, TEST(a_board_of_its_own_network_finds_the_registered_ports),
           TEST(isolated_is_what_a_run_is_without_being_asked),
           TEST(a_board_on_loopback_is_served_there), TEST(a_board_on_an_interface_is_served_there),
           TEST(boards_at_once_do_not_meet), TEST(a_hard_coded_name_server_is_the_scenarios),
           TEST(a_client_program_asks_the_scenarios_name_server),
           TEST(what_needs_a_network_of_its_own_is_not_applicable_without),
           TEST(what_is_no_network_is_refused_with_what_there_is));
