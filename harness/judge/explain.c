/* SPDX-License-Identifier: Apache-2.0 */
/* See judge/explain.h. One row of a table per kind of event that is worth a line. */
#include "judge/explain.h"

#include "base/event_kinds.h"
#include "explain_cloud.h"
#include "explain_visit.h"
#include "explain_words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TRACKED = 64 };

struct tracked {
    uint32_t conn; /* 0: free */
    enum stage stage;
    bool is_visit; /* the board is the server: explain_visit.h */
    bool has_alert;
    bool bench_ended;
    bool notified;       /* one side has sent close_notify */
    bool board_notified; /* ... and it was the board */
    uint64_t opened_ns;
};

struct explainer {
    struct tracked tracked[MAX_TRACKED];
    size_t next; /* the oldest entry is overwritten */
};

struct explainer *explainer_new(void)
{
    return calloc(1, sizeof(struct explainer));
}

void explainer_free(struct explainer *x)
{
    free(x);
}

static struct tracked *track(struct explainer *x, const struct event *e)
{
    struct tracked *c = NULL;

    for (size_t i = 0; i < MAX_TRACKED; i++)
        if (x->tracked[i].conn == e->conn)
            return &x->tracked[i];
    c = &x->tracked[x->next];
    x->next = (x->next + 1) % MAX_TRACKED;
    *c = (struct tracked){.conn = e->conn, .opened_ns = e->t_ns};
    return c;
}

static void reach(struct tracked *c, enum stage stage)
{
    if (stage > c->stage)
        c->stage = stage;
}

/* "#3   12.4 ms  " */
static enum assay_status lead_in(const struct tracked *c, const struct event *e, struct buf *out)
{
    double ms = (double)(e->t_ns - c->opened_ns) / 1e6;

    return buf_printf(out, "#%" PRIu32 " %8.1f ms  ", c->conn, ms);
}

static bool from_board(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

static enum assay_status add_list(struct buf *out, const struct event *e, const char *field,
                                  size_t most)
{
    const struct event_field *f = event_field(e, field);
    size_t count = f != NULL && f->kind == EVENT_TEXTS ? f->count : 0;

    if (count == 0)
        return buf_add_text(out, "none");
    for (size_t i = 0; i < count && i < most; i++)
        ASSAY_TRY(buf_printf(out, "%s%s", i > 0 ? ", " : "", f->texts[i]));
    if (count > most)
        return buf_printf(out, " and %zu more", count - most);
    return ASSAY_OK;
}

static enum assay_status say_open(struct tracked *c, const struct event *e, struct buf *out)
{
    reach(c, STAGE_TCP);
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "%s:%" PRId64 " connected to %s (port %" PRId64 ").\n",
                      event_get_text(e, "peer"), event_get_int(e, "peer_port", 0),
                      event_get_text(e, "service"), event_get_int(e, "local_port", 0));
}

static enum assay_status add_versions(struct buf *out, const struct event *e)
{
    static const struct {
        int64_t code;
        const char *name;
    } names[] = {{0x0304, "TLS 1.3"},
                 {0x0303, "TLS 1.2"},
                 {0x0302, "TLS 1.1"},
                 {0x0301, "TLS 1.0"},
                 {0x0300, "SSL 3.0"}};
    const struct event_field *f = event_field(e, "versions");
    int64_t legacy = event_get_int(e, "legacy_version", 0);
    const char *between = "";

    for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        bool offered = f == NULL && names[n].code == legacy;

        for (size_t i = 0; f != NULL && i < f->count; i++)
            offered = offered || f->ints[i] == names[n].code;
        if (!offered)
            continue;
        ASSAY_TRY(buf_printf(out, "%s%s", between, names[n].name));
        between = ", ";
    }
    return f == NULL ? buf_add_text(out, " (or older)") : ASSAY_OK;
}

static enum assay_status say_hello(struct tracked *c, const struct event *e, struct buf *out)
{
    const char *malformed = event_get_text(e, "malformed");
    const char *name = event_get_text(e, "server_name");

