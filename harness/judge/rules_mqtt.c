/* SPDX-License-Identifier: Apache-2.0 */
/* What a board says in MQTT, as far as brokers and other boards have to live with it. */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

enum {
    KEEP_ALIVE_MOST_S = 1200, /* AWS IoT Core takes no more */
    IDS_MAX = 64,
    OWN_PART_LEAST = 4
};

static bool is_from_board(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

static bool is_packet(const struct event *e, bool from_board, const char *type)
{
    return event_is(e, EV_MQTT_PACKET) && is_from_board(e) == from_board &&
           strcmp(event_get_text(e, "type"), type) == 0;
}

static void say_no_mqtt(struct rule_finding *ret)
{
    rule_say(ret, VERDICT_NOT_APPLICABLE, "It sent no MQTT CONNECT, so there is none to look at.");
}

/* ---- CONNECT: what the broker found wrong with it ---- */

/* Clauses of 3.1.1 and of 5.0; where they have the same number they are about the same thing. */
static const char *const flag_clauses[] = {
    "[MQTT-3.1.2-3]",
    "[MQTT-3.1.2-11]",
    "[MQTT-3.1.2-12]",
    "[MQTT-3.1.2-13]",
    "[MQTT-3.1.2-14]",
    "[MQTT-3.1.2-15]",
    NULL,
};
static const char *const credential_clauses[] = {
    "[MQTT-3.1.2-22]",
    "MQTT 5.0 section 3.1.2.9",
    NULL,
};

static bool is_among(const char *text, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(text, *list) == 0)
            return true;
    return false;
}

static bool is_of_connect(const struct event *e)
{
    return strcmp(event_get_text(e, "type"), "CONNECT") == 0 ||
           strcmp(event_get_text(e, "clause"), "[MQTT-3.1.0-1]") == 0;
}

/* Neither flags nor credentials, which are judged by themselves. */
static bool is_of_form(const struct event *e)
{
    const char *clause = event_get_text(e, "clause");

    return is_of_connect(e) && !is_among(clause, flag_clauses) &&
           !is_among(clause, credential_clauses);
}

static bool is_of_flags(const struct event *e)
{
    return is_of_connect(e) && is_among(event_get_text(e, "clause"), flag_clauses);
}

static bool is_of_credentials(const struct event *e)
{
    return is_of_connect(e) && is_among(event_get_text(e, "clause"), credential_clauses);
}

/* Is this the begin of a connection to a server that was given no TLS (VER-11)? */
static bool opens_plain(const struct event *e)
{
    const char *service = event_get_text(e, "service");

    return strcmp(service, "mqtt") == 0 || strcmp(service, "ws") == 0;
}

/*
 * What a board that speaks TLS elsewhere sends to a server without TLS is its ClientHello, whose
 * first byte reads like a CONNECT with flags. That is not its first packet.
 */
static void judge_connects(const struct rule_view *view, bool (*is_broken)(const struct event *),
                           const char *good, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *broken[2] = {NULL}; /* with TLS, without */
    const struct event *e = NULL;
    unsigned sealed = 0; /* connections to servers with TLS */
    unsigned connects = 0;
    bool plain = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_NET_OPEN)) {
            plain = opens_plain(e);
            sealed += !plain && event_get_text(e, "service")[0] != '\0' ? 1 : 0;
        }
        connects += event_is(e, EV_MQTT_CONNECT) ? 1 : 0;
        if (broken[plain] == NULL && event_is(e, EV_MQTT_VIOLATION) && is_broken(e))
            broken[plain] = e;
    }
    e = broken[0] != NULL || sealed > 0 ? broken[0] : broken[1];
    if (e != NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its first packet breaks %s: %s. Brokers close such a connection.",
                 event_get_text(e, "clause"), event_get_text(e, "text"));
    else if (connects == 0)
        say_no_mqtt(ret);
    else
        rule_say(ret, VERDICT_PASS, "%s", good);
}

void rule_mqtt_connect_form(const struct rule_view *view, struct rule_finding *ret)
{
    judge_connects(view, is_of_form, "Its first packet is always a well-formed CONNECT.", ret);
}

void rule_mqtt_connect_flags(const struct rule_view *view, struct rule_finding *ret)
{
    judge_connects(view, is_of_flags, "The flags of its CONNECT fit together.", ret);
}

void rule_mqtt_credentials(const struct rule_view *view, struct rule_finding *ret)
{
    judge_connects(view, is_of_credentials, "Its user name and password are as announced.", ret);
}

/* Only of cases in which it was told none. An empty one is no secret (-1: an old transcript). */
void rule_mqtt_no_password(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned connects = 0;
    bool named = false;

    while ((e = rule_walk_find(&walk, EV_MQTT_CONNECT)) != NULL) {
        connects++;
        named = named || event_get_text(e, "username")[0] != '\0';
        if (!event_get_bool(e, "has_password") || event_get_int(e, "password_length", -1) == 0)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It was told no password, is known by its certificate, and sends a password all "
                 "the same: one that is built into its firmware, which whoever reads the flash of "
                 "one board has of all of them.");
        return;
    }
    if (connects == 0)
        say_no_mqtt(ret);
    else
        rule_say(ret, VERDICT_PASS, "It sends no password beside its certificate%s.",
                 named ? ", only a user name" : "");
}

