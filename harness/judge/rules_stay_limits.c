/* SPDX-License-Identifier: Apache-2.0 */
/* What a broker may ask of a board that stays: to keep within limits, and to go elsewhere. */
#include "stay_links.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

/* ---- limits ---- */

struct limits {
    uint32_t conn;
    int64_t receive_maximum, maximum_packet; /* 0: not told */
    int64_t under_way, most_under_way, largest;
    unsigned messages;
};

static bool completes(const struct event *e)
{
    return stay_is_packet(e, false, "PUBACK") || stay_is_packet(e, false, "PUBCOMP");
}

static void see_limits(struct limits *l, const struct event *e)
{
    int64_t length = event_get_int(e, "length", 0);

    if (stay_is_packet(e, false, "CONNACK"))
        *l = (struct limits){.conn = e->conn,
                             .receive_maximum = event_get_int(e, "receive_maximum", 0),
                             .maximum_packet = event_get_int(e, "maximum_packet", 0)};
    if (l->conn == 0 || e->conn != l->conn || strcmp(event_get_text(e, "dir"), "rx") != 0) {
        l->under_way -= completes(e) && l->under_way > 0 ? 1 : 0;
        return;
    }
    l->largest = length > l->largest ? length : l->largest;
    if (!stay_is_packet(e, true, "PUBLISH"))
        return;
    l->messages++;
    if (event_get_int(e, "qos", 0) > 0 && !event_get_bool(e, "dup"))
        l->under_way++;
    l->most_under_way = l->under_way > l->most_under_way ? l->under_way : l->most_under_way;
}

/* @return it is broken */
static bool judge_limits(const struct limits *l, struct rule_finding *ret)
{
    if (l->receive_maximum > 0 && l->most_under_way > l->receive_maximum)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It had %" PRId64 " messages under way where CONNACK had allowed %" PRId64
                 ": brokers end such a connection ([MQTT-3.3.4-9]).",
                 l->most_under_way, l->receive_maximum);
    else if (l->maximum_packet > 0 && l->largest > l->maximum_packet)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It sent a packet of %" PRId64 " bytes where CONNACK had allowed %" PRId64
                 ": brokers end such a connection ([MQTT-3.2.2-15]).",
                 l->largest, l->maximum_packet);
    else
        return false;
    return true;
}

/* What the broker itself noticed: of a packet that is too large it reads no more than its length.
 */
static bool breaks_limit(const struct event *e)
{
    static const char *const clauses[] = {"MQTT 5.0 section 3.2.2.3.6", "[MQTT-3.3.4-7]"};

    for (size_t i = 0; event_is(e, EV_MQTT_VIOLATION) && i < sizeof(clauses) / sizeof(clauses[0]);
         i++)
        if (strcmp(event_get_text(e, "clause"), clauses[i]) == 0)
            return true;
    return false;
}

void rule_stay_limits(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct limits l = {.conn = 0};
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (breaks_limit(e)) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "It did not keep to what CONNACK allows: %s (%s). Brokers end such a "
                     "connection.",
                     event_get_text(e, "text"), event_get_text(e, "clause"));
            return;
        }
        if (!event_is(e, EV_MQTT_PACKET))
            continue;
        see_limits(&l, e);
        if (judge_limits(&l, ret))
            return;
    }
    if (l.receive_maximum == 0 && l.maximum_packet == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE, "It was told no limit.");
    else if (l.messages < 2)
        rule_say(ret, VERDICT_INCONCLUSIVE, "It sent too little to come near a limit.");
    else
        rule_say(ret, VERDICT_PASS,
                 "It had at most %" PRId64 " messages under way and sent no packet of more than "
                 "%" PRId64 " bytes, as CONNACK asks.",
                 l.most_under_way, l.largest);
}

/* ---- elsewhere ---- */

struct place {
    uint32_t conn;
    const char *name; /* that it asked for in the ClientHello; "": none */
    bool sealed;
};

/* MQTT in clear on the connection: the first bytes are a CONNECT. */
static bool is_plain_connect(const struct event *e)
{
    const struct event_field *bytes = event_field(e, "bytes");

    return event_is(e, EV_NET_DATA) && strcmp(event_get_text(e, "dir"), "rx") == 0 &&
           bytes != NULL && bytes->text_len > 8 && (unsigned char)bytes->text[0] == 0x10 &&
           (memcmp(bytes->text + 2, "\0\4MQTT", 6) == 0 ||
            memcmp(bytes->text + 3, "\0\4MQTT", 6) == 0);
}

/* Does the board do with a place what it must not? */
static bool judge_place(const struct place *p, const struct event *e, const char *host,
                        struct rule_finding *ret)
{
    bool plain = is_plain_connect(e);

    if (plain || (event_is(e, EV_MQTT_CONNECT) && !p->sealed))
        rule_say(ret, VERDICT_FAIL_LEAK,
                 "It went where it was sent without TLS, and sent its CONNECT%s in clear: whoever "
                 "can send it a message has its password.",
                 plain || event_get_bool(e, "has_password") ? " with its password" : "");
    else if (event_is(e, EV_MQTT_CONNECT) && p->name[0] != '\0' && strcmp(p->name, host) != 0)
        rule_say(ret, VERDICT_FAIL_LEAK,
                 "It was sent to %s and took the certificate of %s for it: a board that is sent "
                 "elsewhere does not look at names any more.",
                 p->name, host);
    else
        return false;
    return true;
}

void rule_stay_moved(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct place p = {.name = ""};
    const struct event *e = NULL;
    const char *host = "";
    unsigned connections = 0;
    bool went = false;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN))
            host = event_get_text(e, "host");
        if (event_is(e, EV_NET_OPEN))
            p = (struct place){.conn = e->conn, .name = ""};
        if (e->conn != p.conn)
            continue;
        if (event_is(e, EV_TLS_CLIENT_HELLO)) {
            p.name = event_get_text(e, "server_name");
            connections++;
        }
        p.sealed = p.sealed || event_is(e, EV_TLS_ESTABLISHED);
        went = went || (p.name[0] != '\0' && strcmp(p.name, host) != 0);
        if (judge_place(&p, e, host, ret))
            return;
    }
    if (connections < 2)
        rule_say(ret, VERDICT_INCONCLUSIVE, "It did not connect again, so nobody can tell.");
    else if (went)
        rule_say(ret, VERDICT_PASS,
                 "It went where it was sent, and refused a server that is not that one.");
    else
        rule_say(ret, VERDICT_PASS, "It was sent elsewhere, and kept to its own broker.");
}
