/* SPDX-License-Identifier: Apache-2.0 */
/* The rules about shadows and jobs, both ways, with made-up services. */
#include "base/event_kinds.h"
#include "rule_rows.h"
#include "test_support.h"

static void enter(struct story *s)
{
    struct event_builder e;

    story_event(s, &e, EV_FACE_ACCEPTED);
    event_text(&e, "face", "aws");
    event_text(&e, "device", "lamp");
    event_text(&e, "by", "certificate");
    event_emit(&e);
}

static void note(struct story *s, const char *service, const char *operation, const char *status,
                 int64_t version, int64_t code)
{
    struct event_builder e;

    story_event(s, &e, EV_FACE_SERVICE);
    event_text(&e, "face", "aws");
    event_text(&e, "device", "lamp");
    event_text(&e, "service", service);
    event_text(&e, "operation", operation);
    event_text(&e, "status", status);
    event_int(&e, "version", version);
    if (code != 0)
        event_int(&e, "code", code);
    event_text(&e, "text", code != 0 ? "Invalid JSON" : NULL);
    event_emit(&e);
}

static void stay_outside(struct story *s)
{
    (void)s;
}

static void do_nothing(struct story *s)
{
    enter(s);
}

static void report(struct story *s)
{
    enter(s);
    note(s, "shadow", "report", NULL, 3, 0);
}

static void report_nonsense(struct story *s)
{
    enter(s);
    note(s, "shadow", "update", NULL, 0, 400);
}

static void follow(struct story *s)
{
    report(s);
    note(s, "shadow", "delta", "application", 4, 0);
    note(s, "shadow", "report", NULL, 5, 0);
}

static void ignore(struct story *s)
{
    report(s);
    note(s, "shadow", "delta", "application", 4, 0);
}

static void follow_wrongly(struct story *s)
{
    follow(s);
    note(s, "shadow", "delta", NULL, 5, 0);
}

static void do_job(struct story *s)
{
    enter(s);
    note(s, "jobs", "created", "QUEUED", 1, 0);
    note(s, "jobs", "start-next", "IN_PROGRESS", 2, 0);
    note(s, "jobs", "update", "SUCCEEDED", 3, 0);
}

static void do_job_silently(struct story *s)
{
    enter(s);
    note(s, "jobs", "created", "QUEUED", 1, 0);
    note(s, "jobs", "update", "FAILED", 2, 0);
}

static void begin_job(struct story *s)
{
    enter(s);
    note(s, "jobs", "created", "QUEUED", 1, 0);
    note(s, "jobs", "start-next", "IN_PROGRESS", 2, 0);
    note(s, "jobs", "update", "IN_PROGRESS", 3, 0);
}

static void report_job_in_other_words(struct story *s)
{
    enter(s);
    note(s, "jobs", "created", "QUEUED", 1, 0);
    note(s, "jobs", "update", "QUEUED", 1, 400);
}

static const struct rule_row rows[] = {
    {"cloud-shadow-reports", report, VERDICT_PASS, "version 3"},
    {"cloud-shadow-reports", do_nothing, VERDICT_FAIL_BEHAVIOUR, "no state"},
    {"cloud-shadow-reports", report_nonsense, VERDICT_FAIL_BEHAVIOUR, "rejected with 400"},
    {"cloud-shadow-reports", stay_outside, VERDICT_INCONCLUSIVE, "did not let it in"},
    {"cloud-shadow-follows", follow, VERDICT_PASS, "that was desired"},
    {"cloud-shadow-follows", ignore, VERDICT_FAIL_BEHAVIOUR, "(version 4), and reported nothing"},
    {"cloud-shadow-follows", follow_wrongly, VERDICT_FAIL_BEHAVIOUR, "reported again, but not"},
    {"cloud-shadow-follows", report, VERDICT_FAIL_BEHAVIOUR, "did not subscribe"},
    {"cloud-shadow-follows", stay_outside, VERDICT_INCONCLUSIVE, "did not let it in"},
    {"cloud-job-done", do_job, VERDICT_PASS, "reported SUCCEEDED"},
    {"cloud-job-done", do_job_silently, VERDICT_DEGRADED, "FAILED without"},
    {"cloud-job-done", begin_job, VERDICT_FAIL_BEHAVIOUR, "did not report its end"},
    {"cloud-job-done", report_job_in_other_words, VERDICT_FAIL_BEHAVIOUR, "rejected"},
    {"cloud-job-done", do_nothing, VERDICT_FAIL_BEHAVIOUR, "nor asked"},
    {"cloud-job-done", stay_outside, VERDICT_INCONCLUSIVE, "did not let it in"},
};

static void every_rule_about_clouds_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_rule_about_clouds_is_tested_both_ways(void)
{
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if (rule_is_of_clouds((enum rule)rule))
            rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), (enum rule)rule);
}

TEST_SUITE(judge_cloud, TEST(every_rule_about_clouds_finds_what_it_is_about),
           TEST(every_rule_about_clouds_is_tested_both_ways));
