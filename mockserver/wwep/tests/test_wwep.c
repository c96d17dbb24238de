/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event_kinds.h"
#include "base/transcript.h"
#include "event_check.h"
#include "test_support.h"
#include "wwep/wwep.h"

#include <stdio.h>
#include <string.h>

struct bed {
    struct wwep_settings settings;
    struct wwep_registers *registers;
    struct transcript *t;
    struct wwep_session *session;
};

static void open_bed(struct bed *bed)
{
    CHECK_OK(wwep_settings_read(NULL, &bed->settings, NULL));
    bed->registers = wwep_registers_new(&bed->settings);
    bed->t = transcript_new(1 << 24);
    bed->session = wwep_session_new(&bed->settings, bed->registers, transcript_sink(bed->t), 1);
}

static void close_bed(struct bed *bed)
{
    CHECK_EVENTS(bed->t);
    wwep_session_free(bed->session);
    wwep_registers_free(bed->registers);
    transcript_free(bed->t);
}

/* The next connection to the same server. */
static void connect_again(struct bed *bed)
{
    wwep_session_free(bed->session);
    bed->session = wwep_session_new(&bed->settings, bed->registers, transcript_sink(bed->t), 2);
}

static const char *output(struct bed *bed)
{
    return buf_text(wwep_session_output(bed->session));
}

/* What is answered to a request of a connection of its own, after which nothing comes. */
static const char *ask(struct bed *bed, const char *request, size_t len)
{
    connect_again(bed);
    CHECK_OK(wwep_session_receive(bed->session, request, len));
    CHECK_OK(wwep_session_end(bed->session));
    return output(bed);
}

static const char *ask_text(struct bed *bed, const char *request)
{
    return ask(bed, request, strlen(request));
}

static const struct event *last(const struct bed *bed, const char *kind)
{
    for (size_t i = transcript_count(bed->t); i > 0; i--)
        if (event_is(transcript_at(bed->t, i - 1), kind))
            return transcript_at(bed->t, i - 1);
    return NULL;
}

static void what_one_connection_writes_another_one_reads(void)
{
    struct bed bed;
    const struct event *e = NULL;

    open_bed(&bed);
    CHECK_STR_EQ(ask_text(&bed, "W0FAC0B1234"), "A0FAC0B1234");
    CHECK(wwep_session_wants_close(bed.session));
    e = last(&bed, EV_WWEP_REQUEST);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "command"), "write");
    CHECK_INT_EQ(event_get_int(e, "device", 0), 0x0fac);
    CHECK_INT_EQ(event_get_int(e, "register", 0), 0x0b);
    CHECK_INT_EQ(event_get_int(e, "value", 0), 0x1234);
    CHECK_STR_EQ(ask_text(&bed, "R0FAC0B"), "A0FAC0B1234");
    CHECK_STR_EQ(ask_text(&bed, "R0BAC0B"), "X Not Found");
    CHECK(!event_get_bool(last(&bed, EV_WWEP_RESPONSE), "ok"));
    CHECK(last(&bed, EV_WWEP_VIOLATION) == NULL); /* it asked well */
    CHECK_STR_EQ(ask_text(&bed, "W0FAC0B0001"), "A0FAC0B0001");
    CHECK_STR_EQ(ask_text(&bed, "R0FAC0B"), "A0FAC0B0001");
    CHECK_UINT_EQ(wwep_registers_count(bed.registers), 1);
    close_bed(&bed);
}

static void requests_are_judged_as_the_reference_server_judges_them(void)
{
    static const struct {
        const char *request;
        size_t len;
        const char *answer, *rule;
    } rows[] = {
        {"W0FAC0B1234\n", 12, "A0FAC0B1234", NULL},
        {"w0FAC0B1234", 11, "X illegal command", "command"},
        {"Wabcdefabcd", 11, "AABCDEFABCD", NULL},
        {"RABCDEF\n", 8, "AABCDEFABCD", NULL},
        {"", 0, "X illegal message length", "length"},
        {"W01234", 6, "X illegal command", "command"},
        {"\n", 1, "X illegal command", "command"},
        {"R0FAC0B\r", 8, "X illegal message length", "line_feed"},
        {"R0FAC0B1", 8, "X illegal message length", "line_feed"},
        {"W0FAC0B1234\r", 12, "X illegal message length", "line_feed"},
        {"W0FAC0B1234\r\n", 13, "X illegal message length", "length"},
        {"W0FAC0B12345678", 15, "X illegal message length", "length"},
        {"Z0FAC0B1234", 11, "X illegal command", "command"},
        {"R0FAC0B1234", 11, "X illegal command", "command"},
        {"W0FAC0B", 7, "X illegal command", "command"},
        {"W0FAC0B123G", 11, "X illegal character", "character"},
        {"R0FAC0 ", 7, "X illegal character", "character"},
        {"R0FAC\0B", 7, "X illegal character", "character"},
        {"W0FAC0B123\n", 11, "X illegal character", "character"},
    };
    struct bed bed;

    open_bed(&bed);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t before = transcript_count(bed.t);
        const struct event *e = NULL;

        CHECK_STR_EQ(ask(&bed, rows[i].request, rows[i].len), rows[i].answer);
        e = last(&bed, EV_WWEP_VIOLATION);
        /* A request, a violation where there is one, a response. */
        CHECK_UINT_EQ(transcript_count(bed.t) - before, rows[i].rule != NULL ? 3 : 2);
        if (rows[i].rule != NULL)
            CHECK_STR_EQ(event_get_text(e, "rule"), rows[i].rule);
    }
    close_bed(&bed);
}

