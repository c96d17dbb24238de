/* SPDX-License-Identifier: Apache-2.0 */
/* Boards that are servers, from the command line to the grade; one of them is OpenSSL's own. */
#include "assay_program.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20 };

/* Three cases that nobody needs a clock or an RSA key for. */
static bool run_board(const char *board, int want, struct run_record *ret)
{
    const char *dir = test_path("run");
    struct buf text;
    int code = 0;

    buf_init(&text, TEXT_MAX);
    code =
        ASSAY(&text, "run", "-b", board, "-s", "SRV-01", "SRV-02", "SRV-05", "SRV-14", "-o", dir);
    test_check(code == want, __FILE__, __LINE__, "exit code %d, want %d:\n%s", code, want,
               buf_text(&text));
    buf_done(&text);
    return load_run(dir, ret);
}

/* What is in the transcript of a board's case. */
static void check_transcript(const char *dir, const char *board, const char *id, const char *says)
{
    char path[1024];
    char line[8192];
    bool found = false;
    FILE *file = NULL;

    snprintf(path, sizeof(path), "%s/cases/%s/%s/transcript.jsonl", dir, board, id);
    file = fopen(path, "r");
    test_check(file != NULL, __FILE__, __LINE__, "no %s", path);
    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
        found = strstr(line, says) != NULL;
    test_check(found, __FILE__, __LINE__, "%s: no %s", path, says);
    if (file != NULL)
        fclose(file);
}

static void a_strict_server_is_graded_a(void)
{
    struct run_record run;

    REQUIRE(run_board("reference/strict-server", 0, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 4);
    CHECK_STR_EQ(run.boards[0].grade, "A");
    run_record_done(&run);
}

/* Nobody tells it the time but the bench's SNTP server, which lives on the scenario's clock. */
static void a_server_that_asks_for_the_time_gets_the_scenario_s(void)
{
    const char *dir = test_path("late");
    struct run_record run;
    struct buf text;

    buf_init(&text, TEXT_MAX);
    CHECK_INT_EQ(ASSAY(&text, "run", "-b",
                       test_file("clock.yaml", "id: my/clock\nparent: reference/strict-server\n"
                                               "clock: sntp\n"),
                       "-s", "SRV-01", "SRV-05", "SRV-06", "--time", "2031-05-06T07:08:09Z", "-o",
                       dir),
                 0);
    buf_done(&text);
    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 3);
    run_record_done(&run);
    check_transcript(dir, "my/clock", "SRV-05", "sntp.request");
}

/* What only raw bytes can say, to two libraries; and what one of them does not understand. */
static void two_libraries_meet_client_hellos_that_are_none(void)
{
    static const char *const boards[] = {"reference/strict-server", "virtual/mbedtls-server"};

    for (size_t i = 0; i < 2; i++) {
        const char *dir = test_path(i == 0 ? "openssl" : "mbedtls");
        struct run_record run;
        struct buf text;

        buf_init(&text, TEXT_MAX);
        CHECK_INT_EQ(ASSAY(&text, "run", "-b", boards[i], "-s", "SRV-28", "SRV-30/*", "SRV-31",
                           "SRV-32", "SRV-33/*", "SRV-34", "SRV-35", "-o", dir),
                     i == 0 ? 0 : 1);
        buf_done(&text);
        REQUIRE(load_run(dir, &run));
        CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), i == 0 ? 15 : 10);
        CHECK_INT_EQ(find_case(&run, "SRV-35")->verdict,
                     i == 0 ? VERDICT_PASS : VERDICT_FAIL_REJECT_GOOD);
        run_record_done(&run);
    }
}