/* ---- CONNECT: what it says ---- */

void rule_mqtt_keep_alive(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = rule_walk_find(&walk, EV_MQTT_CONNECT);
    int64_t seconds = 0;

    if (e == NULL) {
        say_no_mqtt(ret);
        return;
    }
    for (; e != NULL; e = rule_walk_find(&walk, EV_MQTT_CONNECT)) {
        seconds = event_get_int(e, "keep_alive_s", 0);
        if (seconds == 0 || seconds > KEEP_ALIVE_MOST_S)
            break;
    }
    if (e == NULL)
        rule_say(ret, VERDICT_PASS, "Its keep alive is %" PRId64 " s.", seconds);
    else if (seconds == 0)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its keep alive is 0, which turns it off: when a router forgets the connection, "
                 "neither the board nor the broker ever notices.");
    else
        rule_say(ret, VERDICT_DEGRADED,
                 "Its keep alive is %" PRId64 " s: routers forget a silent connection much "
                 "sooner, and AWS IoT Core takes no more than %d s.",
                 seconds, KEEP_ALIVE_MOST_S);
}

void rule_mqtt_client_id(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const char *first = NULL;
    unsigned connects = 0;

    while ((e = rule_walk_find(&walk, EV_MQTT_CONNECT)) != NULL) {
        const char *id = event_get_text(e, "client_id");

        if (connects++ == 0)
            first = id;
        if (strcmp(id, first) == 0)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its client identifier was %s first and %s later: no broker can keep a session "
                 "for it, or tell that it is the same board.",
                 first, id);
        return;
    }
    if (connects == 0)
        say_no_mqtt(ret);
    else if (first[0] == '\0')
        rule_say(ret, VERDICT_DEGRADED,
                 "It has no client identifier of its own: no broker can tell which board it is.");
    else if (connects == 1)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "One connection cannot show whether its client "
                 "identifier stays the same.");
    else
        rule_say(ret, VERDICT_PASS, "Its client identifier was %s in all %u connections.", first,
                 connects);
}

void rule_mqtt_will(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = rule_walk_find(&walk, EV_MQTT_CONNECT);

    if (e == NULL)
        say_no_mqtt(ret);
    else if (event_get_bool(e, "will"))
        rule_say(ret, VERDICT_PASS, "It leaves a will for the topic %s.",
                 event_get_text(e, "will_topic"));
    else
        rule_say(ret, VERDICT_PASS,
                 "It leaves no will: nobody is told when it loses its power or its network.");
}

/* ---- topics ---- */

/* The part of a client identifier that tells boards apart: behind its last hyphen, or all of it. */
static const char *own_part(const char *client_id)
{
    const char *hyphen = strrchr(client_id, '-');

    return hyphen != NULL && strlen(hyphen + 1) >= OWN_PART_LEAST ? hyphen + 1 : client_id;
}

static bool is_own(const char *topic, const struct event *connect)
{
    const char *id = connect != NULL ? own_part(event_get_text(connect, "client_id")) : "";

    return id[0] != '\0' && strstr(topic, id) != NULL;
}

static void judge_topic(const char *topic, const char *use, const struct event *connect,
                        struct rule_finding *ret)
{
    if (is_own(topic, connect))
        return;
    if (topic[0] == '#' || topic[0] == '+')
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It %s %s: it is sent what is meant for other boards, and who has this one has "
                 "them all.",
                 use, topic);
    else if (ret->verdict == VERDICT_PASS)
        rule_say(ret, VERDICT_DEGRADED,
                 "It %s %s, which has nothing of its client identifier in it: a broker cannot "
                 "confine each board to topics of its own.",
                 use, topic);
}

void rule_mqtt_own_topics(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct rule_finding found = {.verdict = VERDICT_PASS};
    const struct event *connect = NULL;
    const struct event *e = NULL;
    unsigned seen = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        const struct event_field *filters = event_field(e, "filters");

        if (event_is(e, EV_MQTT_CONNECT))
            connect = e;
        if (is_packet(e, true, "PUBLISH")) {
            judge_topic(event_get_text(e, "topic"), "publishes to", connect, &found);
            seen++;
        }
        for (size_t i = 0; is_packet(e, true, "SUBSCRIBE") && filters != NULL && i < filters->count;
             i++) {
            judge_topic(filters->texts[i], "subscribes to", connect, &found);
            seen++;
        }
    }
    if (seen == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It used no topic.");
    else if (found.verdict == VERDICT_PASS)
        rule_say(ret, VERDICT_PASS, "All its topics hold its client identifier.");
    else
        *ret = found;
}

/* ---- packets ---- */

