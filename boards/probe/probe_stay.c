/* SPDX-License-Identifier: Apache-2.0 */
/* An attempt that keeps its session: the phases mqtt and wait of one, and what it waits for. */
#include "probe_phases.h"

#include "probe/probe_text.h"

#include <string.h>

enum {
    BACKOFF_DOUBLINGS = 6, /* the longest wait is 64 times the first: a minute for a second */
    UNCAPPED_DOUBLINGS = 32,
    GIVES_UP_AFTER = 8,
    STABLE_BACKOFFS = 2 /* a connection that held so many first waits was a good one */
};

static uint32_t now_of(const struct probe_attempt *a)
{
    return a->platform->millis(a->platform->ctx);
}

int probe_stays(const struct probe_attempt *a)
{
    return a->settings->stay_ms > 0 || a->settings->cloud != PROBE_CLOUD_NONE;
}

static int has(const struct probe_attempt *a, enum probe_client_flaw flaw)
{
    return (a->platform->client_flaws & PROBE_CLIENT_FLAW_BIT(flaw)) != 0;
}

static struct probe_mqtt_text text_of(const char *bytes, const struct probe_settings *s,
                                      enum probe_text_setting id)
{
    return (struct probe_mqtt_text){.bytes = bytes, .len = s->len[id]};
}

void probe_stay_begin(struct probe_attempt *a)
{
    const struct probe_settings *s = a->settings;

    a->tries = 0;
    probe_web_start(a);
    a->client_config = (struct probe_client_config){
        .client = text_of(s->client, s, PROBE_SET_CLIENT),
        .filter = text_of(s->filter, s, PROBE_SET_FILTER),
        .topic = text_of(s->topic, s, PROBE_SET_TOPIC),
        .payload = text_of(s->payload, s, PROBE_SET_PAYLOAD),
        .keep_alive_s = s->keep_alive_s,
        .every_ms = s->every_ms,
        .ack_ms = s->ack_ms,
        .version = s->mqtt_version,
        .is_clean = s->is_clean,
        .filter_qos = (uint8_t)s->filter_qos,
        .qos = (uint8_t)s->qos,
        .cloud = s->cloud,
        .flaws = a->platform->client_flaws,
        .log_ctx = a->hooks.ctx,
        .log = a->hooks.log,
    };
    probe_credentials(a, &a->client_config.user, &a->client_config.pass);
    probe_client_init(&a->client, &a->client_config);
    if (has(a, PROBE_CLIENT_PASSWORD_PRINTED))
        a->hooks.log(a->hooks.ctx, s->pass);
}

static uint32_t stayed_ms(const struct probe_attempt *a)
{
    return now_of(a) - a->started_ms;
}

/* A device of a cloud that is told no time to stay for has one connection, until all is said. */
int probe_stay_is_over(const struct probe_attempt *a)
{
    if (a->settings->stay_ms == 0)
        return a->phase != PROBE_PHASE_MQTT || probe_client_is_quiet(&a->client, now_of(a));
    return stayed_ms(a) >= a->settings->stay_ms;
}

static uint32_t stay_left_ms(const struct probe_attempt *a)
{
    uint32_t stayed = stayed_ms(a);

    return stayed < a->settings->stay_ms ? a->settings->stay_ms - stayed : 0;
}

/* ---- the connection ---- */

void probe_enter_stay(struct probe_attempt *a)
{
    a->client.move_to[0] = '\0';
    probe_client_open(&a->client, now_of(a));
}

static enum probe_step fail_stay(struct probe_attempt *a)
{
    const struct probe_failure *f = &a->client.failure;

    return probe_fail(a, (enum probe_code)f->code, f->text);
}

static enum probe_step broken(struct probe_attempt *a, enum probe_io io)
{
    (void)probe_wait_or_fail(a, io, "");
    if (io == PROBE_IO_FAILED)
        probe_stream_failure(a);
    return PROBE_STEP_FAIL;
}

/* Send what there is to be sent. */
static enum probe_io write_all(struct probe_attempt *a)
{
    enum probe_io io = PROBE_IO_DONE;
    size_t len = 0;
    const uint8_t *bytes = probe_client_output(&a->client, &len);

    while (len > 0 && io == PROBE_IO_DONE) {
        size_t sent = 0;

        io = probe_stream_write(a, bytes, len, &sent);
        if (io != PROBE_IO_DONE)
            break;
        probe_client_sent(&a->client, sent);
        bytes = probe_client_output(&a->client, &len);
    }
    return io;
}

/* One read; DONE: there may be more. */
static enum probe_io read_some(struct probe_attempt *a)
{
    uint8_t bytes[256];
    size_t room = probe_client_room(&a->client);
    size_t got = 0;
    enum probe_io io = PROBE_IO_WAIT_WRITE;

    if (room > 0)
        io = probe_stream_read(a, bytes, room < sizeof(bytes) ? room : sizeof(bytes), &got);
    if (io == PROBE_IO_DONE)
        (void)probe_client_feed(&a->client, bytes, got, now_of(a));
    return io;
}

static int is_lost(enum probe_io io)
{
    return io == PROBE_IO_CLOSED || io == PROBE_IO_FAILED;
}

