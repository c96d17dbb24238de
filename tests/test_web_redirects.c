/* SPDX-License-Identifier: Apache-2.0 */
/* The suite @http has power: a careful curl passes it, a careless one fails what it is about. */
#include "assay_program.h"
#include "test_support.h"

enum { MOST = 11 };

struct row {
    const char *id;
    enum verdict verdict;
    int leak;           /* 0: nothing was given away */
    const char *reason; /* a part of it */
};

static bool run_suite(const char *board, int want, struct run_record *ret)
{
    const char *dir = test_path("run");
    struct buf text;
    int code = 0;

    buf_init(&text, 1 << 20);
    code = ASSAY(&text, "run", "-b", board, "-s", "@http", "-o", dir);
    test_check(code == want, __FILE__, __LINE__, "exit code %d, want %d:\n%s", code, want,
               buf_text(&text));
    buf_done(&text);
    return load_run(dir, ret);
}

static void check_suite(const char *board, int want, const struct row *rows, size_t count)
{
    struct run_record run;

    REQUIRE(run_suite(board, want, &run));
    for (size_t i = 0; i < count; i++) {
        const struct case_record *found = find_case(&run, rows[i].id);

        if (!test_check(found != NULL, __FILE__, __LINE__, "%s is missing", rows[i].id))
            continue;
        test_check(found->verdict == rows[i].verdict && found->leak == rows[i].leak &&
                       strstr(found->reason, rows[i].reason) != NULL,
                   __FILE__, __LINE__, "%s: %s has %s, leak %d: %s", board, rows[i].id,
                   verdict_name(found->verdict), found->leak, found->reason);
    }
    run_record_done(&run);
}

#define CHECK_SUITE(board, want, rows)                                                             \
    check_suite(board, want, rows, sizeof(rows) / sizeof(rows[0]))

static void a_careful_client_verifies_where_it_is_sent(void)
{
    static const struct row rows[MOST] = {
        {"HTTP-01", VERDICT_PASS, 0, "got its answer"},
        {"HTTP-02", VERDICT_PASS, 0, "got its answer"},
        {"HTTP-03", VERDICT_PASS, 0, "unknown_ca"},
        /* OpenSSL leaves the name to curl, which looks when TLS is through and says nothing. */
        {"HTTP-04", VERDICT_PASS_SOFT, 0, "before any data"},
        {"HTTP-05", VERDICT_PASS, 0, "nothing without TLS"},
        {"HTTP-06", VERDICT_PASS, 0, "7 bytes remaining"},
        {"HTTP-07", VERDICT_PASS, 0, "got its answer"},
        {"HTTP-08", VERDICT_PASS, 0, "cut off"},
        {"HTTP-09", VERDICT_PASS, 0, "first host only"},
        {"HTTP-10", VERDICT_PASS, 0, "after 51 requests"},
        {"HTTP-11", VERDICT_PASS, 0, "well formed"},
    };

    CHECK_SUITE("local/curl-redirects", 0, rows);
}

static void a_careless_client_fails_every_case_that_has_something_wrong(void)
{
    static const struct row rows[MOST] = {
        {"HTTP-01", VERDICT_PASS, 0, "got its answer"},
        {"HTTP-02", VERDICT_PASS, 0, "got its answer"},
        {"HTTP-03", VERDICT_FAIL_LEAK, 4, "its credentials"},
        {"HTTP-04", VERDICT_FAIL_LEAK, 4, "its credentials"},
        {"HTTP-05", VERDICT_FAIL_LEAK, 4, "with its password without TLS"},
        {"HTTP-06", VERDICT_FAIL_BEHAVIOUR, 0, "beginning of an answer"},
        {"HTTP-07", VERDICT_PASS, 0, "got its answer"},
        {"HTTP-08", VERDICT_FAIL_BEHAVIOUR, 0, "beginning of an answer"},
        {"HTTP-09", VERDICT_FAIL_LEAK, 4, "its password"},
        {"HTTP-10", VERDICT_PASS, 0, "after 51 requests"},
        {"HTTP-11", VERDICT_PASS, 0, "well formed"},
    };

    CHECK_SUITE("local/curl-redirects-insecure", 1, rows);
}

/* It sends its password to the first host only: what the second one gets is the request. */
static const char unverified[] =
    "id: my/unverified\nparent: local/curl-redirects\nprocess:\n  command: [curl, -q, -sS, --fail, "
    "--insecure, --location, --proto-redir, \"=https\", --user, \"{username}:{password}\", "
    "--noproxy, \"*\", --output, /dev/null, \"https://{host}:{port}/\"]\n";

static void what_is_given_away_is_what_the_second_host_got(void)
{
    static const struct row rows[] = {
        {"HTTP-03", VERDICT_FAIL_LEAK, 2, "what it asks for"},
        {"HTTP-04", VERDICT_FAIL_LEAK, 2, "what it asks for"},
        {"HTTP-05", VERDICT_PASS, 0, ""},
    };

    CHECK_SUITE(test_file("unverified.yaml", unverified), 1, rows);
}

