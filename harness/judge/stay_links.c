/* SPDX-License-Identifier: Apache-2.0 */
#include "stay_links.h"

#include "base/event_kinds.h"

#include <string.h>

static bool is_rx(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

bool stay_is_packet(const struct event *e, bool from_board, const char *type)
{
    return event_is(e, EV_MQTT_PACKET) && is_rx(e) == from_board &&
           strcmp(event_get_text(e, "type"), type) == 0;
}

uint64_t stay_ms(uint64_t from_ns, uint64_t to_ns)
{
    return to_ns > from_ns ? (to_ns - from_ns) / 1000000U : 0;
}

/* Numbers of connections may begin anew with each attempt: the latest is meant. */
struct stay_link *stay_link_of(struct stay_links *links, const struct event *e)
{
    for (size_t i = links->count; i-- > 0;)
        if (links->rows[i].conn == e->conn && e->t_ns >= links->rows[i].opened_ns)
            return &links->rows[i];
    return NULL;
}

/* A silence of the board's is over, or still goes on when the connection ends. */
static void end_silence(struct stay_link *l, uint64_t now_ns)
{
    uint64_t silence = l->heard_ns != 0 && now_ns > l->heard_ns ? now_ns - l->heard_ns : 0;

    if (silence > l->longest_ns)
        l->longest_ns = silence;
}

static void end(struct stay_link *l, uint64_t now_ns, bool by_board)
{
    if (l->is_ended)
        return;
    end_silence(l, now_ns);
    l->is_ended = true;
    l->ended_by_board = by_board;
    l->ended_ns = now_ns;
}

static void see_packet(struct stay_link *l, const struct event *e)
{
    if (!is_rx(e)) {
        l->said_ns = e->t_ns;
        if (stay_is_packet(e, false, "CONNACK") && event_get_int(e, "reason", -1) == 0) {
            l->accepted_ns = e->t_ns;
            l->keep_alive_s = event_get_int(e, "keep_alive_s", l->keep_alive_s);
        }
        return;
    }
    end_silence(l, e->t_ns);
    l->heard_ns = e->t_ns;
    l->pings += stay_is_packet(e, true, "PINGREQ") ? 1 : 0;
    l->left = l->left || stay_is_packet(e, true, "DISCONNECT");
}

static void see_connect(struct stay_link *l, const struct event *e)
{
    l->connect_ns = e->t_ns;
    l->heard_ns = e->t_ns;
    l->version = event_get_int(e, "version", 0);
    l->keep_alive_s = event_get_int(e, "keep_alive_s", 0);
    l->clean = event_get_bool(e, "clean");
}

static void see(struct stay_link *l, const struct event *e)
{
    if (event_is(e, EV_MQTT_CONNECT))
        see_connect(l, e);
    if (event_is(e, EV_MQTT_PACKET))
        see_packet(l, e);
    if (event_is(e, EV_MQTT_SESSION) && strcmp(event_get_text(e, "state"), "resumed") == 0)
        l->resumed = true;
    if (event_is(e, EV_TLS_CLOSE_NOTIFY) || event_is(e, EV_NET_END))
        end(l, e->t_ns, is_rx(e));
    if (event_is(e, EV_NET_CLOSE))
        end(l, e->t_ns, strcmp(event_get_text(e, "by"), "board") == 0);
}

/* What still stands when the bench ends the attempt has not ended. */
static void stop_at(struct stay_links *links, size_t first, uint64_t now_ns)
{
    for (size_t i = first; i < links->count; i++) {
        struct stay_link *l = &links->rows[i];

        if (l->is_ended)
            continue;
        end_silence(l, now_ns);
        l->ended_ns = now_ns;
    }
}

void stay_links_read(const struct rule_view *view, struct stay_links *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    size_t first = 0;

    memset(ret, 0, sizeof(*ret));
    while ((e = rule_walk_next(&walk)) != NULL) {
        struct stay_link *l = NULL;

        if (event_is(e, EV_ATTEMPT_BEGIN))
            first = ret->count;
        if (event_is(e, EV_ATTEMPT_END))
            stop_at(ret, first, e->t_ns);
        if (event_is(e, EV_NET_OPEN) && ret->count < STAY_LINKS_MAX)
            ret->rows[ret->count++] =
                (struct stay_link){.conn = e->conn, .opened_ns = e->t_ns, .ended_ns = e->t_ns};
        l = stay_link_of(ret, e);
        if (l != NULL && e->conn != 0)
            see(l, e);
    }
}