/* DISCONNECT and close_notify leave, then the attempt ends as the session stood. */
static enum probe_step take_leave(struct probe_attempt *a)
{
    int is_well = probe_client_is_well(&a->client);
    enum probe_io io = PROBE_IO_DONE;

    probe_client_leave(&a->client);
    io = write_all(a);
    if (io == PROBE_IO_DONE)
        io = probe_stream_finish(a);
    if (io == PROBE_IO_WAIT_READ || io == PROBE_IO_WAIT_WRITE) {
        a->wants_write = io == PROBE_IO_WAIT_WRITE;
        return PROBE_STEP_WAIT;
    }
    if (is_well || is_lost(io))
        return is_well ? PROBE_STEP_NEXT : broken(a, io);
    return probe_fail(a, PROBE_CODE_REFUSED,
                      a->client.subscription == PROBE_CLIENT_DENIED
                          ? "the broker refuses the subscription"
                          : "the session was not complete: something was not acknowledged");
}

enum probe_step probe_step_stay(struct probe_attempt *a)
{
    enum probe_io io = PROBE_IO_DONE;
    enum probe_io out = PROBE_IO_DONE;

    if (a->client.is_leaving || probe_stay_is_over(a))
        return take_leave(a);
    while (io == PROBE_IO_DONE) {
        if (!probe_client_tick(&a->client, now_of(a)))
            return fail_stay(a);
        out = write_all(a);
        if (is_lost(out))
            return broken(a, out);
        io = read_some(a);
    }
    if (is_lost(io))
        return broken(a, io);
    if (!probe_client_tick(&a->client, now_of(a)))
        return fail_stay(a);
    out = write_all(a);
    if (is_lost(out))
        return broken(a, out);
    a->wants_write = out == PROBE_IO_WAIT_WRITE || a->web.out_sent < a->web.out_len;
    return PROBE_STEP_WAIT;
}

int32_t probe_stay_wait_ms(const struct probe_attempt *a)
{
    int32_t left = a->settings->stay_ms > 0 ? (int32_t)stay_left_ms(a) : INT32_MAX;
    uint32_t waited = now_of(a) - a->phase_started_ms;
    int32_t wait = 0;

    if (a->phase == PROBE_PHASE_WAIT)
        wait = waited < a->backoff_ms ? (int32_t)(a->backoff_ms - waited) : 0;
    else
        wait = probe_client_wait_ms(&a->client, now_of(a));
    return wait < left ? wait : left;
}

/* ---- between two connections ---- */

/*
 * Twice as long each time, half of it by chance, so that boards which lost their broker together
 * do not come back together (RFC 7925 section 6, and every cloud's advice).
 */
static uint32_t backoff_of(const struct probe_attempt *a)
{
    uint32_t base = a->settings->backoff_ms;
    uint32_t most = has(a, PROBE_CLIENT_BACKOFF_UNCAPPED) ? UNCAPPED_DOUBLINGS : BACKOFF_DOUBLINGS;
    uint32_t whole = base;

    for (uint32_t i = 0; i < a->tries && i < most && whole <= UINT32_MAX / 2; i++)
        whole *= 2;
    if (has(a, PROBE_CLIENT_BACKOFF_CONSTANT))
        return 2 * base;
    if (has(a, PROBE_CLIENT_BACKOFF_LINEAR))
        return base * (a->tries + 1);
    if (has(a, PROBE_CLIENT_BACKOFF_PLAIN))
        return whole;
    return whole / 2 + a->platform->random(a->platform->ctx) % (whole / 2 + 1);
}

static int was_stable(const struct probe_attempt *a)
{
    return a->phase == PROBE_PHASE_MQTT && a->client.is_accepted &&
           now_of(a) - a->phase_started_ms >= STABLE_BACKOFFS * a->settings->backoff_ms &&
           !has(a, PROBE_CLIENT_BACKOFF_KEPT);
}

/* A broker may send its clients elsewhere; from a server that was not accepted nothing is taken. */
static void choose_host(struct probe_attempt *a)
{
    struct probe_text t = probe_text_over(a->moved_to, sizeof(a->moved_to));

    probe_web_start(a);
    if (a->phase != PROBE_PHASE_MQTT || a->client.move_to[0] == '\0')
        return;
    for (const char *at = a->client.move_to; *at != '\0' && *at != ' ' && *at != ':'; at++)
        probe_text_add_bytes(&t, at, 1);
    if (t.len > 0)
        a->host = a->moved_to;
}

int probe_stay_goes_on(struct probe_attempt *a)
{
    if (a->settings->stay_ms == 0 || probe_stay_is_over(a) || has(a, PROBE_CLIENT_NO_RECONNECT))
        return 0;
    if (was_stable(a))
        a->tries = 0;
    if (a->tries >= GIVES_UP_AFTER && has(a, PROBE_CLIENT_GIVES_UP))
        return 0;
    choose_host(a);
    a->backoff_ms = backoff_of(a);
    a->tries++;
    return 1;
}

enum probe_step probe_step_wait(struct probe_attempt *a)
{
    if (probe_stay_is_over(a)) /* with the result of the connection that failed */
        return PROBE_STEP_FAIL;
    return now_of(a) - a->phase_started_ms >= a->backoff_ms ? PROBE_STEP_NEXT : PROBE_STEP_WAIT;
}
