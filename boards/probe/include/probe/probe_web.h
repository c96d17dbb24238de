/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 for a probe: the heads of requests and answers, addresses of redirects, the body of an
 * answer, and the frames of a WebSocket (RFC 9110, 9112, 6455). Sans-I/O, no malloc. A body is
 * counted and not kept.
 */
#ifndef PROBE_PROBE_WEB_H
#define PROBE_PROBE_WEB_H

#include "probe/probe_platform.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PROBE_WEB_HOST_MAX = 127,
    PROBE_WEB_PATH_MAX = 127,
    PROBE_WEB_HEAD_MAX = 1024, /* of an answer */
    PROBE_WEB_OUT = 1200,      /* a request, or a frame around the largest packet of the client */
    PROBE_WEB_KEY_LEN = 24,    /* Sec-WebSocket-Key in base64 */
    PROBE_WEB_ACCEPT_LEN = 28,
    PROBE_WEB_REDIRECTS = 5,           /* that it follows one after the other */
    PROBE_WEBSOCKET_FRAME_MAX = 65536, /* bytes of a frame's payload that it takes */
    PROBE_WEBSOCKET_CONTROL_MAX = 125
};

/* X(constant, what it does wrong): docs/formats/flaws.md has them under their names. */
#define PROBE_WEB_FLAW_MAP(X)                                                                      \
    X(PROBE_WEB_REDIRECT_IGNORED)      /* takes a redirect for the answer */                       \
    X(PROBE_WEB_REDIRECT_PLAIN)        /* follows one to an address without TLS */                 \
    X(PROBE_WEB_REDIRECT_SCHEME)       /* ... and takes the address for one with TLS */            \
    X(PROBE_WEB_REDIRECT_NAME)         /* compares certificates with the first host's name */      \
    X(PROBE_WEB_REDIRECT_ENDLESS)      /* follows any number of them */                            \
    X(PROBE_WEB_CREDENTIALS_FORWARDED) /* tells them to the host that it is sent to */             \
    X(PROBE_WEB_HOST_SCHEME)           /* Host is a URL */                                         \
    X(PROBE_WEB_HOST_PORT)             /* Host has no port */                                      \
    X(PROBE_WEB_SHORT_BODY)            /* takes the beginning of an answer for all of it */        \
    X(PROBE_WEB_LAST_CHUNK)            /* does not wait for the last chunk */                      \
    X(PROBE_WEB_NO_CHUNKS)             /* knows no chunks */                                       \
    X(PROBE_WEB_WS_STATUS)             /* takes every answer for 101 */                            \
    X(PROBE_WEB_WS_FIELDS)             /* does not look at Upgrade and Connection */               \
    X(PROBE_WEB_WS_ACCEPT)             /* ... at Sec-WebSocket-Accept */                           \
    X(PROBE_WEB_WS_PROTOCOL)           /* ... at the subprotocol */                                \
    X(PROBE_WEB_WS_EXTENSION)          /* ... at extensions */                                     \
    X(PROBE_WEB_WS_NO_OFFER)           /* offers no subprotocol */                                 \
    X(PROBE_WEB_WS_REDIRECT)           /* goes wherever it is sent, with or without TLS */         \
    X(PROBE_WEB_WS_MASK)               /* takes frames that are masked */                          \
    X(PROBE_WEB_WS_RESERVED)           /* ... with reserved bits or opcodes */                     \
    X(PROBE_WEB_WS_TEXT)               /* ... of text */                                           \
    X(PROBE_WEB_WS_CONTROL)            /* takes control frames in pieces, or too long */           \
    X(PROBE_WEB_WS_NO_PONG)            /* answers no ping */                                       \
    X(PROBE_WEB_WS_NO_CONTINUATION)    /* takes a message for one frame */                         \
    X(PROBE_WEB_WS_ONE_PACKET)         /* takes a message for one packet */                        \
    X(PROBE_WEB_WS_LENGTH_CUT)         /* keeps 16 bits of a length */

enum probe_web_flaw {
#define X(id) id,
    PROBE_WEB_FLAW_MAP(X)
#undef X
        PROBE_WEB_FLAW_COUNT
};

#define PROBE_WEB_FLAW_BIT(flaw) ((uint32_t)1 << (flaw))

/* ---- addresses ---- */

/* Of a redirect. */
struct probe_web_address {
    int is_plain;                      /* http or ws */
    char host[PROBE_WEB_HOST_MAX + 1]; /* "": the same host, scheme and port */
    uint16_t port;
    char path[PROBE_WEB_PATH_MAX + 1];
};

/* @return 0: it is no address that could be asked */
int probe_web_address_read(const char *text, struct probe_web_address *ret);

/* ---- heads ---- */

struct probe_web_request {
    const char *host;
    uint16_t port;
    int is_plain;
    const char *path;
    const char *user, *pass; /* user NULL: no Authorization */
    size_t user_len, pass_len;
    const char *key; /* of a WebSocket; NULL: it is no request for one */
    uint32_t flaws;
};

