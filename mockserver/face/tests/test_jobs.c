/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: from the notice to the end of an execution. */
#include "event_check.h"
#include "face_bed.h"
#include "test_support.h"

#include <stdio.h>

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define TOPIC     "$aws/things/lamp/jobs/"
#define WITH_JOB  KEYS("name", "aws", "job", "j-1", "job_document", "{\"operation\":\"blink\"}")

static bool start(struct face_bed *bed, const char *const *keys)
{
    return CHECK(face_bed_open(bed, keys)) &&
           CHECK(face_bed_connect(bed, &(struct face_bed_board){.client_id = "lamp"}, NULL)[0] ==
                 '\0');
}

static void ask(struct face_bed *bed, const char *rest, const char *payload)
{
    char topic[160];

    snprintf(topic, sizeof(topic), TOPIC "%s", rest);
    CHECK_STR_EQ(face_bed_publish(bed, topic, payload, 0, NULL), "");
}

static const char *text(const json_t *json, const char *a, const char *b)
{
    const json_t *in = json_object_get(json, a);
    const char *found = json_string_value(b != NULL ? json_object_get(in, b) : in);

    return found != NULL ? found : "";
}

static void a_job_is_told_to_whoever_listens(void)
{
    struct face_bed bed;
    json_t *m = NULL;

    REQUIRE(start(&bed, WITH_JOB));
    CHECK_STR_EQ(face_bed_subscribe(&bed, TOPIC "notify-next", 1, NULL), "");
    m = face_bed_message(&bed, TOPIC "notify");
    CHECK_UINT_EQ(json_array_size(json_object_get(json_object_get(m, "jobs"), "QUEUED")), 1);
    json_decref(m);
    m = face_bed_message(&bed, TOPIC "notify-next");
    CHECK_STR_EQ(text(m, "execution", "jobId"), "j-1");
    CHECK_STR_EQ(text(m, "execution", "status"), "QUEUED");
    CHECK_STR_EQ(text(json_object_get(m, "execution"), "jobDocument", "operation"), "blink");
    json_decref(m);
    CHECK_STR_EQ(face_bed_subscribe(&bed, TOPIC "#", 1, NULL), "");
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void a_job_is_started_reported_and_finished(void)
{
    struct face_bed bed;
    json_t *m = NULL;

    REQUIRE(start(&bed, WITH_JOB));
    ask(&bed, "start-next", "{\"clientToken\":\"c\",\"statusDetails\":{\"step\":\"one\"}}");
    m = face_bed_message(&bed, TOPIC "start-next/accepted");
    CHECK_STR_EQ(text(m, "clientToken", NULL), "c");
    CHECK_STR_EQ(text(m, "execution", "status"), "IN_PROGRESS");
    CHECK_STR_EQ(text(json_object_get(m, "execution"), "statusDetails", "step"), "one");
    CHECK_INT_EQ(
        json_integer_value(json_object_get(json_object_get(m, "execution"), "versionNumber")), 2);
    json_decref(m);
    ask(&bed, "j-1/update",
        "{\"status\":\"SUCCEEDED\",\"expectedVersion\":\"2\",\"includeJobExecutionState\":true}");
    m = face_bed_message(&bed, TOPIC "j-1/update/accepted");
    CHECK_STR_EQ(text(m, "executionState", "status"), "SUCCEEDED");
    json_decref(m);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "status"), "SUCCEEDED");
    m = face_bed_message(&bed, TOPIC "notify");
    CHECK_UINT_EQ(json_object_size(json_object_get(m, "jobs")), 0);
    json_decref(m);
    m = face_bed_message(&bed, TOPIC "notify-next");
    CHECK(json_object_get(m, "execution") == NULL);
    json_decref(m);
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

/* Answers of this service come to whoever asked, subscribed or not. */
static void answers_are_for_the_one_who_asked(void)
{
    struct face_bed bed;
    struct face_message m = {0};

    REQUIRE(start(&bed, WITH_JOB));
    ask(&bed, "get", "");
    REQUIRE(face_take_message(bed.face, &m));
    CHECK(m.to == bed.conn);
    CHECK_STR_EQ(m.topic, TOPIC "get/accepted");
    CHECK_STR_CONTAINS(m.payload, "\"queuedJobs\":[{\"jobId\":\"j-1\"");
    face_message_done(&m);
    face_bed_close(&bed);
}

static void what_does_not_go_is_rejected_with_a_code(void)
{
    static const struct {
        const char *rest, *payload, *code;
    } rows[] = {
        {"j-1/update", "{\"status\":\"DONE\"}", "InvalidRequest"},
        {"j-1/update", "{}", "InvalidRequest"},
        {"j-1/update", "status", "InvalidJson"},
        {"j-1/update", "[]", "InvalidJson"},
        {"j-2/update", "{\"status\":\"SUCCEEDED\"}", "ResourceNotFound"},
        {"j-2/get", "", "ResourceNotFound"},
        {"j-1/update", "{\"status\":\"SUCCEEDED\",\"expectedVersion\":5}", "VersionMismatch"},
        {"j-1/update", "{\"status\":\"FAILED\"}", NULL},
        {"j-1/update", "{\"status\":\"SUCCEEDED\"}", "InvalidStateTransition"},
    };
    struct face_bed bed;

    REQUIRE(start(&bed, WITH_JOB));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char topic[128];
        json_t *m = NULL;

        snprintf(topic, sizeof(topic), TOPIC "%s/%s", rows[i].rest,
                 rows[i].code != NULL ? "rejected" : "accepted");
        ask(&bed, rows[i].rest, rows[i].payload);
        m = face_bed_message(&bed, topic);
        CHECK_STR_EQ(text(m, "code", NULL), rows[i].code != NULL ? rows[i].code : "");
        json_decref(m);
        if (rows[i].code == NULL) { /* the notices of its end */
            json_decref(face_bed_message(&bed, "notify"));
            json_decref(face_bed_message(&bed, "notify-next"));
        }
    }
    face_bed_close(&bed);
}

static void without_a_job_nothing_is_pending(void)
{
    struct face_bed bed;
    json_t *m = NULL;

    REQUIRE(start(&bed, KEYS("name", "aws")));
    CHECK_STR_EQ(face_bed_subscribe(&bed, TOPIC "notify", 1, NULL), "");
    CHECK(face_bed_is_silent(&bed));
    ask(&bed, "start-next", "");
    m = face_bed_message(&bed, "start-next/accepted");
    CHECK(m != NULL && json_object_get(m, "execution") == NULL);
    json_decref(m);
    ask(&bed, "$next/get", "");
    m = face_bed_message(&bed, "$next/get/accepted");
    CHECK(m != NULL && json_object_get(m, "execution") == NULL);
    json_decref(m);
    ask(&bed, "$next/update", "{\"status\":\"SUCCEEDED\"}");
    m = face_bed_message(&bed, "$next/update/rejected");
    CHECK_STR_EQ(text(m, "code", NULL), "ResourceNotFound");
    json_decref(m);
    face_bed_close(&bed);
}

TEST_SUITE(jobs, TEST(a_job_is_told_to_whoever_listens),
           TEST(a_job_is_started_reported_and_finished), TEST(answers_are_for_the_one_who_asked),
           TEST(what_does_not_go_is_rejected_with_a_code), TEST(without_a_job_nothing_is_pending));
