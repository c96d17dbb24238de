/* SPDX-License-Identifier: Apache-2.0 */
/* What applications of AWS and Google do, and the end of a token at the latter's bridge. */
#include "face_rows.h"
#include "signer.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

#define DEVICE "projects/p/locations/l/registries/r/devices/d"

static enum assay_status order(struct face_bed *bed, const char *sentence)
{
    bed->err.text[0] = '\0';
    return face_order(bed->face, sentence, &bed->err);
}

static const char *take(struct face_bed *bed, const char *payload, unsigned qos)
{
    struct face_message m;
    const char *topic = NULL;

    if (!face_take_message(bed->face, &m))
        return "";
    CHECK_STR_EQ(m.payload, payload);
    CHECK_UINT_EQ(m.qos, qos);
    CHECK(m.to == bed->conn);
    topic = test_keep(strdup(m.topic));
    face_message_done(&m);
    return topic;
}

static const char *token_of(const struct signer *s, int64_t lives_s)
{
    char claims[160];

    snprintf(claims, sizeof(claims), "{\"aud\":\"p\",\"iat\":%lld,\"exp\":%lld}",
             (long long)FACE_BED_NOW, (long long)FACE_BED_NOW + lives_s);
    return jwt_of(s, "{\"alg\":\"ES256\"}", claims);
}

static bool open_google(struct face_bed *bed, const char *name, const char *orders)
{
    struct signer *s = signer_new("P-256");
    struct face_bed_board board = {.client_id = DEVICE, .username = "unused"};
    bool ok = face_bed_open(
        bed, KEYS("name", name, "key", signer_public_pem(s), "config", "rate 5", "orders", orders));

    board.password = token_of(s, 60);
    ok = CHECK(ok) && CHECK(strcmp(face_bed_connect(bed, &board, NULL), "") == 0);
    signer_free(s);
    return ok;
}

static void google_sends_commands_to_who_listens(void)
{
    struct face_bed bed;

    REQUIRE(open_google(&bed, "google", ""));
    CHECK_INT_EQ(order(&bed, "command payload=on"), ASSAY_ERR_STATE);
    CHECK_STR_CONTAINS(bed.err.text, "FAILED_PRECONDITION");
    face_bed_subscribe(&bed, "/devices/d/commands/door", 1, NULL);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), "commands-folder");
    CHECK_INT_EQ(order(&bed, "command folder=door payload=on"), ASSAY_ERR_STATE);
    face_bed_subscribe(&bed, "/devices/d/commands/#", 0, NULL);
    CHECK_OK(order(&bed, "command payload=on"));
    CHECK_STR_EQ(take(&bed, "on", 0), "/devices/d/commands");
    face_bed_subscribe(&bed, "/devices/d/commands/#", 1, NULL);
    CHECK_OK(order(&bed, "command folder=door payload=wide open"));
    CHECK_STR_EQ(take(&bed, "wide open", 1), "/devices/d/commands/door");
    face_unsubscribe(bed.conn, mqtt_view_text("/devices/d/commands/#"));
    CHECK_INT_EQ(order(&bed, "command payload=on"), ASSAY_ERR_STATE);
    face_bed_close(&bed);
}

static void google_sends_the_newest_configuration(void)
{
    struct face_bed bed;

    REQUIRE(open_google(&bed, "clearblade", "config payload=rate 6"));
    CHECK(face_bed_is_silent(&bed));
    face_bed_subscribe(&bed, "/devices/d/config", 0, NULL);
    CHECK_STR_EQ(take(&bed, "rate 6", 0), "/devices/d/config");
    CHECK_OK(order(&bed, "config payload=rate 7"));
    CHECK_STR_EQ(take(&bed, "rate 7", 0), "/devices/d/config");
    CHECK(face_bed_is_silent(&bed));
    face_unsubscribe(bed.conn, mqtt_view_text("/devices/d/config"));
    CHECK_OK(order(&bed, "config payload=rate 8"));
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

/* Ten minutes behind exp, as at the beginning. */
static void google_closes_ten_minutes_after_the_end_of_the_token(void)
{
    struct face_bed bed;

    REQUIRE(open_google(&bed, "google", ""));
    CHECK_INT_EQ(face_due_s(bed.face), FACE_BED_NOW + 60 + 600 + 1);
    bed.now_s += 660;
    face_advance(bed.face);
    CHECK(face_take_closing(bed.face) == NULL);
    bed.now_s++;
    face_advance(bed.face);
    CHECK(face_take_closing(bed.face) == &bed);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REFUSED, "rule"), "jwt-ended");
    face_bed_close(&bed);
}

