/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to the board: TLS or something worse, a request, an answer. */
#include "prober_internal.h"
#include "prober_hello.h"

#include "base/deadline.h"
#include "base/event_kinds.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SHOWN = 256, MOST_HEARD = 64 * 1024 };

static const struct event_sink *sink_of(const struct prober_visit *visit)
{
    return visit->prober->options.sink;
}

/* ---- events ---- */

static void emit_visit(const struct prober_visit *visit)
{
    static const char *const purposes[] = {
        [PROBER_FOR_CASE] = "case", [PROBER_FOR_COMPANY] = "company", [PROBER_FOR_STILL] = "still"};
    struct event_builder e;

    event_begin(&e, sink_of(visit), "prober", EV_PROBER_VISIT, net_conn_id(visit->conn));
    event_text(&e, "purpose", purposes[visit->purpose]);
    event_text(&e, "service", visit->party->service.name);
    event_emit(&e);
}

static size_t shown(size_t len)
{
    return len < MOST_SHOWN ? len : MOST_SHOWN;
}

static void emit_request(const struct prober_visit *visit)
{
    const struct buf *bytes = &visit->request.bytes;
    struct event_builder e;

    event_begin(&e, sink_of(visit), "prober", EV_PROBER_REQUEST, net_conn_id(visit->conn));
    event_text(&e, "kind", prober_request_name(visit->party->settings.request));
    event_bytes(&e, "bytes", bytes->data, shown(bytes->len));
    event_int(&e, "length", (int64_t)bytes->len);
    event_bool(&e, "plain", visit->tls == NULL);
    event_emit(&e);
}

static void emit_answer(const struct prober_visit *visit, const struct prober_answer *answer)
{
    static const char *const kinds[] = {[PROBER_ANSWER_MORE] = "partial",
                                        [PROBER_ANSWER_GOOD] = "good",
                                        [PROBER_ANSWER_WRONG] = "wrong",
                                        [PROBER_ANSWER_REFUSED] = "refused",
                                        [PROBER_ANSWER_MALFORMED] = "malformed"};
    struct event_builder e;

    event_begin(&e, sink_of(visit), "prober", EV_PROBER_ANSWER, net_conn_id(visit->conn));
    event_text(&e, "kind", kinds[answer->kind]);
    event_bool(&e, "contents", answer->has_contents);
    event_bytes(&e, "bytes", visit->heard.data, shown(visit->heard.len));
    event_int(&e, "length", (int64_t)visit->heard.len);
    event_text(&e, "text", answer->text);
    event_bool(&e, "plain", visit->tls == NULL);
    event_emit(&e);
}

static void emit_outcome(const struct prober_visit *visit, uint32_t id, const char *text)
{
    static const char *const outcomes[] = {[PROBER_NOBODY] = "nobody",
                                           [PROBER_CLOSED] = "closed",
                                           [PROBER_ANSWERED] = "answered",
                                           [PROBER_SILENT] = "silent",
                                           [PROBER_LEFT] = "left"};
    struct event_builder e;

    event_begin(&e, sink_of(visit), "prober", EV_PROBER_END, id);
    event_text(&e, "outcome", outcomes[visit->outcome]);
    event_text(&e, "text", text);
    event_int(&e, "duration_ns", (int64_t)(monotonic_ns() - visit->began_ns));
    event_emit(&e);
}

static void decide(struct prober_visit *visit, enum prober_outcome outcome, const char *text)
{
    if (visit->is_over)
        return;
    visit->is_over = true;
    visit->outcome = outcome;
    emit_outcome(visit, net_conn_id(visit->conn), text);
}

/* ---- sending ---- */

static void to_wire(struct prober_visit *visit, const void *data, size_t len)
{
    /* A connection that is going tells it by on_close; one that is full is as good as silent. */
    if (len > 0 && net_conn_send(visit->conn, data, len) == ASSAY_ERR_LIMIT)
        net_conn_reset(visit->conn);
}

