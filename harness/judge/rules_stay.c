/* SPDX-License-Identifier: Apache-2.0 */
/* How a board keeps its MQTT session: what it answers, and what it does when nobody answers it. */
#include "stay_links.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

enum {
    TOLERANCE_PERCENT = 10, /* of a keep alive: timers, and the way to us */
    ANSWER_MS = 500,        /* in which a board answers a message */
    PENDING_MAX = 64,
    SUBACK_PATIENCE_MS = 3000
};

static void say_no_session(struct rule_finding *ret)
{
    rule_say(ret, VERDICT_INCONCLUSIVE, "It opened no MQTT session, so there is none to judge.");
}

static bool has_session(const struct stay_links *links)
{
    for (size_t i = 0; i < links->count; i++)
        if (links->rows[i].accepted_ns != 0)
            return true;
    return false;
}

/* ---- messages of the broker's ---- */

struct pending {
    uint32_t conn;
    int64_t id;
    const char *awaited; /* PUBACK, PUBREC, PUBCOMP; NULL: completed */
    uint64_t sent_ns;
};

struct pendings {
    struct pending rows[PENDING_MAX];
    size_t count;
    unsigned completed;
};

static struct pending *find_pending(struct pendings *p, const struct event *e)
{
    int64_t id = event_get_int(e, "packet_id", 0);

    for (size_t i = p->count; i-- > 0;)
        if (p->rows[i].awaited != NULL && p->rows[i].conn == e->conn && p->rows[i].id == id)
            return &p->rows[i];
    return NULL;
}

static void await(struct pendings *p, const struct event *e, const char *type)
{
    if (p->count < PENDING_MAX)
        p->rows[p->count++] =
            (struct pending){e->conn, event_get_int(e, "packet_id", 0), type, e->t_ns};
}

static void see_answer(struct pendings *p, const struct event *e)
{
    struct pending *row = find_pending(p, e);

    if (row == NULL || strcmp(row->awaited, event_get_text(e, "type")) != 0)
        return;
    p->completed += strcmp(row->awaited, "PUBREC") != 0 ? 1 : 0;
    row->awaited = NULL;
}

/* Was there time enough to answer? */
static bool is_overdue(const struct pending *row, struct stay_links *links)
{
    const struct event probe = {.conn = row->conn, .t_ns = row->sent_ns};
    const struct stay_link *l = stay_link_of(links, &probe);

    return row->awaited != NULL && l != NULL && stay_ms(row->sent_ns, l->ended_ns) >= ANSWER_MS;
}

void rule_stay_acknowledges(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    struct rule_walk walk = {.view = view};
    struct pendings p = {.count = 0};
    const struct event *e = NULL;

    stay_links_read(view, &links);
    while ((e = rule_walk_next(&walk)) != NULL) {
        int64_t qos = event_get_int(e, "qos", 0);

        if (stay_is_packet(e, false, "PUBLISH") && qos > 0)
            await(&p, e, qos == 1 ? "PUBACK" : "PUBREC");
        if (stay_is_packet(e, false, "PUBREL"))
            await(&p, e, "PUBCOMP");
        if (event_is(e, EV_MQTT_PACKET))
            see_answer(&p, e);
    }
    for (size_t i = 0; i < p.count; i++) {
        if (!is_overdue(&p.rows[i], &links))
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It was sent message %" PRId64 " and did not answer with %s: a broker sends it "
                 "again with each connection, and soon has no room for others (3.1.1 section 4.3).",
                 p.rows[i].id, p.rows[i].awaited);
        return;
    }
    if (p.completed == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE, "No message of QoS 1 or 2 came to its end with it.");
    else
        rule_say(ret, VERDICT_PASS, "It acknowledged the %u messages that it was sent.",
                 p.completed);
}

/* ---- keep alive ---- */

void rule_stay_pings(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    uint64_t longest_ms = 0;
    int64_t keep_alive_s = 0;
    unsigned pings = 0;

    stay_links_read(view, &links);
    for (size_t i = 0; i < links.count; i++) {
        const struct stay_link *l = &links.rows[i];
        uint64_t limit_ms = (uint64_t)l->keep_alive_s * 10 * (100 + TOLERANCE_PERCENT);
        uint64_t silent_ms = l->longest_ns / 1000000U;

        if (l->accepted_ns == 0 || l->keep_alive_s == 0 ||
            stay_ms(l->accepted_ns, l->ended_ns) < (uint64_t)l->keep_alive_s * 1000)
            continue;
        keep_alive_s = l->keep_alive_s;
        pings += l->pings;
        longest_ms = silent_ms > longest_ms ? silent_ms : longest_ms;
        if (silent_ms <= limit_ms)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It was silent for %" PRIu64 " ms with a keep alive of %" PRId64 " s: brokers "
                 "close such a connection. Send PINGREQ when nothing else is sent "
                 "([MQTT-3.1.2-23]).",
                 silent_ms, l->keep_alive_s);
        return;
    }
    if (keep_alive_s == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "No session lasted as long as its keep alive, so none shows whether it pings.");
    else
        rule_say(ret, VERDICT_PASS,
                 "It was never silent for longer than %" PRIu64 " ms, with a keep alive of %" PRId64
                 " s and %u PINGREQ.",
                 longest_ms, keep_alive_s, pings);
}