    reach(c, STAGE_CLIENT_HELLO);
    ASSAY_TRY(lead_in(c, e, out));
    if (malformed[0] != '\0')
        return buf_printf(out, "ClientHello that does not parse: %s.\n", malformed);
    ASSAY_TRY(buf_add_text(out, "ClientHello. It offers "));
    ASSAY_TRY(add_versions(out, e));
    ASSAY_TRY(buf_add_text(out, "; cipher suites "));
    ASSAY_TRY(add_list(out, e, "cipher_names", 4));
    ASSAY_TRY(buf_add_text(out, "; groups "));
    ASSAY_TRY(add_list(out, e, "group_names", 6));
    ASSAY_TRY(buf_add_text(out, "; signatures "));
    ASSAY_TRY(add_list(out, e, "signature_algorithm_names", 4));
    ASSAY_TRY(buf_add_text(out, "; ALPN "));
    ASSAY_TRY(add_list(out, e, "alpn", 4));
    if (name[0] == '\0')
        return buf_add_text(out, ". It names no server (no SNI): many cloud brokers refuse that, "
                                 "and it hints at connecting by IP address.\n");
    return buf_printf(out, ". It asks for the server name %s.\n", name);
}

static enum assay_status say_server_hello(struct tracked *c, const struct event *e, struct buf *out)
{
    int64_t version = event_get_int(e, "version", 0);

    ASSAY_TRY(lead_in(c, e, out));
    if (event_get_bool(e, "retry"))
        return buf_add_text(out, "The server asked for another key share (HelloRetryRequest).\n");
    return buf_printf(out, "The server chose TLS 1.%" PRId64 " and %s.\n", version - 0x0301,
                      event_get_text(e, "cipher_name"));
}

static enum assay_status say_message(struct tracked *c, const struct event *e, struct buf *out)
{
    const char *name = event_get_text(e, "name");

    if (!from_board(e) && strcmp(name, "Certificate") == 0) {
        reach(c, STAGE_SERVER_FLIGHT);
        ASSAY_TRY(lead_in(c, e, out));
        return buf_printf(out, "The server sent its certificate (%" PRId64 " bytes).\n",
                          event_get_int(e, "length", 0));
    }
    if (from_board(e) && strcmp(name, "ClientKeyExchange") == 0) {
        reach(c, STAGE_KEY_EXCHANGE);
        ASSAY_TRY(lead_in(c, e, out));
        return buf_add_text(out, "It went on with its key exchange: it raised no objection to the "
                                 "certificate.\n");
    }
    return ASSAY_OK;
}

static enum assay_status say_alert(struct tracked *c, const struct event *e, struct buf *out)
{
    const char *name = event_get_text(e, "name");

    if (strcmp(name, "close_notify") == 0)
        return ASSAY_OK;
    ASSAY_TRY(lead_in(c, e, out));
    if (from_board(e)) {
        c->has_alert = true;
        return buf_printf(out, "Alert %s (%s) from the board: %s.\n", name,
                          event_get_text(e, "level"), words_alert(name));
    }
    c->bench_ended = true;
    return buf_printf(out, "Alert %s (%s) from the server: %s.\n", name, event_get_text(e, "level"),
                      words_bench_alert(name));
}

static enum assay_status say_established(struct tracked *c, const struct event *e, struct buf *out)
{
    reach(c, STAGE_FINISHED);
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "Its Finished is right: the handshake is complete (%s, %s%s).\n",
                      event_get_text(e, "version"), event_get_text(e, "cipher"),
                      event_get_bool(e, "resumed") ? ", resumed" : "");
}

static enum assay_status say_client_certificate(struct tracked *c, const struct event *e,
                                                struct buf *out)
{
    ASSAY_TRY(lead_in(c, e, out));
    if (event_get_int(e, "count", 0) == 0)
        return buf_add_text(out, "It was asked for a certificate and sent none.\n");
    if (event_get_bool(e, "chain_ok"))
        return buf_printf(out, "Its certificate %s is good.\n", event_get_text(e, "subject"));
    return buf_printf(out, "Its certificate %s is not acceptable: %s.\n",
                      event_get_text(e, "subject"), event_get_text(e, "chain_error"));
}

static enum assay_status say_certificate_verify(struct tracked *c, const struct event *e,
                                                struct buf *out)
{
    if (event_get_bool(e, "ok"))
        return ASSAY_OK;
    ASSAY_TRY(lead_in(c, e, out));
    return buf_add_text(out, "Its CertificateVerify does not verify: the private key that it used "
                             "is not the one of its certificate.\n");
}

static enum assay_status say_tls_error(struct tracked *c, const struct event *e, struct buf *out)
{
    if (c->has_alert || c->bench_ended)
        return ASSAY_OK; /* the alert has said it */
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "TLS: %s.\n", event_get_text(e, "text"));
}

