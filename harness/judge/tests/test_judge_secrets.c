/* SPDX-License-Identifier: Apache-2.0 */
/* The rules about what a board gives away, both ways, with made-up transcripts. */
#include "base/event_kinds.h"
#include "rule_rows.h"
#include "test_support.h"

static void nothing(struct story *s)
{
    (void)s;
}

static void print_well(struct story *s)
{
    story_say(s, EV_BOARD_LINE, "dir", "rx", "text", "<1 ok*1234");
}

static void print_password(struct story *s)
{
    print_well(s);
    story_say(s, EV_BOARD_LINE, "dir", "rx", "text", "!3 log (secret)*1234");
}

static void print_key(struct story *s)
{
    story_say(s, EV_BOARD_LINE, "dir", "rx", "text", "-----BEGIN PRIVATE KEY-----");
}

static void meet_wrong_server(struct story *s)
{
    struct event_builder e;

    story_event(s, &e, EV_ATTEMPT_BEGIN);
    event_int(&e, "attempt", ++s->attempts);
    event_text(&e, "role", "evidence");
    event_text(&e, "scenario", "PATH-03");
    event_text(&e, "expect", "refuse");
    event_emit(&e);
}

static void tell_wrong_server(struct story *s)
{
    struct event_builder e;

    meet_wrong_server(s);
    story_event(s, &e, EV_MQTT_CONNECT);
    event_bool(&e, "has_username", true);
    event_bool(&e, "has_password", true);
    event_emit(&e);
}

/* clang-format off */
static const struct rule_row rows[] = {
    {"no-secrets-printed", print_well, VERDICT_PASS, ""},
    {"no-secrets-printed", print_password, VERDICT_FAIL_BEHAVIOUR, "password"},
    {"no-secrets-printed", print_key, VERDICT_FAIL_BEHAVIOUR, "private key"},
    {"no-secrets-printed", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"first-leak", meet_wrong_server, VERDICT_PASS, "None of the 1 servers"},
    {"first-leak", tell_wrong_server, VERDICT_FAIL_LEAK, "its client identifier, its user name, its password; first in PATH-03"},
    {"first-leak", nothing, VERDICT_INCONCLUSIVE, "no server"},
};
/* clang-format on */

static void every_rule_about_secrets_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_rule_about_secrets_is_tested_both_ways(void)
{
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if (rule_is_of_secrets((enum rule)rule))
            rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), (enum rule)rule);
}

TEST_SUITE(secret_rules, TEST(every_rule_about_secrets_finds_what_it_is_about),
           TEST(every_rule_about_secrets_is_tested_both_ways));
