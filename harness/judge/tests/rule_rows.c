/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_rows.h"

#include "base/event_kinds.h"
#include "test_support.h"

#include <stdlib.h>
#include <string.h>

void rule_story_judge(const char *rule, rule_teller events, struct judgement *ret)
{
    struct story s = {.t = transcript_new(1 << 22)};
    struct event_builder e;
    struct assay_error err = {.text = ""};

    story_event(&s, &e, EV_CASE_BEGIN);
    event_text(&e, "title", "a rule");
    event_text(&e, "control", "POS-01");
    event_text(&e, "severity", "S2");
    event_text(&e, "expect", "observe");
    event_texts(&e, "rules", &rule, 1);
    event_emit(&e);
    story_open_attempt(&s, "evidence", "POS-01", "broker.bench.test", "mqtt");
    story_open_connection(&s);
    events(&s);
    story_close_attempt(&s);
    if (judge_case(s.t, ret, &err) != ASSAY_OK)
        test_check(false, __FILE__, __LINE__, "%s: %s", rule, err.text);
    transcript_free(s.t);
}

void rule_rows_check(const struct rule_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct judgement *j = calloc(1, sizeof(*j));

        REQUIRE(j != NULL);
        rule_story_judge(rows[i].rule, rows[i].events, j);
        test_check(j->verdict == rows[i].verdict, __FILE__, __LINE__, "row %zu, %s: %s, not %s: %s",
                   i, rows[i].rule, verdict_name(j->verdict), verdict_name(rows[i].verdict),
                   j->reason);
        test_check(strstr(j->reason, rows[i].says) != NULL, __FILE__, __LINE__,
                   "%s says \"%s\" without \"%s\"", rows[i].rule, j->reason, rows[i].says);
        free(j);
    }
}

/* Rules that are for information say something and never fail. */
static bool only_informs(enum rule rule)
{
    return rule == RULE_STACK || rule == RULE_CLOCK_IN_RANDOM || rule == RULE_POST_QUANTUM ||
           rule == RULE_HANDSHAKE_TIME || rule == RULE_RESUMED || rule == RULE_MQTT_WILL;
}

void rule_rows_cover(const struct rule_row *rows, size_t count, enum rule rule)
{
    bool good = false;
    bool bad = only_informs(rule);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].rule, rule_name(rule)) != 0)
            continue;
        good = good || rows[i].verdict == VERDICT_PASS;
        bad = bad || rows[i].verdict == VERDICT_DEGRADED || verdict_is_fail(rows[i].verdict);
    }
    test_check(good && bad, __FILE__, __LINE__, "%s: passes %d, fails %d", rule_name(rule), good,
               bad);
}

bool rule_is_of_mqtt(enum rule rule)
{
    return strncmp(rule_name(rule), "mqtt-", strlen("mqtt-")) == 0;
}

bool rule_is_of_stay(enum rule rule)
{
    return strncmp(rule_name(rule), "stay-", strlen("stay-")) == 0;
}

bool rule_is_of_clouds(enum rule rule)
{
    return strncmp(rule_name(rule), "cloud-", strlen("cloud-")) == 0;
}

bool rule_is_of_servers(enum rule rule)
{
    return rule == RULE_SERVER_CERTIFICATE || rule == RULE_SERVER_KEY ||
           rule == RULE_NO_RENEGOTIATION || rule == RULE_HELLO_REFUSED ||
           rule == RULE_COMPRESSION_REFUSED || rule == RULE_NO_HEARTBEAT ||
           rule == RULE_NO_EARLY_DATA;
}

bool rule_is_of_the_web(enum rule rule)
{
    return rule == RULE_SHORT_ANSWER || rule == RULE_FEW_REDIRECTS ||
           rule == RULE_CREDENTIALS_KEPT || rule == RULE_REQUEST_FORM ||
           rule == RULE_WEBSOCKET_OBEYED || rule == RULE_WEBSOCKET_PONGS;
}

bool rule_is_of_secrets(enum rule rule)
{
    return rule == RULE_NO_SECRETS_PRINTED || rule == RULE_FIRST_LEAK;
}

bool rule_is_of_soak(enum rule rule)
{
    return strncmp(rule_name(rule), "soak-", strlen("soak-")) == 0;
}

bool rule_has_tests_of_its_own(enum rule rule)
{
    return rule_is_of_mqtt(rule) || rule_is_of_stay(rule) || rule_is_of_clouds(rule) ||
           rule_is_of_servers(rule) || rule_is_of_the_web(rule) || rule_is_of_secrets(rule) ||
           rule_is_of_soak(rule) || rule == RULE_PLAIN_UNUSED;
}