static void a_client_that_says_nothing_of_redirects_is_not_sent_anywhere(void)
{
    static const struct row rows[MOST] = {
        {"HTTP-01", VERDICT_PASS, 0, ""},
        {"HTTP-02", VERDICT_NOT_APPLICABLE, 0, "redirects"},
        {"HTTP-03", VERDICT_NOT_APPLICABLE, 0, "redirects"},
        {"HTTP-04", VERDICT_NOT_APPLICABLE, 0, "redirects"},
        {"HTTP-05", VERDICT_NOT_APPLICABLE, 0, "redirects"},
        {"HTTP-06", VERDICT_PASS, 0, ""},
        {"HTTP-07", VERDICT_PASS, 0, ""},
        {"HTTP-08", VERDICT_PASS, 0, ""},
        {"HTTP-09", VERDICT_NOT_APPLICABLE, 0, "redirects"},
        {"HTTP-10", VERDICT_NOT_APPLICABLE, 0, "redirects"},
        {"HTTP-11", VERDICT_PASS, 0, ""},
    };

    CHECK_SUITE("local/curl", 0, rows);
}

/* It says that it follows, and does not: then nothing can be said of where it would have gone. */
static void a_client_that_does_not_follow_has_not_accepted_the_second_host(void)
{
    static const struct row rows[] = {
        {"HTTP-01", VERDICT_PASS, 0, ""},
        {"HTTP-02", VERDICT_FAIL_REJECT_GOOD, 0, "not going where the first server sent it"},
        {"HTTP-03", VERDICT_INCONCLUSIVE, 0, "not going where the first server sent it"},
    };

    CHECK_SUITE(
        test_file("stays.yaml", "id: my/stays\nparent: local/curl\nsupports: {redirects: true}\n"),
        1, rows);
}

/* Its reader wants a length. */
static const char wants_length[] =
    "id: my/length\nparent: local/curl\nprocess:\n  command:\n  - sh\n  - -c\n"
    "  - curl -q -sS --fail --cacert $3 -D - https://$1:$2/ | grep -q Content-Length\n"
    "  - sh\n  - \"{host}\"\n  - \"{port}\"\n  - \"{ca_file}\"\n";

static void a_client_that_knows_no_chunks_is_found(void)
{
    static const struct row rows[] = {
        {"HTTP-01", VERDICT_PASS, 0, ""},
        {"HTTP-07", VERDICT_FAIL_REJECT_GOOD, 0, "reported a failure"},
    };

    CHECK_SUITE(test_file("length.yaml", wants_length), 1, rows);
}

static void boards_that_speak_mqtt_have_nothing_to_do_with_it(void)
{
    static const struct row rows[] = {
        {"HTTP-01", VERDICT_NOT_APPLICABLE, 0, "service https"},
        {"HTTP-03", VERDICT_NOT_APPLICABLE, 0, "service https"},
    };

    CHECK_SUITE("virtual/esp32", 3, rows);
}

/* It reads http:// and asks https:// at the same host and port. */
static const char always_tls[] =
    "id: my/always-tls\nparent: local/curl-redirects\nprocess:\n  command:\n  - sh\n  - -c\n"
    "  - to=$(curl -q -sS --cacert $3 --noproxy '*' -o /dev/null -w '%{{redirect_url}'"
    " https://$1:$2/) && to=${{to#http}; curl -q -sS --fail --cacert $3 --noproxy '*'"
    " -o /dev/null https${{to#s}\n"
    "  - sh\n  - \"{host}\"\n  - \"{port}\"\n  - \"{ca_file}\"\n";

static void a_client_hello_at_a_server_without_tls_is_neither_good_nor_a_leak(void)
{
    static const struct row rows[] = {
        {"HTTP-02", VERDICT_PASS, 0, ""},
        {"HTTP-05", VERDICT_DEGRADED, 0, "RFC 9110 section 4.2"},
    };

    CHECK_SUITE(test_file("tls.yaml", always_tls), 1, rows);
}

TEST_SUITE(web_redirects, TEST(a_careful_client_verifies_where_it_is_sent),
           TEST(a_careless_client_fails_every_case_that_has_something_wrong),
           TEST(what_is_given_away_is_what_the_second_host_got),
           TEST(a_client_that_says_nothing_of_redirects_is_not_sent_anywhere),
           TEST(a_client_that_does_not_follow_has_not_accepted_the_second_host),
           TEST(a_client_that_knows_no_chunks_is_found),
           TEST(boards_that_speak_mqtt_have_nothing_to_do_with_it),
           TEST(a_client_hello_at_a_server_without_tls_is_neither_good_nor_a_leak));
