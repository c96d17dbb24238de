/* SPDX-License-Identifier: Apache-2.0 */
/* What the process (behind.c), its configuration and its connections (behind_link.c) share. */
#ifndef MOCK_BEHIND_INTERNAL_H
#define MOCK_BEHIND_INTERNAL_H

#include "behind.h"

#include "base/exec.h"

#include <sys/un.h>

enum {
    BEHIND_PATH = sizeof(((struct sockaddr_un *)NULL)->sun_path),
    BEHIND_CHUNK = 64 * 1024,
    BEHIND_SAID_MAX = 8 * 1024,
    BEHIND_FAILURE_TEXT = 512
};

struct behind {
    const struct mqtt_settings *settings; /* borrowed */
    const struct event_sink *sink;        /* borrowed; may be NULL */
    struct behind_events events;
    struct exec_child child;
    char folder[BEHIND_PATH]; /* "": none */
    char config[BEHIND_PATH];
    char socket[BEHIND_PATH];
    uv_loop_t *loop; /* borrowed; NULL: not open */
    uv_poll_t watch_said, watch_end;
    uv_timer_t patience; /* for its start */
    int open_handles;
    struct buf said; /* the last of what it printed */
    bool runs;
    char failure[BEHIND_FAILURE_TEXT]; /* "": none */
    struct behind_link *links;
    struct mqtt_fault_state faults;
    char chunk[BEHIND_CHUNK];
};

/* ---- behind_config.c ---- */

/* Make the folder and the configuration in it. */
ASSAY_RESULT behind_write_config(struct behind *b, struct assay_error *err);
void behind_remove_files(const struct behind *b);
/* Only keys that mosquitto, or the mock for it, can carry out. */
ASSAY_RESULT behind_check_keys(const struct value *description, struct assay_error *err);

/* ---- behind_link.c ---- */

/* It runs: connect those that wait. */
void behind_links_connect(struct behind *b);
/* It has failed. */
void behind_links_fail(struct behind *b);
/* Close what is still open, whatever it had to say. */
void behind_links_close(struct behind *b);

/* ---- behind.c ---- */

/* The first reason stays. */
void behind_fail(struct behind *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
