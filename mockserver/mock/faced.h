/* SPDX-License-Identifier: Apache-2.0 */
/* A face over the connections of the broker: what TLS and MQTT say to it, and what it says back. */
#ifndef MOCK_FACED_H
#define MOCK_FACED_H

#include "broker/broker.h"
#include "face/face.h"
#include "tls/tls.h"

/*
 * Put a face in front of the broker's clients. The owners of the broker's connections find their
 * face_conn through `conn_of`.
 */
struct faced {
    struct face *face; /* borrowed; NULL: none, and nothing below does anything */
    struct face_conn *(*conn_of)(void *owner);
    struct broker_conn *(*broker_conn_of)(void *owner); /* NULL: it has none any more */
};
void faced_attach(struct faced *faced, struct broker *broker);

/*
 * The handshake is over, or there was none (tls NULL), and a first byte came.
 * @param ret_goes_on  false: the service closes
 * @retval ASSAY_ERR_NOMEM
 */
ASSAY_RESULT faced_admit(const struct faced *faced, uint32_t id, const struct tls_conn *tls,
                         void *owner, struct face_conn **ret, bool *ret_goes_on);
/* The handshake failed. */
void faced_handshake_failed(const struct faced *faced, uint32_t id, const struct tls_conn *tls);

/* Send what the service has to say. */
ASSAY_RESULT faced_pump(const struct faced *faced, struct broker *broker, uint64_t now_ms);

/* When faced_advance() is to be called, in the caller's milliseconds; BROKER_NEVER. */
uint64_t faced_due_ms(const struct faced *faced, int64_t now_s, uint64_t now_ms);
/* Scenario time has passed: connections may be closed, and faced_pump() may have something. */
void faced_advance(const struct faced *faced, uint64_t now_ms);

#endif
