/* SPDX-License-Identifier: Apache-2.0 */
/* What the board is asked next: the first thing that is missing. */
#include "probe_host_internal.h"

#include "probe/probe_encoding.h"

#include <stdio.h>
#include <string.h>

enum { MAX_FACTS = 32 };

static enum probe_command plain(const char *words, enum probe_command command,
                                char text[PROBE_LINE_TEXT_MAX + 1])
{
    snprintf(text, PROBE_LINE_TEXT_MAX + 1, "%s", words);
    return command;
}

static enum probe_command plan_info(const struct probe_host *h, char text[PROBE_LINE_TEXT_MAX + 1])
{
    snprintf(text, PROBE_LINE_TEXT_MAX + 1, "info %u", h->next_fact);
    return PROBE_CMD_INFO;
}

/* A piece of the slot, or its end. */
static enum probe_command plan_upload(struct probe_host *h, size_t slot,
                                      char text[PROBE_LINE_TEXT_MAX + 1])
{
    const struct probe_bytes *wanted = &h->job.slots[slot];
    size_t at = h->slots[slot].sent;
    size_t left = wanted->len - at;
    int len = 0;
    ptrdiff_t encoded = 0;

    h->out.which = slot;
    if (left == 0) {
        snprintf(text, PROBE_LINE_TEXT_MAX + 1, "end %s %zu %08X", probe_slot_names[slot],
                 wanted->len, (unsigned)wanted->crc32);
        return PROBE_CMD_END;
    }
    h->slots[slot].len = 0; /* from here on it is neither the old nor the new */
    h->out.used = left < PROBE_LINE_PUT_BYTES ? left : PROBE_LINE_PUT_BYTES;
    h->out.is_secret = slot == PROBE_KEY;
    len = snprintf(text, PROBE_LINE_TEXT_MAX + 1, "put %s %zu ", probe_slot_names[slot], at);
    encoded = probe_base64_encode(wanted->data + at, h->out.used, text + len,
                                  (size_t)(PROBE_LINE_TEXT_MAX - len));
    text[len + (encoded > 0 ? encoded : 0)] = '\0';
    return PROBE_CMD_PUT;
}

static enum probe_command plan_slot(struct probe_host *h, size_t slot,
                                    char text[PROBE_LINE_TEXT_MAX + 1])
{
    const struct probe_bytes *wanted = &h->job.slots[slot];
    const struct probe_slot_fact *fact = &h->slots[slot];

    if (wanted->data == NULL ||
        (fact->is_known && fact->len == wanted->len && fact->crc32 == wanted->crc32))
        return PROBE_CMD_NONE;
    if (fact->is_known)
        return plan_upload(h, slot, text);
    h->out.which = slot;
    snprintf(text, PROBE_LINE_TEXT_MAX + 1, "sum %s", probe_slot_names[slot]);
    return PROBE_CMD_SUM;
}

/* The next piece of a value, escaped; an escape is never split. */
static enum probe_command plan_setting(struct probe_host *h, enum probe_key key,
                                       char text[PROBE_LINE_TEXT_MAX + 1])
{
    const char *value = h->job.values[key];
    size_t value_len = strlen(value);
    int len = snprintf(text, PROBE_LINE_TEXT_MAX + 1, "set%s %s ", h->set_done > 0 ? "+" : "",
                       probe_keys[key].name);
    size_t wrote = probe_escape(value + h->set_done, value_len - h->set_done, text + len,
                                (size_t)(PROBE_LINE_TEXT_MAX - len), &h->out.used);

    text[(size_t)len + wrote] = '\0';
    (void)probe_host_set_known(h, key, NULL); /* until its last piece is there */
    h->out.which = key;
    h->out.is_secret = probe_keys[key].is_secret && value_len > 0;
    return PROBE_CMD_SET;
}

static bool is_set(const struct probe_host *h, size_t key)
{
    if (h->job.values[key] == NULL)
        return true; /* nothing that this attempt would say */
    return h->values[key] != NULL && strcmp(h->values[key], h->job.values[key]) == 0;
}

static enum probe_command plan_attempt(struct probe_host *h, char text[PROBE_LINE_TEXT_MAX + 1])
{
    if (!h->is_cleared)
        return plain("clear", PROBE_CMD_CLEAR, text);
    for (size_t slot = 0; slot < PROBE_SLOTS; slot++) {
        enum probe_command command = plan_slot(h, slot, text);

        if (command != PROBE_CMD_NONE)
            return command;
    }
    for (size_t key = 0; key < PROBE_KEY_COUNT; key++) {
        if (!is_set(h, key))
            return plan_setting(h, (enum probe_key)key, text);
    }
    return h->job.serves ? plain("listen", PROBE_CMD_LISTEN, text)
                         : plain("connect", PROBE_CMD_CONNECT, text);
}

static enum probe_command plan_query(struct probe_host *h, char text[PROBE_LINE_TEXT_MAX + 1])
{
    h->is_in_a_hurry = false;
    return plain("result", PROBE_CMD_RESULT, text);
}

enum probe_command probe_plan_next(struct probe_host *h, uint64_t now_ms,
                                   char text[PROBE_LINE_TEXT_MAX + 1])
{
    if (h->is_booting && now_ms < h->hello_from_ms)
        return PROBE_CMD_NONE;
    if (!h->is_greeted)
        return plain("hello", PROBE_CMD_HELLO, text);
    if (!h->is_informed && h->next_fact < MAX_FACTS)
        return plan_info(h, text);
    if (h->must_abort)
        return plain("abort", PROBE_CMD_ABORT, text);
    if (h->state == PROBE_PREPARING)
        return plan_attempt(h, text);
    if (h->state == PROBE_RUNNING && h->wants_stop)
        return plain("abort", PROBE_CMD_STOP, text);
    if (h->state == PROBE_RUNNING && (h->wants_result || now_ms >= h->query_ms))
        return plan_query(h, text);
    return PROBE_CMD_NONE;
}
