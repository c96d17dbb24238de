/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging: a pure function of a case's transcript, which holds the scenario's facts
 * (case.begin), the control before, the attempts of the case and the control after. No I/O, no
 * clock, no globals: a transcript of last year can be judged again today.
 */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "base/transcript.h"
#include "judge/verdict.h"

/* How far an attempt came, in order. */
#define STAGE_MAP(X)                                                                               \
    X(STAGE_NONE, "nothing", "the board never opened a connection")                                \
    X(STAGE_RESOLVED, "resolved", "the board asked for the server's address, no more")             \
    X(STAGE_TCP, "tcp", "the board opened a connection and sent no ClientHello")                   \
    X(STAGE_CLIENT_HELLO, "client-hello", "the board sent its ClientHello")                        \
    X(STAGE_SERVER_FLIGHT, "server-flight", "the board was sent the server's certificate")         \
    X(STAGE_KEY_EXCHANGE, "key-exchange", "the board went on with its key exchange")               \
    X(STAGE_FINISHED, "finished", "the board completed the handshake")                             \
    X(STAGE_APPLICATION_DATA, "application-data", "the board sent application data")               \
    X(STAGE_SESSION, "session", "the MQTT session was accepted")                                   \
    X(STAGE_DELIVERED, "delivered", "the board delivered its message")                             \
    X(STAGE_ACKNOWLEDGED, "acknowledged", "the board acknowledged a message of the broker's")

enum stage {
#define X(id, name, text) id,
    STAGE_MAP(X)
#undef X
        STAGE_COUNT
};

const char *stage_name(enum stage s);

/* What a board that is a server did with the bench as its client. */
struct visit_observation {
    bool is_visited;           /* the board is one; all else counts only then */
    bool listened;             /* it told where */
    bool taken;                /* it ended a handshake of TLS 1.2 or older, as servers do last */
    bool plain;                /* it answered without TLS */
    bool asked_again;          /* a good client came afterwards */
    bool serves_again;         /* ... and was served */
    const char *again_outcome; /* ... or how it ended, as prober.end says */
    const char *version;       /* of TLS; "" for none */
    const char *answer;        /* "good", "wrong", "refused", "malformed", "partial"; "" for none */
    const char *answer_text;   /* what it says */
    const char *outcome, *outcome_text; /* of the last visit, as prober.end says */
};

/* What was observed in one attempt (facts, no judgement). Texts are borrowed from the transcript.
 */
struct observation {
    int attempt;
    bool delivered;   /* a message of the board's arrived */
    const char *role; /* "before", "step", "case", "after", "evidence", "rung", "recovery" */
    int64_t rung;     /* how much was tried */
    int repeat;
    int step;                /* from 1; 0: it is none */
    const char *step_title;  /* "" for none */
    const char *step_expect; /* "accept", "refuse", "cope" */
    enum cause cause;        /* why the attempt says nothing, or CAUSE_NONE */
    const char *cause_detail;
    enum stage stage;
    bool refused; /* closed before Finished (or, TLS 1.3, before data) as the contract defines */
    bool accepted;
    bool stalled;            /* neither: the deadline passed with the connection open */
    bool timed_out;          /* the deadline ended the attempt, not the board */
    bool went_plain;         /* it spoke to the broker without TLS beside the right one */
    bool not_followed;       /* the first server sent it to a second one, and it did not go there */
    bool stopped_early;      /* the board itself said that it stopped before TLS */
    bool application_data;   /* any, whatever it was */
    const char *bench_alert; /* fatal alert of the bench: it could not agree with the board; "" */
    bool has_alert;
    const char *alert_name; /* alert of the board */
    const char *alert_level;
    int alert_code;
    const char *close; /* "fin", "rst", "timeout", "none" */
    const char *close_by;
    int leak;                         /* 0 to 4 */
    const struct event *client_hello; /* or NULL */
    const struct event *mqtt_connect; /* or NULL */
    const char *serial_error;         /* what the board said itself, "" for nothing */
    int serial_code;
    bool said_failure;        /* the board reported a result, and it was no success */
    bool has_result;          /* the board reported a result at all */
    const char *result_phase; /* ... and in which phase */
    bool crashed;
    bool ended; /* attempt.end is there */
    unsigned connections;
    uint64_t duration_ns;
    struct visit_observation visit;
    uint64_t connect_ns; /* what the board itself spent connecting */
};

enum { JUDGE_MAX_REPEATS = 64, JUDGE_MAX_STEPS = 256, JUDGE_REASON = 512 };

/* What a case that measures came to. */
struct judge_ladder {
    bool present;
    const char *unit; /* borrowed from the transcript */
    int64_t least;    /* what a board has to take; 0: no least */
    int64_t taken;    /* the most that it took; -1: nothing that was tried */
    int64_t refused;  /* the least that it did not take; -1: it took all */
};

/* How a board waits between its connections. */
enum judge_backoff_kind {
    BACKOFF_UNKNOWN, /* too few waits */
    BACKOFF_NONE,
    BACKOFF_CONSTANT,
    BACKOFF_LINEAR,
    BACKOFF_EXPONENTIAL
};

const char *judge_backoff_name(enum judge_backoff_kind kind);

enum { JUDGE_BACKOFF_MAX = 64 };

struct judge_backoff {
    bool present; /* a rule asked for it */
    enum judge_backoff_kind kind;
    bool has_jitter; /* chance is in the waits */
    size_t count;
    uint64_t waits_ms[JUDGE_BACKOFF_MAX];
};

struct judgement {
    enum verdict verdict;
    int leak;                  /* 0, or the level of a fail-leak */
    char reason[JUDGE_REASON]; /* one sentence that a firmware author understands */
    enum cause cause;          /* for inconclusive and harness-error */
    struct observation before, after;
    bool has_before, has_after;
    struct observation cases[JUDGE_MAX_REPEATS];
    enum verdict repeat_verdicts[JUDGE_MAX_REPEATS];
    unsigned case_count;
    struct observation steps[JUDGE_MAX_STEPS]; /* of all repeats */
    unsigned step_count;
    unsigned decided; /* the repeat that decided */
    struct judge_ladder ladder;
    struct judge_backoff backoff;
};

/*
 * @retval ASSAY_ERR_MALFORMED  the transcript lacks what judging needs (err says what)
 */
ASSAY_RESULT judge_case(const struct transcript *t, struct judgement *ret, struct assay_error *err);

/* The facts of one attempt alone, for the runner (did the control work?) and for the explainer. */
ASSAY_RESULT judge_observe(const struct transcript *t, int attempt, struct observation *ret);

#endif
