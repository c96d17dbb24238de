/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attempts of a board that speaks the probe protocol, whatever carries its serial line. The
 * board stays on between attempts, as one on a desk does; one that died, went deaf or lost its
 * line is power-cycled before the next.
 */
#ifndef BOARD_PROBE_SESSION_H
#define BOARD_PROBE_SESSION_H

#include "board_internal.h"
#include "loop/loop_handle.h"
#include "probe_host.h"
#include "secrets.h"

#include "base/exec.h"

enum { PROBE_SESSION_WORDS = 160 };

/* What a driver does for its session; on() may fail with ASSAY_ERR_NOT_FOUND: there is no board. */
struct probe_session_line {
    ASSAY_RESULT (*on)(void *ctx, struct assay_error *err);
    void (*off)(void *ctx);
    bool (*is_on)(const void *ctx);
    void (*send)(void *ctx, const char *bytes, size_t len); /* what finds no room is lost */
    enum cause lost_cause; /* of an attempt whose line went away while the board lives */
};

struct probe_session {
    struct board *board;
    const struct probe_session_line *line;
    void *ctx;
    struct probe_host host;
    struct loop_timer *host_timer, *limit;
    struct secrets secrets;
    char last_words[PROBE_SESSION_WORDS]; /* on standard error */
    unsigned limit_ms;
    uint64_t sent_ns; /* when the last command went out */
    char phase[12];   /* of the attempt; "": it has not begun one */
    bool was_on, is_suspect;
    bool is_attempt, is_connecting, is_ordered;
};

ASSAY_RESULT probe_session_init(struct probe_session *s, struct board *board,
                                const struct probe_session_line *line, void *ctx);
/* The line is switched off by its owner, before. */
void probe_session_done(struct probe_session *s);

void probe_session_connect(struct probe_session *s, const struct board_request *request);
/* Of an attempt to be a server: it has served long enough. */
void probe_session_stop(struct probe_session *s);
void probe_session_cancel(struct probe_session *s);

/* News of the line and of the process behind it. */
void probe_session_bytes(struct probe_session *s, const uint8_t *bytes, size_t len);
void probe_session_complaint(struct probe_session *s, const char *line, size_t len);
void probe_session_link_lost(struct probe_session *s);
void probe_session_ended(struct probe_session *s, const struct exec_outcome *how);

#endif
