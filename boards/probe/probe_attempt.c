/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_attempt.h"

#include "probe/probe_text.h"
#include "probe_phases.h"

#include <string.h>

struct phase_row {
    const char *name;
    const char *awaits; /* for the text of a time-out */
    void (*enter)(struct probe_attempt *attempt);
    enum probe_step (*step)(struct probe_attempt *attempt);
    int (*is_skipped)(const struct probe_attempt *attempt);
};

enum probe_step probe_fail(struct probe_attempt *a, enum probe_code code, const char *text)
{
    struct probe_text t = probe_text_over(a->result.text, sizeof(a->result.text));

    a->result.code = (int32_t)code;
    probe_text_add(&t, text);
    return PROBE_STEP_FAIL;
}

enum probe_step probe_fail_number(struct probe_attempt *a, enum probe_code code, const char *text,
                                  int64_t number, const char *meaning)
{
    struct probe_text t = probe_text_over(a->result.text, sizeof(a->result.text));

    a->result.code = (int32_t)code;
    probe_text_add(&t, text);
    probe_text_add_decimal(&t, number);
    probe_text_add(&t, meaning);
    return PROBE_STEP_FAIL;
}

enum probe_step probe_fail_network(struct probe_attempt *a, const char *text)
{
    const struct probe_platform *p = a->platform;
    struct probe_text t = probe_text_over(a->result.text, sizeof(a->result.text));

    a->result.code = PROBE_CODE_NETWORK;
    probe_text_add(&t, text);
    if (p->network_error != NULL) {
        probe_text_add(&t, ": ");
        probe_text_add(&t, p->network_error(p->net));
    }
    return PROBE_STEP_FAIL;
}

enum probe_step probe_wait_or_fail(struct probe_attempt *a, enum probe_io io, const char *text)
{
    a->wants_write = io == PROBE_IO_WAIT_WRITE;
    if (io == PROBE_IO_CLOSED)
        return probe_fail(a, PROBE_CODE_CLOSED, "the server closed the connection");
    return io == PROBE_IO_FAILED ? probe_fail_network(a, text) : PROBE_STEP_WAIT;
}

static const struct phase_row phases[PROBE_PHASE_COUNT] = {
    [PROBE_PHASE_IDLE] = {.name = "idle"},
    [PROBE_PHASE_RESOLVE] = {"resolve", "an answer of the DNS server", probe_enter_resolve,
                             probe_step_resolve, NULL},
    [PROBE_PHASE_CLOCK] = {"clock", "an answer of the SNTP server", probe_enter_clock,
                           probe_step_clock, probe_is_clock_given},
    [PROBE_PHASE_TCP] = {"tcp", "the connection to open", NULL, probe_step_tcp, NULL},
    [PROBE_PHASE_TLS] = {"tls", "the handshake to end", probe_enter_tls, probe_step_tls, NULL},
    [PROBE_PHASE_UPGRADE] = {"upgrade", "the WebSocket to open", probe_enter_web, probe_step_web,
                             probe_is_no_websocket},
    [PROBE_PHASE_MQTT] = {"mqtt", "the broker", probe_enter_mqtt, probe_step_mqtt, NULL},
    [PROBE_PHASE_WAIT] = {"wait", "its turn", NULL, probe_step_wait, NULL},
    [PROBE_PHASE_DONE] = {.name = "done"},
    [PROBE_PHASE_LISTEN] = {"listen", "", NULL, probe_step_listen, NULL},
    [PROBE_PHASE_HTTP] = {"http", "the web server", probe_enter_web, probe_step_web, NULL},
};

const char *probe_phase_name(enum probe_phase phase)
{
    return (unsigned)phase < PROBE_PHASE_COUNT ? phases[phase].name : "unknown";
}

void probe_attempt_init(struct probe_attempt *a, const struct probe_platform *platform,
                        const struct probe_tls *tls, const struct probe_settings *settings,
                        const struct probe_slots *slots, const struct probe_attempt_hooks *hooks)
{
    memset(a, 0, sizeof(*a));
    a->platform = platform;
    a->tls = tls;
    a->settings = settings;
    a->slots = slots;
    a->hooks = *hooks;
}

static void hang_up(struct probe_attempt *a)
{
    const struct probe_platform *p = a->platform;

    a->tls->close(a->tls->ctx);
    if (a->is_connected)
        p->tcp_close(p->net);
    if (a->is_listening)
        p->server->close(p->server->ctx);
    p->udp_close(p->net);
    a->is_connected = 0;
    a->is_listening = 0;
    a->wants_write = 0;
    memset(a->psk, 0, sizeof(a->psk));
    memset(a->message, 0, sizeof(a->message));
    memset(a->web.out, 0, sizeof(a->web.out));
}

static void release(struct probe_attempt *a)
{
    hang_up(a);
    a->is_running = 0;
}

static void enter(struct probe_attempt *a, enum probe_phase phase)
{
    const struct probe_platform *p = a->platform;

    while (phases[phase].is_skipped != NULL && phases[phase].is_skipped(a))
        phase = (enum probe_phase)(phase + 1);
    p->udp_close(p->net);
    a->phase = phase;
    a->wants_write = 0;
    a->phase_started_ms = p->millis(p->ctx);
    if (phases[phase].enter != NULL)
        phases[phase].enter(a);
    a->hooks.phase(a->hooks.ctx, phase);
}

