/* SPDX-License-Identifier: Apache-2.0 */
/* What the board's answers mean. */
#include "probe_host_internal.h"

#include "probe/probe_encoding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool begins_with(const char *text, const char *word)
{
    size_t len = strlen(word);

    return strncmp(text, word, len) == 0 && (text[len] == '\0' || text[len] == ' ');
}

/* What stands behind a word and its blank; "" when nothing does. */
static const char *behind(const char *text, const char *word)
{
    size_t len = strlen(word);

    return text[len] == ' ' ? text + len + 1 : "";
}

static void after_hello(struct probe_host *h, const struct probe_outstanding *asked,
                        const char *text, uint64_t now_ms)
{
    (void)asked;
    (void)now_ms;
    h->is_booting = false;
    if (!begins_with(text, "ok probe/1")) {
        probe_host_fail(h, PROBE_REFUSED, "the board does not speak probe/1: \"%s\"", text);
        return;
    }
    h->is_greeted = true;
    snprintf(h->board, sizeof(h->board), "%s", behind(text, "ok probe/1"));
}

static void after_info(struct probe_host *h, const struct probe_outstanding *asked,
                       const char *text, uint64_t now_ms)
{
    const char *fact = behind(text, "ok");

    (void)asked;
    (void)now_ms;
    if (begins_with(fact, "stack"))
        snprintf(h->stack, sizeof(h->stack), "%s", behind(fact, "stack"));
    h->next_fact++;
    if (begins_with(fact, "end")) {
        h->is_informed = true;
        h->calls->ready(h->ctx, h->board, h->stack, h->reason);
    }
}

static void after_abort(struct probe_host *h, const struct probe_outstanding *asked,
                        const char *text, uint64_t now_ms)
{
    (void)asked;
    (void)text;
    (void)now_ms;
    h->must_abort = false;
}

static void after_clear(struct probe_host *h, const struct probe_outstanding *asked,
                        const char *text, uint64_t now_ms)
{
    (void)asked;
    (void)text;
    (void)now_ms;
    h->is_cleared = true;
    for (size_t i = 0; i < PROBE_KEY_COUNT; i++)
        (void)probe_host_set_known(h, (enum probe_key)i,
                                   i == PROBE_KEY_TIME ? NULL : probe_keys[i].cleared);
}

static void after_sum(struct probe_host *h, const struct probe_outstanding *asked, const char *text,
                      uint64_t now_ms)
{
    struct probe_slot_fact *fact = &h->slots[asked->which];
    const char *values = behind(text, "ok");
    size_t digits = strcspn(values, " ");
    int64_t len = probe_parse_decimal(values, digits, INT32_MAX);
    const char *crc = values[digits] == ' ' ? values + digits + 1 : "";
    int64_t crc32 = probe_parse_hex(crc, strlen(crc), 8);

    (void)now_ms;
    *fact = (struct probe_slot_fact){.is_known = true};
    if (len >= 0 && crc32 >= 0) { /* else: as if it were empty */
        fact->len = (size_t)len;
        fact->crc32 = (uint32_t)crc32;
    }
}

static void after_put(struct probe_host *h, const struct probe_outstanding *asked, const char *text,
                      uint64_t now_ms)
{
    (void)text;
    (void)now_ms;
    h->slots[asked->which].sent += asked->used;
}

static void after_end(struct probe_host *h, const struct probe_outstanding *asked, const char *text,
                      uint64_t now_ms)
{
    const struct probe_bytes *wanted = &h->job.slots[asked->which];

    (void)text;
    (void)now_ms;
    h->slots[asked->which] =
        (struct probe_slot_fact){.is_known = true, .len = wanted->len, .crc32 = wanted->crc32};
}

static void after_set(struct probe_host *h, const struct probe_outstanding *asked, const char *text,
                      uint64_t now_ms)
{
    const char *value = h->job.values[asked->which];

    (void)text;
    (void)now_ms;
    h->set_done += asked->used;
    if (h->set_done < strlen(value))
        return;
    h->set_done = 0;
    if (!probe_host_set_known(h, (enum probe_key)asked->which, value))
        probe_host_fail(h, PROBE_REFUSED, "out of memory");
}

static void after_connect(struct probe_host *h, const struct probe_outstanding *asked,
                          const char *text, uint64_t now_ms)
{
    (void)text;
    h->state = PROBE_RUNNING;
    h->query_ms = now_ms + PROBE_HOST_QUERY_MS;
    /* The first `ok` got lost, and with it perhaps the whole attempt. */
    h->wants_result = h->wants_result || asked->tries > 1 || h->lost_event;
    h->lost_event = h->wants_result;
    h->calls->ordered(h->ctx);
}

static void after_stop(struct probe_host *h, const struct probe_outstanding *asked,
                       const char *text, uint64_t now_ms)
{
    (void)text;
    h->wants_stop = false;
    h->wants_result = asked->tries > 1; /* the first `ok` got lost, and the result with it */
    h->query_ms = now_ms + PROBE_HOST_HURRY_MS;
}

/* "tls", "listen 41234" */
static void take_running(struct probe_host *h, const char *phase)
{
    char name[16];
    size_t len = strcspn(phase, " ");
    const char *number = phase[len] == ' ' ? phase + len + 1 : "";
    int64_t port = probe_parse_decimal(number, strlen(number), UINT16_MAX);

    snprintf(name, sizeof(name), "%.*s", (int)(len < 15 ? len : 15), phase);
    h->calls->phase(h->ctx, name);
    if (port > 0)
        h->calls->listening(h->ctx, (unsigned)port);
}

