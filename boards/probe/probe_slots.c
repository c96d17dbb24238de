/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_encoding.h"
#include "probe/probe_line.h"
#include "probe/probe_settings.h"

#include <string.h>

struct slot_row {
    const char *name;
    size_t offset;
    size_t max;
};

static const struct slot_row slot_rows[PROBE_SLOT_COUNT] = {
    [PROBE_SLOT_ROOT] = {"root", offsetof(struct probe_slots, root), PROBE_ROOT_MAX},
    [PROBE_SLOT_CERT] = {"cert", offsetof(struct probe_slots, cert), PROBE_CERT_MAX},
    [PROBE_SLOT_KEY] = {"key", offsetof(struct probe_slots, key), PROBE_KEY_MAX},
};

void probe_slots_init(struct probe_slots *slots)
{
    memset(slots, 0, sizeof(*slots));
}

enum probe_slot_id probe_slot_find(const char *name, size_t len)
{
    size_t i = 0;

    while (i < PROBE_SLOT_COUNT &&
           (strlen(slot_rows[i].name) != len || memcmp(slot_rows[i].name, name, len) != 0))
        i++;
    return (enum probe_slot_id)i;
}

size_t probe_slot_max(enum probe_slot_id slot)
{
    return slot_rows[slot].max;
}

const uint8_t *probe_slot_bytes(const struct probe_slots *slots, enum probe_slot_id slot,
                                size_t *ret_len)
{
    *ret_len = slots->is_complete[slot] ? slots->len[slot] : 0;
    return (const uint8_t *)slots + slot_rows[slot].offset;
}

enum probe_word probe_slot_put(struct probe_slots *slots, enum probe_slot_id slot, size_t offset,
                               const char *base64, size_t len)
{
    uint8_t bytes[PROBE_LINE_TEXT_MAX];
    ptrdiff_t count = probe_base64_decode(base64, len, bytes, sizeof(bytes));
    size_t have = offset == 0 ? 0 : slots->len[slot];

    if (count <= 0)
        return PROBE_WORD_ARGUMENT;
    if (offset != have || (offset > 0 && slots->is_complete[slot]))
        return PROBE_WORD_ORDER;
    if ((size_t)count > slot_rows[slot].max - have)
        return PROBE_WORD_FULL;
    memcpy((uint8_t *)slots + slot_rows[slot].offset + have, bytes, (size_t)count);
    slots->len[slot] = (uint16_t)(have + (size_t)count);
    slots->is_complete[slot] = 0;
    return PROBE_WORD_OK;
}

enum probe_word probe_slot_end(struct probe_slots *slots, enum probe_slot_id slot, size_t len,
                               uint32_t crc32)
{
    const uint8_t *bytes = (const uint8_t *)slots + slot_rows[slot].offset;
    size_t have = len == 0 ? 0 : slots->len[slot];

    if (have != len || probe_crc32(0, bytes, have) != crc32) {
        slots->len[slot] = 0;
        slots->is_complete[slot] = 0;
        return PROBE_WORD_CHECKSUM;
    }
    slots->len[slot] = (uint16_t)have;
    slots->is_complete[slot] = have > 0;
    return PROBE_WORD_OK;
}
