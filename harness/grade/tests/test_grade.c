/* SPDX-License-Identifier: Apache-2.0 */
#include "grade/grade.h"
#include "test_support.h"

enum { MAX_CASES = 64 };

struct fixture {
    struct board_record board;
    struct case_record cases[MAX_CASES];
    size_t count;
};

static void add(struct fixture *f, const char *id, enum severity severity, enum verdict verdict,
                size_t times)
{
    for (size_t i = 0; i < times && f->count < MAX_CASES; i++) {
        struct case_record *c = &f->cases[f->count++];

        REQUIRE_OK(case_record_init(c));
        REQUIRE_OK(record_set(&c->board, "virtual/x"));
        REQUIRE_OK(record_set(&c->id, id));
        REQUIRE_OK(record_set(&c->title, "a title"));
        c->severity = severity;
        c->verdict = verdict;
        c->category = CATEGORY_TRUST;
    }
}

static void begin(struct fixture *f)
{
    *f = (struct fixture){.count = 0};
    REQUIRE_OK(board_record_init(&f->board));
    REQUIRE_OK(record_set(&f->board.id, "virtual/x"));
}

static void end(struct fixture *f)
{
    for (size_t i = 0; i < f->count; i++)
        case_record_done(&f->cases[i]);
    board_record_done(&f->board);
}

struct row {
    const char *id;
    enum severity severity;
    enum verdict verdict;
    size_t times;
    size_t passes; /* of severity S0 beside it */
    const char *grade;
    const char *cap; /* letter of the first cap, or NULL */
};

static void letters_and_caps_follow_the_contract(void)
{
    static const struct row rows[] = {
        {"A-1", SEVERITY_S0, VERDICT_PASS, 1, 9, "A", NULL},
        {"A-1", SEVERITY_S0, VERDICT_PASS_SOFT, 10, 0, "B", NULL},
        {"A-1", SEVERITY_S0, VERDICT_FAIL_ACCEPT, 1, 60, "F", "F"},
        {"A-1", SEVERITY_S0, VERDICT_FAIL_LEAK, 1, 60, "F", "F"},
        {"A-1", SEVERITY_S0, VERDICT_FAIL_CRASH, 1, 60, "F", "F"},
        {"A-1", SEVERITY_S1, VERDICT_FAIL_ACCEPT, 1, 60, "C", "C"},
        {"A-1", SEVERITY_S1, VERDICT_FAIL_HANG, 2, 60, "C", "C"},
        {"A-1", SEVERITY_S1, VERDICT_FAIL_ACCEPT, 3, 60, "D", "C"},
        {"VER-02", SEVERITY_S2, VERDICT_FAIL_ACCEPT, 1, 60, "B", "B"},
        {"SIG-10/rsa1024", SEVERITY_S2, VERDICT_FAIL_LEAK, 1, 60, "B", "B"},
        {"VER-021", SEVERITY_S2, VERDICT_FAIL_ACCEPT, 1, 60, "A", NULL},
        {"A-1", SEVERITY_S4, VERDICT_FAIL_ACCEPT, 1, 60, "A", NULL},
        {"A-1", SEVERITY_S0, VERDICT_INCONCLUSIVE, 3, 57, "A", NULL},
        {"A-1", SEVERITY_S0, VERDICT_INCONCLUSIVE, 4, 56, "U", "U"},
        {"A-1", SEVERITY_S4, VERDICT_HARNESS_ERROR, 1, 60, "U", "U"},
        {"A-1", SEVERITY_S0, VERDICT_NOT_APPLICABLE, 30, 1, "A", NULL},
        {"A-1", SEVERITY_S0, VERDICT_NOT_APPLICABLE, 3, 0, "U", "U"},
        {"A-1", SEVERITY_S2, VERDICT_DEGRADED, 4, 0, "D", NULL},
        {"A-1", SEVERITY_S2, VERDICT_FLAKY, 4, 0, "E", NULL},
        {"A-1", SEVERITY_S2, VERDICT_FAIL_REJECT_GOOD, 4, 0, "F", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;

        begin(&f);
        add(&f, rows[i].id, rows[i].severity, rows[i].verdict, rows[i].times);
        add(&f, "P-1", SEVERITY_S0, VERDICT_PASS, rows[i].passes);
        REQUIRE_OK(grade_board(&f.board, f.cases, f.count));
        test_check(strcmp(f.board.grade, rows[i].grade) == 0, __FILE__, __LINE__,
                   "row %zu: grade %s, want %s", i, f.board.grade, rows[i].grade);
        CHECK_INT_EQ(f.board.cap_count > 0, rows[i].cap != NULL);
        if (rows[i].cap != NULL && f.board.cap_count > 0)
            CHECK_STR_EQ(f.board.caps[0].limit, rows[i].cap);
        end(&f);
    }
}

static void a_cap_names_its_case(void)
{
    struct fixture f;

    begin(&f);
    add(&f, "PATH-01", SEVERITY_S0, VERDICT_FAIL_LEAK, 1);
    REQUIRE_OK(grade_board(&f.board, f.cases, f.count));
    REQUIRE_OK(grade_board(&f.board, f.cases, f.count)); /* again: caps do not pile up */
    CHECK_UINT_EQ(f.board.cap_count, 1);
    CHECK_STR_EQ(f.board.caps[0].case_id, "PATH-01");
    CHECK_STR_CONTAINS(f.board.caps[0].reason, "a title");
    end(&f);
}

static void exit_codes_follow_the_contract(void)
{
    static const struct {
        enum verdict a, b;
        int code;
    } rows[] = {
        {VERDICT_PASS, VERDICT_PASS_SOFT, 0},
        {VERDICT_PASS, VERDICT_NOT_APPLICABLE, 0},
        {VERDICT_PASS, VERDICT_WAIVED, 0},
        {VERDICT_PASS, VERDICT_FAIL_ACCEPT, 1},
        {VERDICT_PASS, VERDICT_INCONCLUSIVE, 3},
        {VERDICT_PASS, VERDICT_HARNESS_ERROR, 3},
        {VERDICT_FAIL_HANG, VERDICT_INCONCLUSIVE, 1},
        {VERDICT_DEGRADED, VERDICT_PASS, 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct case_record cases[2] = {{.verdict = rows[i].a}, {.verdict = rows[i].b}};
        struct run_record run = {.cases = cases, .case_count = 2};

        CHECK_INT_EQ(grade_exit_code(&run), rows[i].code);
        run.interrupted = true;
        CHECK_INT_EQ(grade_exit_code(&run), 130);
    }
    CHECK_INT_EQ(grade_exit_code(&(struct run_record){.case_count = 0}), 3);
}

TEST_SUITE(grade, TEST(letters_and_caps_follow_the_contract), TEST(a_cap_names_its_case),
           TEST(exit_codes_follow_the_contract));
