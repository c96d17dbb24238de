/* SPDX-License-Identifier: Apache-2.0 */
#include "prober/answer.h"

#include <stdio.h>
#include <string.h>

/* Its beginning, as far as it can be shown. */
static void take_text(const char *data, size_t len, struct prober_answer *ret)
{
    size_t room = sizeof(ret->text) - 1;
    size_t take = len < room ? len : room;

    for (size_t i = 0; i < take; i++)
        ret->text[i] = data[i] >= 0x20 && data[i] < 0x7f ? data[i] : '.';
    ret->text[take] = '\0';
}

static bool is_capital_hex(const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!((data[i] >= '0' && data[i] <= '9') || (data[i] >= 'A' && data[i] <= 'F')))
            return false;
    return true;
}

static enum prober_answer_kind kind_of_wwep(const char *data, size_t len, bool has_ended,
                                            const char *expected)
{
    size_t body = len;

    if (len == 0)
        return PROBER_ANSWER_MORE;
    if (data[0] == 'X') {
        if (len > PROBER_WWEP_MOST)
            return PROBER_ANSWER_MALFORMED;
        return has_ended ? PROBER_ANSWER_REFUSED : PROBER_ANSWER_MORE;
    }
    /* One line feed behind an answer is as harmless as behind a request. */
    if (body == PROBER_WWEP_ANSWER + 1 && data[PROBER_WWEP_ANSWER] == '\n')
        body--;
    if (data[0] != 'A' || body > PROBER_WWEP_ANSWER || !is_capital_hex(data + 1, body - 1))
        return PROBER_ANSWER_MALFORMED;
    if (body < PROBER_WWEP_ANSWER)
        return PROBER_ANSWER_MORE;
    return expected == NULL || memcmp(expected, data, PROBER_WWEP_ANSWER) == 0
               ? PROBER_ANSWER_GOOD
               : PROBER_ANSWER_WRONG;
}

void prober_answer_wwep(const void *data, size_t len, bool has_ended, const char *expected,
                        struct prober_answer *ret)
{
    struct prober_answer answer = {.kind = kind_of_wwep(data, len, has_ended, expected)};

    answer.has_contents = answer.kind == PROBER_ANSWER_GOOD || answer.kind == PROBER_ANSWER_WRONG;
    take_text(data, len, &answer);
    *ret = answer;
}

/* "HTTP/1.1 200": its status, 0 where it is none, -1 where it may become one. RFC 9112 4 */
static int read_status(const char *data, size_t len)
{
    static const char shape[] = "HTTP/1.d ddd";
    size_t shape_len = strlen(shape);

    for (size_t i = 0; i < len && i < shape_len; i++) {
        bool fits = shape[i] == 'd' ? data[i] >= '0' && data[i] <= '9' : data[i] == shape[i];

        if (!fits)
            return 0;
    }
    if (len < shape_len)
        return -1;
    return (data[9] - '0') * 100 + (data[10] - '0') * 10 + (data[11] - '0');
}

static bool has_head(const char *data, size_t len)
{
    for (size_t i = 0; i + 4 <= len; i++)
        if (memcmp(data + i, "\r\n\r\n", 4) == 0)
            return true;
    return false;
}

void prober_answer_http(const void *data, size_t len, bool has_ended, const char *expected,
                        struct prober_answer *ret)
{
    struct prober_answer answer = {.kind = PROBER_ANSWER_MORE};
    const char *text = data;
    int status = read_status(text, len);
    const char *line_end = len > 0 ? memchr(text, '\r', len) : NULL;

    (void)expected;
    (void)has_ended;
    take_text(text, line_end != NULL ? (size_t)(line_end - text) : len, &answer);
    if (status == 0 || (status > 0 && status < 100) || status > 599)
        answer.kind = PROBER_ANSWER_MALFORMED;
    else if (!has_head(text, len))
        answer.kind = len > PROBER_ANSWER_MOST ? PROBER_ANSWER_MALFORMED : PROBER_ANSWER_MORE;
    else if (status < 200)
        answer.kind = PROBER_ANSWER_WRONG;
    else if (status < 400)
        answer.kind = PROBER_ANSWER_GOOD;
    else
        answer.kind = status < 500 || status == 501 || status == 505 ? PROBER_ANSWER_REFUSED
                                                                     : PROBER_ANSWER_WRONG;
    answer.has_contents = answer.kind == PROBER_ANSWER_GOOD && status < 300;
    *ret = answer;
}