/* nginx lets strangers shake hands and says 400; gnutls-serv does not ask what a key is for. */
static void servers_of_others_are_as_the_findings_say(void)
{
    static const struct finding_row {
        const char *board, *id;
        enum verdict verdict;
        const char *says;
    } rows[] = {
        {"local/nginx", "SRV-05", VERDICT_PASS_SOFT, "400 Bad Request"},
        {"local/gnutls-serv", "SRV-07", VERDICT_FAIL_LEAK, "200 OK"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *dir = test_path(rows[i].id);
        struct run_record run;
        struct buf text;

        buf_init(&text, TEXT_MAX);
        (void)ASSAY(&text, "run", "-b", rows[i].board, "-s", rows[i].id, "-o", dir);
        buf_done(&text);
        REQUIRE(load_run(dir, &run));
        CHECK_INT_EQ(find_case(&run, rows[i].id)->verdict, rows[i].verdict);
        CHECK_STR_CONTAINS(find_case(&run, rows[i].id)->reason, rows[i].says);
        run_record_done(&run);
    }
}

/* In plain it serves as well as it can be served; SRV-13 says what that is worth. */
static void a_server_without_tls_is_asked_what_needs_none(void)
{
    const char *dir = test_path("plain");
    struct run_record run;
    struct buf text;

    buf_init(&text, TEXT_MAX);
    CHECK_INT_EQ(ASSAY(&text, "run", "-b", "virtual/wwep-server", "-s", "SRV-01", "SRV-02",
                       "SRV-13", "SRV-15", "SRV-17", "SRV-25/bad", "SRV-25/huge", "-o", dir),
                 1);
    buf_done(&text);
    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 4);
    CHECK_INT_EQ(find_case(&run, "SRV-13")->verdict, VERDICT_FAIL_LEAK);
    CHECK_INT_EQ(find_case(&run, "SRV-15")->verdict, VERDICT_NOT_APPLICABLE);
    CHECK_STR_EQ(find_case(&run, "SRV-02")->reason, "the board serves without TLS");
    CHECK_STR_CONTAINS(find_case(&run, "SRV-25/bad")->reason, "X illegal character");
    run_record_done(&run);
}