/* Closed by the board so many milliseconds after what ought to have been answered; or never. */
static void judge_patience(const struct stay_link *l, uint64_t since_ns, int64_t percent,
                           const char *what, struct rule_finding *ret)
{
    uint64_t limit_ms = (uint64_t)l->keep_alive_s * 10 * (uint64_t)(percent + TOLERANCE_PERCENT);
    uint64_t waited_ms = stay_ms(since_ns, l->ended_ns);

    if (waited_ms <= limit_ms && !l->ended_by_board)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "The connection ended %" PRIu64 " ms after %s, before the board had to act.",
                 waited_ms, what);
    else if (l->ended_by_board && waited_ms <= limit_ms)
        rule_say(ret, VERDICT_PASS, "It closed the dead connection %" PRIu64 " ms after %s.",
                 waited_ms, what);
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "%s %" PRIu64 " ms after %s, with a keep alive of %" PRId64 " s: it believes in a "
                 "connection that is dead, and nothing that is sent to it arrives (3.1.1 section "
                 "3.1.2.10).",
                 l->ended_by_board ? "It closed only" : "It still kept the connection", waited_ms,
                 what, l->keep_alive_s);
}

void rule_stay_pingresp(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    uint64_t ping_ns = 0;

    stay_links_read(view, &links);
    while ((e = rule_walk_next(&walk)) != NULL) {
        const struct stay_link *l = stay_link_of(&links, e);

        if (stay_is_packet(e, true, "PINGREQ") && ping_ns == 0)
            ping_ns = e->t_ns;
        if (stay_is_packet(e, false, "PINGRESP"))
            ping_ns = 0;
        if (!event_is(e, EV_MQTT_WITHHELD) || l == NULL || ping_ns == 0 ||
            strcmp(event_get_text(e, "type"), "PINGRESP") != 0)
            continue;
        judge_patience(l, ping_ns, 150, "its PINGREQ was not answered", ret);
        return;
    }
    rule_say(ret, VERDICT_INCONCLUSIVE,
             has_session(&links) ? "It sent no PINGREQ, which is another case's business."
                                 : "It opened no MQTT session, so there is none to judge.");
}

void rule_stay_dead_broker(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;

    stay_links_read(view, &links);
    for (size_t i = 0; i < links.count; i++) {
        const struct stay_link *l = &links.rows[i];

        if (l->accepted_ns == 0 || l->keep_alive_s == 0)
            continue;
        judge_patience(l, l->said_ns, 250, "the broker's last word", ret);
        return;
    }
    say_no_session(ret);
}

/* ---- subscriptions ---- */

void rule_stay_suback(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *first = NULL;

    stay_links_read(view, &links);
    while ((e = rule_walk_next(&walk)) != NULL) {
        if (!stay_is_packet(e, true, "SUBSCRIBE"))
            continue;
        if (first == NULL) {
            first = e;
            continue;
        }
        rule_say(ret, VERDICT_PASS, "It asked again after %" PRIu64 " ms, %s.",
                 stay_ms(first->t_ns, e->t_ns),
                 e->conn != first->conn ? "with a new connection"
                 : event_get_int(e, "packet_id", 0) == event_get_int(first, "packet_id", 0)
                     ? "with the same packet identifier"
                     : "with another packet identifier");
        return;
    }
    if (first == NULL) {
        rule_say(ret, VERDICT_INCONCLUSIVE, "It subscribed to nothing.");
        return;
    }
    {
        const struct stay_link *l = stay_link_of(&links, first);
        uint64_t waited_ms = l != NULL ? stay_ms(first->t_ns, l->ended_ns) : 0;

        if (l != NULL && l->ended_by_board && !l->left)
            rule_say(ret, VERDICT_PASS, "It gave the connection up after %" PRIu64 " ms.",
                     waited_ms);
        else if (waited_ms < SUBACK_PATIENCE_MS)
            rule_say(ret, VERDICT_INCONCLUSIVE, "The case ended before the board had to act.");
        else
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "Its SUBSCRIBE was not answered, and for %" PRIu64 " ms it did nothing about "
                     "it: it takes itself for subscribed, and its commands are lost (3.1.1 "
                     "section 3.8.4).",
                     waited_ms);
    }
}

