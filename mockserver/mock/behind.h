/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real mosquitto behind the broker's listener: a child process of our own on a socket in a folder
 * that nobody else can enter, and one connection to it for each connection of a board. It lives as
 * long as the servers of one attempt and remembers nothing of earlier ones.
 *
 * The program is `mosquitto` of the PATH, of /usr/sbin, or what ASSAY_MOSQUITTO names.
 */
#ifndef MOCK_BEHIND_H
#define MOCK_BEHIND_H

#include "base/event.h"
#include "base/status.h"
#include "base/value.h"
#include "mqtt/session.h"
#include "mqtt/settings.h"

#include <uv.h>

struct behind;
struct behind_link;

/*
 * Begin to start it; that needs no loop and does not wait.
 * @param settings     of its `mqtt` table; borrowed, has to outlive it
 * @param description  that table, for what mosquitto cannot be told
 * @retval ASSAY_ERR_NOT_FOUND    it is not installed
 * @retval ASSAY_ERR_UNSUPPORTED  the table says what only the mock's own broker does
 * @retval ASSAY_ERR_IO           the folder or the process could not be made
 */
ASSAY_RESULT behind_start(const struct mqtt_settings *settings, const struct value *description,
                          struct behind **ret, struct assay_error *err);

/* What a link's owner is told. Called from the loop, never from within a call of the owner's. */
struct behind_events {
    uint64_t (*now_ms)(void *owner); /* the time of behind_link_receive() and behind_advance() */
    void (*on_ready)(void *owner);   /* its session has output, or is to be closed */
    void (*on_failed)(void *owner, const char *why); /* it can no longer be served */
};

/* Watch it from here on; sink is borrowed and may be NULL. @retval ASSAY_ERR_IO */
ASSAY_RESULT behind_open(struct behind *behind, uv_loop_t *loop, const struct event_sink *sink,
                         const struct behind_events *events, struct assay_error *err);

/*
 * End it and remove its folder. Links have to be freed; what they had to say is lost. Runs the loop
 * where it was opened, so not from a callback. NULL is allowed.
 */
void behind_stop(struct behind *behind);

/* Why it can serve nobody (its end, with what it said last); NULL: it can. Borrowed. */
const char *behind_failure(struct behind *behind);

/* When behind_advance() is to be called next, for faults that delay; UINT64_MAX: never. */
uint64_t behind_due_ms(const struct behind *behind);
void behind_advance(struct behind *behind, uint64_t now_ms);

/* Other faults are about to be in the settings; as broker_change_faults(). */
void behind_change_faults(struct behind *behind, const struct mqtt_fault *faults, size_t count);
/* Can a server go on with other settings, as far as mosquitto goes? ASSAY_ERR_UNSUPPORTED: no. */
ASSAY_RESULT behind_check_change(const struct mqtt_settings *now, const struct mqtt_settings *then,
                                 struct assay_error *err);

/* ---- one connection ---- */

/* @param conn  its number, for events. NULL: no memory. */
struct behind_link *behind_link_new(struct behind *behind, uint32_t conn, void *owner);
/* The board is gone: what it said still reaches mosquitto, then its connection ends. NULL: fine. */
void behind_link_free(struct behind_link *link);

/*
 * As mqtt_session_receive().
 * @retval ASSAY_ERR_LIMIT  mosquitto does not read
 * @retval ASSAY_ERR_CLOSED it has failed; behind_failure() says why
 */
ASSAY_RESULT behind_link_receive(struct behind_link *link, uint64_t now_ms, const void *data,
                                 size_t len);
struct mqtt_session *behind_link_session(const struct behind_link *link);
/* So many bytes wait to be read by the board: mosquitto has to wait, too, where they are many. */
void behind_link_backlog(struct behind_link *link, size_t bytes);

#endif
