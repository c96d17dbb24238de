/* SPDX-License-Identifier: Apache-2.0 */
#include "judge_second.h"

#include "base/event_kinds.h"

#include <string.h>

void second_begin(struct second *second, const struct event *begin)
{
    second->expected = event_get_text(begin, "second")[0] != '\0';
    second->count = 0;
}

bool second_is_reached(struct second *second, const struct event *e)
{
    if (!second->expected || !event_is(e, EV_NET_OPEN) ||
        strcmp(event_get_text(e, "server"), "second") != 0 || second->count == SECOND_CONNECTIONS)
        return false;
    second->conns[second->count++] = e->conn;
    return second->count == 1;
}

bool second_is_elsewhere(const struct second *second, const struct event *e)
{
    if (second->count == 0 || e->conn == 0)
        return false;
    for (size_t i = 0; i < second->count; i++)
        if (second->conns[i] == e->conn)
            return false;
    return second->count < SECOND_CONNECTIONS || e->conn < second->conns[SECOND_CONNECTIONS - 1];
}