static void a_request_may_come_in_pieces_and_what_follows_it_is_not_looked_at(void)
{
    struct bed bed;

    open_bed(&bed);
    for (const char *at = "W0FAC0B123"; *at != '\0'; at++) {
        CHECK_OK(wwep_session_receive(bed.session, at, 1));
        CHECK_STR_EQ(output(&bed), "");
        CHECK(!wwep_session_wants_close(bed.session));
    }
    CHECK_OK(wwep_session_receive(bed.session, "4", 1));
    CHECK_STR_EQ(output(&bed), "A0FAC0B1234");
    CHECK(wwep_session_wants_close(bed.session));
    CHECK_OK(wwep_session_receive(bed.session, "\nR0BAC0B", 8));
    CHECK_OK(wwep_session_end(bed.session));
    CHECK_STR_EQ(output(&bed), "A0FAC0B1234");
    CHECK_UINT_EQ(transcript_count(bed.t), 2);
    close_bed(&bed);
}

static void a_slow_writer_is_answered_by_what_is_there(void)
{
    struct bed bed;

    open_bed(&bed);
    CHECK_OK(wwep_session_receive(bed.session, "W0FAC0B1", 8));
    CHECK_STR_EQ(output(&bed), "");
    CHECK_OK(wwep_session_end(bed.session)); /* its time is over */
    CHECK_STR_EQ(output(&bed), "X illegal message length");
    CHECK_UINT_EQ(wwep_registers_count(bed.registers), 0);
    close_bed(&bed);
}

static void there_is_room_for_401_registers(void)
{
    struct bed bed;
    char request[16];

    open_bed(&bed);
    for (int i = 400; i >= 0; i--) {
        snprintf(request, sizeof(request), "W%04X%02X%04X", (unsigned)(i / 7), (unsigned)(i % 7),
                 (unsigned)i);
        CHECK(ask_text(&bed, request)[0] == 'A');
    }
    CHECK_STR_EQ(ask_text(&bed, "WFFFF000000"), "X Database Full 401");
    CHECK_STR_EQ(ask_text(&bed, "W0001010000"), "A0001010000"); /* it is there already */
    for (int i = 0; i <= 400; i++) {
        char answer[16];
        int value = i == 8 ? 0 : i;

        snprintf(request, sizeof(request), "R%04X%02X", (unsigned)(i / 7), (unsigned)(i % 7));
        snprintf(answer, sizeof(answer), "A%04X%02X%04X", (unsigned)(i / 7), (unsigned)(i % 7),
                 (unsigned)value);
        CHECK_STR_EQ(ask_text(&bed, request), answer);
    }
    close_bed(&bed);
}

static void the_words_of_the_other_servers(void)
{
    static const struct {
        enum wwep_texts texts;
        const char *request;
        const char *answer;
    } rows[] = {
        {WWEP_BARE, "W01234", "X"},
        {WWEP_BARE, "R0BAC0B", "X"},
        {WWEP_BARE, "W0FAC0B12345", "X"},
        {WWEP_BARE, "W0000000000", "X"}, /* full */
        {WWEP_DUAL, "", "X illegal message length (0)"},
        {WWEP_DUAL, "W0FAC0B123456", "X illegal message length (13)"},
        {WWEP_DUAL, "R0FAC0B1", "X illegal message length (Length: 8)"},
        {WWEP_DUAL, "Q0FAC0B", "X illegal command/length (Command: Q), (Length: 7)"},
        {WWEP_DUAL, "R0FAQ0B", "X illegal character (Character: Q)"},
        {WWEP_DUAL, "R0FAC0B", "X Not Found"},
        {WWEP_DUAL, "W0000000000", "X Database Full 0"},
    };
    struct bed bed;

    open_bed(&bed);
    wwep_registers_free(bed.registers);
    bed.settings.most_registers = 0;
    bed.registers = wwep_registers_new(&bed.settings);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bed.settings.texts = rows[i].texts;
        CHECK_STR_EQ(ask_text(&bed, rows[i].request), rows[i].answer);
    }
    close_bed(&bed);
}

