/* SPDX-License-Identifier: Apache-2.0 */
/* A broker that is gone now and then. */
#include "mock_bed.h"

#include "test_support.h"

#include <string.h>
#include <unistd.h>

enum { SEEN_MAX = 64 };

struct wait {
    struct mock_bed *bed;
    size_t outages;
};

/* Within a millisecond; UV_RUN_ONCE would sleep on until the next timer, the outage's end. */
static void wait_for_first(struct mock_bed *bed)
{
    while (mock_bed_count(bed, EV_MOCK_OUTAGE) == 0)
        uv_run(&bed->loop, UV_RUN_NOWAIT);
}

/* So many outages are over. */
static bool are_over(void *ctx)
{
    const struct wait *w = ctx;

    return mock_bed_count(w->bed, EV_MOCK_OUTAGE) >= 2 * w->outages;
}

static bool wait_for(struct mock_bed *bed, size_t outages)
{
    return mock_bed_wait(bed, are_over, &(struct wait){.bed = bed, .outages = outages});
}

static void publish(struct mock_bed *bed)
{
    const char *argv[] = {
        "mosquitto_pub", "-h", "127.0.0.1", "-p", bed->port, "-t", "t", "-m", "x", NULL};

    if (!mock_bed_run(bed, argv))
        test_skip("mosquitto_pub is not installed");
}

static void who_comes_in_an_outage_is_refused_and_afterwards_served(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{\"service\":\"mqtt\",\"outages\":{\"up_ms\":[0,0],"
                                 "\"down_ms\":[400,400],\"for_ms\":450}}"));
    wait_for_first(&bed);
    publish(&bed);
    CHECK(bed.exit_code != 0);
    REQUIRE(wait_for(&bed, 1));
    publish(&bed);
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MOCK_OUTAGE), 2);
    mock_bed_close(&bed);
}

/* Which ways, and how long they were to be, as numbers. */
static size_t draw_outages(const char *seed, int64_t *ret)
{
    struct mock_bed bed;
    char json[256];
    size_t count = 0;
    const struct event *e = NULL;

    snprintf(json, sizeof(json),
             "{\"service\":\"mqtt\",\"outages\":{\"up_ms\":[0,2],\"down_ms\":[0,5],"
             "\"ways\":[\"refuse\",\"silent\",\"drop\"],\"seed\":%s}}",
             seed);
    if (!mock_bed_open(&bed) || !mock_bed_start(&bed, json) || !wait_for(&bed, 12))
        return 0;
    while (count < 10 && (e = mock_bed_event(&bed, EV_MOCK_OUTAGE, 2 * count)) != NULL)
        ret[count++] =
            event_get_int(e, "planned_ms", -1) * 1000 + (int64_t)strlen(event_get_text(e, "way"));
    mock_bed_close(&bed);
    return count;
}

static void the_same_seed_gives_the_same_outages(void)
{
    int64_t first[SEEN_MAX];
    int64_t again[SEEN_MAX];
    int64_t other[SEEN_MAX];

    CHECK_UINT_EQ(draw_outages("5", first), 10);
    CHECK_UINT_EQ(draw_outages("5", again), 10);
    CHECK_UINT_EQ(draw_outages("6", other), 10);
    CHECK(memcmp(first, again, 10 * sizeof(first[0])) == 0);
    CHECK(memcmp(first, other, 10 * sizeof(first[0])) != 0);
}

static void the_wrong_server_has_another_certificate_until_it_is_over(void)
{
    struct mock_bed bed;
    const char *argv[] = {"mosquitto_pub", "-h", "localhost", "-p", NULL, "--cafile", NULL,
                          "--insecure",    "-t", "t",         "-m", "x",  NULL};

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    REQUIRE(mock_bed_start(&bed, "{\"outages\":{\"ways\":[\"bad-certificate\"],"
                                 "\"up_ms\":[0,0],\"down_ms\":[600,600],\"for_ms\":650}}"));
    argv[4] = bed.port;
    argv[6] = bed.root_file;
    wait_for_first(&bed);
    if (!mock_bed_run(&bed, argv))
        test_skip("mosquitto_pub is not installed");
    CHECK(bed.exit_code != 0);
    CHECK(mock_bed_event_where(&bed, EV_TLS_ALERT, "name", "unknown_ca") != NULL);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MQTT_CONNECT), 0);
    REQUIRE(wait_for(&bed, 1));
    CHECK(mock_bed_run(&bed, argv));
    CHECK_INT_EQ(bed.exit_code, 0);
    mock_bed_close(&bed);
}

static void what_cannot_be_is_said_before(void)
{
    static const struct {
        const char *json, *message;
    } rows[] = {
        {"{\"outages\":{\"ways\":[\"fire\"]}}", "outages.ways has to be"},
        {"{\"outages\":{\"ways\":[]}}", "outages.ways has to be"},
        {"{\"outages\":{\"up_ms\":[5,4]}}", "outages.up_ms has to be"},
        {"{\"outages\":{\"down_ms\":7}}", "outages.down_ms has to be"},
        {"{\"outages\":{\"weather\":1}}", "outages.weather"},
        {"{\"service\":\"mqtt\",\"outages\":{\"ways\":[\"bad-certificate\"]}}", "with TLS"},
        {"{\"outages\":{},\"later\":[{\"change\":{\"mqtt\":{}}}]}", "not together with"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;

        REQUIRE(mock_bed_open(&bed));
        CHECK(!mock_bed_start(&bed, rows[i].json));
        CHECK_STR_CONTAINS(bed.err.text, rows[i].message);
        mock_bed_close(&bed);
    }
}

TEST_SUITE(outages, TEST(who_comes_in_an_outage_is_refused_and_afterwards_served),
           TEST(the_same_seed_gives_the_same_outages),
           TEST(the_wrong_server_has_another_certificate_until_it_is_over),
           TEST(what_cannot_be_is_said_before));
