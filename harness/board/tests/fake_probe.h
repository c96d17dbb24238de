/* SPDX-License-Identifier: Apache-2.0 */
/* A board that speaks the probe protocol and nothing else, and can misbehave on demand. */
#ifndef BOARD_TESTS_FAKE_PROBE_H
#define BOARD_TESTS_FAKE_PROBE_H

#include "probe/probe_line.h"

#include <stdbool.h>

enum { FAKE_MAX_SETTINGS = 32, FAKE_MAX_OUT = 64 * 1024, FAKE_SLOTS = 3 };

struct fake_setting {
    char key[16];
    char value[1024];
};

struct fake_slot {
    unsigned char bytes[8192];
    size_t len;
    bool is_complete;
};

/* What the test may set. */
struct fake_manners {
    const char *events[16]; /* after `ok` to connect; NULL: "result ok done 0" alone */
    bool holds_back;        /* the events come with the answer to `result` only */
    bool forgets;           /* ... and there is `ok idle` */
    bool runs_for_ever;     /* ... and there is `ok running tls` */
    const char *refuses;    /* this command word is answered with ... */
    const char *with;       /* ... this */
    unsigned refuse_times;  /* so often */
    bool resets_on_connect; /* instead of an answer */
    unsigned resets_on_put; /* at the n-th put */
    const char *protocol;   /* NULL: "probe/1" */
};

struct fake_probe {
    struct fake_manners manners;
    struct probe_line_reader reader;
    struct fake_setting settings[FAKE_MAX_SETTINGS];
    struct fake_slot slots[FAKE_SLOTS];
    struct probe_line last; /* command, to tell repetitions */
    bool has_last, has_result, is_running;
    char last_answer[PROBE_LINE_TEXT_MAX + 1];
    unsigned char event_seq;
    unsigned commands, repeated, puts, sets, connects, aborts;
    char out[FAKE_MAX_OUT];
    size_t out_len;
};

/* A board that was just powered; says `ready`. The manners stay. */
void fake_probe_power_on(struct fake_probe *f, const char *reason);

/* Bytes from the bench; what the board says is added to out. */
void fake_probe_feed(struct fake_probe *f, const void *bytes, size_t len);

void fake_probe_say(struct fake_probe *f, enum probe_line_type type, unsigned char seq,
                    const char *text);
void fake_probe_event(struct fake_probe *f, const char *text);

const char *fake_probe_setting(const struct fake_probe *f, const char *key); /* NULL: not set */

#endif
