/* SPDX-License-Identifier: Apache-2.0 */
/* What a board makes of the messages that it is sent. */
#include "stay_links.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

enum { SHOWN_MAX = 40, CLOSE_MS = 2000, IDS_MAX = 64 };

/* ---- commands: what the board says that it did ---- */

/* The board's message holds the payload of the broker's. */
static bool holds(const struct event_field *said, const struct event_field *command)
{
    size_t len = command->text_len < SHOWN_MAX ? command->text_len : SHOWN_MAX;

    if (len == 0 || said->text_len < len)
        return false;
    for (size_t at = 0; at + len <= said->text_len; at++)
        if (memcmp(said->text + at, command->text, len) == 0)
            return true;
    return false;
}

struct said_ids {
    int64_t ids[IDS_MAX];
    size_t count;
};

/* A message that is sent again, with DUP and its identifier, says nothing new. */
static bool is_new(struct said_ids *said, const struct event *e)
{
    int64_t id = event_get_int(e, "packet_id", 0);

    for (size_t i = 0; event_get_bool(e, "dup") && i < said->count; i++)
        if (said->ids[i] == id)
            return false;
    if (said->count < IDS_MAX)
        said->ids[said->count++] = id;
    return true;
}

/* How often it said so. */
static unsigned times_done(const struct rule_view *view, const struct event *message)
{
    const struct event_field *command = event_field(message, "payload");
    struct rule_walk walk = {.view = view};
    struct said_ids ids = {.count = 0};
    const struct event *e = NULL;
    unsigned times = 0;

    while (command != NULL && (e = rule_walk_find(&walk, EV_MQTT_PUBLISH)) != NULL) {
        const struct event_field *said = event_field(e, "payload");

        if (said != NULL && strcmp(event_get_text(e, "dir"), "rx") == 0 &&
            e->t_ns >= message->t_ns && holds(said, command) && is_new(&ids, e))
            times++;
    }
    return times;
}

/* The message of the broker's, retained or not, that the board did something about; NULL: none. */
static const struct event *find_done(const struct rule_view *view, bool retained,
                                     unsigned *ret_times, unsigned *ret_messages)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *found = NULL;

    *ret_times = 0;
    *ret_messages = 0;
    while ((e = rule_walk_find(&walk, EV_MQTT_MESSAGE)) != NULL) {
        unsigned times = 0;

        if (event_get_bool(e, "retain") != retained)
            continue;
        ++*ret_messages;
        times = times_done(view, e);
        if (times > *ret_times) {
            *ret_times = times;
            found = e;
        }
    }
    return found;
}

static unsigned times_delivered(const struct rule_view *view)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned times = 0;

    while ((e = rule_walk_next(&walk)) != NULL)
        times += stay_is_packet(e, false, "PUBLISH") && event_get_bool(e, "dup") ? 1 : 0;
    return times;
}

void rule_stay_once(const struct rule_view *view, struct rule_finding *ret)
{
    unsigned times = 0;
    unsigned messages = 0;

    (void)find_done(view, false, &times, &messages);
    if (times > 1)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It carried one command out %u times, because the message came again: QoS 1 "
                 "means at least once. Number commands, and carry each number out once.",
                 times);
    else if (times == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "It does not say what it makes of commands, so nobody can tell.");
    else if (times_delivered(view) == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE, "The command did not come twice.");
    else
        rule_say(ret, VERDICT_PASS, "It carried the command out once, though it came %u times.",
                 times_delivered(view) + 1);
}

void rule_stay_retained(const struct rule_view *view, struct rule_finding *ret)
{
    unsigned live = 0;
    unsigned stale = 0;
    unsigned messages = 0;

    (void)find_done(view, false, &live, &messages);
    (void)find_done(view, true, &stale, &messages);
    if (stale > 0)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It carried out a command that was retained: who subscribes gets it again, "
                 "however old it is. Look at RETAIN before you act (3.1.1 section 3.3.1.3).");
    else if (messages == 0 || live == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "It does not say what it makes of commands, so nobody can tell.");
    else
        rule_say(ret, VERDICT_PASS,
                 "It did not act on the retained message, and carried out the one behind it.");
}

/* ---- packets that no broker may send ---- */

void rule_stay_closes(const struct rule_view *view, struct rule_finding *ret)
{
    struct stay_links links;
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const struct event *fault = NULL;

    stay_links_read(view, &links);
    while ((e = rule_walk_next(&walk)) != NULL) {
        const struct stay_link *l = NULL;

        if (fault == NULL && event_is(e, EV_MQTT_FAULT) &&
            strcmp(event_get_text(e, "dir"), "tx") == 0)
            fault = e;
        if (fault == NULL || e->conn != fault->conn)
            continue;
        l = stay_link_of(&links, fault);
        if (stay_is_packet(e, true, "PUBACK") || stay_is_packet(e, true, "PUBREC")) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "It acknowledged a packet that no broker may send: what is malformed has to "
                     "end the connection (3.1.1 section 4.8).");
            return;
        }
        if (!event_is(e, EV_NET_CLOSE) || l == NULL)
            continue;
        if (l->ended_by_board && !l->left && stay_ms(fault->t_ns, l->ended_ns) <= CLOSE_MS)
            rule_say(ret, VERDICT_PASS, "It closed the connection %" PRIu64 " ms later.",
                     stay_ms(fault->t_ns, l->ended_ns));
        else
            rule_say(
                ret, VERDICT_FAIL_BEHAVIOUR,
                "It was sent a packet that no broker may send, and kept the connection: what "
                "comes behind it is read wrongly, or by somebody's rules (3.1.1 section 4.8).");
        return;
    }
    if (fault == NULL)
        rule_say(ret, VERDICT_INCONCLUSIVE, "The malformed packet was not sent.");
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It was sent a packet that no broker may send, and kept the connection (3.1.1 "
                 "section 4.8).");
}