static void flush(struct prober_visit *visit)
{
    struct buf *out = visit->tls != NULL ? tls_conn_output(visit->tls) : NULL;

    if (out == NULL)
        return;
    to_wire(visit, out->data, out->len);
    buf_clear(out);
}

static void send_bytes(struct prober_visit *visit, const uint8_t *data, size_t len)
{
    if (visit->tls == NULL) {
        to_wire(visit, data, len);
        return;
    }
    if (tls_conn_send(visit->tls, data, len) == ASSAY_OK)
        flush(visit);
}

/* The next piece of the request. */
static void send_piece(struct prober_visit *visit)
{
    const struct prober_settings *s = &visit->party->settings;
    const struct buf *bytes = &visit->request.bytes;
    size_t left = bytes->len - visit->asked;
    size_t take = s->chunk > 0 && left > (size_t)s->chunk ? (size_t)s->chunk : left;
    const uint8_t *from = bytes->data + visit->asked;

    visit->asked += take;
    send_bytes(visit, from, take);
    if (visit->asked == bytes->len || visit->is_over)
        return;
    visit->waits_for_chunk = true;
    prober_wait_for_chunk(visit->prober, (uint64_t)s->chunk_delay_ms);
}

void prober_visit_go_on(struct prober_visit *visit)
{
    if (!visit->waits_for_chunk || visit->is_over || visit->conn == NULL)
        return;
    visit->waits_for_chunk = false;
    send_piece(visit);
}

static void prepare_to_ask(struct prober_visit *visit)
{
    enum assay_status status = ASSAY_OK;

    if (visit->tls == NULL)
        return;
    if (visit->party->settings.before == PROBER_BEFORE_RENEGOTIATE)
        status = tls_conn_renegotiate(visit->tls);
    if (visit->party->settings.before == PROBER_BEFORE_GOODBYE)
        status = tls_conn_say_goodbye(visit->tls);
    if (status == ASSAY_OK)
        flush(visit);
}

/* Unless a second handshake is under way, behind which it comes. */
static void put_request(struct prober_visit *visit)
{
    if (visit->has_asked || visit->request.bytes.len == 0 ||
        (visit->tls != NULL && tls_conn_is_shaking(visit->tls)))
        return;
    visit->has_asked = true;
    emit_request(visit);
    send_piece(visit);
}

static void ask(struct prober_visit *visit)
{
    if (visit->has_begun)
        return;
    visit->has_begun = true;
    if (visit->purpose == PROBER_FOR_COMPANY) {
        prober_company_settled(visit);
        return;
    }
    prepare_to_ask(visit);
    put_request(visit);
}

/* ---- other ways to begin ---- */

static void send_garbage(struct prober_visit *visit)
{
    /* The beginning of no protocol that there is; the same every time. */
    uint8_t bytes[512];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(0x9e + i * 167 + (i >> 3) * 29);
    to_wire(visit, bytes, sizeof(bytes));
}

static void send_long_record(struct prober_visit *visit)
{
    /* A handshake record of 65535 bytes; TLS allows 2^14, RFC 8446 section 5.1. */
    uint8_t bytes[20 * 1024] = {0x16, 0x03, 0x01, 0xff, 0xff, 0x01, 0x00, 0xff, 0xfb};

    to_wire(visit, bytes, sizeof(bytes));
}

/* A ClientHello that no library sends; what it is answered is read, and nothing is said to that. */
static void send_hello(struct prober_visit *visit)
{
    enum { MOST_HELLO = 128 * 1024 };
    struct buf bytes;

    buf_init(&bytes, MOST_HELLO);
    if (prober_hello_make(visit->party->settings.hello, visit->party->host, &bytes) == ASSAY_OK)
        to_wire(visit, bytes.data, bytes.len);
    else
        net_conn_reset(visit->conn); /* no memory: as if it had gone */
    buf_done(&bytes);
}

