/* SPDX-License-Identifier: Apache-2.0 */
/* Against what QEMU 7.2 sends. */
#include "qmp.h"
#include "test_support.h"

#include <stdlib.h>

#define GREETING                                                                                   \
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "             \
    "\"package\": \"Debian\"}, \"capabilities\": [\"oob\"]}}\r\n"
#define DONE "{\"return\": {}}\r\n"
#define RESET_BY(guest)                                                                            \
    "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"RESET\", \"data\": "      \
    "{\"guest\": " guest ", \"reason\": \"x\"}}\r\n"

struct heard {
    struct buf sent;
    unsigned by_guest, by_bench, held, failed;
};

static void on_send(void *ctx, const char *text, size_t len)
{
    struct heard *h = ctx;

    CHECK_OK(buf_add(&h->sent, text, len));
}

static void on_reset(void *ctx, bool by_guest, bool is_held)
{
    struct heard *h = ctx;

    h->by_guest += by_guest;
    h->by_bench += !by_guest;
    h->held += is_held;
    CHECK_OK(buf_add_text(&h->sent, is_held ? "[held]" : ""));
}

static void on_failed(void *ctx, const char *what)
{
    struct heard *h = ctx;

    CHECK(what != NULL);
    h->failed++;
}

static const struct qmp_calls calls = {.send = on_send, .reset = on_reset, .failed = on_failed};

static void begin(struct qmp *q, struct heard *h)
{
    *h = (struct heard){.by_guest = 0};
    buf_init(&h->sent, 4096);
    qmp_init(q, &calls, h);
}

static void end(struct qmp *q, struct heard *h)
{
    qmp_done(q);
    buf_done(&h->sent);
}

static void hear(struct qmp *q, const char *text)
{
    qmp_feed(q, text, strlen(text));
}

#define CAPABILITIES "{\"execute\":\"qmp_capabilities\"}\n"
#define RESET        "{\"execute\":\"system_reset\"}\n"

static void a_reset_that_comes_too_early_is_done_when_commands_are_taken(void)
{
    struct qmp q;
    struct heard h;

    begin(&q, &h);
    qmp_reset_machine(&q, false);
    CHECK_STR_EQ(buf_text(&h.sent), "");
    hear(&q, GREETING);
    CHECK_STR_EQ(buf_text(&h.sent), CAPABILITIES);
    hear(&q, DONE);
    CHECK_STR_EQ(buf_text(&h.sent), CAPABILITIES RESET);
    end(&q, &h);
}

static void a_machine_that_is_held_runs_on_after_it_was_told_of(void)
{
    struct qmp q;
    struct heard h;

    begin(&q, &h);
    hear(&q, GREETING DONE);
    buf_clear(&h.sent);
    qmp_reset_machine(&q, true);
    hear(&q, DONE);
    hear(&q, RESET_BY("false") DONE);
    CHECK_STR_EQ(buf_text(&h.sent),
                 "{\"execute\":\"stop\"}\n" RESET "[held]{\"execute\":\"cont\"}\n");
    CHECK_UINT_EQ(h.held, 1);
    hear(&q, RESET_BY("false"));
    CHECK_UINT_EQ(h.held, 1);
    end(&q, &h);
}

static void it_is_told_who_reset_the_machine(void)
{
    struct qmp q;
    struct heard h;

    begin(&q, &h);
    hear(&q, GREETING DONE RESET_BY("true"));
    CHECK_UINT_EQ(h.by_guest, 1);
    hear(&q, RESET_BY("false"));
    CHECK_UINT_EQ(h.by_bench, 1);
    CHECK_UINT_EQ(h.failed, 0);
    end(&q, &h);
}

static void lines_may_come_byte_by_byte(void)
{
    static const char text[] = GREETING DONE RESET_BY("true");
    struct qmp q;
    struct heard h;

    begin(&q, &h);
    for (size_t i = 0; i + 1 < sizeof(text); i++)
        qmp_feed(&q, text + i, 1);
    CHECK_UINT_EQ(h.by_guest, 1);
    CHECK_UINT_EQ(h.failed, 0);
    end(&q, &h);
}

static void what_is_no_message_is_told_and_passed_over(void)
{
    struct qmp q;
    struct heard h;
    char *line = calloc(1, QMP_LINE_MAX + 2);

    REQUIRE(line != NULL);
    memset(line, 'x', QMP_LINE_MAX + 1);
    begin(&q, &h);
    hear(&q, "nonsense\n\n{\"error\": {\"desc\": \"no\"}}\n");
    CHECK_UINT_EQ(h.failed, 2);
    hear(&q, line);
    hear(&q, "\n" GREETING);
    CHECK_UINT_EQ(h.failed, 3);
    CHECK_STR_EQ(buf_text(&h.sent), CAPABILITIES);
    end(&q, &h);
    free(line);
}

TEST_SUITE(qmp, TEST(a_reset_that_comes_too_early_is_done_when_commands_are_taken),
           TEST(a_machine_that_is_held_runs_on_after_it_was_told_of),
           TEST(it_is_told_who_reset_the_machine), TEST(lines_may_come_byte_by_byte),
           TEST(what_is_no_message_is_told_and_passed_over));
