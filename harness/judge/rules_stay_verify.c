/* SPDX-License-Identifier: Apache-2.0 */
/* What a board makes of a broker that is another one when it comes back. */
#include "stay_links.h"

#include "base/event_kinds.h"

#include <inttypes.h>

/* Connections of one attempt after the server has changed between two of them. */
struct returns {
    bool has_changed;
    uint32_t first; /* connection after the change; 0: none yet */
    unsigned opened;
    unsigned trusted; /* with CONNECT */
};

static void see(struct returns *r, const struct event *e)
{
    if (event_is(e, EV_ATTEMPT_BEGIN)) {
        r->has_changed = false; /* other servers, numbers from 1 */
        r->first = 0;
    }
    if (event_is(e, EV_MOCK_CHANGED))
        r->has_changed = true;
    if (event_is(e, EV_NET_OPEN) && r->has_changed) {
        r->first = r->first == 0 ? e->conn : r->first;
        r->opened++;
    }
    if (event_is(e, EV_MQTT_CONNECT) && r->first != 0 && e->conn >= r->first)
        r->trusted++;
}

/* The scenario says that nobody may trust what the server shows after the change. */
void rule_stay_verifies(const struct rule_view *view, struct rule_finding *ret)
{
    struct returns r = {.first = 0};
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL)
        see(&r, e);
    if (r.opened == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "It did not come back after the server had changed, so nothing shows whether it "
                 "looks again.");
    else if (r.trusted > 0)
        rule_say(ret, VERDICT_FAIL_ACCEPT,
                 "It came back by itself and sent CONNECT to a server that it had to refuse by "
                 "then: whoever breaks one connection gets the next.");
    else
        rule_say(ret, VERDICT_PASS,
                 "It came back %u time%s and refused the server, which it had trusted before.",
                 r.opened, r.opened == 1 ? "" : "s");
}
