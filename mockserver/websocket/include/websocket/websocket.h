/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's side of a WebSocket that carries MQTT (RFC 6455; MQTT 5.0 section 6), sans-I/O:
 * bytes of the wire in, bytes of the wire and what the frames carried out. What it answers and how
 * its frames look follows settings; by default all is right. Events: ws.upgrade, ws.fault,
 * ws.control and ws.end.
 */
#ifndef WEBSOCKET_WEBSOCKET_H
#define WEBSOCKET_WEBSOCKET_H

#include "base/buf.h"
#include "base/event.h"
#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

struct websocket;

enum {
    WEBSOCKET_REQUEST_MAX = 8 * 1024, /* bytes of the request and its header fields */
    WEBSOCKET_PAYLOAD_MAX = 16 * 1024 * 1024,
    WEBSOCKET_PING_MAX = 1000, /* bytes; more than 125 are a fault */
    WEBSOCKET_TEXT = 1024
};

enum websocket_accept {
    WEBSOCKET_ACCEPT_RIGHT,
    WEBSOCKET_ACCEPT_WRONG,   /* as long as it should be, with another last letter */
    WEBSOCKET_ACCEPT_FOREIGN, /* of the key in RFC 6455 section 1.3: an answer kept from before */
    WEBSOCKET_ACCEPT_ECHO,    /* the key itself */
    WEBSOCKET_ACCEPT_MISSING
};

enum websocket_pings {
    WEBSOCKET_PINGS_NONE,
    WEBSOCKET_PINGS_BEFORE, /* each message */
    WEBSOCKET_PINGS_BETWEEN /* the frames of a message */
};

struct websocket_settings {
    /* How a good request is answered. */
    int64_t status;                /* 101, or no WebSocket comes of it */
    char location[WEBSOCKET_TEXT]; /* "": no such field; the same of the next two */
    char upgrade[64];
    char connection[64];
    enum websocket_accept accept;
    char protocol[64];    /* "offered": what the server takes of what was offered; "": none */
    char extensions[128]; /* "": none */
    /* Data frames. */
    int64_t opcode;   /* of the first frame of a message: 2 is binary */
    int64_t reserved; /* the three reserved bits */
    bool masked;
    int64_t fragment; /* bytes of a frame; 0: a message is one */
    int64_t announce; /* bytes that a header announces; 0: as many as follow */
    /* What is a message: for who sends (mock/mqtt_service.c). */
    int64_t message_bytes; /* so many, wherever packets begin; 0: a packet */
    bool merged;           /* all packets that are sent together */
    /* Control frames. */
    enum websocket_pings pings;
    int64_t ping_bytes;
    bool ping_split;      /* without FIN */
    int64_t close_after;  /* a close frame after so many messages; -1: none */
    int64_t close_status; /* in it */
};

/* Rows of the server description's `websocket`. Ends with a NULL name. */
extern const struct key_spec websocket_keys[];

/* value NULL: all defaults. ASSAY_ERR_MALFORMED: err names the path and what would be right. */
ASSAY_RESULT websocket_settings_read(const struct value *value, struct websocket_settings *ret,
                                     struct assay_error *err);

enum websocket_stage {
    WEBSOCKET_REQUEST, /* the request to upgrade is not complete */
    WEBSOCKET_OPEN,
    WEBSOCKET_CLOSED, /* a close frame went or came: send the output, then close */
    WEBSOCKET_FAILED  /* a rule was broken: send the output, then close */
};

/* Both are borrowed; settings may change meanwhile. sink may be NULL. NULL: no memory. */
struct websocket *websocket_new(const struct websocket_settings *settings,
                                const struct event_sink *sink, uint32_t conn);
void websocket_free(struct websocket *ws);

/*
 * Somebody who looks at a request that is good before it is answered, as a service does that wants
 * it signed. Where it is not admitted, refusal is the whole answer, and the end.
 * path and host are borrowed for the call.
 */
struct websocket_request {
    const char *path; /* with its query */
    const char *host;
};
void websocket_set_gate(struct websocket *ws,
                        bool (*admits)(void *ctx, const struct websocket_request *request,
                                       struct buf *refusal),
                        void *ctx);

/*
 * Bytes from the wire, in any pieces. A client that breaks a rule is a stage and an event, and
 * perhaps an answer in the output.
 * @retval ASSAY_ERR_LIMIT  WEBSOCKET_PAYLOAD_MAX bytes were not consumed
 */
ASSAY_RESULT websocket_receive(struct websocket *ws, const void *data, size_t len);
/* What the frames carried, and what is to be sent; the caller consumes both. Borrowed. */
struct buf *websocket_payload(struct websocket *ws);
struct buf *websocket_output(struct websocket *ws);

/*
 * One message, which is one binary frame unless the settings say otherwise.
 * @retval ASSAY_ERR_STATE  not open: nothing more may be sent
 */
ASSAY_RESULT websocket_send(struct websocket *ws, const void *data, size_t len);
/* A close frame with the status of the settings; nothing unless it is open. */
ASSAY_RESULT websocket_close(struct websocket *ws);

enum websocket_stage websocket_stage(const struct websocket *ws);

#endif
