/* SPDX-License-Identifier: Apache-2.0 */
#include "qmp.h"

#include <jansson.h>
#include <string.h>

static void say(struct qmp *q, const char *text)
{
    q->calls->send(q->ctx, text, strlen(text));
}

void qmp_init(struct qmp *q, const struct qmp_calls *calls, void *ctx)
{
    *q = (struct qmp){.calls = calls, .ctx = ctx};
    buf_init(&q->line, QMP_LINE_MAX);
}

void qmp_done(struct qmp *q)
{
    buf_done(&q->line);
}

void qmp_reset_machine(struct qmp *q, bool hold)
{
    if (!q->is_ready) {
        q->first.is_wanted = true;
        q->first.holds = hold;
        return;
    }
    q->is_held = hold;
    if (hold)
        say(q, "{\"execute\":\"stop\"}\n");
    say(q, "{\"execute\":\"system_reset\"}\n");
}

static void on_ready(struct qmp *q)
{
    q->is_ready = true;
    if (q->first.is_wanted)
        qmp_reset_machine(q, q->first.holds);
}

static void on_reset(struct qmp *q, bool by_guest)
{
    bool was_held = q->is_held && !by_guest;

    q->calls->reset(q->ctx, by_guest, was_held);
    if (!was_held)
        return;
    q->is_held = false;
    say(q, "{\"execute\":\"cont\"}\n");
}

static void take_message(struct qmp *q, const json_t *message)
{
    const char *event = json_string_value(json_object_get(message, "event"));
    const json_t *error = json_object_get(message, "error");

    if (json_object_get(message, "QMP") != NULL)
        say(q, "{\"execute\":\"qmp_capabilities\"}\n");
    else if (error != NULL)
        q->calls->failed(q->ctx, json_string_value(json_object_get(error, "desc")));
    else if (json_object_get(message, "return") != NULL && !q->is_ready)
        on_ready(q);
    else if (event != NULL && strcmp(event, "RESET") == 0)
        on_reset(q, json_is_true(json_object_get(json_object_get(message, "data"), "guest")));
}

static void take_line(struct qmp *q)
{
    json_t *message = json_loadb((const char *)q->line.data, q->line.len, 0, NULL);

    if (message == NULL)
        q->calls->failed(q->ctx, "a line that is no JSON");
    else
        take_message(q, message);
    json_decref(message);
}

void qmp_feed(struct qmp *q, const void *bytes, size_t len)
{
    const char *at = bytes;

    for (size_t i = 0; i < len; i++) {
        if (at[i] != '\n') {
            q->is_overlong = buf_add_char(&q->line, at[i]) != ASSAY_OK || q->is_overlong;
            continue;
        }
        if (q->is_overlong)
            q->calls->failed(q->ctx, "a line that is too long");
        else if (q->line.len > 0)
            take_line(q);
        q->is_overlong = false;
        buf_clear(&q->line);
    }
}
