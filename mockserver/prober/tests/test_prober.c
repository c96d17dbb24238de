/* SPDX-License-Identifier: Apache-2.0 */
/* The bench as a client of its own servers: what it says of them has to be what they are. */
#include "prober/prober.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "base/transcript.h"
#include "event_check.h"
#include "json_value.h"
#include "mock/mock.h"
#include "test_support.h"

#include <string.h>

/* 2030-06-01T00:00:00Z */
enum { TIME_S = 1906502400, TRANSCRIPT_MAX = 64 << 20 };

#define CLIENT                                                                                     \
    "\"host\": \"broker.bench.test\", \"service\": \"wwep-tls\","                                  \
    "\"certs\": {\"leaf\": {\"recipe\": \"client\"}}"
#define SERVER "\"service\": \"wwep-tls\", \"tls\": {\"client_auth\": \"require\"}"

struct bed {
    uv_loop_t loop;
    struct transcript *t; /* of the prober */
    struct pki_store *store;
    struct scenario_clock clock;
    struct mock *mock;
    struct prober *prober;
    struct value *server, *client, *still;
    uv_timer_t late;
    bool is_done;
};

static struct value *parse(const char *json)
{
    struct value *v = NULL;
    struct assay_error err = {.text = ""};

    if (json != NULL && json_value_parse("description", json, strlen(json), &v, &err) != ASSAY_OK)
        test_check(false, __FILE__, __LINE__, "%s", err.text);
    return v;
}

static void on_done(void *ctx)
{
    struct bed *b = ctx;

    b->is_done = true;
    uv_stop(&b->loop);
}

static void on_late(uv_timer_t *timer)
{
    (void)timer;
    test_check(false, __FILE__, __LINE__, "the visits were not over in ten seconds");
    uv_stop(timer->loop);
}

static bool set_up(struct bed *b, const char *server, const char *client, const char *still)
{
    struct assay_error err = {.text = ""};

    *b = (struct bed){.is_done = false};
    b->t = transcript_new(TRANSCRIPT_MAX);
    b->store = pki_store_new();
    b->server = parse(server);
    b->client = parse(client);
    b->still = parse(still);
    scenario_clock_set(&b->clock, TIME_S * 1000LL, monotonic_ns());
    if (uv_loop_init(&b->loop) != 0)
        return false;
    const struct mock_options served = {.loop = &b->loop,
                                        .store = b->store,
                                        .clock = &b->clock,
                                        .description = b->server,
                                        .address = "127.0.0.1"};
    const struct prober_options visits = {.loop = &b->loop,
                                          .sink = transcript_sink(b->t),
                                          .store = b->store,
                                          .clock = &b->clock,
                                          .description = b->client,
                                          .still = b->still,
                                          .value = 0xbeef,
                                          .done = on_done,
                                          .ctx = b};
    if ((server == NULL || mock_start(&served, &b->mock, &err) == ASSAY_OK) &&
        prober_new(&visits, &b->prober, &err) == ASSAY_OK)
        return true;
    test_check(false, __FILE__, __LINE__, "%s", err.text);
    return false;
}

/* All visits, to the end. port 0: where the mock is. */
static void visit(struct bed *b, unsigned port)
{
    struct assay_error err = {.text = ""};

    uv_timer_init(&b->loop, &b->late);
    uv_timer_start(&b->late, on_late, 10000, 0);
    CHECK_OK(prober_start(b->prober, "127.0.0.1", port != 0 ? port : mock_port(b->mock), &err));
    if (!b->is_done)
        uv_run(&b->loop, UV_RUN_DEFAULT);
    CHECK(b->is_done);
    uv_close((uv_handle_t *)&b->late, NULL);
}

static void tear_down(struct bed *b)
{
    prober_free(b->prober);
    mock_stop(b->mock);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    CHECK_INT_EQ(uv_loop_close(&b->loop), 0);
    CHECK_EVENTS(b->t);
    value_free(b->server);
    value_free(b->client);
    value_free(b->still);
    pki_store_free(b->store);
    transcript_free(b->t);
}

static size_t count(const struct bed *b, const char *kind, const char *field, const char *is)
{
    size_t n = 0;

    for (size_t i = 0; i < transcript_count(b->t); i++) {
        const struct event *e = transcript_at(b->t, i);

        n += event_is(e, kind) && strcmp(event_get_text(e, field), is) == 0 ? 1 : 0;
    }
    return n;
}

