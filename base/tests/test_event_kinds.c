/* SPDX-License-Identifier: Apache-2.0 */
/* The list of event kinds itself, and the check that holds events against it. */
#include "base/event_kinds.h"

#include "base/event.h"
#include "event_check.h"
#include "test_support.h"

#include <ctype.h>

static void lists_every_kind_once(void)
{
    size_t count = 0;

    for (const struct event_kind_row *row = event_kinds; row->kind != NULL; row++, count++)
        for (const struct event_kind_row *other = event_kinds; other != row; other++)
            test_check(strcmp(row->kind, other->kind) != 0, __FILE__, __LINE__, "%s is there twice",
                       row->kind);
    CHECK(count > 30);
}

/* EV_TLS_CLIENT_HELLO is "tls.client_hello". */
static bool is_name_of(const char *constant, const char *kind)
{
    if (strncmp(constant, "EV_", 3) != 0)
        return false;
    for (constant += 3; *constant != '\0' && *kind != '\0'; constant++, kind++)
        if (tolower((unsigned char)*constant) != (*kind == '.' ? '_' : *kind))
            return false;
    return *constant == '\0' && *kind == '\0';
}

static void names_constants_after_their_kinds(void)
{
#define CHECK_NAME(constant, text, fields)                                                         \
    test_check(is_name_of(#constant, text), __FILE__, __LINE__, "%s is no name for \"%s\"",        \
               #constant, text);                                                                   \
    CHECK_STR_EQ(constant, text);
    EVENT_KIND_MAP(CHECK_NAME)
#undef CHECK_NAME
}

static void describes_every_field_in_a_way_that_can_be_read(void)
{
    for (const struct event_kind_row *row = event_kinds; row->kind != NULL; row++) {
        const char *text = row->fields;
        struct event_kind_field fields[EVENT_MAX_FIELDS];
        size_t count = 0;
        enum assay_status status = ASSAY_OK;

        while (count < EVENT_MAX_FIELDS && status == ASSAY_OK) {
            status = event_kind_next_field(&text, &fields[count]);
            for (size_t i = 0; status == ASSAY_OK && i < count; i++)
                test_check(strcmp(fields[i].name, fields[count].name) != 0, __FILE__, __LINE__,
                           "%s has %s twice", row->kind, fields[i].name);
            count += status == ASSAY_OK;
        }
        test_check(status == ASSAY_ERR_NOT_FOUND && count > 0, __FILE__, __LINE__,
                   "%s cannot be read from \"%s\" on", row->kind, text);
    }
}

/* These would be written over by the event's own time, source, kind and connection. */
static void uses_no_name_that_the_transcript_needs_itself(void)
{
    static const char *const taken[] = {"t", "src", "ev", "conn"};

    for (const struct event_kind_row *row = event_kinds; row->kind != NULL; row++) {
        const char *text = row->fields;
        struct event_kind_field field;

        while (event_kind_next_field(&text, &field) == ASSAY_OK)
            for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
                test_check(strcmp(field.name, taken[i]) != 0, __FILE__, __LINE__, "%s: %s",
                           row->kind, taken[i]);
    }
}

static void reads_a_field_with_all_its_marks(void)
{
    const char *text = "name text!? (a|b, c), count ints";
    struct event_kind_field field;

    REQUIRE_OK(event_kind_next_field(&text, &field));
    CHECK_STR_EQ(field.name, "name");
    CHECK_INT_EQ(field.kind, EVENT_TEXT);
    CHECK(field.secret);
    CHECK(field.optional);
    CHECK_STR_EQ(field.note, "a|b, c");
    REQUIRE_OK(event_kind_next_field(&text, &field));
    CHECK_STR_EQ(field.name, "count");
    CHECK_INT_EQ(field.kind, EVENT_INTS);
    CHECK(!field.secret && !field.optional);
    CHECK_STR_EQ(field.note, "");
    CHECK_INT_EQ(event_kind_next_field(&text, &field), ASSAY_ERR_NOT_FOUND);
}

static void refuses_a_description_that_is_none(void)
{
    static const char *const wrong[] = {"a",         "a ",        "a word",   "a text,",
                                        "a text, ",  "a text,b",  "a text?!", "a text (",
                                        "a text ()", "A text",    " a text",  "a  text",
                                        "a text b",  "a text (x", "a! text",  "a text;b int"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const char *text = wrong[i];
        struct event_kind_field field;

        test_check(event_kind_next_field(&text, &field) == ASSAY_ERR_MALFORMED, __FILE__, __LINE__,
                   "\"%s\" was taken", wrong[i]);
        CHECK(text == wrong[i]);
    }
}

static void begin_right_alert(struct event_builder *e)
{
    event_begin(e, NULL, "tls", EV_TLS_ALERT, 1);
    event_text(e, "dir", "rx");
    event_text(e, "level", "fatal");
    event_int(e, "code", 48);
}

static void expect_refusal(struct event_builder *e, const char *part)
{
    char why[EVENT_CHECK_TEXT] = "";

    CHECK(!event_is_listed(&e->event, why));
    CHECK_STR_CONTAINS(why, part);
}

static void takes_an_event_that_is_as_its_row_says(void)
{
    struct event_builder e;

    begin_right_alert(&e);
    event_text(&e, "name", "unknown_ca");
    CHECK_EVENT(&e.event);
    event_begin(&e, NULL, "mqtt", EV_TLS_KEY_LOG, 1);
    event_secret(&e, "line", "x", 1);
    CHECK_EVENT(&e.event);
}

static void refuses_events_that_are_not_as_their_row_says(void)
{
    struct event_builder e;

    event_begin(&e, NULL, "x", "no.such", 0);
    expect_refusal(&e, "no such kind");
    begin_right_alert(&e);
    expect_refusal(&e, "name is missing");
    event_int(&e, "name", 48);
    expect_refusal(&e, "name is of type int; the list says text");
    begin_right_alert(&e);
    event_text(&e, "name", "unknown_ca");
    event_text(&e, "extra", "x");
    expect_refusal(&e, "no field extra");
    begin_right_alert(&e);
    event_text(&e, "name", "unknown_ca");
    event_text(&e, "name", "unknown_ca");
    expect_refusal(&e, "name is there twice");
    event_begin(&e, NULL, "tls", EV_TLS_CLOSE_NOTIFY, 0);
    event_text(&e, "dir", "in");
    expect_refusal(&e, "dir is \"in\", which is none of rx|tx");
    event_begin(&e, NULL, "tls", EV_TLS_KEY_LOG, 0);
    event_text(&e, "line", "CLIENT_RANDOM");
    expect_refusal(&e, "secret");
    event_begin(&e, NULL, "board", EV_BOARD_RESET, 0);
    event_text(&e, "reason", "spont");
    expect_refusal(&e, "none of requested|spontaneous|power");
}

static void takes_a_word_that_the_list_explains(void)
{
    struct event_builder e;

    event_begin(&e, NULL, "board", EV_BOARD_EXIT, 0);
    event_int(&e, "status", 1);
    event_int(&e, "signal", 0);
    event_text(&e, "by", "bench");
    CHECK_EVENT(&e.event);
    event_begin(&e, NULL, "board", EV_BOARD_EXIT, 0);
    event_int(&e, "status", 1);
    event_int(&e, "signal", 0);
    event_text(&e, "by", "bench: it was given up and killed");
    expect_refusal(&e, "none of");
}

static void takes_optional_fields_or_leaves_them(void)
{
    struct event_builder e;

    event_begin(&e, NULL, "board", EV_BOARD_PHASE, 0);
    event_text(&e, "phase", "tls");
    CHECK_EVENT(&e.event);
    event_text(&e, "detail", "handshake");
    CHECK_EVENT(&e.event);
}

TEST_SUITE(event_kinds, TEST(lists_every_kind_once), TEST(names_constants_after_their_kinds),
           TEST(describes_every_field_in_a_way_that_can_be_read),
           TEST(uses_no_name_that_the_transcript_needs_itself),
           TEST(reads_a_field_with_all_its_marks), TEST(refuses_a_description_that_is_none),
           TEST(takes_an_event_that_is_as_its_row_says),
           TEST(refuses_events_that_are_not_as_their_row_says),
           TEST(takes_a_word_that_the_list_explains), TEST(takes_optional_fields_or_leaves_them));