/* RFC 8446 section 5.1: a message may be cut into records anywhere. One record comes in. */
static void fragment_hello(struct prober_visit *visit)
{
    enum { HEAD = 5 };
    size_t most = (size_t)visit->party->settings.hello_fragment;
    const struct buf *whole = tls_conn_output(visit->tls);

    for (size_t at = HEAD; at < whole->len; at += most) {
        size_t left = whole->len - at;
        size_t take = left < most ? left : most;
        const uint8_t head[HEAD] = {whole->data[0], whole->data[1], whole->data[2],
                                    (uint8_t)(take >> 8), (uint8_t)take};

        to_wire(visit, head, sizeof(head));
        to_wire(visit, whole->data + at, take);
    }
    buf_clear(tls_conn_output(visit->tls));
}

/* Company that stops after its ClientHello: what it is answered, it does not hear. */
static bool is_halted(const struct prober_visit *visit)
{
    return visit->purpose == PROBER_FOR_COMPANY &&
           visit->prober->parties[0].settings.company == PROBER_COMPANY_HANDSHAKE;
}

static void begin(struct prober_visit *visit)
{
    switch (visit->opening) {
    case PROBER_OPEN_TLS:
        if (visit->tls == NULL) {
            ask(visit);
            return;
        }
        if (visit->party->settings.fallback)
            tls_conn_fall_back(visit->tls);
        tls_conn_start(visit->tls);
        if (visit->party->settings.hello_fragment > 0 && visit->purpose == PROBER_FOR_CASE)
            fragment_hello(visit);
        flush(visit);
        if (is_halted(visit))
            prober_company_settled(visit);
        return;
    case PROBER_OPEN_PLAIN:
        ask(visit);
        return;
    case PROBER_OPEN_GARBAGE:
        send_garbage(visit);
        return;
    case PROBER_OPEN_LONG_RECORD:
        send_long_record(visit);
        return;
    case PROBER_OPEN_HELLO:
        send_hello(visit);
        return;
    case PROBER_OPEN_SILENCE:
        if (visit->purpose == PROBER_FOR_COMPANY)
            prober_company_settled(visit);
        return;
    }
}

/* ---- hearing ---- */

static void read_answer(struct prober_visit *visit, bool has_ended, struct prober_answer *ret)
{
    const char *expected = visit->request.expected[0] != '\0' ? visit->request.expected : NULL;

    (visit->party->protocol == PROBER_WWEP ? prober_answer_wwep : prober_answer_http)(
        visit->heard.data, visit->heard.len, has_ended, expected, ret);
}

/* Is this an alert where a request was sent without TLS? Then it is no answer of the protocol. */
static bool is_alert(const struct prober_visit *visit)
{
    enum { ALERT = 0x15, ALERT_RECORD = 7 };
    const struct buf *heard = &visit->heard;

    return visit->tls == NULL && heard->len >= 1 && heard->data[0] == ALERT &&
           heard->len <= ALERT_RECORD;
}

static void emit_reply(const struct prober_visit *visit, const struct prober_reply *reply)
{
    struct event_builder e;

    event_begin(&e, sink_of(visit), "prober", EV_PROBER_REPLY, net_conn_id(visit->conn));
    event_bool(&e, "hello", reply->has_hello);
    if (reply->has_hello) {
        event_int(&e, "version", reply->version);
        event_int(&e, "compression", reply->compression);
    }
    event_bool(&e, "heartbeat", reply->has_heartbeat);
    event_emit(&e);
}

static void emit_alert(const struct prober_visit *visit, uint8_t level, uint8_t code)
{
    struct event_builder e;

    event_begin(&e, sink_of(visit), "prober", EV_TLS_ALERT, net_conn_id(visit->conn));
    event_text(&e, "dir", "rx");
    event_text(&e, "level", level == 1 ? "warning" : "fatal");
    event_int(&e, "code", code);
    event_text(&e, "name", tls_alert_name(code));
    event_emit(&e);
}

