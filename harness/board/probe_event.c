/* SPDX-License-Identifier: Apache-2.0 */
/* What the board says unasked. */
#include "probe_host_internal.h"

#include "probe/probe_encoding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t following(uint8_t seq)
{
    return seq == UINT8_MAX ? 1 : (uint8_t)(seq + 1U);
}

static void take_ready(struct probe_host *h, const char *args, uint64_t now_ms)
{
    bool is_expected = h->is_booting && !h->is_greeted;

    (void)now_ms;
    probe_host_forget(h);
    h->is_mute = false;
    h->hello_from_ms = 0;
    h->next_event = 1;
    snprintf(h->reason, sizeof(h->reason), "%s", args);
    if (is_expected)
        return;
    h->calls->reset(h->ctx, args);
    if (h->state == PROBE_RUNNING)
        probe_host_fail(h, PROBE_RESTARTED, "the board restarted in mid attempt (reason: %s)",
                        args);
    else if (h->state == PROBE_PREPARING && ++h->repairs > PROBE_HOST_MAX_REPAIRS)
        probe_host_fail(h, PROBE_RESTARTED, "the board restarts again and again (reason: %s)",
                        args);
    h->is_mute = false; /* it lives: greet it */
}

static void take_phase(struct probe_host *h, const char *args, uint64_t now_ms)
{
    (void)now_ms;
    h->calls->phase(h->ctx, args);
}

static void take_listening(struct probe_host *h, const char *args, uint64_t now_ms)
{
    int64_t port = probe_parse_decimal(args, strlen(args), UINT16_MAX);

    (void)now_ms;
    if (port > 0)
        h->calls->listening(h->ctx, (unsigned)port);
}

static void take_text(struct probe_host *h, const char *args, uint64_t now_ms)
{
    char plain[PROBE_LINE_TEXT_MAX];
    ptrdiff_t len = probe_unescape(args, strlen(args), plain, sizeof(plain));
    size_t room = h->text.max - h->text.len;

    (void)now_ms;
    if (len < 0)
        return;
    /* Words beyond what a result can hold are dropped; so are they without memory. */
    if (buf_add(&h->text, plain, (size_t)len < room ? (size_t)len : room) != ASSAY_OK)
        h->lost_event = true;
}

/* "ok done 0", "fail tls 54" */
static bool parse_result(const char *args, struct probe_result *ret)
{
    size_t verdict = strcspn(args, " ");
    const char *phase = args + verdict + (args[verdict] == ' ');
    size_t phase_len = strcspn(phase, " ");
    const char *code = phase + phase_len + (phase[phase_len] == ' ');
    char *end = NULL;

    ret->ok = verdict == 2 && strncmp(args, "ok", 2) == 0;
    if (!ret->ok && !(verdict == 4 && strncmp(args, "fail", 4) == 0))
        return false;
    ret->code = strtoll(code, &end, 10);
    if (phase_len == 0 || phase_len >= sizeof(ret->phase) || end == code || *end != '\0')
        return false;
    snprintf(ret->phase, sizeof(ret->phase), "%.*s", (int)phase_len, phase);
    return true;
}

static void take_result(struct probe_host *h, const char *args, uint64_t now_ms)
{
    struct probe_result result = {.ok = false};

    (void)now_ms;
    if (!parse_result(args, &result))
        return;
    snprintf(result.text, sizeof(result.text), "%s", buf_text(&h->text));
    if (!h->lost_event || h->is_confirming) {
        probe_event_finish(h, &result);
        return;
    }
    /* A piece of the text may be missing: have it told again, once. */
    h->stored = result;
    h->is_confirming = true;
    h->wants_result = true;
    buf_clear(&h->text);
}

struct event_row {
    const char *name;
    bool is_of_attempt;
    void (*take)(struct probe_host *h, const char *args, uint64_t now_ms);
};

static const struct event_row rows[] = {
    {"ready", false, take_ready},        {"phase", true, take_phase},
    {"listening", true, take_listening}, {"text", true, take_text},
    {"result", true, take_result},
};

void probe_event_take(struct probe_host *h, const struct probe_line *line, uint64_t now_ms)
{
    size_t len = strcspn(line->text, " ");
    const char *args = line->text + len + (line->text[len] == ' ');

    if (line->seq != 0 && h->next_event != PROBE_HOST_ANY_EVENT && line->seq != h->next_event) {
        h->lost_event = true; /* a gap */
        h->is_in_a_hurry = true;
    }
    if (line->seq != 0)
        h->next_event = following(line->seq);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (strlen(rows[i].name) != len || strncmp(rows[i].name, line->text, len) != 0)
            continue;
        if (!rows[i].is_of_attempt || h->state == PROBE_RUNNING)
            rows[i].take(h, args, now_ms);
        else if (h->out.command == PROBE_CMD_CONNECT || h->out.command == PROBE_CMD_LISTEN)
            h->wants_result = true; /* the `ok` got lost: what we miss now, we ask for later */
        return;
    }
}
