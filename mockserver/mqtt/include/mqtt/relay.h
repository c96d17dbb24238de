/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another broker behind a session: what the board says is decoded, becomes events, meets the faults
 * and is passed on byte by byte; what the broker answers goes the same way back. The session itself
 * answers nothing but what its settings refuse (versions, connack_code), and its faults.
 *
 * A packet that breaks a rule is passed on as it came and is the last one that is: the broker has
 * its say, and then the connection ends.
 */
#ifndef MQTT_RELAY_H
#define MQTT_RELAY_H

#include "mqtt/host.h"
#include "mqtt/session.h"

/* Put a broker behind a new session, before its first byte. @retval ASSAY_ERR_NOMEM */
ASSAY_RESULT mqtt_session_relay(struct mqtt_session *session);

/*
 * Somebody who decides about a CONNECT before the broker behind hears of it: ret as the host of a
 * session fills it, of which refusals count. ctx is borrowed.
 */
void mqtt_session_relay_gate(struct mqtt_session *session,
                             void (*connect)(void *ctx, const struct mqtt_packet *p,
                                             struct mqtt_welcome *ret),
                             void *ctx);

/* What is to be passed on to the broker; the caller consumes it. Borrowed. */
struct buf *mqtt_session_upstream(struct mqtt_session *session);
/* Nothing will follow what stands in there: the broker is to be told so (FIN). */
bool mqtt_session_upstream_ended(const struct mqtt_session *session);

/*
 * Bytes from the broker, in any pieces; what becomes of them is in mqtt_session_output().
 * @param ret_violation  set on ASSAY_ERR_MALFORMED
 * @retval ASSAY_ERR_MALFORMED  that is no MQTT; the board cannot be served any longer
 * @retval ASSAY_ERR_NOMEM
 * @retval ASSAY_ERR_LIMIT      the caller did not consume the output
 */
ASSAY_RESULT mqtt_session_answered(struct mqtt_session *session, const void *data, size_t len,
                                   struct mqtt_violation *ret_violation);
/* The broker closed its connection: the one to the board is to be closed, too. */
void mqtt_session_left(struct mqtt_session *session);

#endif