/*
 * What was said to a ClientHello of our own. Behind a ServerHello something more may come, such as
 * a heartbeat; then the board waits for us, and rightly.
 */
static void consider_reply(struct prober_visit *visit, bool has_ended, enum prober_outcome outcome)
{
    enum { REST_MS = 300 };
    struct prober_reply reply;

    prober_reply_read(visit->heard.data, visit->heard.len, &reply);
    if (!has_ended && !reply.has_alert && !reply.has_heartbeat) {
        if (reply.has_hello && !visit->has_begun)
            prober_wait(visit->prober, REST_MS);
        visit->has_begun = reply.has_hello;
        return;
    }
    if (visit->party->settings.hello < PROBER_HELLO_ALERT_FIRST)
        emit_reply(visit, &reply);
    if (reply.has_alert)
        emit_alert(visit, reply.alert_level, reply.alert_code);
    prober_visit_leave(visit, reply.has_alert ? PROBER_CLOSED : outcome,
                       reply.has_alert ? "an alert" : "");
}

/* Look at what came; at the connection's end that is all there will be. */
static void consider(struct prober_visit *visit, bool has_ended)
{
    enum { LEVEL = 5, CODE = 6 };
    struct prober_answer answer;

    if (visit->is_over || visit->heard.len == 0)
        return;
    if (visit->opening == PROBER_OPEN_HELLO) {
        consider_reply(visit, has_ended, has_ended ? PROBER_CLOSED : PROBER_LEFT);
        return;
    }
    if (is_alert(visit)) {
        if (visit->heard.len == 7)
            emit_alert(visit, visit->heard.data[LEVEL], visit->heard.data[CODE]);
        if (visit->heard.len == 7 || has_ended)
            decide(visit, PROBER_CLOSED, "an alert");
        return;
    }
    read_answer(visit, has_ended, &answer);
    if (answer.kind == PROBER_ANSWER_MORE && !has_ended)
        return;
    emit_answer(visit, &answer);
    prober_visit_leave(visit, PROBER_ANSWERED, answer.text);
}

static void take_plaintext(struct prober_visit *visit, const void *data, size_t len)
{
    size_t room = visit->heard.max - visit->heard.len;

    if (buf_add(&visit->heard, data, len < room ? len : room) != ASSAY_OK)
        return;
    consider(visit, false);
}

static void on_tls(struct prober_visit *visit, const uint8_t *data, size_t len)
{
    struct buf *plain = tls_conn_plaintext(visit->tls);
    enum assay_status status = tls_conn_receive(visit->tls, data, len);

    flush(visit);
    if (status != ASSAY_OK)
        net_conn_reset(visit->conn);
    if (visit->is_over || status != ASSAY_OK)
        return;
    if (tls_conn_stage(visit->tls) == TLS_STAGE_ESTABLISHED)
        (visit->has_begun ? put_request : ask)(visit);
    if (plain->len > 0)
        take_plaintext(visit, plain->data, plain->len);
    buf_clear(plain);
    if (tls_conn_stage(visit->tls) < TLS_STAGE_CLOSED)
        return;
    consider(visit, true);
    prober_visit_leave(visit, PROBER_CLOSED, "TLS ended");
}

static void *on_open(void *ctx, struct net_conn *conn)
{
    struct prober_visit *visit = ctx;

    (void)conn;
    visit->has_opened = true;
    begin(visit);
    return visit;
}

static void on_data(void *session, const uint8_t *data, size_t len)
{
    struct prober_visit *visit = session;

    if (is_halted(visit))
        return;
    if (visit->tls != NULL)
        on_tls(visit, data, len);
    else
        take_plaintext(visit, data, len);
}

static void on_end(void *session)
{
    struct prober_visit *visit = session;

    if (visit->tls != NULL)
        tls_conn_end_of_input(visit->tls);
    consider(visit, true);
    decide(visit, PROBER_CLOSED, "the board closed");
    net_conn_finish(visit->conn);
}