static const struct event *find(const struct bed *b, const char *kind)
{
    for (size_t i = 0; i < transcript_count(b->t); i++)
        if (event_is(transcript_at(b->t, i), kind))
            return transcript_at(b->t, i);
    return NULL;
}

static void a_good_client_writes_and_reads_what_it_wrote(void)
{
    struct bed b;
    const struct event *certificate = NULL;

    REQUIRE(set_up(&b, "{" SERVER "}", "{" CLIENT "}", NULL));
    visit(&b, 0);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "kind", "good"), 2);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "text", "A0FAC77BEEF"), 2);
    CHECK_UINT_EQ(count(&b, EV_PROBER_END, "outcome", "answered"), 2);
    certificate = find(&b, EV_TLS_SERVER_CERTIFICATE);
    REQUIRE(certificate != NULL);
    CHECK(event_get_bool(certificate, "chain_ok"));
    CHECK(event_get_bool(certificate, "name_ok"));
    CHECK_STR_EQ(event_get_text(find(&b, EV_NET_OPEN), "by"), "bench");
    tear_down(&b);
}

static void what_is_wrong_with_the_servers_certificate_is_told_and_has_no_consequence(void)
{
    struct bed b;
    const struct event *certificate = NULL;

    REQUIRE(set_up(&b,
                   "{" SERVER ", \"certs\": {\"leaf\": {\"not_after\": \"-1d\","
                   "\"san\": [\"dns:other.test\"]}}}",
                   "{" CLIENT "}", NULL));
    visit(&b, 0);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "kind", "good"), 2);
    certificate = find(&b, EV_TLS_SERVER_CERTIFICATE);
    REQUIRE(certificate != NULL);
    CHECK(!event_get_bool(certificate, "chain_ok"));
    CHECK_STR_CONTAINS(event_get_text(certificate, "chain_error"), "expired");
    CHECK(!event_get_bool(certificate, "name_ok"));
    tear_down(&b);
}

static void the_alert_that_refuses_a_client_without_certificate_is_told(void)
{
    struct bed b;

    REQUIRE(set_up(&b, "{" SERVER "}", "{" CLIENT ", \"chain\": []}", "{" CLIENT "}"));
    visit(&b, 0);
    CHECK(count(&b, EV_TLS_ALERT, "name", "certificate_required") > 0);
    CHECK_UINT_EQ(count(&b, EV_PROBER_VISIT, "purpose", "case"), 2);
    CHECK_UINT_EQ(count(&b, EV_PROBER_END, "outcome", "closed"), 2);
    CHECK_UINT_EQ(count(&b, EV_PROBER_VISIT, "purpose", "still"), 2);
    CHECK_UINT_EQ(count(&b, EV_PROBER_END, "outcome", "answered"), 2);
    tear_down(&b);
}

static void a_server_that_keeps_silent_is_given_up(void)
{
    struct bed b;

    REQUIRE(set_up(&b, "{" SERVER ", \"wwep\": {\"withhold\": true}}",
                   "{" CLIENT ", \"visit\": {\"wait_ms\": 200}}", NULL));
    visit(&b, 0);
    CHECK_UINT_EQ(count(&b, EV_PROBER_END, "outcome", "silent"), 2);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "kind", "good"), 0);
    tear_down(&b);
}

static void where_nobody_listens_nobody_is_met(void)
{
    struct bed b;

    /* The port of a mock that has gone is nobody's. */
    REQUIRE(set_up(&b, "{" SERVER "}", "{" CLIENT "}", NULL));
    unsigned port = mock_port(b.mock);
    mock_stop(b.mock);
    b.mock = NULL;
    visit(&b, port);
    CHECK_UINT_EQ(count(&b, EV_PROBER_END, "outcome", "nobody"), 2);
    CHECK(find(&b, EV_NET_OPEN) == NULL);
    tear_down(&b);
}

