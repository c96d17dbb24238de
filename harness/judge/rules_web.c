/* SPDX-License-Identifier: Apache-2.0 */
/* What boards do with answers of HTTP: bodies, redirects, and the WebSockets that they open. */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <string.h>

static bool is_from_board(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

static bool is_second(const struct event *open)
{
    return strcmp(event_get_text(open, "server"), "second") == 0;
}

/* ---- answers ---- */

void rule_short_answer(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *result = NULL;
    bool is_cut = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_HTTP_RESPONSE))
            is_cut = event_get_bool(e, "truncated");
        if (event_is(e, EV_BOARD_RESULT))
            result = e;
    }
    if (!is_cut)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "The last answer that it was given was a whole one.");
    else if (result == NULL)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It reports no results, so nobody can tell.");
    else if (event_get_bool(result, "ok"))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It took the beginning of an answer for all of it: whoever cuts the connection "
                 "chooses where a firmware image or a configuration ends. Compare what came with "
                 "Content-Length, and wait for the last chunk.");
    else
        rule_say(ret, VERDICT_PASS, "It noticed that the answer is cut off: %s.",
                 event_get_text(result, "text")[0] != '\0' ? event_get_text(result, "text")
                                                           : "a failure");
}

void rule_few_redirects(const struct rule_view *view, struct rule_finding *ret)
{
    /* RFC 9110 section 15.4: loops are to be noticed. curl stops after 50, browsers after 20. */
    enum { MOST = 52 };
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned requests = 0;
    unsigned most = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN))
            requests = 0;
        if (event_is(e, EV_HTTP_REQUEST) && ++requests > most)
            most = requests;
    }
    if (most == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It asked for nothing.");
    else if (most > MOST)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It followed one redirect after the other, %u times until the bench ended it: a "
                 "server that is set up wrongly, or wants to, keeps it busy for ever. Count them, "
                 "and give up after a few.",
                 most - 1);
    else
        rule_say(ret, VERDICT_PASS, "It noticed after %u request%s that redirects lead nowhere.",
                 most, most == 1 ? "" : "s");
}

void rule_credentials_kept(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    uint32_t second = 0;
    bool told_first = false;
    bool asked_second = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_NET_OPEN) && is_second(e))
            second = e->conn;
        if (!event_is(e, EV_HTTP_REQUEST) && !event_is(e, EV_WS_UPGRADE))
            continue;
        told_first = told_first || (e->conn != second && event_get_bool(e, "authorization"));
        asked_second = asked_second || e->conn == second;
        if (e->conn != second || !event_get_bool(e, "authorization"))
            continue;
        rule_say(ret, VERDICT_FAIL_LEAK,
                 "It sent its password to the host that the redirect led to: whoever can put a "
                 "redirect into an answer gets it. Leave Authorization out where host or port are "
                 "others (RFC 9110 section 15.4).");
        return;
    }
    if (!told_first)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It sends no password, so there was none to keep.");
    else if (!asked_second)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It did not go to the second host.");
    else
        rule_say(ret, VERDICT_PASS, "It told its password to the first host only.");
}

void rule_request_form(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned requests = 0;
    bool is_sealed = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        bool is_host = strstr(event_get_text(e, "rule"), "7.2") != NULL;

        if (event_is(e, EV_NET_OPEN))
            is_sealed = false;
        if (event_is(e, EV_TLS_ESTABLISHED))
            is_sealed = true;
        requests += event_is(e, EV_HTTP_REQUEST) ? 1U : 0U;
        /* What comes without TLS may be a ClientHello, and is the matter of other rules. */
        if (!event_is(e, EV_HTTP_VIOLATION) || !is_sealed)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "Its request breaks a rule: %s [%s].%s",
                 event_get_text(e, "text"), event_get_text(e, "rule"),
                 is_host ? " Servers find the site that is meant by it." : "");
        return;
    }
    if (requests == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It asked for nothing.");
    else
        rule_say(ret, VERDICT_PASS, "Its requests are well formed (%u were read).", requests);
}

/* ---- without TLS ---- */

static const struct {
    const char *kind, *name, *secret;
} openings[] = {{EV_MQTT_CONNECT, "MQTT CONNECT", "has_password"},
                {EV_HTTP_REQUEST, "HTTP request", "authorization"},
                {EV_WS_UPGRADE, "request for a WebSocket", "authorization"},
                {EV_WWEP_REQUEST, "WWEP request", ""}};

static bool is_plain_service(const struct event *open)
{
    const char *service = event_get_text(open, "service");

    return strcmp(service, "http") == 0 || strcmp(service, "ws") == 0;
}