static enum assay_status say_data(struct tracked *c, const struct event *e, struct buf *out)
{
    bool first = c->stage < STAGE_APPLICATION_DATA;

    if (!from_board(e) || event_get_int(e, "length", 0) == 0)
        return ASSAY_OK;
    reach(c, STAGE_APPLICATION_DATA);
    if (!first)
        return ASSAY_OK;
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "It sent application data (%" PRId64 " bytes): it trusts this server.\n",
                      event_get_int(e, "length", 0));
}

static enum assay_status say_connect(struct tracked *c, const struct event *e, struct buf *out)
{
    int64_t version = event_get_int(e, "version", 0);

    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "MQTT %s CONNECT: client id \"%s\", %s, keep-alive %" PRId64 " s.\n",
                      version == 5   ? "5.0"
                      : version == 4 ? "3.1.1"
                                     : "3.1",
                      event_get_text(e, "client_id"),
                      event_get_bool(e, "has_password")   ? "with a password"
                      : event_get_bool(e, "has_username") ? "with a user name and no password"
                                                          : "with no user name and no password",
                      event_get_int(e, "keep_alive_s", 0));
}

static enum assay_status say_packet(struct tracked *c, const struct event *e, struct buf *out)
{
    int64_t reason = event_get_int(e, "reason", 0);

    if (from_board(e) || strcmp(event_get_text(e, "type"), "CONNACK") != 0)
        return ASSAY_OK;
    if (reason == 0)
        reach(c, STAGE_SESSION);
    ASSAY_TRY(lead_in(c, e, out));
    return reason == 0 ? buf_add_text(out, "CONNACK: the session is accepted.\n")
                       : buf_printf(out, "CONNACK with code %" PRId64 ": refused.\n", reason);
}

static enum assay_status say_publish(struct tracked *c, const struct event *e, struct buf *out)
{
    const struct event_field *payload = event_field(e, "payload");

    if (!from_board(e))
        return ASSAY_OK;
    reach(c, STAGE_DELIVERED);
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "PUBLISH to \"%s\", QoS %" PRId64 ", %zu bytes.\n",
                      event_get_text(e, "topic"), event_get_int(e, "qos", 0),
                      payload != NULL ? payload->text_len : 0);
}

static enum assay_status say_violation(struct tracked *c, const struct event *e, struct buf *out)
{
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "MQTT rule broken: %s [%s].\n", event_get_text(e, "text"),
                      event_get_text(e, "clause"));
}

static enum assay_status say_cloud(struct tracked *c, const struct event *e, struct buf *out)
{
    ASSAY_TRY(lead_in(c, e, out));
    return explain_cloud(e, out);
}

static enum assay_status say_http_request(struct tracked *c, const struct event *e, struct buf *out)
{
    const char *agent = event_get_text(e, "user_agent");
    int64_t body_length = event_get_int(e, "body_length", 0);

    ASSAY_TRY(lead_in(c, e, out));
    ASSAY_TRY(buf_printf(out, "HTTP %s %s, host \"%s\"", event_get_text(e, "method"),
                         event_get_text(e, "target"), event_get_text(e, "host")));
    if (agent[0] != '\0')
        ASSAY_TRY(buf_printf(out, ", from \"%s\"", agent));
    if (event_get_bool(e, "authorization"))
        ASSAY_TRY(buf_add_text(out, ", with credentials (Authorization)"));
    if (body_length > 0)
        ASSAY_TRY(buf_printf(out, ", %" PRId64 " bytes of body", body_length));
    return buf_add_text(out, ".\n");
}

static enum assay_status say_http_response(struct tracked *c, const struct event *e,
                                           struct buf *out)
{
    int64_t status = event_get_int(e, "status", 0);

    if (status < 400)
        reach(c, STAGE_SESSION);
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "The server answered %" PRId64 " with %" PRId64 " bytes of body%s.\n",
                      status, event_get_int(e, "body_length", 0),
                      event_get_bool(e, "truncated") ? ", and broke off there" : "");
}

static enum assay_status say_http_violation(struct tracked *c, const struct event *e,
                                            struct buf *out)
{
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "HTTP rule broken: %s [%s].\n", event_get_text(e, "text"),
                      event_get_text(e, "rule"));
}

/* A line for each of these events, from its texts. */
static enum assay_status say_websocket(struct tracked *c, const struct event *e, struct buf *out)
{
    const char *what = event_get_text(e, "text");
    bool is_tx = strcmp(event_get_text(e, "dir"), "tx") == 0;

