/* SPDX-License-Identifier: Apache-2.0 */
#include "judge_plain.h"

#include "judge_rules.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

static void see_open(struct plain_conns *plain, const struct event *e)
{
    if (!event_is(e, EV_NET_OPEN) || strcmp(event_get_text(e, "server"), "plain") != 0)
        return;
    plain->conns[plain->count++ % PLAIN_CONNECTIONS] = e->conn;
    plain->port = event_get_int(e, "local_port", 0);
}

static bool has(const struct plain_conns *plain, const struct event *e)
{
    for (size_t i = 0; i < plain->count && i < PLAIN_CONNECTIONS; i++)
        if (plain->conns[i] == e->conn)
            return true;
    return false;
}

bool plain_speaks(struct plain_conns *plain, const struct event *e)
{
    see_open(plain, e);
    return event_is(e, EV_MQTT_CONNECT) && has(plain, e);
}

void rule_plain_unused(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct plain_conns plain = {.count = 0};
    size_t knocked = 0;
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN)) {
            knocked += plain.count;
            plain.count = 0;
        }
        if (!plain_speaks(&plain, e))
            continue;
        rule_say(ret, VERDICT_FAIL_LEAK,
                 "It sent its CONNECT %sto the broker without TLS that stands beside the right one "
                 "(port %" PRId64 "): who keeps it from port 8883 gets it to say everything in the "
                 "clear. There must be no such port in its firmware.",
                 event_get_bool(e, "has_password") ? "with its password " : "", plain.port);
        return;
    }
    knocked += plain.count;
    if (knocked > 0)
        rule_say(ret, VERDICT_DEGRADED,
                 "It opened %zu connection%s to the broker without TLS beside the right one, and "
                 "gave nothing away there: its firmware knows a way around TLS all the same.",
                 knocked, knocked == 1 ? "" : "s");
    else
        rule_say(ret, VERDICT_PASS, "It left the broker without TLS alone.");
}
