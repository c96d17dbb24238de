/* SPDX-License-Identifier: Apache-2.0 */
/* What people write brokers' clients in, as process boards: used rightly, and as is often advised.
 */
#include "assay_program.h"
#include "test_support.h"

static const char *const refused[] = {"PATH-03", "NAME-01", "TIME-01", "PATH-07"};

enum { REFUSED = sizeof(refused) / sizeof(refused[0]) };

/* Each board sees a good server and the four bad ones; `code` is that of the whole run. */
static bool run_boards(const char *folder, const char *python, const char *node, int want,
                       struct run_record *ret)
{
    const char *dir = test_path(folder);
    struct buf text;
    int code = 0;

    buf_init(&text, 1 << 20);
    code = ASSAY(&text, "run", "-j", "2", "-b", python, node, "-s", "POS-01", refused[0],
                 refused[1], refused[2], refused[3], "-o", dir);
    test_check(code == want, __FILE__, __LINE__, "exit code %d, want %d:\n%s", code, want,
               buf_text(&text));
    buf_done(&text);
    return load_run(dir, ret);
}

static void used_as_documented_they_refuse_what_has_to_be_refused(void)
{
    struct run_record run;

    REQUIRE(run_boards("run", "local/python-ssl", "local/node-tls", 0, &run));
    CHECK_UINT_EQ(run.board_count, 2);
    CHECK_UINT_EQ(run.case_count, 2 * (1 + REFUSED));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS) + count_verdict(&run, VERDICT_PASS_SOFT),
                  2 * (1 + REFUSED));
    run_record_done(&run);
}

static void with_verification_off_they_give_everybody_their_password(void)
{
    struct run_record run;

    REQUIRE(run_boards("run", "local/python-ssl-insecure", "local/node-tls-insecure", 1, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 2);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_FAIL_LEAK), 2 * REFUSED);
    run_record_done(&run);
}

TEST_SUITE(language_clients, TEST(used_as_documented_they_refuse_what_has_to_be_refused),
           TEST(with_verification_off_they_give_everybody_their_password));