static void on_close(void *session, enum net_by by, enum net_how how)
{
    struct prober_visit *visit = session;

    (void)by;
    consider(visit, true);
    if (!visit->has_opened)
        decide(visit, PROBER_NOBODY, how == NET_HOW_RST ? "refused" : "no connection");
    decide(visit, by == NET_BY_BENCH ? PROBER_LEFT : PROBER_CLOSED,
           how == NET_HOW_RST ? "reset" : "closed");
    visit->conn = NULL;
    prober_visit_gone(visit);
    tls_conn_free(visit->tls);
    buf_done(&visit->request.bytes);
    buf_done(&visit->heard);
    free(visit);
}

const struct net_service prober_visit_service = {
    .name = "prober",
    .on_open = on_open,
    .on_data = on_data,
    .on_end = on_end,
    .on_close = on_close,
};

/* ---- beginning and end ---- */

void prober_visit_leave(struct prober_visit *visit, enum prober_outcome outcome, const char *text)
{
    if (visit->is_over || visit->conn == NULL)
        return;
    decide(visit, outcome, text);
    if (visit->tls != NULL && tls_conn_stage(visit->tls) == TLS_STAGE_ESTABLISHED &&
        tls_conn_close(visit->tls) == ASSAY_OK)
        flush(visit);
    net_conn_finish(visit->conn);
}

void prober_visit_give_up(struct prober_visit *visit)
{
    struct prober_answer answer;

    if (visit->conn == NULL)
        return;
    if (!visit->is_over && visit->opening == PROBER_OPEN_HELLO && visit->has_begun) {
        consider_reply(visit, true, PROBER_LEFT);
        net_conn_reset(visit->conn);
        return;
    }
    if (!visit->is_over && visit->heard.len > 0 && visit->opening != PROBER_OPEN_HELLO) {
        /* "X" and a text whose end the board does not show is an answer all the same. */
        read_answer(visit, true, &answer);
        emit_answer(visit, &answer);
        decide(visit, PROBER_ANSWERED, "and the board left the connection open");
    }
    decide(visit, visit->has_opened ? PROBER_SILENT : PROBER_NOBODY,
           "neither an answer nor the end of the connection");
    net_conn_reset(visit->conn);
}

static enum assay_status set_up(struct prober_visit *visit, struct assay_error *err)
{
    struct prober *prober = visit->prober;
    const struct prober_party *party = visit->party;

    ASSAY_TRY(prober_request_make(party->protocol, party->settings.request, prober->nth,
                                  prober->options.value, party->host, &visit->request));
    return net_connect_tcp(prober->net, &party->service, visit, prober->address, prober->port,
                           &party->rules, (uint64_t)party->settings.wait_ms, &visit->conn, err);
}

enum assay_status prober_visit_new(struct prober *prober, const struct prober_party *party,
                                   enum prober_purpose purpose, enum prober_opening opening,
                                   struct prober_visit **ret, struct assay_error *err)
{
    struct prober_visit *visit = calloc(1, sizeof(*visit));
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (visit == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    visit->prober = prober;
    visit->party = party;
    visit->purpose = purpose;
    visit->opening = opening;
    visit->began_ns = monotonic_ns();
    buf_init(&visit->heard, MOST_HEARD);
    status = set_up(visit, err);
    if (status != ASSAY_OK) {
        buf_done(&visit->request.bytes);
        free(visit);
        return status;
    }
    emit_visit(visit);
    if (visit->opening == PROBER_OPEN_TLS && party->context != NULL)
        visit->tls = tls_conn_new(party->context, prober->options.sink, net_conn_id(visit->conn));
    if (visit->opening == PROBER_OPEN_TLS && party->context != NULL && visit->tls == NULL)
        net_conn_reset(visit->conn); /* its end is told as that of any other */
    *ret = visit;
    return ASSAY_OK;
}
