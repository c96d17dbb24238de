/* SPDX-License-Identifier: Apache-2.0 */
#include "wwep_registers.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

/* Sorted by device and number. */
struct wwep_registers {
    struct wwep_register *rows;
    size_t count, room, most;
};

struct wwep_registers *wwep_registers_new(const struct wwep_settings *settings)
{
    struct wwep_registers *r = calloc(1, sizeof(*r));

    if (r == NULL)
        return NULL;
    r->most = (size_t)settings->most_registers;
    for (unsigned i = 0; i < settings->given_count; i++) {
        if (wwep_registers_write(r, &settings->given[i]) == ASSAY_ERR_NOMEM) {
            wwep_registers_free(r);
            return NULL;
        }
    }
    return r;
}

void wwep_registers_free(struct wwep_registers *registers)
{
    if (registers == NULL)
        return;
    free(registers->rows);
    free(registers);
}

size_t wwep_registers_count(const struct wwep_registers *registers)
{
    return registers->count;
}

static uint32_t key_of(uint16_t device, uint8_t number)
{
    return (uint32_t)device << 8 | number;
}

/* Where it is or would be. */
static size_t place_of(const struct wwep_registers *r, uint32_t key)
{
    size_t low = 0;
    size_t high = r->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (key_of(r->rows[middle].device, r->rows[middle].number) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct wwep_registers *r, size_t place, uint32_t key)
{
    return place < r->count && key_of(r->rows[place].device, r->rows[place].number) == key;
}

const struct wwep_register *wwep_registers_find(const struct wwep_registers *registers,
                                                uint16_t device, uint8_t number)
{
    uint32_t key = key_of(device, number);
    size_t place = place_of(registers, key);

    return is_at(registers, place, key) ? &registers->rows[place] : NULL;
}

static enum assay_status make_room(struct wwep_registers *r)
{
    size_t room = r->room > 0 ? r->room * 2 : FIRST_ROOM;
    struct wwep_register *rows = NULL;

    if (r->count < r->room)
        return ASSAY_OK;
    rows = realloc(r->rows, room * sizeof(*rows));
    if (rows == NULL)
        return ASSAY_ERR_NOMEM;
    r->rows = rows;
    r->room = room;
    return ASSAY_OK;
}

enum assay_status wwep_registers_write(struct wwep_registers *registers,
                                       const struct wwep_register *written)
{
    uint32_t key = key_of(written->device, written->number);
    size_t place = place_of(registers, key);

    if (is_at(registers, place, key)) {
        registers->rows[place] = *written;
        return ASSAY_OK;
    }
    if (registers->count >= registers->most)
        return ASSAY_ERR_LIMIT;
    ASSAY_TRY(make_room(registers));
    memmove(&registers->rows[place + 1], &registers->rows[place],
            (registers->count - place) * sizeof(*registers->rows));
    registers->rows[place] = *written;
    registers->count++;
    return ASSAY_OK;
}
