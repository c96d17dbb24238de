/* SPDX-License-Identifier: Apache-2.0 */
/* Packet identifiers whose exchange is not complete: a sorted list, for there are few as a rule. */
#include "session_state.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 8 };

/* Where id stands or would stand. */
static uint32_t place_of(const struct mqtt_id_set *set, uint16_t id)
{
    uint32_t low = 0;
    uint32_t high = set->count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (set->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool mqtt_id_taken(const struct mqtt_id_set *set, uint16_t id)
{
    uint32_t at = place_of(set, id);

    return at < set->count && set->ids[at] == id;
}

enum assay_status mqtt_id_take(struct mqtt_id_set *set, uint16_t id)
{
    uint32_t at = place_of(set, id);

    if (at < set->count && set->ids[at] == id)
        return ASSAY_OK;
    if (set->count == set->room) {
        uint32_t room = set->room > 0 ? set->room * 2 : FIRST_ROOM;
        uint16_t *ids = realloc(set->ids, room * sizeof(*ids));

        if (ids == NULL)
            return ASSAY_ERR_NOMEM;
        set->ids = ids;
        set->room = room;
    }
    memmove(set->ids + at + 1, set->ids + at, (set->count - at) * sizeof(*set->ids));
    set->ids[at] = id;
    set->count++;
    return ASSAY_OK;
}

void mqtt_id_give_back(struct mqtt_id_set *set, uint16_t id)
{
    uint32_t at = place_of(set, id);

    if (at == set->count || set->ids[at] != id)
        return;
    set->count--;
    memmove(set->ids + at, set->ids + at + 1, (set->count - at) * sizeof(*set->ids));
}
