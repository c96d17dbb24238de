/* SPDX-License-Identifier: Apache-2.0 */
#include "http_answer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *reason_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *reason;
    } rows[] = {
        {100, "Continue"},
        {200, "OK"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {413, "Content Too Large"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].status == status)
            return rows[i].reason;
    return "Unknown";
}

/* IMF-fixdate, RFC 9110 section 5.6.7. The names do not depend on the locale. */
static void write_date(int64_t unix_s, char out[40])
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t when = (time_t)unix_s;
    struct tm tm;

    out[0] = '\0';
    if (gmtime_r(&when, &tm) != NULL && tm.tm_year < 9999 - 1900 && tm.tm_year > -1900)
        snprintf(out, 40, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
                 months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* RFC 9110 section 6.4.1: these have none. */
static bool has_no_body(unsigned status)
{
    return status < 200 || status == 204 || status == 304;
}

static enum assay_status make_body(const struct http_answer *a, const struct http_settings *s,
                                   struct buf *body)
{
    static const char row[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n";

    if (has_no_body(a->status))
        return ASSAY_OK;
    if (a->status != (unsigned)s->status)
        return buf_printf(body, "%u %s\n", a->status, reason_of(a->status));
    if (s->body_bytes == 0)
        return buf_add_text(body, s->body);
    for (int64_t left = s->body_bytes; left > 0; left -= (int64_t)sizeof(row) - 1)
        ASSAY_TRY(
            buf_add(body, row, left < (int64_t)sizeof(row) - 1 ? (size_t)left : sizeof(row) - 1));
    return ASSAY_OK;
}

static enum assay_status write_head(struct http_answer *a, const struct http_settings *s,
                                    size_t body_len, int64_t now_s, struct buf *out)
{
    bool own = a->status == (unsigned)s->status;
    enum http_framing framing = own ? s->framing : HTTP_LENGTH;

    ASSAY_TRY(buf_printf(out, "HTTP/1.1 %u %s\r\n", a->status, reason_of(a->status)));
    if (s->date)
        write_date(now_s + s->date_offset_s, a->date);
    if (a->date[0] != '\0')
        ASSAY_TRY(buf_printf(out, "Date: %s\r\n", a->date));
    if (own && s->location[0] != '\0')
        ASSAY_TRY(buf_printf(out, "Location: %s\r\n", s->location));
    if (body_len > 0)
        ASSAY_TRY(buf_printf(out, "Content-Type: %s\r\n", own ? s->content_type : "text/plain"));
    if (framing == HTTP_LENGTH && !has_no_body(a->status))
        ASSAY_TRY(buf_printf(out, "Content-Length: %zu\r\n", body_len));
    if (framing == HTTP_CHUNKED && !has_no_body(a->status))
        ASSAY_TRY(buf_add_text(out, "Transfer-Encoding: chunked\r\n"));
    a->close = a->close || framing == HTTP_UNTIL_CLOSE;
    ASSAY_TRY(buf_printf(out, "Connection: %s\r\n\r\n", a->close ? "close" : "keep-alive"));
    return ASSAY_OK;
}

static enum assay_status write_chunks(const struct http_settings *s, const struct buf *body,
                                      size_t len, struct buf *out)
{
    size_t step = (size_t)s->chunk;

    for (size_t at = 0; at < len; at += step) {
        size_t piece = len - at < step ? len - at : step;

        /* A chunk that is cut keeps the size that it was to have. */
        ASSAY_TRY(buf_printf(out, "%zx\r\n", body->len - at < step ? body->len - at : step));
        ASSAY_TRY(buf_add(out, body->data + at, piece));
        if (at + piece < len || len == body->len)
            ASSAY_TRY(buf_add_text(out, "\r\n"));
    }
    return len == body->len ? buf_add_text(out, "0\r\n\r\n") : ASSAY_OK;
}

enum assay_status http_answer_write(struct http_answer *answer,
                                    const struct http_settings *settings, int64_t now_s,
                                    struct buf *out)
{
    bool own = answer->status == (unsigned)settings->status;
    struct buf body;
    enum assay_status status = ASSAY_OK;

    buf_init(&body, HTTP_MAX_BODY);
    status = make_body(answer, settings, &body);
    if (status == ASSAY_OK)
        status = write_head(answer, settings, body.len, now_s, out);
    answer->sent = body.len;
    if (own && settings->truncate_after >= 0 && (size_t)settings->truncate_after < body.len) {
        answer->sent = (size_t)settings->truncate_after;
        answer->truncated = true;
        answer->close = true;
    }
    if (status == ASSAY_OK && own && settings->framing == HTTP_CHUNKED &&
        !has_no_body(answer->status))
        status = write_chunks(settings, &body, answer->sent, out);
    else if (status == ASSAY_OK)
        status = buf_add(out, body.data, answer->sent);
    buf_done(&body);
    return status;
}