void rule_stay_suback_read(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned asked = 0;
    bool refused = false;
    bool has_result = false;
    bool ok = false;
    bool gave_up = false;

    stay_links_read(view, &links);
    while ((e = rule_walk_next(&walk)) != NULL) {
        asked += stay_is_packet(e, true, "SUBSCRIBE") ? 1 : 0;
        refused =
            refused || (stay_is_packet(e, false, "SUBACK") && event_get_int(e, "reason", 0) >= 128);
        if (event_is(e, EV_BOARD_RESULT)) {
            has_result = true;
            ok = event_get_bool(e, "ok");
        }
    }
    for (size_t i = 0; i < links.count; i++)
        gave_up = gave_up || (links.rows[i].ended_by_board && i + 1 < links.count);
    if (!refused)
        rule_say(ret, VERDICT_INCONCLUSIVE, "No subscription of its was refused.");
    else if (asked > 1 || gave_up)
        rule_say(ret, VERDICT_PASS, "It tried again after SUBACK had refused its subscription.");
    else if (has_result && !ok)
        rule_say(ret, VERDICT_PASS, "It reported that its subscription was refused.");
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "SUBACK refused its subscription, and it %s: it will never get a command, and "
                 "nobody knows. Read the code of SUBACK (3.1.1 section 3.9.3).",
                 has_result ? "reported success" : "went on as if it had one");
}

/* ---- the session over connections ---- */

/* The connection that follows the first one which ended while the case went on. */
static const struct stay_link *second_session(const struct stay_links *links)
{
    bool lost = false;

    for (size_t i = 0; i < links->count; i++) {
        if (lost && links->rows[i].accepted_ns != 0)
            return &links->rows[i];
        lost = lost || (links->rows[i].accepted_ns != 0 && links->rows[i].is_ended);
    }
    return NULL;
}

static unsigned count_packets(const struct rule_view *view, const struct stay_link *l,
                              bool from_board, const char *type)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned count = 0;

    while ((e = rule_walk_next(&walk)) != NULL)
        count += e->conn == l->conn && e->t_ns >= l->opened_ns && e->t_ns <= l->ended_ns &&
                         stay_is_packet(e, from_board, type)
                     ? 1
                     : 0;
    return count;
}

void rule_stay_comes_back(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    const struct stay_link *l = NULL;

    stay_links_read(view, &links);
    for (size_t i = 0; i < links.count && l == NULL; i++)
        if (links.rows[i].is_ended && !links.rows[i].left)
            l = &links.rows[i];
    if (l == NULL)
        rule_say(ret, VERDICT_INCONCLUSIVE, "It lost no connection.");
    else if (l + 1 < links.rows + links.count)
        rule_say(ret, VERDICT_PASS, "It came back %" PRIu64 " ms after it had lost its connection.",
                 stay_ms(l->ended_ns, l[1].opened_ns));
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It lost its connection and did not come back: somebody has to go there and "
                 "switch it off and on.");
}

void rule_stay_subscribed(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    const struct stay_link *l = NULL;
    unsigned asked = 0;

    stay_links_read(view, &links);
    l = second_session(&links);
    if (l == NULL) {
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "It had no second session, so nothing shows what it makes of the first.");
        return;
    }
    asked = count_packets(view, l, true, "SUBSCRIBE");
    if (l->resumed && asked == 0)
        rule_say(ret, VERDICT_PASS, "The broker had kept its session, and it relied on that.");
    else if (l->resumed && l->clean)
        rule_say(ret, VERDICT_DEGRADED, "It begins each session anew.");
    else if (l->resumed)
        rule_say(ret, VERDICT_PASS,
                 "The broker had kept its session; it subscribed again all the same, which does "
                 "no harm and brings retained messages once more.");
    else if (asked > 0)
        rule_say(ret, VERDICT_PASS, "The broker had lost its session, and it subscribed again.");
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "The broker had no session for it any more (CONNACK said so), and it did not "
                 "subscribe again: it is deaf from now on (3.1.1 section 3.2.2.2).");
}

/* ---- what was not acknowledged ---- */

/* The first message of the board's that its connection ended without an answer to. */
static const struct event *unanswered(const struct rule_view *view)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *open = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (open == NULL && stay_is_packet(e, true, "PUBLISH") && event_get_int(e, "qos", 0) > 0)
            open = e;
        if (open != NULL && e->conn == open->conn &&
            (stay_is_packet(e, false, "PUBACK") || stay_is_packet(e, false, "PUBREC")) &&
            event_get_int(e, "packet_id", 0) == event_get_int(open, "packet_id", 0))
            open = NULL;
        if (open != NULL && e->conn == open->conn && event_is(e, EV_NET_CLOSE))
            return open;
    }
    return NULL;
}

