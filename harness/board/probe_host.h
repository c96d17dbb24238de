/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench's side of the probe protocol (docs/formats/probe-protocol.md), without I/O: bytes and
 * the time come in, lines and news go out through calls.
 *
 * It keeps what it knows of the board (greeted, settings, slots), and what an attempt needs; the
 * next command is always the first thing that is missing. A reset wipes the knowledge, and so
 * everything is sent again; nothing is sent that the board holds already.
 */
#ifndef BOARD_PROBE_HOST_H
#define BOARD_PROBE_HOST_H

#include "probe_job.h"

#include "probe/probe_line.h"

enum {
    PROBE_HOST_ANSWER_MS = 1000,  /* then the same line again */
    PROBE_HOST_MAX_TRIES = 10,    /* of one line */
    PROBE_HOST_PATIENCE_MS = 700, /* for `ready`, before `hello` is sent without it */
    PROBE_HOST_QUERY_MS = 3000,   /* of silence in an attempt, then `result` is asked */
    PROBE_HOST_HURRY_MS = 300,    /* the same after noise or a gap: the result may have been it */
    PROBE_HOST_QUERY_TRIES = 3,   /* of one such question: the board may be busy, and deaf */
    PROBE_HOST_MAX_REPAIRS = 3,   /* of one job: uploads again, resets during set-up */
    PROBE_HOST_TEXT_MAX = 512,    /* of a result */
    PROBE_HOST_ANY_EVENT = 0      /* as the next event's seq: a gap there tells nothing new */
};

enum probe_failure {
    PROBE_NEVER_READY, /* no sign of life in the time for it */
    PROBE_NO_ANSWER,   /* to one command, however often it was sent */
    PROBE_REFUSED,     /* it cannot do what the job asks */
    PROBE_RESTARTED    /* in the middle of the attempt */
};

struct probe_result {
    bool ok;
    char phase[12];
    int64_t code;
    char text[PROBE_HOST_TEXT_MAX];
};

/* News; what pointers point to is borrowed for the call. None may call back into the host. */
struct probe_host_calls {
    void (*send)(void *ctx, const char *bytes, size_t len);
    void (*sent)(void *ctx, const char *text); /* a command, secrets masked; not repetitions */
    void (*line)(void *ctx, const char *text); /* what the board said, checksum left off */
    void (*noise)(void *ctx, const uint8_t *bytes, size_t len, const char *why);
    void (*reset)(void *ctx, const char *reason); /* `ready` out of the blue */
    void (*ready)(void *ctx, const char *board, const char *stack, const char *reason);
    void (*ordered)(void *ctx);                  /* the board has taken `connect` */
    void (*phase)(void *ctx, const char *phase); /* perhaps again */
    void (*listening)(void *ctx, unsigned port); /* perhaps again */
    void (*result)(void *ctx, const struct probe_result *result);
    void (*failed)(void *ctx, enum probe_failure failure, const char *detail);
};

enum probe_command {
    PROBE_CMD_NONE,
    PROBE_CMD_HELLO,
    PROBE_CMD_INFO,
    PROBE_CMD_ABORT,
    PROBE_CMD_CLEAR,
    PROBE_CMD_SUM,
    PROBE_CMD_PUT,
    PROBE_CMD_END,
    PROBE_CMD_SET,
    PROBE_CMD_CONNECT,
    PROBE_CMD_LISTEN,
    PROBE_CMD_STOP, /* `abort`, to a board that serves */
    PROBE_CMD_RESULT
};

/* The command that waits for its answer. */
struct probe_outstanding {
    enum probe_command command; /* PROBE_CMD_NONE: there is none */
    size_t which;               /* key or slot */
    size_t used;                /* bytes of its value that the line carries */
    unsigned attempt;           /* that it was sent for */
    bool is_secret;
    unsigned tries;
    uint64_t again_ms;
    char line[PROBE_LINE_MAX + 1];
    size_t len;
};

/* What the board is known to hold in a slot. */
struct probe_slot_fact {
    bool is_known;
    size_t len;
    uint32_t crc32;
    size_t sent; /* of an upload that is on its way */
};

enum probe_attempt_state { PROBE_IDLE, PROBE_PREPARING, PROBE_RUNNING };

struct probe_host {
    const struct probe_host_calls *calls;
    void *ctx;
    struct probe_line_reader reader;
    struct probe_outstanding out;
    uint8_t next_seq;
    bool needs_newline; /* before the next line: half a line may lie in the board's buffer */

    /* Start of the board. */
    bool is_booting;
    uint64_t hello_from_ms, boot_until_ms;

    /* Knowledge of the board. */
    bool is_greeted, is_informed, is_cleared, must_abort;
    bool is_mute; /* nothing is sent until somebody wants something */
    unsigned next_fact;
    char reason[32], board[64], stack[64];
    char *values[PROBE_KEY_COUNT]; /* owned; NULL: unknown */
    struct probe_slot_fact slots[PROBE_SLOTS];

    /* The attempt. */
    enum probe_attempt_state state;
    struct probe_job job; /* owned */
    size_t set_done;      /* bytes of the value on its way */
    unsigned repairs;
    unsigned attempt; /* counts beginnings and ends, to tell answers that come too late */
    bool lost_event, is_in_a_hurry, wants_result, is_confirming;
    bool wants_stop; /* of a board that serves: it is to end, with a result */
    uint8_t next_event;
    uint64_t query_ms;
    struct buf text;
    struct probe_result stored; /* is_confirming */
};

void probe_host_init(struct probe_host *h, const struct probe_host_calls *calls, void *ctx);
void probe_host_done(struct probe_host *h);

/* The board has just been powered: wait for `ready`, or greet it when that got lost. */
void probe_host_power_on(struct probe_host *h, uint64_t now_ms, uint64_t ready_ms);

/* Begin an attempt; takes over job. It ends with result() or failed(). */
void probe_host_attempt(struct probe_host *h, struct probe_job *job, uint64_t now_ms);

/* A board that serves is to stop; its result ends the attempt. */
void probe_host_stop(struct probe_host *h, uint64_t now_ms);

/* Forget the attempt: neither result() nor failed() is called for it. The board is told. */
void probe_host_abort(struct probe_host *h, uint64_t now_ms);

void probe_host_feed(struct probe_host *h, const void *bytes, size_t len, uint64_t now_ms);

/* Time passed. To be called at the latest at probe_host_deadline(). */
void probe_host_tick(struct probe_host *h, uint64_t now_ms);
uint64_t probe_host_deadline(const struct probe_host *h); /* UINT64_MAX: none */

#endif
