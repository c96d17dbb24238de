/* SPDX-License-Identifier: Apache-2.0 */
/* What a run leaves behind, read by the programs that its users have. */
#include "assay_program.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 60000 };

/* Run another program and collect what it prints; -1 where it cannot be run. */
static int other(struct buf *output, const char *const *argv)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {.code = -1};
    struct assay_error err = {.text = ""};

    spec.argv = argv;
    if (exec_run(&spec, deadline_in_ms(WAIT_MS), output, &outcome, &err) != ASSAY_OK)
        CHECK_STR_EQ(err.text, "");
    return outcome.signalled ? -1 : outcome.code;
}

#define OTHER(output, ...) other((output), (const char *const[]){__VA_ARGS__, NULL})

/* A run with a pass, a fail and an inconclusive board beside it. */
static const char *make_run(void)
{
    const char *off = test_file("off.yaml", "id: test/off\nname: \"a <b>board</b> that & is off\"\n"
                                            "driver: virtual\n"
                                            "virtual:\n  program: assay-board-openssl\n"
                                            "  args: [--fault, never-ready]\n"
                                            "timeouts: {ready_ms: 300, connect_ms: 300}\n");
    const char *dir = test_path("run");
    struct buf output;
    int code = 0;

    buf_init(&output, 1 << 20);
    code = ASSAY(&output, "run", "-b", "reference/date-blind", off, "-s", "POS-01", "TIME-01",
                 "SIG-09", "-o", dir);
    test_check(code == 1, __FILE__, __LINE__, "exit code %d:\n%s", code, buf_text(&output));
    buf_done(&output);
    return dir;
}

static struct buf file_content(const char *path)
{
    struct buf content;
    FILE *file = fopen(path, "rb");
    char piece[4096];
    size_t got = 0;

    buf_init(&content, 64U << 20);
    while (file != NULL && (got = fread(piece, 1, sizeof(piece), file)) > 0)
        CHECK(buf_add(&content, piece, got) == ASSAY_OK);
    if (file != NULL)
        fclose(file);
    return content;
}

static void the_page_made_during_a_run_is_that_made_after_it(void)
{
    const char *dir = make_run();
    const char *again = test_path("again.html");
    struct buf output;
    struct buf during;
    struct buf after;
    char path[4096];

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "report", dir, "--format", "html", "-o", again), 0);
    snprintf(path, sizeof(path), "%s/report.html", dir);
    during = file_content(path);
    after = file_content(again);
    CHECK(strstr(buf_text(&during), "<svg") != NULL);
    CHECK(during.len == after.len && memcmp(during.data, after.data, after.len) == 0);
    buf_done(&during);
    buf_done(&after);
    buf_done(&output);
}