/* @return its length, or 0: it does not fit */
size_t probe_web_request_write(const struct probe_web_request *request, char *out, size_t cap);

/* What a head says; the texts point into it. */
struct probe_web_head {
    int status;
    const char *location; /* NULL: there is none, as of the others */
    const char *upgrade, *connection, *accept, *protocol, *extensions;
    int64_t length; /* -1: none */
    int is_chunked;
};

/* head is NUL terminated and is cut into pieces. @return 0: it is no answer of HTTP/1.1 */
int probe_web_head_read(char *head, struct probe_web_head *ret);

/* Does the answer open the WebSocket of this key (RFC 6455 section 4.1)? NULL: it does. */
const char *probe_web_not_opened(const struct probe_web_head *head,
                                 const char key[PROBE_WEB_KEY_LEN + 1], uint32_t flaws);

/* out: NUL terminated (RFC 6455 section 4.2.2) */
void probe_web_accept(const char key[PROBE_WEB_KEY_LEN + 1], char out[PROBE_WEB_ACCEPT_LEN + 1]);

/* ---- bodies ---- */

enum probe_web_body_state {
    PROBE_BODY_LENGTH,
    PROBE_BODY_UNTIL_CLOSE,
    PROBE_BODY_CHUNK_SIZE,
    PROBE_BODY_CHUNK_EXTENSION,
    PROBE_BODY_CHUNK,
    PROBE_BODY_CHUNK_END,
    PROBE_BODY_TRAILER,
    PROBE_BODY_WHOLE,
    PROBE_BODY_BROKEN
};

struct probe_web_body {
    enum probe_web_body_state state;
    uint64_t left;   /* of the body or the chunk */
    uint64_t length; /* bytes of it that came */
    uint8_t digits;  /* of a chunk's size; of a trailer: bytes of its line */
    uint32_t flaws;
};

void probe_web_body_begin(struct probe_web_body *body, const struct probe_web_head *head,
                          uint32_t flaws);
void probe_web_body_feed(struct probe_web_body *body, const uint8_t *data, size_t len);
/* The connection has ended: is it whole? */
int probe_web_body_is_whole(const struct probe_web_body *body);

/* ---- the frames of a WebSocket ---- */

struct probe_websocket {
    uint32_t flaws;
    /* The frame under way. */
    uint8_t header[14];
    uint8_t header_len;
    uint8_t is_in_payload;
    uint8_t is_in_message;
    uint8_t is_dropped; /* a frame that a flaw makes nothing of */
    uint64_t left;
    uint32_t masked_at; /* byte of the mask that is next */
    uint8_t control[PROBE_WEBSOCKET_CONTROL_MAX];
    uint8_t control_len;
    /* PROBE_WEB_WS_ONE_PACKET: the beginning of a message, and how much of it has come. */
    uint8_t first[5];
    uint64_t message_len;
    /* A control frame that is to be sent: its opcode, or 0. */
    uint8_t due;
    uint8_t is_closed;            /* a close frame came or has to go */
    struct probe_failure failure; /* code PROBE_CODE_OK: none */
};

void probe_websocket_init(struct probe_websocket *ws, uint32_t flaws);

/*
 * Where the next bytes of the wire belong: data where they are payload, else a place of its own.
 * @return how many at most, never 0
 */
size_t probe_websocket_room(struct probe_websocket *ws, void *data, size_t cap, void **ret_at);

/*
 * So many have come there. @return bytes of payload in data, which may be 0; after a failure or a
 * close frame is_closed is set
 */
size_t probe_websocket_took(struct probe_websocket *ws, void *data, size_t len);

/* A frame of the client's: final, masked. @return its length, or 0: it does not fit */
size_t probe_websocket_frame(unsigned opcode, uint32_t mask, const void *data, size_t len,
                             uint8_t *out, size_t cap);

/* A close frame is due, unless one was. */
void probe_websocket_leave(struct probe_websocket *ws);

/* A binary frame is PROBE_WEBSOCKET_BINARY; the control frame that is due, or 0. */
enum { PROBE_WEBSOCKET_BINARY = 2 };
size_t probe_websocket_due(struct probe_websocket *ws, uint32_t mask, uint8_t *out, size_t cap);

/* ---- what an attempt needs of all this ---- */

struct probe_web {
    uint16_t port; /* that it connects to; the host is the attempt's */
    char path[PROBE_WEB_PATH_MAX + 1];
    uint8_t is_plain;     /* a flaw: there is no TLS */
    uint8_t is_elsewhere; /* it was sent to another host or port */
    uint8_t redirects;
    uint8_t step;
    uint8_t goes_on; /* to where it was sent, after this answer */
    char key[PROBE_WEB_KEY_LEN + 1];
    uint8_t out[PROBE_WEB_OUT]; /* a request or a frame */
    size_t out_len, out_sent;
    char head[PROBE_WEB_HEAD_MAX + 1];
    size_t head_len;
    struct probe_web_head answer; /* its texts point into head */
    struct probe_web_body body;
    struct probe_websocket ws;
};

#endif