static void company_stays_while_the_case_is_served(void)
{
    static const char *const kinds[] = {"idle", "handshake", "shaken", "quick"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        char client[400];
        struct bed b;

        snprintf(client, sizeof(client),
                 "{" CLIENT ", \"visit\": {\"company\": \"%s\", \"company_count\": 3}}", kinds[i]);
        REQUIRE(set_up(&b, "{" SERVER ", \"wwep\": {\"wait_ms\": 5000}}", client, "{" CLIENT "}"));
        visit(&b, 0);
        test_check(count(&b, EV_PROBER_VISIT, "purpose", "company") == 3 &&
                       count(&b, EV_PROBER_ANSWER, "kind", "good") == 4 &&
                       count(&b, EV_PROBER_END, "outcome", "left") == 3,
                   __FILE__, __LINE__, "company %s", kinds[i]);
        tear_down(&b);
    }
}

static void a_request_can_come_in_pieces(void)
{
    struct bed b;

    REQUIRE(set_up(&b, "{" SERVER "}",
                   "{" CLIENT ", \"net\": {\"chunk_tx\": 1},"
                   "\"visit\": {\"chunk\": 1, \"chunk_delay_ms\": 5}}",
                   NULL));
    visit(&b, 0);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "kind", "good"), 2);
    CHECK_UINT_EQ(count(&b, EV_TLS_DATA, "dir", "tx"), 11 + 7);
    tear_down(&b);
}

static void what_is_no_tls_is_refused_before_any_answer(void)
{
    static const char *const openings[] = {"plain", "garbage", "long-record"};

    for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
        char client[400];
        struct bed b;

        snprintf(client, sizeof(client), "{" CLIENT ", \"visit\": {\"opening\": \"%s\"}}",
                 openings[i]);
        REQUIRE(set_up(&b, "{" SERVER "}", client, NULL));
        visit(&b, 0);
        test_check(find(&b, EV_PROBER_ANSWER) == NULL &&
                       count(&b, EV_PROBER_END, "outcome", "closed") == 2,
                   __FILE__, __LINE__, "%s", openings[i]);
        tear_down(&b);
    }
}

static void a_server_without_tls_is_visited_without(void)
{
    struct bed b;

    REQUIRE(set_up(&b, "{\"service\": \"wwep\"}", "{\"service\": \"wwep\"}", NULL));
    visit(&b, 0);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "kind", "good"), 2);
    CHECK(event_get_bool(find(&b, EV_PROBER_ANSWER), "plain"));
    tear_down(&b);
}

static void a_web_server_is_asked_for_a_page(void)
{
    struct bed b;

    REQUIRE(set_up(&b, "{\"service\": \"https\"}",
                   "{\"service\": \"https\", \"host\": \"broker.bench.test\"}", NULL));
    visit(&b, 0);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "kind", "good"), 1);
    CHECK_STR_CONTAINS(event_get_text(find(&b, EV_PROBER_ANSWER), "text"), "200");
    tear_down(&b);
}

static void a_malformed_request_is_answered_with_a_no(void)
{
    struct bed b;

    REQUIRE(
        set_up(&b, "{" SERVER "}", "{" CLIENT ", \"visit\": {\"request\": \"unknown\"}}", NULL));
    visit(&b, 0);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "kind", "refused"), 1);
    CHECK_UINT_EQ(count(&b, EV_PROBER_ANSWER, "text", "X illegal command"), 1);
    tear_down(&b);
}

static void a_broker_is_nothing_that_the_bench_visits(void)
{
    struct value *client = parse("{\"service\": \"mqtts\"}");
    struct prober *prober = NULL;
    struct assay_error err = {.text = ""};
    uv_loop_t loop;

    REQUIRE(uv_loop_init(&loop) == 0);
    const struct prober_options options = {.loop = &loop, .description = client};

    CHECK_INT_EQ(prober_new(&options, &prober, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "mqtts");
    CHECK_INT_EQ(uv_loop_close(&loop), 0);
    value_free(client);
}

TEST_SUITE(prober, TEST(a_good_client_writes_and_reads_what_it_wrote),
           TEST(what_is_wrong_with_the_servers_certificate_is_told_and_has_no_consequence),
           TEST(the_alert_that_refuses_a_client_without_certificate_is_told),
           TEST(a_server_that_keeps_silent_is_given_up), TEST(where_nobody_listens_nobody_is_met),
           TEST(company_stays_while_the_case_is_served), TEST(a_request_can_come_in_pieces),
           TEST(what_is_no_tls_is_refused_before_any_answer),
           TEST(a_server_without_tls_is_visited_without), TEST(a_web_server_is_asked_for_a_page),
           TEST(a_malformed_request_is_answered_with_a_no),
           TEST(a_broker_is_nothing_that_the_bench_visits));