/* It refuses who shows nothing without a word, as the library does. */
static void another_stack_serves_as_carefully(void)
{
    struct run_record run;

    REQUIRE(run_board("virtual/mbedtls-server", 0, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 3);
    CHECK_INT_EQ(find_case(&run, "SRV-02")->verdict, VERDICT_PASS_SOFT);
    CHECK_STR_EQ(run.boards[0].grade, "A");
    run_record_done(&run);
}

static void a_server_that_asks_nobody_for_a_certificate_leaks(void)
{
    struct run_record run;

    REQUIRE(run_board(test_file("open.yaml",
                                "id: my/open\nparent: reference/strict-server\nvirtual: {args: "
                                "[--board, my/open, --flaw, client-certificate-not-asked]}\n"),
                      1, &run));
    CHECK_INT_EQ(find_case(&run, "SRV-01")->verdict, VERDICT_PASS);
    CHECK_INT_EQ(find_case(&run, "SRV-02")->verdict, VERDICT_FAIL_LEAK);
    CHECK_INT_EQ(find_case(&run, "SRV-02")->leak, 3);
    CHECK_STR_EQ(run.boards[0].grade, "F");
    run_record_done(&run);
}

static void a_server_of_somebody_else_is_visited_too(void)
{
    struct run_record run;

    REQUIRE(run_board("local/openssl-s_server", 0, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 4);
    run_record_done(&run);
}

/* Optional to show, and then not looked at: what -verify without -verify_return_error does. */
static void what_it_is_told_to_overlook_is_found(void)
{
    struct run_record run;

    REQUIRE(run_board(test_file("lax.yaml",
                                "id: my/lax\nparent: local/openssl-s_server\nprocess:\n"
                                "  command: [openssl, s_server, -accept, \"0\", -www, -cert, "
                                "\"{cert_file}\", -key, \"{key_file}\", -CAfile, \"{ca_file}\", "
                                "-verify, \"1\"]\n"),
                      1, &run));
    CHECK_INT_EQ(find_case(&run, "SRV-01")->verdict, VERDICT_PASS);
    CHECK_INT_EQ(find_case(&run, "SRV-02")->verdict, VERDICT_FAIL_LEAK);
    CHECK_INT_EQ(find_case(&run, "SRV-05")->verdict, VERDICT_FAIL_LEAK);
    run_record_done(&run);
}

static void a_server_that_ends_after_one_client_has_not_survived(void)
{
    struct run_record run;

    REQUIRE(run_board(test_file("once.yaml",
                                "id: my/once\nparent: local/openssl-s_server\nprocess:\n"
                                "  command: [openssl, s_server, -accept, \"0\", -www, -cert, "
                                "\"{cert_file}\", -key, \"{key_file}\", -CAfile, \"{ca_file}\", "
                                "-Verify, \"1\", -verify_return_error, -naccept, \"1\"]\n"),
                      1, &run));
    /* It has ended, or it is about to: the next client meets nobody either way. */
    CHECK(verdict_is_fail(find_case(&run, "SRV-02")->verdict));
    CHECK(verdict_is_fail(find_case(&run, "SRV-14")->verdict));
    run_record_done(&run);
}

static void transcripts_of_visits_are_judged_again_as_they_were(void)
{
    const char *dir = test_path("run");
    struct run_record run;
    struct buf text;

    REQUIRE(run_board("reference/strict-server", 0, &run));
    run_record_done(&run);
    buf_init(&text, TEXT_MAX);
    CHECK_INT_EQ(ASSAY(&text, "judge", dir), 0);
    buf_done(&text);
    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 4);
    run_record_done(&run);
}

/* The reason of the one case; "" for none. */
static void what_is_said(const char *board, const char *id, char *text, size_t size)
{
    const char *dir = test_path(id);
    struct run_record run;
    struct buf out;

    buf_init(&out, TEXT_MAX);
    text[0] = '\0';
    (void)ASSAY(&out, "run", "-b", board, "-s", id, "-o", dir);
    buf_done(&out);
    if (!load_run(dir, &run))
        return;
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_NOT_APPLICABLE), 1);
    snprintf(text, size, "%s", find_case(&run, id)->reason);
    run_record_done(&run);
}

static void clients_and_servers_are_not_asked_for_what_the_others_do(void)
{
    char text[256];

    what_is_said("reference/strict", "SRV-01", text, sizeof(text));
    CHECK_STR_CONTAINS(text, "the board is a client");
    what_is_said("reference/strict-server", "POS-01", text, sizeof(text));
    CHECK_STR_CONTAINS(text, "the board is a server");
}

static void a_server_has_to_say_how_its_port_is_found(void)
{
    struct buf text;

    buf_init(&text, 1 << 16);
    CHECK_INT_EQ(ASSAY(&text, "check",
                       test_file("mute.yaml", "id: my/mute\ndriver: process\nrole: server\n"
                                              "service: https\nprocess: {command: [nc]}\n")),
                 2);
    CHECK_STR_CONTAINS(buf_text(&text), "listening: PATTERN");
    buf_done(&text);
}

TEST_SUITE(server_boards, TEST(a_strict_server_is_graded_a),
           TEST(a_server_that_asks_for_the_time_gets_the_scenario_s),
           TEST(a_server_without_tls_is_asked_what_needs_none),
           TEST(two_libraries_meet_client_hellos_that_are_none),
           TEST(servers_of_others_are_as_the_findings_say), TEST(another_stack_serves_as_carefully),
           TEST(a_server_that_asks_nobody_for_a_certificate_leaks),
           TEST(a_server_of_somebody_else_is_visited_too),
           TEST(what_it_is_told_to_overlook_is_found),
           TEST(a_server_that_ends_after_one_client_has_not_survived),
           TEST(transcripts_of_visits_are_judged_again_as_they_were),
           TEST(clients_and_servers_are_not_asked_for_what_the_others_do),
           TEST(a_server_has_to_say_how_its_port_is_found));
