/* SPDX-License-Identifier: Apache-2.0 */
/* The phases that ask a web server: upgrade, for a WebSocket, and http, for a page. */
#include "probe_phases.h"

#include "probe/probe_encoding.h"
#include "probe/probe_text.h"

#include <string.h>

enum web_step { WEB_SEND, WEB_HEAD, WEB_BODY, WEB_FINISH };

static int has(const struct probe_attempt *a, enum probe_web_flaw flaw)
{
    return (a->platform->web_flaws & PROBE_WEB_FLAW_BIT(flaw)) != 0;
}

static int is_websocket(const struct probe_attempt *a)
{
    return a->settings->speech == PROBE_SPEAKS_WEBSOCKET;
}

int probe_is_no_websocket(const struct probe_attempt *a)
{
    return !is_websocket(a);
}

void probe_web_start(struct probe_attempt *a)
{
    struct probe_web *w = &a->web;
    struct probe_text path = probe_text_over(w->path, sizeof(w->path));

    a->host = a->settings->host;
    w->port = (uint16_t)a->settings->port;
    w->is_plain = 0;
    w->is_elsewhere = 0;
    w->redirects = 0;
    probe_text_add(&path, is_websocket(a) ? "/mqtt" : "/");
}

/* ---- the request ---- */

static void make_key(struct probe_attempt *a)
{
    uint8_t bytes[16];
    ptrdiff_t len = 0;

    for (size_t i = 0; i < sizeof(bytes); i += 4) {
        uint32_t word = a->platform->random(a->platform->ctx);

        memcpy(bytes + i, &word, sizeof(word));
    }
    len = probe_base64_encode(bytes, sizeof(bytes), a->web.key, PROBE_WEB_KEY_LEN);
    a->web.key[len > 0 ? len : 0] = '\0';
}

void probe_enter_web(struct probe_attempt *a)
{
    struct probe_web *w = &a->web;
    const struct probe_settings *s = a->settings;
    int tells = !is_websocket(a) && s->len[PROBE_SET_USER] > 0 &&
                (!w->is_elsewhere || has(a, PROBE_WEB_CREDENTIALS_FORWARDED));
    struct probe_web_request request = {
        .host = a->host,
        .port = w->port,
        .is_plain = w->is_plain,
        .path = w->path,
        .user = tells ? s->user : NULL,
        .user_len = s->len[PROBE_SET_USER],
        .pass = s->pass,
        .pass_len = s->len[PROBE_SET_PASS],
        .key = is_websocket(a) ? w->key : NULL,
        .flaws = a->platform->web_flaws,
    };

    make_key(a);
    w->step = WEB_SEND;
    w->goes_on = 0;
    w->head_len = 0;
    w->out_sent = 0;
    w->out_len = probe_web_request_write(&request, (char *)w->out, sizeof(w->out));
}

static enum probe_step wait_or_fail(struct probe_attempt *a, enum probe_io io)
{
    enum probe_step step = probe_wait_or_fail(a, io, "");

    if (io == PROBE_IO_FAILED)
        a->tls->failure(a->tls->ctx, &a->result);
    return step;
}

static enum probe_step send_request(struct probe_attempt *a)
{
    enum probe_io io = PROBE_IO_DONE;

    if (a->web.out_len == 0)
        return probe_fail(a, PROBE_CODE_CANNOT, "the request is longer than the board can send");
    io = probe_stream_flush(a);
    if (io != PROBE_IO_DONE)
        return wait_or_fail(a, io);
    a->web.step = WEB_HEAD;
    return PROBE_STEP_NEXT;
}

/* ---- redirects ---- */

static int is_redirect(const struct probe_web_head *head)
{
    static const int statuses[] = {301, 302, 303, 307, 308};

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        if (head->status == statuses[i])
            return head->location != NULL;
    return 0;
}

static void go_to(struct probe_attempt *a, const struct probe_web_address *to)
{
    struct probe_web *w = &a->web;
    struct probe_text host = probe_text_over(a->moved_to, sizeof(a->moved_to));
    struct probe_text path = probe_text_over(w->path, sizeof(w->path));

    w->goes_on = 1;
    w->redirects++;
    probe_text_add(&path, to->path);
    if (to->host[0] == '\0')
        return;
    probe_text_add(&host, to->host);
    a->host = a->moved_to;
    w->port = to->port;
    w->is_plain = (uint8_t)(to->is_plain && !has(a, PROBE_WEB_REDIRECT_SCHEME));
    w->is_elsewhere = strcmp(to->host, a->settings->host) != 0 || to->port != a->settings->port;
}

/* RFC 9110 section 15.4. What began with TLS goes on with TLS. */
static enum probe_step follow(struct probe_attempt *a)
{
    struct probe_web_address to;
    int takes_plain = has(a, PROBE_WEB_REDIRECT_PLAIN) || has(a, PROBE_WEB_REDIRECT_SCHEME) ||
                      has(a, PROBE_WEB_WS_REDIRECT);

    if (!probe_web_address_read(a->web.answer.location, &to))
        return probe_fail(a, PROBE_CODE_MALFORMED, "the redirect leads to no address");
    if (to.is_plain && !takes_plain)
        return probe_fail(a, PROBE_CODE_REFUSED, "the redirect leads to an address without TLS");
    if (a->web.redirects >= PROBE_WEB_REDIRECTS && !has(a, PROBE_WEB_REDIRECT_ENDLESS))
        return probe_fail(a, PROBE_CODE_REFUSED, "one redirect leads to the next");
    go_to(a, &to);
    return PROBE_STEP_NEXT;
}