    if (event_is(e, EV_WS_UPGRADE))
        reach(c, STAGE_APPLICATION_DATA);
    ASSAY_TRY(lead_in(c, e, out));
    if (event_is(e, EV_WS_UPGRADE))
        ASSAY_TRY(buf_printf(out, "It asks to open a WebSocket at %s%s; the answer is %" PRId64,
                             event_get_text(e, "path"),
                             event_get_bool(e, "authorization") ? " with credentials" : "",
                             event_get_int(e, "status", 0)));
    else if (event_is(e, EV_WS_FAULT))
        ASSAY_TRY(buf_printf(out, "From here on it has to go: the server's websocket.%s is wrong",
                             event_get_text(e, "what")));
    else
        ASSAY_TRY(buf_printf(out, "%s a close frame with status %" PRId64,
                             is_tx ? "The server sends" : "It sends",
                             event_get_int(e, "status", 0)));
    return buf_printf(out, "%s%s.\n", what[0] != '\0' ? ": " : "", what);
}

static enum assay_status say_wwep_request(struct tracked *c, const struct event *e, struct buf *out)
{
    const char *command = event_get_text(e, "command");

    if (command[0] == '\0')
        return ASSAY_OK; /* the broken rule says it */
    ASSAY_TRY(lead_in(c, e, out));
    ASSAY_TRY(buf_printf(out, "WWEP %s: device %04X, register %02X", command,
                         (unsigned)event_get_int(e, "device", 0),
                         (unsigned)event_get_int(e, "register", 0)));
    if (event_field(e, "value") != NULL)
        ASSAY_TRY(buf_printf(out, ", value %04X", (unsigned)event_get_int(e, "value", 0)));
    return buf_add_text(out, ".\n");
}

static enum assay_status say_wwep_response(struct tracked *c, const struct event *e,
                                           struct buf *out)
{
    if (event_get_bool(e, "ok"))
        reach(c, STAGE_SESSION);
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "The server answered \"%s\".\n", event_get_text(e, "text"));
}

static enum assay_status say_wwep_violation(struct tracked *c, const struct event *e,
                                            struct buf *out)
{
    ASSAY_TRY(lead_in(c, e, out));
    return buf_printf(out, "WWEP rule broken: %s [%s].\n", event_get_text(e, "text"),
                      event_get_text(e, "rule"));
}

/* Who ends TLS has closed, whosever FIN is the first: the bench answers at once. */
static enum assay_status see_close_notify(struct tracked *c, const struct event *e, struct buf *out)
{
    (void)out;
    c->board_notified = c->board_notified || (from_board(e) && !c->notified);
    c->notified = true;
    return ASSAY_OK;
}

static enum assay_status say_close(struct tracked *c, const struct event *e, struct buf *out)
{
    bool reset = strcmp(event_get_text(e, "how"), "rst") == 0;

    ASSAY_TRY(lead_in(c, e, out));
    if (strcmp(event_get_text(e, "by"), "board") != 0 && !c->has_alert && !c->board_notified)
        ASSAY_TRY(buf_printf(out, "The server closed%s.\n",
                             c->stage >= STAGE_SESSION ? " after the session's end" : ""));
    else
        ASSAY_TRY(buf_printf(out, "%s.\n", words_close(c->stage, reset, c->has_alert)));
    *c = (struct tracked){.conn = 0};
    return ASSAY_OK;
}

static const struct {
    const char *kind;
    enum assay_status (*say)(struct tracked *c, const struct event *e, struct buf *out);
} sayers[] = {
    {EV_NET_OPEN, say_open},
    {EV_TLS_CLIENT_HELLO, say_hello},
    {EV_TLS_SERVER_HELLO, say_server_hello},
    {EV_TLS_MESSAGE, say_message},
    {EV_TLS_ALERT, say_alert},
    {EV_TLS_ESTABLISHED, say_established},
    {EV_TLS_CLIENT_CERTIFICATE, say_client_certificate},
    {EV_TLS_CERTIFICATE_VERIFY, say_certificate_verify},
    {EV_TLS_ERROR, say_tls_error},
    {EV_TLS_DATA, say_data},
    {EV_TLS_CLOSE_NOTIFY, see_close_notify},
    {EV_MQTT_CONNECT, say_connect},
    {EV_MQTT_PACKET, say_packet},
    {EV_MQTT_PUBLISH, say_publish},
    {EV_MQTT_VIOLATION, say_violation},
    {EV_FACE_ACCEPTED, say_cloud},
    {EV_FACE_REFUSED, say_cloud},
    {EV_FACE_REMARK, say_cloud},
    {EV_FACE_SERVICE, say_cloud},
    {EV_HTTP_REQUEST, say_http_request},
    {EV_HTTP_RESPONSE, say_http_response},
    {EV_HTTP_VIOLATION, say_http_violation},
    {EV_WS_UPGRADE, say_websocket},
    {EV_WS_FAULT, say_websocket},
    {EV_WS_END, say_websocket},
    {EV_WWEP_REQUEST, say_wwep_request},
    {EV_WWEP_RESPONSE, say_wwep_response},
    {EV_WWEP_VIOLATION, say_wwep_violation},
    {EV_NET_CLOSE, say_close},
};