/* Is the packet that broke a rule one that has, or lacks, an identifier? */
static bool is_of_message(const struct event *e)
{
    const char *type = event_get_text(e, "type");

    return event_is(e, EV_MQTT_VIOLATION) &&
           (strncmp(type, "PUB", 3) == 0 || strstr(type, "SUBSCRIBE") != NULL);
}

/* Packet identifiers of messages that are under way. */
struct under_way {
    int64_t ids[IDS_MAX];
    size_t count;
    bool kept; /* the session may be older than the connection */
};

static size_t find_id(const struct under_way *w, int64_t id)
{
    size_t i = 0;

    while (i < w->count && w->ids[i] != id)
        i++;
    return i;
}

/* Is there something wrong with this message of the board's? NULL: no. */
static const char *see_message(struct under_way *w, const struct event *e)
{
    int64_t id = event_get_int(e, "packet_id", 0);
    bool dup = event_get_bool(e, "dup");
    bool known = find_id(w, id) < w->count;

    if (event_get_int(e, "qos", 0) == 0)
        return dup ? "It set DUP in a message of QoS 0" : NULL;
    if (!known && w->count < IDS_MAX)
        w->ids[w->count++] = id;
    if (dup && !known && !w->kept)
        return "It set DUP in a message that it sent for the first time";
    if (!dup && known)
        return "It sent a packet identifier again, without DUP, while its message was under way";
    return NULL;
}

static void see_acknowledgement(struct under_way *w, const struct event *e)
{
    size_t i = find_id(w, event_get_int(e, "packet_id", 0));

    if ((is_packet(e, false, "PUBACK") || is_packet(e, false, "PUBCOMP")) && i < w->count)
        w->ids[i] = w->ids[--w->count];
}

void rule_mqtt_packet_ids(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct under_way w = {.count = 0};
    const struct event *e = NULL;
    const char *wrong = NULL;
    unsigned messages = 0;

    while (wrong == NULL && (e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_MQTT_CONNECT))
            w = (struct under_way){.kept = !event_get_bool(e, "clean")};
        see_acknowledgement(&w, e);
        if (is_packet(e, true, "PUBLISH")) {
            messages++;
            wrong = see_message(&w, e);
        }
        if (is_of_message(e))
            wrong = event_get_text(e, "text");
    }
    if (wrong != NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "%s (%s): brokers may close the connection, drop the message or deliver it twice.",
                 wrong,
                 event_is(e, EV_MQTT_VIOLATION) ? event_get_text(e, "clause") : "[MQTT-3.3.1-1]");
    else if (messages == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It published nothing.");
    else
        rule_say(ret, VERDICT_PASS, "DUP and packet identifiers of its %u messages are right.",
                 messages);
}

/* ---- how it takes its leave, and what it makes of a no ---- */

/* Of an attempt that went well the last session is the one that the board ended itself. */
void rule_mqtt_disconnect(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *last = NULL;
    unsigned all_closed = 0;
    unsigned all_silent = 0;
    bool ok = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN)) {
            last = NULL;
            ok = false;
        }
        if (event_is(e, EV_BOARD_RESULT))
            ok = event_get_bool(e, "ok");
        if (event_is(e, EV_MQTT_CLOSED))
            last = e;
        if (event_is(e, EV_ATTEMPT_END) && ok && last != NULL) {
            all_closed++;
            all_silent += event_get_bool(last, "clean") ? 0 : 1;
        }
    }
    if (all_closed == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It ended no session that went well.");
    else if (all_silent == 0)
        rule_say(ret, VERDICT_PASS, "It took its leave with DISCONNECT all %u times.", all_closed);
    else
        rule_say(
            ret, VERDICT_DEGRADED,
            "It ended %u of %u sessions without DISCONNECT: a broker takes that for a failure, "
            "and publishes the will.",
            all_silent, all_closed);
}

/* The broker's answer to CONNECT was a no, or no answer that the specification knows. */
static bool is_refusal(const struct event *e)
{
    if (is_packet(e, false, "CONNACK"))
        return event_get_int(e, "reason", 0) != 0;
    return event_is(e, EV_MQTT_FAULT) && !is_from_board(e) &&
           strcmp(event_get_text(e, "type"), "CONNACK") == 0;
}

void rule_mqtt_refusal_obeyed(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned refusals = 0;
    bool refused = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_MQTT_CONNECT))
            refused = false;
        if (!refused && is_refusal(e)) {
            refused = true;
            refusals++;
        }
        if (!refused || !(is_packet(e, true, "PUBLISH") || is_packet(e, true, "SUBSCRIBE")))
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "The broker's CONNACK was no acceptance, and the board sent %s all the same: it "
                 "does not read what CONNACK says.",
                 event_get_text(e, "type"));
        return;
    }
    if (refusals == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "No broker refused it.");
    else
        rule_say(ret, VERDICT_PASS, "It sent nothing more after a CONNACK that did not accept it.");
}