/* ---- the answer ---- */

static enum probe_step on_upgrade(struct probe_attempt *a)
{
    struct probe_web *w = &a->web;
    const char *wrong = probe_web_not_opened(&w->answer, w->key, a->platform->web_flaws);

    if (is_redirect(&w->answer) && has(a, PROBE_WEB_WS_REDIRECT)) {
        w->step = WEB_FINISH;
        return follow(a);
    }
    if (wrong != NULL && w->answer.status != 101)
        return probe_fail_number(a, PROBE_CODE_REFUSED, wrong, w->answer.status, "");
    if (wrong != NULL)
        return probe_fail(a, PROBE_CODE_MALFORMED, wrong);
    probe_websocket_init(&w->ws, a->platform->web_flaws);
    w->step = WEB_FINISH;
    return PROBE_STEP_NEXT;
}

static enum probe_step on_head(struct probe_attempt *a)
{
    struct probe_web *w = &a->web;

    if (!probe_web_head_read(w->head, &w->answer))
        return probe_fail(a, PROBE_CODE_MALFORMED, "the answer is no proper one of HTTP/1.1");
    if (is_websocket(a))
        return on_upgrade(a);
    if (w->answer.status < 200) { /* RFC 9110 section 15.2: the answer is still to come */
        w->head_len = 0;
        return PROBE_STEP_NEXT;
    }
    probe_web_body_begin(&w->body, &w->answer, a->platform->web_flaws);
    w->step = WEB_BODY;
    return PROBE_STEP_NEXT;
}

static int is_head_whole(const struct probe_web *w)
{
    const char *end = w->head + w->head_len;

    return (w->head_len >= 4 && memcmp(end - 4, "\r\n\r\n", 4) == 0) ||
           (w->head_len >= 2 && memcmp(end - 2, "\n\n", 2) == 0);
}

/* Byte by byte, so that what comes behind it stays in the stack. */
static enum probe_step read_head(struct probe_attempt *a)
{
    struct probe_web *w = &a->web;
    size_t got = 0;
    enum probe_io io = PROBE_IO_DONE;

    if (w->head_len == PROBE_WEB_HEAD_MAX)
        return probe_fail(a, PROBE_CODE_MALFORMED, "the answer's head is longer than a kilobyte");
    io = a->tls->read(a->tls->ctx, w->head + w->head_len, 1, &got);
    if (io != PROBE_IO_DONE)
        return wait_or_fail(a, io);
    if (w->head[w->head_len] == '\0')
        return probe_fail(a, PROBE_CODE_MALFORMED, "the answer is no proper one of HTTP/1.1");
    w->head_len++;
    w->head[w->head_len] = '\0';
    return is_head_whole(w) ? on_head(a) : PROBE_STEP_NEXT;
}

/* The whole answer is there. */
static enum probe_step conclude(struct probe_attempt *a)
{
    const struct probe_web_head *answer = &a->web.answer;

    a->web.step = WEB_FINISH;
    if (is_redirect(answer))
        return has(a, PROBE_WEB_REDIRECT_IGNORED) ? PROBE_STEP_NEXT : follow(a);
    if (answer->status >= 300)
        return probe_fail_number(a, PROBE_CODE_REFUSED, "HTTP status ", answer->status, "");
    return PROBE_STEP_NEXT;
}

static enum probe_step read_body(struct probe_attempt *a)
{
    struct probe_web_body *body = &a->web.body;
    uint8_t bytes[256];
    size_t got = 0;
    enum probe_io io = PROBE_IO_DONE;

    if (body->state == PROBE_BODY_BROKEN)
        return probe_fail(a, PROBE_CODE_MALFORMED, "the answer's body cannot be read");
    if (body->state == PROBE_BODY_WHOLE)
        return conclude(a);
    io = a->tls->read(a->tls->ctx, bytes, sizeof(bytes), &got);
    if (io == PROBE_IO_DONE)
        probe_web_body_feed(body, bytes, got);
    else if (io != PROBE_IO_CLOSED)
        return wait_or_fail(a, io);
    else if (probe_web_body_is_whole(body))
        return conclude(a);
    else
        return probe_fail_number(a, PROBE_CODE_CLOSED, "the answer is cut off after ",
                                 (int64_t)body->length, " bytes");
    return PROBE_STEP_NEXT;
}

/* That the close_notify could not be sent is no failure. */
static enum probe_step finish(struct probe_attempt *a)
{
    enum probe_io io = PROBE_IO_DONE;

    if (is_websocket(a) && !a->web.goes_on)
        return PROBE_STEP_NEXT;
    io = a->tls->finish(a->tls->ctx);
    if (io == PROBE_IO_WAIT_READ || io == PROBE_IO_WAIT_WRITE)
        return wait_or_fail(a, io);
    return a->web.goes_on ? PROBE_STEP_AGAIN : PROBE_STEP_NEXT;
}

enum probe_step probe_step_web(struct probe_attempt *a)
{
    static enum probe_step (*const steps[])(struct probe_attempt *) = {
        [WEB_SEND] = send_request, [WEB_HEAD] = read_head, [WEB_BODY] = read_body};

    while (a->web.step != WEB_FINISH) {
        enum probe_step step = steps[a->web.step](a);

        if (step != PROBE_STEP_NEXT)
            return step;
    }
    return finish(a);
}