static void start(struct probe_attempt *a, enum probe_phase phase)
{
    if (a->is_running)
        return;
    a->is_serving = phase != PROBE_PHASE_RESOLVE;
    a->result = (struct probe_failure){.code = PROBE_CODE_OK};
    a->is_running = 1;
    a->started_ms = a->platform->millis(a->platform->ctx);
    if (phase == PROBE_PHASE_RESOLVE)
        probe_stay_begin(a);
    enter(a, phase);
}

void probe_attempt_start(struct probe_attempt *a)
{
    start(a, PROBE_PHASE_RESOLVE);
}

void probe_attempt_serve(struct probe_attempt *a)
{
    start(a, probe_is_clock_given(a) ? PROBE_PHASE_LISTEN : PROBE_PHASE_CLOCK);
}

/* A session is kept for as long as it is to stay, whatever phase it is in. */
static int is_staying(const struct probe_attempt *a)
{
    return probe_stays(a) && (a->phase == PROBE_PHASE_MQTT || a->phase == PROBE_PHASE_WAIT);
}

static uint32_t left_of(uint32_t limit_ms, uint32_t gone_ms)
{
    return gone_ms < limit_ms ? limit_ms - gone_ms : 0;
}

/* Milliseconds left of the phase and of the attempt, whichever is less. */
static int32_t left_ms(const struct probe_attempt *a)
{
    const struct probe_settings *s = a->settings;
    uint32_t now = a->platform->millis(a->platform->ctx);
    uint32_t attempt_left = left_of(s->stay_ms + s->timeout_ms, now - a->started_ms);
    uint32_t phase_left = left_of(s->phase_ms, now - a->phase_started_ms);

    if (is_staying(a))
        return (int32_t)attempt_left;
    return (int32_t)(attempt_left < phase_left ? attempt_left : phase_left);
}

static void time_out(struct probe_attempt *a)
{
    char text[PROBE_FAILURE_TEXT_MAX + 1];
    struct probe_text t = probe_text_over(text, sizeof(text));
    uint32_t now = a->platform->millis(a->platform->ctx);

    probe_text_add(&t, "gave up waiting for ");
    probe_text_add(&t, phases[a->phase].awaits);
    probe_text_add(&t, " after ");
    probe_text_add_decimal(&t, now - a->phase_started_ms);
    probe_text_add(&t, " ms");
    (void)probe_fail(a, PROBE_CODE_TIMEOUT, text);
}

/* It failed, for good or for now; the result says why. @return 1: for good */
static int end_or_wait(struct probe_attempt *a)
{
    if (a->phase == PROBE_PHASE_WAIT || !probe_stay_goes_on(a)) {
        release(a);
        return 1;
    }
    hang_up(a);
    a->hooks.log(a->hooks.ctx, a->result.text);
    enter(a, PROBE_PHASE_WAIT);
    return 0;
}

static enum probe_phase next_phase(const struct probe_attempt *a)
{
    if (a->phase == PROBE_PHASE_WAIT)
        return PROBE_PHASE_RESOLVE;
    if (a->is_serving)
        return PROBE_PHASE_LISTEN;
    if (a->phase == PROBE_PHASE_TLS && a->settings->speech == PROBE_SPEAKS_HTTP)
        return PROBE_PHASE_HTTP;
    if (a->phase == PROBE_PHASE_MQTT || a->phase == PROBE_PHASE_HTTP)
        return PROBE_PHASE_DONE;
    return (enum probe_phase)(a->phase + 1);
}

int probe_attempt_step(struct probe_attempt *a)
{
    while (a->is_running) {
        enum probe_step step = phases[a->phase].step(a);

        if (step == PROBE_STEP_WAIT && (a->phase == PROBE_PHASE_LISTEN || left_ms(a) > 0))
            return 0;
        if (step == PROBE_STEP_WAIT)
            time_out(a);
        if (step == PROBE_STEP_AGAIN) {
            hang_up(a);
            enter(a, PROBE_PHASE_RESOLVE);
            continue;
        }
        if (step != PROBE_STEP_NEXT) {
            if (end_or_wait(a))
                return 1;
            continue;
        }
        enter(a, next_phase(a));
        if (a->phase == PROBE_PHASE_DONE) {
            a->result = (struct probe_failure){.code = PROBE_CODE_OK};
            release(a);
            return 1;
        }
    }
    return 0;
}

void probe_attempt_stop(struct probe_attempt *a, enum probe_code code, const char *text)
{
    if (!a->is_running)
        return;
    /* A server ends when it is told to. */
    if (a->is_listening && code == PROBE_CODE_ABORTED)
        a->phase = PROBE_PHASE_DONE;
    else
        (void)probe_fail(a, code, text);
    release(a);
}

int32_t probe_attempt_wait_ms(const struct probe_attempt *a)
{
    int32_t left = 0;
    uint32_t since = 0;

    if (!a->is_running)
        return -1;
    if (a->phase == PROBE_PHASE_LISTEN)
        return a->is_listening ? a->platform->server->wait_ms(a->platform->server->ctx) : 0;
    left = left_ms(a);
    if (is_staying(a)) {
        int32_t due = probe_stay_wait_ms(a);

        return due < left ? due : left;
    }
    if ((a->phase != PROBE_PHASE_RESOLVE && a->phase != PROBE_PHASE_CLOCK) || a->message_sent == 0)
        return left;
    since = a->platform->millis(a->platform->ctx) - a->asked_ms;
    if (since < PROBE_ASK_AGAIN_MS)
        return left < (int32_t)(PROBE_ASK_AGAIN_MS - since) ? left
                                                            : (int32_t)(PROBE_ASK_AGAIN_MS - since);
    return 0;
}
