/* SPDX-License-Identifier: Apache-2.0 */
#include "prober/answer.h"

#include "test_support.h"

#include <string.h>

struct row {
    const char *bytes;
    bool has_ended;
    enum prober_answer_kind kind;
    bool has_contents;
};

/* clang-format off */
static const struct row wwep_rows[] = {
    {"", false, PROBER_ANSWER_MORE, false},
    {"A0FAC0B1234", false, PROBER_ANSWER_GOOD, true},
    {"A0FAC0B1234\n", false, PROBER_ANSWER_GOOD, true},
    {"A0FAC0B1235", false, PROBER_ANSWER_WRONG, true},
    {"A0FAC0B123", false, PROBER_ANSWER_MORE, false},
    {"A0FAC0B123", true, PROBER_ANSWER_MORE, false},
    {"A0fac0b1234", false, PROBER_ANSWER_MALFORMED, false},
    {"A0FAC0B1234A", false, PROBER_ANSWER_MALFORMED, false},
    {"A0FAC0B1234\n\n", false, PROBER_ANSWER_MALFORMED, false},
    {"B0FAC0B1234", false, PROBER_ANSWER_MALFORMED, false},
    {"X", false, PROBER_ANSWER_MORE, false},
    {"X", true, PROBER_ANSWER_REFUSED, false},
    {"X Not Found", false, PROBER_ANSWER_MORE, false},
    {"X Not Found", true, PROBER_ANSWER_REFUSED, false},
    {"HTTP/1.1 200 OK\r\n\r\n", true, PROBER_ANSWER_MALFORMED, false},
};

static const struct row http_rows[] = {
    {"", false, PROBER_ANSWER_MORE, false},
    {"HTTP/1.1 2", false, PROBER_ANSWER_MORE, false},
    {"HTTP/1.1 200 OK\r\n", false, PROBER_ANSWER_MORE, false},
    {"HTTP/1.1 200 OK\r\n\r\n", false, PROBER_ANSWER_GOOD, true},
    {"HTTP/1.0 200 ok\r\nA: b\r\n\r\nbody", false, PROBER_ANSWER_GOOD, true},
    {"HTTP/1.1 302 Found\r\n\r\n", false, PROBER_ANSWER_GOOD, false},
    {"HTTP/1.1 100 Continue\r\n\r\n", false, PROBER_ANSWER_WRONG, false},
    {"HTTP/1.1 400 Bad Request\r\n\r\n", false, PROBER_ANSWER_REFUSED, false},
    {"HTTP/1.1 501 Not Implemented\r\n\r\n", false, PROBER_ANSWER_REFUSED, false},
    {"HTTP/1.1 500 Oops\r\n\r\n", false, PROBER_ANSWER_WRONG, false},
    {"HTTP/1.1 099 Low\r\n\r\n", false, PROBER_ANSWER_MALFORMED, false},
    {"HTTP/1.1 600 High\r\n\r\n", false, PROBER_ANSWER_MALFORMED, false},
    {"HTTP/2.0 200 OK\r\n\r\n", false, PROBER_ANSWER_MALFORMED, false},
    {"SSH-2.0-OpenSSH", false, PROBER_ANSWER_MALFORMED, false},
};
/* clang-format on */

typedef void (*reader_fn)(const void *data, size_t len, bool has_ended, const char *expected,
                          struct prober_answer *ret);

static void check(const struct row *rows, size_t count, reader_fn read)
{
    for (size_t i = 0; i < count; i++) {
        struct prober_answer a;

        read(rows[i].bytes, strlen(rows[i].bytes), rows[i].has_ended, "A0FAC0B1234", &a);
        test_check(a.kind == rows[i].kind && a.has_contents == rows[i].has_contents, __FILE__,
                   __LINE__, "row %zu, \"%s\": kind %d, contents %d", i, rows[i].bytes, a.kind,
                   a.has_contents);
    }
}

static void knows_the_answers_of_wwep(void)
{
    check(wwep_rows, sizeof(wwep_rows) / sizeof(wwep_rows[0]), prober_answer_wwep);
}

static void knows_the_head_of_an_http_response(void)
{
    check(http_rows, sizeof(http_rows) / sizeof(http_rows[0]), prober_answer_http);
}

static void any_register_will_do_where_none_was_asked_for(void)
{
    struct prober_answer a;

    prober_answer_wwep("A0000000000", 11, false, NULL, &a);
    CHECK_INT_EQ(a.kind, PROBER_ANSWER_GOOD);
}

static void an_answer_without_end_is_none(void)
{
    char many[PROBER_ANSWER_MOST + 2];
    struct prober_answer a;

    memset(many, 'a', sizeof(many));
    memcpy(many, "X", 1);
    prober_answer_wwep(many, PROBER_WWEP_MOST, true, NULL, &a);
    CHECK_INT_EQ(a.kind, PROBER_ANSWER_REFUSED);
    prober_answer_wwep(many, PROBER_WWEP_MOST + 1, true, NULL, &a);
    CHECK_INT_EQ(a.kind, PROBER_ANSWER_MALFORMED);
    memcpy(many, "HTTP/1.1 200 ", 13);
    prober_answer_http(many, PROBER_ANSWER_MOST, false, NULL, &a);
    CHECK_INT_EQ(a.kind, PROBER_ANSWER_MORE);
    prober_answer_http(many, PROBER_ANSWER_MOST + 1, false, NULL, &a);
    CHECK_INT_EQ(a.kind, PROBER_ANSWER_MALFORMED);
}

static void what_cannot_be_shown_is_a_dot(void)
{
    struct prober_answer a;

    prober_answer_wwep("X\x01\xff!", 4, true, NULL, &a);
    CHECK_STR_EQ(a.text, "X..!");
}

TEST_SUITE(prober_answer, TEST(knows_the_answers_of_wwep), TEST(knows_the_head_of_an_http_response),
           TEST(any_register_will_do_where_none_was_asked_for), TEST(an_answer_without_end_is_none),
           TEST(what_cannot_be_shown_is_a_dot));