enum assay_status explainer_feed(struct explainer *x, const struct event *event, struct buf *out)
{
    struct tracked *c = NULL;

    if (event->conn == 0)
        return ASSAY_OK;
    c = track(x, event);
    if (explain_visit_begins(event)) /* connections of the attempt before had the same numbers */
        *c = (struct tracked){.conn = event->conn, .opened_ns = event->t_ns, .is_visit = true};
    if (c->is_visit)
        return explain_visit(event, c->opened_ns, out);
    for (size_t i = 0; i < sizeof(sayers) / sizeof(sayers[0]); i++)
        if (event_is(event, sayers[i].kind))
            return sayers[i].say(c, event, out);
    return ASSAY_OK;
}

/* Lines about the board itself, which belong to no connection. */
static enum assay_status explain_board(const struct event *e, struct buf *out)
{
    if (event_is(e, EV_DNS_QUERY))
        return buf_printf(out, "It asked for the address of %s.\n", event_get_text(e, "name"));
    if (event_is(e, EV_SNTP_REQUEST))
        return buf_add_text(out, "It asked for the time (SNTP).\n");
    if (event_is(e, EV_MQTT_BEHIND))
        return buf_printf(out, "What the server says in MQTT is what a real %s %s says.\n",
                          event_get_text(e, "program"), event_get_text(e, "version"));
    if (event_is(e, EV_BOARD_RESULT))
        return buf_printf(out, "The board reported %s in phase %s (code %" PRId64 ") %s\n",
                          event_get_bool(e, "ok") ? "success" : "failure",
                          event_get_text(e, "phase"), event_get_int(e, "code", 0),
                          event_get_text(e, "text"));
    if (event_is(e, EV_BOARD_RESET))
        return buf_printf(out, "The board was reset (%s).\n", event_get_text(e, "reason"));
    if (event_is(e, EV_ATTEMPT_END) && event_get_text(e, "cause")[0] != '\0')
        return buf_printf(out, "This attempt says nothing about the board (%s): %s.\n",
                          event_get_text(e, "cause"), event_get_text(e, "detail"));
    return ASSAY_OK;
}

static enum assay_status say_attempt(const struct event *e, struct buf *out)
{
    const char *role = event_get_text(e, "role");

    static const struct {
        const char *role, *words;
    } rows[] = {{"case", "the case itself"},
                {"before", "the control before"},
                {"after", "the control after"},
                {"step", "before the case: "},
                {"evidence", "seen in "}};
    const char *words = role;
    const char *more = "";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].role, role) == 0)
            words = rows[i].words;
    if (strcmp(role, "step") == 0)
        more = event_get_text(e, "step_title");
    if (strcmp(role, "evidence") == 0)
        more = event_get_text(e, "scenario");
    return buf_printf(out, "\nAttempt %" PRId64 ": %s%s\n", event_get_int(e, "attempt", 0), words,
                      more);
}

enum assay_status explain_attempt(const struct transcript *t, int attempt, struct buf *out)
{
    struct explainer *x = explainer_new();
    enum assay_status status = x != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
    bool inside = false;

    for (size_t i = 0; status == ASSAY_OK && i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (event_is(e, EV_ATTEMPT_BEGIN)) {
            inside = attempt == 0 || event_get_int(e, "attempt", -1) == attempt;
            *x = (struct explainer){.next = 0};
            if (inside)
                status = say_attempt(e, out);
        }
        if (!inside)
            continue;
        if (status == ASSAY_OK)
            status = e->conn == 0 ? explain_board(e, out) : explainer_feed(x, e, out);
        if (event_is(e, EV_ATTEMPT_END))
            inside = false;
    }
    explainer_free(x);
    return status;
}