/* The first message of a later connection; NULL: none. */
static const struct event *first_message_after(const struct rule_view *view,
                                               const struct event *lost)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL)
        if (e->t_ns > lost->t_ns && e->conn != lost->conn && stay_is_packet(e, true, "PUBLISH"))
            return e;
    return NULL;
}

/* [MQTT-4.4.0-1] of 5.0: never on the same connection; 3.1.1 leaves that open. */
static bool repeated_at_once(const struct rule_view *view, const struct event *lost)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL)
        if (e->t_ns > lost->t_ns && e->conn == lost->conn && stay_is_packet(e, true, "PUBLISH") &&
            event_get_int(e, "packet_id", 0) == event_get_int(lost, "packet_id", -1))
            return true;
    return false;
}

static void judge_resent(const struct event *lost, const struct event *again,
                         struct rule_finding *ret)
{
    int64_t id = event_get_int(lost, "packet_id", 0);
    bool dup = event_get_bool(again, "dup");

    if (dup && event_get_int(again, "packet_id", 0) == id)
        rule_say(ret, VERDICT_PASS,
                 "It sent the message again with the next connection, with DUP and its packet "
                 "identifier %" PRId64 ".",
                 id);
    else if (event_get_int(again, "packet_id", 0) == id)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It sent the message again without DUP ([MQTT-3.3.1-1]): the broker takes it "
                 "for another one.");
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It did not send again the message that was not acknowledged: what came first in "
                 "the next connection has packet identifier %" PRId64 " in place of %" PRId64
                 ". It is lost, or arrives twice ([MQTT-4.4.0-1]).",
                 event_get_int(again, "packet_id", 0), id);
}

void rule_stay_resends(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    const struct event *lost = unanswered(view);
    const struct event *again = lost != NULL ? first_message_after(view, lost) : NULL;
    const struct stay_link *l = NULL;

    stay_links_read(view, &links);
    l = lost != NULL ? stay_link_of(&links, lost) : NULL;
    if (l == NULL)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "No connection ended with a message of its that was not acknowledged.");
    else if (l->version == 5 && repeated_at_once(view, lost))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It sent a message again on the same connection, which MQTT 5.0 forbids "
                 "([MQTT-4.4.0-1]).");
    else if (second_session(&links) == NULL)
        rule_say(ret, VERDICT_INCONCLUSIVE, "It had no second session to send its message in.");
    else if (l->clean)
        rule_say(ret, VERDICT_DEGRADED,
                 "It begins each session anew: what was not acknowledged is lost with its "
                 "connection.");
    else if (again == NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It never sent again the message that was not acknowledged when its connection "
                 "was lost: QoS 1 and 2 are there for this ([MQTT-4.4.0-1]).");
    else
        judge_resent(lost, again, ret);
}

/* The message whose acknowledgement was withheld; NULL: none. */
static const struct event *withheld_message(const struct rule_view *view)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *last = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (stay_is_packet(e, true, "PUBLISH") && event_get_int(e, "qos", 0) > 0)
            last = e;
        if (event_is(e, EV_MQTT_FAULT) && last != NULL && e->conn == last->conn &&
            strcmp(event_get_text(e, "type"), "PUBACK") == 0)
            return last;
    }
    return NULL;
}

void rule_stay_repeats(const struct rule_view *view, struct rule_finding *ret)
{
    const struct event *first = withheld_message(view);
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;

    if (first == NULL) {
        rule_say(ret, VERDICT_INCONCLUSIVE, "No message of its waited for an acknowledgement.");
        return;
    }
    while ((e = rule_walk_next(&walk)) != NULL) {
        if (e->t_ns <= first->t_ns || !stay_is_packet(e, true, "PUBLISH") ||
            !event_get_bool(e, "dup") ||
            event_get_int(e, "packet_id", 0) != event_get_int(first, "packet_id", -1))
            continue;
        if (e->conn == first->conn)
            rule_say(ret, VERDICT_PASS,
                     "It sent the message again after %" PRIu64 " ms, on the same connection, with "
                     "DUP and its packet identifier.",
                     stay_ms(first->t_ns, e->t_ns));
        else
            rule_say(ret, VERDICT_DEGRADED,
                     "It sent the message again after %" PRIu64 " ms, with a new connection only, "
                     "which 3.1.1 allows; AWS IoT Device Advisor wants it on the same one.",
                     stay_ms(first->t_ns, e->t_ns));
        return;
    }
    rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
             "Its message was not acknowledged, and it never sent it again with DUP and the same "
             "packet identifier: it is lost, or arrives twice (3.1.1 section 4.4).");
}
