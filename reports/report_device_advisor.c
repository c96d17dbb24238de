/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run as AWS IoT Device Advisor would tell it: its tests by their API names, with its rules for
 * PASS, PASS_WITH_WARNINGS and FAIL (AWS IoT Core Developer Guide, "Device Advisor test cases"). It
 * says nothing that the cases do not say.
 */
#include "report_writers.h"

#include <string.h>

enum { MAX_CASES = 8 };

enum result { RESULT_PASS, RESULT_WARNINGS, RESULT_NOT_RUN, RESULT_ERROR, RESULT_FAIL };

static const char *const result_names[] = {
    [RESULT_PASS] = "PASS",       [RESULT_WARNINGS] = "PASS_WITH_WARNINGS",
    [RESULT_NOT_RUN] = "NOT_RUN", [RESULT_ERROR] = "ERROR",
    [RESULT_FAIL] = "FAIL",
};

/* clang-format off */
static const struct test {
    const char *name;
    const char *cases[MAX_CASES]; /* all count; the worst decides */
    bool warns_without_alert;     /* a refusal without the right alert is a warning */
    const char *warns;            /* a failure of this case is a warning; NULL: none is */
    bool wants_exponential;       /* waits that double are right, with chance or without */
} tests[] = {
    {"TLS_Connect", {"POS-02"}, false, NULL, false},
    {"TLS_Receive_Maximum_Size_Fragments", {"REC-01/full"}, false, NULL, false},
    /* An unsupported suite beside a recommended one is a warning. */
    {"TLS_Support_AWS_IoT_Cipher_Suites", {"CH-04"}, false, "CH-02", false},
    {"TLS_Large_Size_Server_Cert", {"CHAIN-02"}, false, NULL, false},
    {"TLS_Unsecure_Server_Cert", {"PATH-01", "PATH-03"}, false, NULL, false},
    {"TLS_Incorrect_Subject_Name_Server_Cert", {"NAME-01"}, false, NULL, false},
    {"TLS_Expired_Server_Cert", {"TIME-01"}, true, NULL, false},
    {"MQTT_Connect", {"MQ-02"}, false, NULL, false},
    {"MQTT_Client_Puback_QoS1", {"MQ-19/qos1"}, false, NULL, false},
    /* Strictly exponential waits are a warning: the case calls them degraded. */
    {"MQTT_Connect_Jitter_Backoff_Retries", {"MQ-10/unanswered"}, false, NULL, false},
    {"MQTT_Connect_Exponential_Backoff_Retries", {"MQ-10/unanswered"}, false, NULL, true},
    {"MQTT_Reconnect_Backoff_Retries_On_Server_Disconnect", {"MQ-10/refused"}, false, NULL, false},
    {"MQTT_Reconnect_Backoff_Retries_On_Unstable_Connection", {"MQ-10/unstable"}, false, NULL, false},
    {"MQTT_Publish", {"MQ-18"}, false, NULL, false},
    {"MQTT_Publish_Retry_No_Puback", {"MQ-16/kept"}, false, NULL, false},
    {"MQTT_Subscribe", {"MQ-19/qos1"}, false, NULL, false},
    {"MQTT_Subscribe_Retry_No_Suback", {"MQ-14"}, false, NULL, false},
    {"MQTT_No_Ack_PingResp", {"MQ-22", "MQ-23"}, false, NULL, false},
    {"MQTT_Persistent_Session_Happy_Case", {"MQ-25"}, false, NULL, false},
    {"MQTT_Expired_Persistent_Session", {"MQ-26"}, false, NULL, false},
    /* AWS's own services, where the run has cases about them. */
    {"Shadow_Publish_Reported_State", {"MQ-44/reported"}, false, NULL, false},
    {"Shadow_Update_Reported_State", {"MQ-44/desired"}, false, NULL, false},
    {"Job_Execution", {"MQ-45"}, false, NULL, false},
    /* It looks at the policies of an account, never at a board. */
    {"Security_Device_Policies", {NULL}, false, NULL, false},
    /* Its advanced scenarios in their order; the long ones stand in @soak. */
    {"MQTT_Long_Duration", {"MQ-19/qos1", "MQ-25", "MQ-23", "MQ-47", "MQ-10/refused", "MQ-46"}, false, NULL, false},
};
/* clang-format on */

static const struct case_record *find(const struct run_record *run, const char *board,
                                      const char *id)
{
    for (size_t i = 0; i < run->case_count; i++)
        if (strcmp(run->cases[i].board, board) == 0 && strcmp(run->cases[i].id, id) == 0)
            return &run->cases[i];
    return NULL;
}

static enum result result_of(const struct test *test, const struct case_record *c)
{
    enum verdict v = c->verdict == VERDICT_WAIVED ? c->verdict_before_waiver : c->verdict;

    if (test->wants_exponential && c->observed.backoff.present &&
        strcmp(c->observed.backoff.kind, "exponential") == 0)
        return RESULT_PASS;
    if (test->warns != NULL && strcmp(c->id, test->warns) == 0 && verdict_is_fail(v))
        return RESULT_WARNINGS;
    if (v == VERDICT_PASS)
        return RESULT_PASS;
    if (v == VERDICT_PASS_SOFT)
        return test->warns_without_alert ? RESULT_WARNINGS : RESULT_PASS;
    if (v == VERDICT_DEGRADED)
        return RESULT_WARNINGS;
    if (v == VERDICT_NOT_APPLICABLE)
        return RESULT_NOT_RUN;
    return v == VERDICT_INCONCLUSIVE || v == VERDICT_HARNESS_ERROR ? RESULT_ERROR : RESULT_FAIL;
}

/* The worst so far, and the case that decided (NULL: one was not run). */
struct finding {
    enum result result;
    const char *id;
    const struct case_record *c;
};

static void weigh(struct finding *worst, const struct run_record *run, const char *board,
                  const struct test *test, const char *id)
{
    const struct case_record *c = find(run, board, id);
    enum result result = c != NULL ? result_of(test, c) : RESULT_NOT_RUN;

    if (worst->id == NULL || result > worst->result)
        *worst = (struct finding){.result = result, .id = id, .c = c};
}

static struct finding judge_test(const struct run_record *run, const char *board,
                                 const struct test *test)
{
    struct finding worst = {.result = RESULT_PASS};

    if (test->cases[0] == NULL)
        return (struct finding){.result = RESULT_NOT_RUN,
                                .id = "It looks at an account, not at a board"};
    for (size_t i = 0; i < MAX_CASES && test->cases[i] != NULL; i++)
        weigh(&worst, run, board, test, test->cases[i]);
    if (test->warns != NULL)
        weigh(&worst, run, board, test, test->warns);
    return worst;
}

static enum assay_status add_board(const struct run_record *run, const char *board, struct buf *out)
{
    ASSAY_TRY(buf_printf(out, "%s\n", board));
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        struct finding f = judge_test(run, board, &tests[i]);

        ASSAY_TRY(buf_printf(out, "  %-53s %-18s %s%s%s\n", tests[i].name, result_names[f.result],
                             f.id,
                             f.c != NULL                 ? ": "
                             : tests[i].cases[0] != NULL ? " is not in this run"
                                                         : "",
                             f.c != NULL ? f.c->reason : ""));
    }
    return ASSAY_OK;
}

enum assay_status report_device_advisor(const struct run_record *run, const char *run_dir,
                                        struct buf *out, struct assay_error *err)
{
    (void)run_dir;
    (void)err;
    for (size_t i = 0; i < run->board_count; i++)
        ASSAY_TRY(add_board(run, run->boards[i].id, out));
    return ASSAY_OK;
}