/* {key = value}; ownership of value passes. */
static enum assay_status read_one(struct bed *bed, const char *key, struct value *value,
                                  struct assay_error *err)
{
    struct value *map = value_new_map();
    enum assay_status status = ASSAY_OK;

    CHECK_OK(value_set(map, key, value));
    status = wwep_settings_read(map, &bed->settings, err);
    value_free(map);
    return status;
}

static void answers_go_wrong_by_settings(void)
{
    struct bed bed;
    struct assay_error err = {0};

    open_bed(&bed);
    REQUIRE_OK(read_one(&bed, "answer", value_new_text("B"), &err));
    CHECK_STR_EQ(ask_text(&bed, "W0FAC0B1234"), "B");
    CHECK(!event_get_bool(last(&bed, EV_WWEP_RESPONSE), "ok"));
    REQUIRE_OK(read_one(&bed, "newline", value_new_bool(true), &err));
    CHECK_STR_EQ(ask_text(&bed, "W0FAC0B1234"), "A0FAC0B1234\n");
    REQUIRE_OK(read_one(&bed, "truncate_after", value_new_int(3), &err));
    CHECK_STR_EQ(ask_text(&bed, "W0FAC0B1234"), "A0F");
    CHECK_INT_EQ(event_get_int(last(&bed, EV_WWEP_RESPONSE), "length", 0), 3);
    CHECK(wwep_session_wants_close(bed.session));
    REQUIRE_OK(read_one(&bed, "stays_open", value_new_bool(true), &err));
    CHECK_STR_EQ(ask_text(&bed, "W0FAC0B1234"), "A0FAC0B1234");
    CHECK(!wwep_session_wants_close(bed.session));
    REQUIRE_OK(read_one(&bed, "withhold", value_new_bool(true), &err));
    CHECK_STR_EQ(ask_text(&bed, "W0FAC0B1234"), "");
    CHECK(!wwep_session_wants_close(bed.session));
    CHECK(event_is(transcript_at(bed.t, transcript_count(bed.t) - 1), EV_WWEP_REQUEST));
    close_bed(&bed);
}

static void registers_can_be_given(void)
{
    struct bed bed;
    struct assay_error err = {0};
    struct value *list = value_new_list();

    open_bed(&bed);
    CHECK_OK(value_add(list, value_new_text("W0FAC05000a")));
    CHECK_OK(value_add(list, value_new_text("W0FAC050001")));
    REQUIRE_OK(read_one(&bed, "registers", list, &err));
    wwep_registers_free(bed.registers);
    bed.registers = wwep_registers_new(&bed.settings);
    CHECK_STR_EQ(ask_text(&bed, "R0FAC05"), "A0FAC050001");
    close_bed(&bed);
}

static void wrong_settings_are_refused_with_their_path(void)
{
    struct bed bed;
    struct assay_error err = {0};
    struct value *list = value_new_list();
    struct value *many = value_new_list();

    open_bed(&bed);
    CHECK_OK(value_add(list, value_new_text("W0FAC050001")));
    CHECK_OK(value_add(list, value_new_text("R0FAC05")));
    for (int i = 0; i <= WWEP_MOST_GIVEN; i++)
        CHECK_OK(value_add(many, value_new_text("W0FAC050001")));
    CHECK_INT_EQ(read_one(&bed, "registers", list, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "wwep.registers: entry 2 has to be a write");
    CHECK_INT_EQ(read_one(&bed, "registers", many, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "at most 64 writes");
    CHECK_INT_EQ(read_one(&bed, "texts", value_new_text("rude"), &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "wwep.texts has to be \"reference\"");
    CHECK_INT_EQ(read_one(&bed, "wait", value_new_int(1), &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "wwep.wait: no such key; there are: texts");
    CHECK_INT_EQ(read_one(&bed, "wait_ms", value_new_int(0), &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "between 1 and");
    CHECK_INT_EQ(bed.settings.wait_ms, 100); /* untouched */
    close_bed(&bed);
}

TEST_SUITE(wwep, TEST(what_one_connection_writes_another_one_reads),
           TEST(requests_are_judged_as_the_reference_server_judges_them),
           TEST(a_request_may_come_in_pieces_and_what_follows_it_is_not_looked_at),
           TEST(a_slow_writer_is_answered_by_what_is_there), TEST(there_is_room_for_401_registers),
           TEST(the_words_of_the_other_servers), TEST(answers_go_wrong_by_settings),
           TEST(registers_can_be_given), TEST(wrong_settings_are_refused_with_their_path));
