/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's side of a WebSocket that carries MQTT (RFC 6455; MQTT 5.0 section 6), sans-I/O:
 * bytes of the wire in, bytes of the wire and what the frames carried out. Events: ws.upgrade and
 * ws.end.
 */
#ifndef WEBSOCKET_WEBSOCKET_H
#define WEBSOCKET_WEBSOCKET_H

#include "base/buf.h"
#include "base/event.h"
#include "base/status.h"

struct websocket;

enum {
    WEBSOCKET_REQUEST_MAX = 8 * 1024, /* bytes of the request and its header fields */
    WEBSOCKET_PAYLOAD_MAX = 16 * 1024 * 1024
};

enum websocket_stage {
    WEBSOCKET_REQUEST, /* the request to upgrade is not complete */
    WEBSOCKET_OPEN,
    WEBSOCKET_CLOSED, /* a close frame went or came: send the output, then close */
    WEBSOCKET_FAILED  /* a rule was broken: send the output, then close */
};

/* sink is borrowed and may be NULL. NULL: no memory. */
struct websocket *websocket_new(const struct event_sink *sink, uint32_t conn);
void websocket_free(struct websocket *ws);

/*
 * Bytes from the wire, in any pieces. A client that breaks a rule is a stage and an event, and
 * perhaps an answer in the output.
 * @retval ASSAY_ERR_LIMIT  WEBSOCKET_PAYLOAD_MAX bytes were not consumed
 */
ASSAY_RESULT websocket_receive(struct websocket *ws, const void *data, size_t len);
/* What the frames carried, and what is to be sent; the caller consumes both. Borrowed. */
struct buf *websocket_payload(struct websocket *ws);
struct buf *websocket_output(struct websocket *ws);

/* One binary frame. ASSAY_ERR_STATE: not open. */
ASSAY_RESULT websocket_send(struct websocket *ws, const void *data, size_t len);
/* A close frame with status 1000; nothing unless it is open. */
ASSAY_RESULT websocket_close(struct websocket *ws);

enum websocket_stage websocket_stage(const struct websocket *ws);

#endif