static void after_result(struct probe_host *h, const struct probe_outstanding *asked,
                         const char *text, uint64_t now_ms)
{
    (void)asked;
    h->wants_result = false;
    h->query_ms = now_ms + PROBE_HOST_QUERY_MS;
    if (begins_with(text, "ok idle")) {
        probe_host_fail(h, PROBE_RESTARTED,
                        "the board knows nothing of the attempt that it began: it restarted");
        return;
    }
    if (begins_with(text, "ok running"))
        take_running(h, behind(text, "ok running"));
    if (begins_with(text, "ok done")) {
        h->lost_event = false; /* its events come again now, all of them */
        h->next_event = PROBE_HOST_ANY_EVENT;
        buf_clear(&h->text);
    }
}

/* ---- refusals ---------------------------------------------------------------------------------
 */

static bool repair(struct probe_host *h, const struct probe_outstanding *asked, const char *error)
{
    if (h->repairs == PROBE_HOST_MAX_REPAIRS)
        return false;
    if (begins_with(error, "busy")) {
        h->must_abort = true;
    } else if ((asked->command == PROBE_CMD_PUT || asked->command == PROBE_CMD_END) &&
               (begins_with(error, "order") || begins_with(error, "checksum"))) {
        h->slots[asked->which] = (struct probe_slot_fact){.is_known = true};
    } else {
        return false;
    }
    h->repairs++;
    h->set_done = 0;
    return true;
}

/* The first words of a command: what it was about, without its value. */
static int subject_len(const char *line)
{
    const char *text = strchr(line, ' ');
    size_t len = 0;

    if (text == NULL)
        return 0;
    len = strcspn(text + 1, " *");
    if (text[1 + len] == ' ')
        len += 1 + strcspn(text + 1 + len + 1, " *");
    return (int)len;
}

static void take_error(struct probe_host *h, const struct probe_outstanding *asked,
                       const char *error)
{
    const char *command = strchr(asked->line, ' ');

    if (asked->command == PROBE_CMD_INFO) {
        h->is_informed = true; /* facts are for people: an attempt can do without them */
        h->calls->ready(h->ctx, h->board, h->stack, h->reason);
        return;
    }
    if (asked->command == PROBE_CMD_ABORT || asked->command == PROBE_CMD_STOP ||
        asked->command == PROBE_CMD_RESULT) {
        h->must_abort = false;
        h->wants_result = false;
        h->wants_stop = false;
        return;
    }
    if (!repair(h, asked, error))
        probe_host_fail(h, PROBE_REFUSED, "the board refused \"%.*s\": %s",
                        subject_len(asked->line), command != NULL ? command + 1 : "", error);
}

/* ---- the two entries --------------------------------------------------------------------------
 */

typedef void (*after_fn)(struct probe_host *h, const struct probe_outstanding *asked,
                         const char *text, uint64_t now_ms);

/* Commands that belong to an attempt are answered in vain when it was given up meanwhile. */
struct answer_row {
    after_fn after;
    bool is_of_attempt;
};

static const struct answer_row rows[] = {
    [PROBE_CMD_HELLO] = {after_hello, false},    [PROBE_CMD_INFO] = {after_info, false},
    [PROBE_CMD_ABORT] = {after_abort, false},    [PROBE_CMD_CLEAR] = {after_clear, false},
    [PROBE_CMD_SUM] = {after_sum, false},        [PROBE_CMD_PUT] = {after_put, true},
    [PROBE_CMD_END] = {after_end, true},         [PROBE_CMD_SET] = {after_set, true},
    [PROBE_CMD_CONNECT] = {after_connect, true}, [PROBE_CMD_RESULT] = {after_result, true},
    [PROBE_CMD_LISTEN] = {after_connect, true},  [PROBE_CMD_STOP] = {after_stop, true},
};

/* A command of an attempt that is over: what it changed on the board is not known. */
static void take_late(struct probe_host *h, const struct probe_outstanding *asked)
{
    if (asked->command == PROBE_CMD_SET)
        (void)probe_host_set_known(h, (enum probe_key)asked->which, NULL);
    if (asked->command == PROBE_CMD_PUT || asked->command == PROBE_CMD_END)
        h->slots[asked->which] = (struct probe_slot_fact){.is_known = false};
}

void probe_answer_take(struct probe_host *h, const struct probe_outstanding *asked,
                       const char *text, uint64_t now_ms)
{
    const struct answer_row *row = &rows[asked->command];

    if (row->is_of_attempt && asked->attempt != h->attempt)
        take_late(h, asked);
    else if (begins_with(text, "err"))
        take_error(h, asked, behind(text, "err"));
    else
        row->after(h, asked, text, now_ms);
}

void probe_answer_missing(struct probe_host *h, const struct probe_outstanding *asked,
                          uint64_t now_ms)
{
    const char *command = strchr(asked->line, ' ');

    /* A board that is busy with the attempt may be deaf; how long, is for others to decide. */
    if (asked->command == PROBE_CMD_RESULT) {
        h->query_ms = now_ms + PROBE_HOST_QUERY_MS;
        h->wants_result = false;
        if (h->is_confirming && asked->attempt == h->attempt)
            probe_event_finish(h, &h->stored);
        return;
    }
    probe_host_forget(h);
    probe_host_fail(h, PROBE_NO_ANSWER, "the board does not answer \"%.*s\"",
                    subject_len(asked->line), command != NULL ? command + 1 : "");
}
