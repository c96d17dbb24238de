/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_visit.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

bool explain_visit_begins(const struct event *event)
{
    return event_is(event, EV_PROBER_VISIT);
}

static bool from_board(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

static enum assay_status say_visit(const struct event *e, struct buf *out)
{
    static const struct {
        const char *purpose, *text;
    } rows[] = {{"case", "The bench visits, which is what is judged"},
                {"company", "Company comes"},
                {"still", "A good client comes, to see whether the board still serves"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].purpose, event_get_text(e, "purpose")) == 0)
            return buf_printf(out, "%s (%s).\n", rows[i].text, event_get_text(e, "service"));
    return buf_add_text(out, "The bench visits.\n");
}

static enum assay_status say_certificate(const struct event *e, struct buf *out)
{
    const char *error = event_get_text(e, "chain_error");

    return buf_printf(out, "The board presents %s%s%s%s.\n", event_get_text(e, "subject"),
                      error[0] != '\0' ? ", and " : "", error,
                      event_get_bool(e, "name_ok") ? "" : ", which is not for its name");
}

static enum assay_status say_established(const struct event *e, struct buf *out)
{
    return buf_printf(out, "The handshake is complete for the client: %s, %s, %s.\n",
                      event_get_text(e, "version"), event_get_text(e, "cipher"),
                      event_get_bool(e, "client_certificate") ? "with its certificate"
                                                              : "without a certificate of its own");
}

static enum assay_status say_alert(const struct event *e, struct buf *out)
{
    return buf_printf(out, "Alert %s (%s) from the %s.\n", event_get_text(e, "name"),
                      event_get_text(e, "level"), from_board(e) ? "board" : "bench");
}

static enum assay_status say_request(const struct event *e, struct buf *out)
{
    return buf_printf(out, "The bench asks: %s, %" PRId64 " bytes%s.\n", event_get_text(e, "kind"),
                      event_get_int(e, "length", 0),
                      event_get_bool(e, "plain") ? ", without TLS" : "");
}

static enum assay_status say_reply(const struct event *e, struct buf *out)
{
    return buf_printf(out, "The board answers with %s%s%s.\n",
                      event_get_bool(e, "hello") ? "a ServerHello" : "",
                      event_get_bool(e, "hello") && event_get_bool(e, "heartbeat") ? " and " : "",
                      event_get_bool(e, "heartbeat") ? "a heartbeat" : "");
}

static enum assay_status say_answer(const struct event *e, struct buf *out)
{
    return buf_printf(out, "The board answers \"%s\": %s%s.\n", event_get_text(e, "text"),
                      event_get_text(e, "kind"), event_get_bool(e, "plain") ? ", without TLS" : "");
}

static enum assay_status say_end(const struct event *e, struct buf *out)
{
    static const struct {
        const char *outcome, *text;
    } rows[] = {{"closed", "The board ended it without an answer"},
                {"silent", "The board neither answered nor ended it"},
                {"nobody", "Nobody was there: no connection came about"},
                {"left", "The bench goes, as it meant to"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].outcome, event_get_text(e, "outcome")) == 0)
            return buf_printf(out, "%s.\n", rows[i].text);
    return ASSAY_OK; /* the answer was told */
}

static const struct {
    const char *kind;
    enum assay_status (*say)(const struct event *e, struct buf *out);
} sayers[] = {
    {EV_PROBER_VISIT, say_visit},          {EV_TLS_SERVER_CERTIFICATE, say_certificate},
    {EV_TLS_ESTABLISHED, say_established}, {EV_TLS_ALERT, say_alert},
    {EV_PROBER_REQUEST, say_request},      {EV_PROBER_REPLY, say_reply},
    {EV_PROBER_ANSWER, say_answer},        {EV_PROBER_END, say_end},
};

enum assay_status explain_visit(const struct event *event, uint64_t opened_ns, struct buf *out)
{
    for (size_t i = 0; i < sizeof(sayers) / sizeof(sayers[0]); i++) {
        size_t before = out->len;

        if (!event_is(event, sayers[i].kind) ||
            (event_is(event, EV_TLS_ALERT) &&
             strcmp(event_get_text(event, "name"), "close_notify") == 0))
            continue;
        ASSAY_TRY(buf_printf(out, "#%" PRIu32 " %8.1f ms  ", event->conn,
                             (double)(event->t_ns - opened_ns) / 1e6));
        size_t lead = out->len;

        ASSAY_TRY(sayers[i].say(event, out));
        if (out->len == lead)
            buf_truncate(out, before);
    }
    return ASSAY_OK;
}