void rule_no_plain_text(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    bool sealed = false;
    bool went = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_NET_OPEN)) {
            sealed = false;
            went = went || (is_second(e) && is_plain_service(e));
        }
        if (event_is(e, EV_TLS_ESTABLISHED))
            sealed = true;
        for (size_t i = 0; !sealed && i < sizeof(openings) / sizeof(openings[0]); i++) {
            if (!event_is(e, openings[i].kind))
                continue;
            rule_say(ret, VERDICT_FAIL_LEAK,
                     "It sent its %s %swithout TLS: everybody on the path can read it.",
                     openings[i].name,
                     event_get_bool(e, openings[i].secret) ? "with its password " : "");
            return;
        }
    }
    if (went)
        rule_say(ret, VERDICT_DEGRADED,
                 "It followed the redirect to an address without TLS, and said nothing there that "
                 "is HTTP (a ClientHello, say): nothing could be read, but http:// is another "
                 "place than https:// (RFC 9110 section 4.2), and what waits there is no server of "
                 "TLS. Refuse such a redirect.");
    else
        rule_say(ret, VERDICT_PASS, "It sent nothing without TLS.");
}

/* ---- WebSockets ---- */

/* What a fault is, and what forbids to go on. */
static const struct {
    const char *what, *words;
} faults[] = {
    {"status", "the answer to its upgrade was not 101 (RFC 6455 section 4.1)"},
    {"upgrade", "the answer did not upgrade to websocket (RFC 6455 section 4.1)"},
    {"connection", "the answer lacked Connection: Upgrade (RFC 6455 section 4.1)"},
    {"accept", "Sec-WebSocket-Accept did not belong to its key (RFC 6455 section 4.1): the "
               "answer is none to this request, but a cache's, say"},
    {"protocol", "the server chose a subprotocol that was not offered (RFC 6455 section 4.1)"},
    {"extensions", "the server uses an extension that was not offered (RFC 6455 section 4.1)"},
    {"masked", "the server masked its frames (RFC 6455 section 5.1)"},
    {"reserved", "reserved bits were set in a frame (RFC 6455 section 5.2)"},
    {"opcode", "the broker's packets came in frames that are not binary [MQTT-6.0.0-1]"},
    {"ping_bytes", "a control frame was longer than 125 bytes (RFC 6455 section 5.5)"},
    {"ping_split", "a control frame came in pieces (RFC 6455 section 5.5)"},
};

static const char *words_of(const char *what)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (strcmp(faults[i].what, what) == 0)
            return faults[i].words;
    return "the server broke the rules of WebSockets";
}

/*
 * What a board says of its own after a fault, but for its leave; NULL: nothing. A frame that is
 * wrong itself shows by the server's close frame.
 */
static const char *said_after(const struct event *e)
{
    const char *type = event_get_text(e, "type");

    if (event_is(e, EV_MQTT_CONNECT))
        return "CONNECT";
    if (event_is(e, EV_MQTT_PACKET) && is_from_board(e) && strcmp(type, "DISCONNECT") != 0)
        return type;
    if (event_is(e, EV_WS_CONTROL) && is_from_board(e))
        return type;
    if (event_is(e, EV_WS_END) && !is_from_board(e) && event_get_text(e, "text")[0] != '\0')
        return "a frame that is wrong itself";
    return NULL;
}

void rule_websocket_obeyed(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *fault = NULL;
    const struct event *result = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_WS_FAULT))
            fault = e;
        if (event_is(e, EV_BOARD_RESULT))
            result = e;
        if (fault == NULL || e->conn != fault->conn || said_after(e) == NULL)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It went on with %s, though %s. Close the connection "
                 "there.",
                 said_after(e), words_of(event_get_text(fault, "what")));
        return;
    }
    if (fault == NULL)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It was given no wrong answer and no wrong frame.");
    else if (result != NULL && event_get_bool(result, "ok"))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "It reported success, though %s.",
                 words_of(event_get_text(fault, "what")));
    else
        rule_say(ret, VERDICT_PASS, "It went no further, because %s.",
                 words_of(event_get_text(fault, "what")));
}

static bool is_control(const struct event *e, bool from_board, const char *type)
{
    return event_is(e, EV_WS_CONTROL) && is_from_board(e) == from_board &&
           strcmp(event_get_text(e, "type"), type) == 0;
}

void rule_websocket_pongs(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned pings = 0;
    unsigned pongs = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        pings += is_control(e, false, "ping") ? 1U : 0U;
        pongs += is_control(e, true, "pong") ? 1U : 0U;
    }
    if (pings == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It was sent no ping.");
    else if (pongs == 0)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It answered none of %u pings: servers and proxies close the connection of a "
                 "client that seems dead. Answer each with a pong (RFC 6455 section 5.5.2).",
                 pings);
    else
        rule_say(ret, VERDICT_PASS, "It answered %u of %u pings.", pongs, pings);
}