static size_t times_in(const char *text, const char *part)
{
    size_t count = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

static void what_cases_share_stands_on_the_page_once(void)
{
    const char *dir = make_run();
    struct buf page;
    char path[4096];

    snprintf(path, sizeof(path), "%s/report.html", dir);
    page = file_content(path);
    /* TIME-01 begins with the control that ended POS-01. */
    CHECK_UINT_EQ(times_in(buf_text(&page), "The control before is the control after <a "
                                            "href=\"#reference-date-blind--POS-01\">POS-01</a>"),
                  1);
    CHECK_UINT_EQ(times_in(buf_text(&page), "<summary>What its ClientHello offered</summary>"), 1);
    CHECK(times_in(buf_text(&page), "Its ClientHello offered the same as in <a href=") > 1);
    buf_done(&page);
}

static void run_json_is_valid_under_its_schema(void)
{
    const char *dir = make_run();
    struct buf output;
    char path[4096];
    int code = 0;

    buf_init(&output, 1 << 20);
    snprintf(path, sizeof(path), "%s/run.json", dir);
    code = OTHER(&output, "/usr/bin/python3", ASSAY_SOURCE_DIR "/ci/check_schema.py",
                 ASSAY_SOURCE_DIR "/reports/schema/run.schema.json", path);
    test_check(code == 0, __FILE__, __LINE__, "%s", buf_text(&output));
    buf_done(&output);
}

static void junit_counts_what_the_run_counts(void)
{
    const char *dir = make_run();
    struct run_record run;
    struct buf output;
    char path[4096];
    char want[256];

    buf_init(&output, 1 << 20);
    snprintf(path, sizeof(path), "%s/junit.xml", dir);
    REQUIRE(load_run(dir, &run));
    CHECK_INT_EQ(OTHER(&output, "xmllint", "--xpath",
                       "concat(/testsuites/@tests,' ',count(//testcase),' ',count(//failure),' ',"
                       "count(//error),' ',/testsuites/@failures,' ',/testsuites/@errors)",
                       path),
                 0);
    snprintf(want, sizeof(want), "%zu %zu 1 4 1 4", run.case_count, run.case_count);
    CHECK_STR_CONTAINS(buf_text(&output), want);
    run_record_done(&run);
    buf_done(&output);
}

static void tshark_shows_the_decrypted_connect_with_no_other_input(void)
{
    const char *dir = make_run();
    struct buf output;
    char path[4096];

    buf_init(&output, 1 << 20);
    snprintf(path, sizeof(path), "%s/cases/reference/date-blind/TIME-01/capture.pcapng", dir);
    CHECK_INT_EQ(OTHER(&output, "tshark", "-r", path, "-Y", "mqtt.msgtype == 1", "-T", "fields",
                       "-e", "mqtt.username", "-e", "tcp.dstport"),
                 0);
    CHECK_STR_CONTAINS(buf_text(&output), "bench-user\t8883");
    buf_clear(&output);
    /* Nothing that an expert would stumble over: checksums, sequence numbers, malformed packets. */
    CHECK_INT_EQ(OTHER(&output, "tshark", "-r", path, "-o", "tcp.check_checksum:TRUE", "-o",
                       "ip.check_checksum:TRUE", "-Y",
                       "tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0 "
                       "|| _ws.malformed"),
                 0);
    CHECK(strstr(buf_text(&output), "8883") == NULL);
    buf_done(&output);
}

static void a_browser_shows_the_page_and_nothing_comes_from_elsewhere(void)
{
    const char *dir = make_run();
    struct buf output;
    char url[4096];
    char profile[4096];

    buf_init(&output, 64 << 20);
    snprintf(url, sizeof(url), "file://%s/report.html", dir);
    snprintf(profile, sizeof(profile), "--user-data-dir=%s", test_path("profile"));
    CHECK_INT_EQ(OTHER(&output, "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                       "--no-first-run", "--disable-background-networking",
                       "--disable-component-update", "--disable-sync", profile, "--dump-dom", url),
                 0);
    CHECK_STR_CONTAINS(buf_text(&output), "<svg class=\"ladder\"");
    CHECK_STR_CONTAINS(buf_text(&output), "a &lt;b&gt;board&lt;/b&gt; that &amp; is off");
    CHECK_STR_CONTAINS(buf_text(&output), "handshake complete");
    CHECK(strstr(buf_text(&output), "<script") == NULL);
    CHECK(strstr(buf_text(&output), "src=") == NULL);
    CHECK(strstr(buf_text(&output), "href=\"http") == NULL);
    CHECK(strstr(buf_text(&output), "url(") == NULL);
    buf_done(&output);
}

static void secrets_are_only_where_they_are_promised(void)
{
    const char *dir = make_run();
    struct buf output;
    char path[4096];
    char password[32];

    buf_init(&output, 1 << 20);
    snprintf(path, sizeof(path), "%s/cases/reference/date-blind/TIME-01/capture.pcapng", dir);
    CHECK_INT_EQ(OTHER(&output, "tshark", "-r", path, "-Y", "mqtt.msgtype == 1", "-T", "fields",
                       "-e", "mqtt.passwd"),
                 0);
    /* The last line; tshark may have grumbled before it. */
    REQUIRE(output.len > 25);
    snprintf(password, sizeof(password), "%.24s", buf_text(&output) + output.len - 25);
    CHECK_UINT_EQ(strspn(password, "0123456789abcdef"), 24);
    buf_clear(&output);
    /* In no text file: transcripts, logs, reports. */
    CHECK_INT_EQ(OTHER(&output, "grep", "-rlI", password, dir), 1);
    CHECK_STR_EQ(buf_text(&output), "");
    buf_clear(&output);
    CHECK_INT_EQ(OTHER(&output, "find", dir, test_path("bench"), "-name", "*.pcapng", "-perm",
                       "/077", "-o", "-name", "bench.pem", "-perm", "/077"),
                 0);
    CHECK_STR_EQ(buf_text(&output), "");
    buf_done(&output);
}

TEST_SUITE(reports, TEST(the_page_made_during_a_run_is_that_made_after_it),
           TEST(what_cases_share_stands_on_the_page_once), TEST(run_json_is_valid_under_its_schema),
           TEST(junit_counts_what_the_run_counts),
           TEST(tshark_shows_the_decrypted_connect_with_no_other_input),
           TEST(a_browser_shows_the_page_and_nothing_comes_from_elsewhere),
           TEST(secrets_are_only_where_they_are_promised));
