/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the probe: the phases of an attempt, as probe_attempt.c's table calls them. */
#ifndef PROBE_PHASES_H
#define PROBE_PHASES_H

#include "probe/probe_attempt.h"

enum probe_step {
    PROBE_STEP_WAIT,
    PROBE_STEP_NEXT,  /* it is over: go on with the next */
    PROBE_STEP_AGAIN, /* ... with a new connection, to where a redirect leads */
    PROBE_STEP_FAIL   /* attempt->result says why */
};

/* Fill in the result; both return PROBE_STEP_FAIL. */
enum probe_step probe_fail(struct probe_attempt *a, enum probe_code code, const char *text);
enum probe_step probe_fail_number(struct probe_attempt *a, enum probe_code code, const char *text,
                                  int64_t number, const char *meaning);

/* With what the platform says of it behind the text. */
enum probe_step probe_fail_network(struct probe_attempt *a, const char *text);

/* What a socket said, other than DONE; text is for PROBE_IO_FAILED. */
enum probe_step probe_wait_or_fail(struct probe_attempt *a, enum probe_io io, const char *text);

void probe_enter_resolve(struct probe_attempt *a);
enum probe_step probe_step_resolve(struct probe_attempt *a);
int probe_is_clock_given(const struct probe_attempt *a);
void probe_enter_clock(struct probe_attempt *a);
enum probe_step probe_step_clock(struct probe_attempt *a);
enum probe_step probe_step_tcp(struct probe_attempt *a);
void probe_enter_tls(struct probe_attempt *a);
enum probe_step probe_step_tls(struct probe_attempt *a);
void probe_enter_mqtt(struct probe_attempt *a);
enum probe_step probe_step_mqtt(struct probe_attempt *a);
enum probe_step probe_step_listen(struct probe_attempt *a);

/* What it calls itself in CONNECT; borrowed from the settings. */
void probe_credentials(const struct probe_attempt *a, struct probe_mqtt_text *ret_user,
                       struct probe_mqtt_text *ret_pass);

/* ---- probe_web_phases.c: requests and answers of HTTP ---- */
/* The host, port and path that the settings say. */
void probe_web_start(struct probe_attempt *a);
int probe_is_no_websocket(const struct probe_attempt *a);
void probe_enter_web(struct probe_attempt *a);
enum probe_step probe_step_web(struct probe_attempt *a);

/* ---- probe_stream.c: what MQTT is carried by: TLS, or a WebSocket in it ---- */
enum probe_io probe_stream_write(struct probe_attempt *a, const void *data, size_t len,
                                 size_t *ret);
enum probe_io probe_stream_read(struct probe_attempt *a, void *data, size_t cap, size_t *ret);
/* Send what is unsent, a close frame and a close_notify. */
enum probe_io probe_stream_finish(struct probe_attempt *a);
/* Send web.out as far as it goes; DONE: all of it. */
enum probe_io probe_stream_flush(struct probe_attempt *a);
/* Why it failed, into the result. */
void probe_stream_failure(struct probe_attempt *a);

/* ---- probe_stay.c: an attempt that keeps its session ---- */
int probe_stays(const struct probe_attempt *a);
void probe_stay_begin(struct probe_attempt *a);
int probe_stay_is_over(const struct probe_attempt *a);
void probe_enter_stay(struct probe_attempt *a);
enum probe_step probe_step_stay(struct probe_attempt *a);
enum probe_step probe_step_wait(struct probe_attempt *a);
/* In the phases mqtt and wait: milliseconds until something is due. */
int32_t probe_stay_wait_ms(const struct probe_attempt *a);
/* A phase failed: does it begin again after a wait, which is chosen then? */
int probe_stay_goes_on(struct probe_attempt *a);

/* A query is repeated after this time. */
enum { PROBE_ASK_AGAIN_MS = 1000 };

#endif
