/* SPDX-License-Identifier: Apache-2.0 */
/* Clients of MQTT over WebSocket that people use: docs/findings/websocket.md says this of them. */
#include "assay_program.h"
#include "test_support.h"

#include <string.h>

struct row {
    const char *id;
    enum verdict verdict;
    const char *reason; /* a part of it */
};

static void check_board(const char *board, const struct row *rows, size_t count)
{
    const char *dir = test_path("run");
    struct run_record run;
    struct buf text;

    buf_init(&text, 1 << 20);
    CHECK_INT_EQ(ASSAY(&text, "run", "-b", board, "-o", dir, "-s", rows[0].id, rows[count - 1].id),
                 1);
    buf_done(&text);
    REQUIRE(load_run(dir, &run));
    for (size_t i = 0; i < count; i++) {
        const struct case_record *found = find_case(&run, rows[i].id);

        if (!test_check(found != NULL, __FILE__, __LINE__, "%s is missing", rows[i].id))
            continue;
        test_check(found->verdict == rows[i].verdict &&
                       strstr(found->reason, rows[i].reason) != NULL,
                   __FILE__, __LINE__, "%s: %s has %s: %s", board, rows[i].id,
                   verdict_name(found->verdict), found->reason);
    }
    run_record_done(&run);
}

#define CHECK_BOARD(board, rows) check_board(board, rows, sizeof(rows) / sizeof((rows)[0]))

static void mqtt_js_takes_mqtt_in_text_frames(void)
{
    static const struct row rows[] = {
        {"MQ-48/text", VERDICT_FAIL_BEHAVIOUR, "[MQTT-6.0.0-1]"},
    };

    CHECK_BOARD("local/mqttjs-wss", rows);
}

static void paho_for_python_takes_what_it_did_not_offer_and_answers_pings_wrongly(void)
{
    static const struct row rows[] = {
        {"MQ-48/extension", VERDICT_FAIL_BEHAVIOUR, "CONNECT"},
        {"MQ-48/ping", VERDICT_FAIL_REJECT_GOOD, "connection was lost"},
    };

    CHECK_BOARD("local/paho-python-wss", rows);
}

/* What is served for a broker to a board whose service is wss. */
static void a_board_of_websockets_has_every_case_about_brokers(void)
{
    static const struct row rows[] = {
        {"PATH-03", VERDICT_FAIL_LEAK, "password"},
    };

    CHECK_BOARD("local/mqttjs-wss-insecure", rows);
}

TEST_SUITE(websocket_clients, TEST(mqtt_js_takes_mqtt_in_text_frames),
           TEST(paho_for_python_takes_what_it_did_not_offer_and_answers_pings_wrongly),
           TEST(a_board_of_websockets_has_every_case_about_brokers));
