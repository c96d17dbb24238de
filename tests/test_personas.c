/* SPDX-License-Identifier: Apache-2.0 */
/* Boards that are made like real ones: the core suite finds in them what is known of those. */
#include "assay_program.h"
#include "test_support.h"

#include <stdio.h>

#define NAMES "NAME-01 NAME-03 NAME-04 NAME-07 "
#define DATES "TIME-01 TIME-03 TIME-04 "

static const struct {
    const char *board, *grade, *failed;
} personas[] = {
    {"virtual/mkrwifi1010-bearssl", "C", "EXT-12 SIG-09/rsa1024"},
    {"virtual/mkrwifi1010-nina", "D", DATES "TIME-06"},
    {"virtual/mkr1000-winc", "F", "PATH-08 " NAMES "NAME-09"},
    {"virtual/mkrgsm1400", "F", "PATH-08 " DATES NAMES "TIME-06 NAME-09"},
    {"virtual/esp32", "D", DATES "TIME-06"},
    {"virtual/wiced", "F", "PATH-08 " DATES NAMES "TIME-06 NAME-09"},
};

static void check_persona(size_t at)
{
    char folder[24];
    const char *dir = NULL;
    struct run_record run;
    struct buf text;
    int code = 0;

    snprintf(folder, sizeof(folder), "run-%zu", at);
    dir = test_path(folder);
    buf_init(&text, 1 << 20);
    code = ASSAY(&text, "run", "-b", personas[at].board, "-s", "@core", "-o", dir);
    test_check(code == 1, __FILE__, __LINE__, "%s: exit code %d, want 1:\n%s", personas[at].board,
               code, buf_text(&text));
    buf_clear(&text);
    REQUIRE(load_run(dir, &run));
    CHECK_STR_EQ(run.boards[0].grade, personas[at].grade);
    failed_ids(&run, &text);
    CHECK_STR_EQ(buf_text(&text), personas[at].failed);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_INCONCLUSIVE), 0);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_NOT_APPLICABLE), 0);
    buf_done(&text);
    run_record_done(&run);
}

static void each_persona_fails_what_its_model_is_known_to_fail(void)
{
    for (size_t i = 0; i < sizeof(personas) / sizeof(personas[0]); i++)
        check_persona(i);
}

TEST_SUITE(personas, TEST(each_persona_fails_what_its_model_is_known_to_fail));
