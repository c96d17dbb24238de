/* SPDX-License-Identifier: Apache-2.0 */
/* Boards that are no MQTT clients: scenarios' brokers are served to them as what they speak. */
#include "assay_program.h"
#include "test_support.h"

#include <stdio.h>

static const char *const refused[] = {"PATH-03", "NAME-01", "TIME-01", "PATH-07"};

enum { REFUSED = sizeof(refused) / sizeof(refused[0]) };

/* The board sees a good server and the four bad ones; want is the exit code of the whole run. */
static bool run_board(const char *board, int want, struct run_record *ret)
{
    const char *dir = test_path("run");
    struct buf text;
    int code = 0;

    buf_init(&text, 1 << 20);
    code = ASSAY(&text, "run", "-b", board, "-s", "POS-01", refused[0], refused[1], refused[2],
                 refused[3], "-o", dir);
    test_check(code == want, __FILE__, __LINE__, "exit code %d, want %d:\n%s", code, want,
               buf_text(&text));
    buf_done(&text);
    return load_run(dir, ret);
}

static void check_accepts_and_refuses(const char *board)
{
    struct run_record run;
    const struct case_record *good = NULL;

    REQUIRE(run_board(board, 0, &run));
    good = find_case(&run, "POS-01");
    REQUIRE(good != NULL);
    CHECK_INT_EQ(good->verdict, VERDICT_PASS);
    CHECK_STR_EQ(good->reason, "It connected and got its answer.");
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS) + count_verdict(&run, VERDICT_PASS_SOFT),
                  1 + REFUSED);
    run_record_done(&run);
}

static void curl_gets_an_answer_of_good_servers_only(void)
{
    check_accepts_and_refuses("local/curl");
}

static void wget_gets_an_answer_of_good_servers_only(void)
{
    check_accepts_and_refuses("local/wget");
}

/* What a board that verifies nothing gives away, by what it sends. */
static void check_leaks(const char *board, int level)
{
    struct run_record run;

    REQUIRE(run_board(board, 1, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 1);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_FAIL_LEAK), REFUSED);
    CHECK_INT_EQ(find_case(&run, "NAME-01")->leak, level);
    run_record_done(&run);
}

static void curl_without_verification_tells_what_it_asks_for(void)
{
    check_leaks("local/curl-insecure", 2);
}

#define CURL                                                                                       \
    "id: my/curl\nparent: local/curl\nprocess:\n  command: [curl, -q, -sS, --fail, --insecure, "

static void a_body_is_payload(void)
{
    check_leaks(test_file("body.yaml", CURL "-d, \"{payload}\", \"https://{host}:{port}/\"]\n"), 3);
}

static void authorization_is_a_secret(void)
{
    check_leaks(test_file("user.yaml", CURL "-u, \"{username}:{password}\", "
                                            "\"https://{host}:{port}/\"]\n"),
                4);
}

static enum verdict at_a_server_without_tls(const char *board)
{
    const char *dir = test_path("run");
    enum verdict verdict = VERDICT_COUNT;
    struct run_record run;
    struct buf text;

    buf_init(&text, 1 << 20);
    (void)ASSAY(&text, "run", "-b", board, "-s", "VER-11", "-o", dir);
    if (load_run(dir, &run)) {
        verdict = find_case(&run, "VER-11") != NULL ? find_case(&run, "VER-11")->verdict : verdict;
        run_record_done(&run);
    }
    buf_done(&text);
    return verdict;
}

static void a_web_server_without_tls_gets_nothing_of_curl(void)
{
    CHECK_INT_EQ(at_a_server_without_tls("local/curl"), VERDICT_PASS);
}

/* It tries TLS first, and then without. */
static const char falls_back[] =
    "id: my/fallback\nparent: local/curl\nprocess:\n  command:\n  - sh\n  - -c\n"
    "  - curl -q -sS --fail --cacert $3 https://$1:$2/ || curl -q -sS --fail http://$1:$2/\n"
    "  - sh\n  - \"{host}\"\n  - \"{port}\"\n  - \"{ca_file}\"\n";

static void a_client_that_falls_back_to_http_is_found(void)
{
    CHECK_INT_EQ(at_a_server_without_tls(test_file("fallback.yaml", falls_back)),
                 VERDICT_FAIL_LEAK);
}

/* One request over one connection; verification is as in the reference client of the course, with
 * the name looked at. */
static const char wwep_board[] =
    "id: my/wwep\ndriver: process\nservice: wwep-tls\nclock: host\n"
    "supports: {tls: [1.2, 1.3], key_types: [ecdsa, rsa], mqtt: []}\n"
    "process:\n  command:\n  - python3\n  - -c\n  - |\n"
    "    import socket, ssl, sys\n"
    "    context = ssl.create_default_context(cafile=sys.argv[3])\n"
    "    plain = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)\n"
    "    with context.wrap_socket(plain, server_hostname=sys.argv[1]) as secure:\n"
    "        secure.sendall(b'W0FAC050001')\n"
    "        sys.exit(secure.recv(64) != b'A0FAC050001')\n"
    "  - \"{host}\"\n  - \"{port}\"\n  - \"{ca_file}\"\n";

static void a_client_of_the_example_protocol_is_graded_too(void)
{
    check_accepts_and_refuses(test_file("wwep.yaml", wwep_board));
}

static void a_board_file_names_a_service_that_exists(void)
{
    struct buf text;

    buf_init(&text, 1 << 16);
    CHECK_INT_EQ(ASSAY(&text, "check",
                       test_file("ftp.yaml", "id: my/ftp\nparent: local/curl\nservice: ftp\n")),
                 2);
    CHECK_STR_CONTAINS(buf_text(&text), "service: \"ftp\" is none of mqtts, https, ");
    buf_done(&text);
}

TEST_SUITE(web_clients, TEST(curl_gets_an_answer_of_good_servers_only),
           TEST(wget_gets_an_answer_of_good_servers_only),
           TEST(curl_without_verification_tells_what_it_asks_for), TEST(a_body_is_payload),
           TEST(authorization_is_a_secret), TEST(a_web_server_without_tls_gets_nothing_of_curl),
           TEST(a_client_that_falls_back_to_http_is_found),
           TEST(a_client_of_the_example_protocol_is_graded_too),
           TEST(a_board_file_names_a_service_that_exists));