static void google_allows_twenty_minutes_of_silence(void)
{
    static const struct {
        uint16_t asked;
        int64_t taken;
    } rows[] = {{60, -1}, {800, -1}, {801, 800}, {0, 800}};
    struct signer *s = signer_new("P-256");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct face_bed bed;
        struct mqtt_welcome welcome;
        const struct face_bed_board board = {.client_id = DEVICE,
                                             .username = "unused",
                                             .password = token_of(s, 60),
                                             .keep_alive_s = rows[i].asked,
                                             .no_keep_alive = rows[i].asked == 0};

        REQUIRE(face_bed_open(&bed, KEYS("name", "google", "key", signer_public_pem(s))));
        face_bed_connect(&bed, &board, &welcome);
        CHECK_INT_EQ(welcome.keep_alive_s, rows[i].taken);
        CHECK_UINT_EQ(face_bed_count(&bed, EV_FACE_REMARK), rows[i].taken >= 0);
        face_bed_close(&bed);
    }
    signer_free(s);
}

static void check_delta(struct face_bed *bed, const char *topic, int64_t rate)
{
    json_t *delta = NULL;

    json_decref(face_bed_message(bed, "/update/accepted"));
    json_decref(face_bed_message(bed, "/update/documents"));
    delta = face_bed_message(bed, topic);
    CHECK_INT_EQ(json_integer_value(json_object_get(json_object_get(delta, "state"), "rate")),
                 rate);
    json_decref(delta);
}

static void aws_changes_what_is_desired_of_a_thing_that_may_be_away(void)
{
    struct face_bed bed;

    REQUIRE(face_bed_open(&bed, KEYS("name", "aws")));
    CHECK_INT_EQ(order(&bed, "desired payload={\"rate\":5}"), ASSAY_ERR_STATE);
    CHECK_OK(order(&bed, "desired device=lamp payload={\"rate\":5}"));
    check_delta(&bed, "$aws/things/lamp/shadow/update/delta", 5);
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "lamp"}, NULL);
    CHECK_OK(order(&bed, "desired shadow=door payload={\"rate\":6}"));
    check_delta(&bed, "$aws/things/lamp/shadow/name/door/update/delta", 6);
    CHECK_INT_EQ(order(&bed, "desired payload=5"), ASSAY_ERR_MALFORMED);
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void aws_has_one_job_after_the_other(void)
{
    struct face_bed bed;
    json_t *next = NULL;

    REQUIRE(face_bed_open(&bed, KEYS("name", "aws", "thing", "lamp")));
    CHECK_OK(order(&bed, "job j-1 payload={\"url\":\"x\"}"));
    CHECK(face_bed_is_silent(&bed)); /* nobody is there */
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "lamp"}, NULL);
    face_bed_subscribe(&bed, "$aws/things/lamp/jobs/notify-next", 1, NULL);
    json_decref(face_bed_message(&bed, "/jobs/notify"));
    next = face_bed_message(&bed, "/jobs/notify-next");
    CHECK_STR_EQ(json_string_value(json_object_get(json_object_get(next, "execution"), "jobId")),
                 "j-1");
    json_decref(next);
    CHECK_INT_EQ(order(&bed, "job j-2"), ASSAY_ERR_STATE);
    face_bed_publish(&bed, "$aws/things/lamp/jobs/j-1/update", "{\"status\":\"SUCCEEDED\"}", 0,
                     NULL);
    json_decref(face_bed_message(&bed, "/update/accepted"));
    json_decref(face_bed_message(&bed, "/jobs/notify"));
    json_decref(face_bed_message(&bed, "/jobs/notify-next"));
    CHECK_OK(order(&bed, "job j-2"));
    json_decref(face_bed_message(&bed, "/jobs/notify"));
    json_decref(face_bed_message(&bed, "/jobs/notify-next"));
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void aws_and_google_say_that_a_client_came_twice(void)
{
    struct face_bed bed;
    struct face_conn *first = NULL;

    REQUIRE(face_bed_open(&bed, KEYS("name", "aws")));
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "lamp"}, NULL);
    first = bed.conn;
    bed.conn = NULL;
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "lamp"}, NULL);
    CHECK_STR_CONTAINS(face_bed_last(&bed, EV_FACE_REMARK, "text"), "connection 2 is \"lamp\"");
    face_conn_free(first);
    face_bed_close(&bed);
}

TEST_SUITE(face_orders, TEST(google_sends_commands_to_who_listens),
           TEST(google_sends_the_newest_configuration),
           TEST(google_closes_ten_minutes_after_the_end_of_the_token),
           TEST(google_allows_twenty_minutes_of_silence),
           TEST(aws_changes_what_is_desired_of_a_thing_that_may_be_away),
           TEST(aws_has_one_job_after_the_other),
           TEST(aws_and_google_say_that_a_client_came_twice));
