/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's side of one HTTP/1.1 connection: bytes in, bytes and events out (RFC 9112). It knows
 * no sockets and no clock of its own. Requests of any shape are read strictly; what breaks a rule
 * is an event with the section that it breaks, and a 4xx. Answers follow the scenario.
 *
 * Events: http.request, http.response, http.violation.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/buf.h"
#include "base/event.h"
#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    HTTP_MAX_HEAD = 16 * 1024,       /* request line and fields */
    HTTP_MAX_FIELDS = 100,           /* of a request */
    HTTP_MAX_BODY = 8 * 1024 * 1024, /* of a request, and of an answer */
    HTTP_KEPT_BODY = 4096,           /* of a request's body, for its event */
    HTTP_TEXT = 1024
};

enum http_framing { HTTP_LENGTH, HTTP_CHUNKED, HTTP_UNTIL_CLOSE };

struct http_settings {
    int64_t status;       /* of every good request */
    char body[HTTP_TEXT]; /* what is answered */
    int64_t body_bytes;   /* instead of body: that many bytes; 0: body */
    char content_type[128];
    enum http_framing framing;
    int64_t chunk;            /* bytes of a chunk */
    int64_t truncate_after;   /* of the body, then the connection is closed; -1: never */
    char location[HTTP_TEXT]; /* "": no such field */
    bool date;                /* Date of the scenario's clock */
    int64_t date_offset_s;    /* added to it */
    bool keep_alive;
    bool withhold; /* requests are read and never answered */
};

/* Rows of the server description's `http`. Ends with a NULL name. */
extern const struct key_spec http_keys[];

/* value NULL: all defaults. ASSAY_ERR_MALFORMED: err names the path and what would be right. */
ASSAY_RESULT http_settings_read(const struct value *value, struct http_settings *ret,
                                struct assay_error *err);

/* Scenario time in seconds since 1970. */
typedef int64_t (*http_now_fn)(void *ctx);

struct http_session;

/*
 * Everything is borrowed and must outlive the session; sink may be NULL.
 * @param conn          the number of the connection, for events
 * @param default_port  a Host without a port is right on this port only (RFC 9110 section 7.2)
 * NULL: no memory.
 */
struct http_session *http_session_new(const struct http_settings *settings,
                                      const struct event_sink *sink, uint32_t conn, unsigned port,
                                      unsigned default_port, http_now_fn now, void *now_ctx);
void http_session_free(struct http_session *session); /* NULL is allowed */

/*
 * Bytes from the board, in any pieces. A broken rule is no error of this call.
 * @retval ASSAY_ERR_NOMEM
 * @retval ASSAY_ERR_LIMIT  the caller did not consume the output
 */
ASSAY_RESULT http_session_receive(struct http_session *session, const void *data, size_t len);

/* What is to be sent; the caller consumes it. Borrowed. */
struct buf *http_session_output(struct http_session *session);
/* Send the output, then close the connection. */
bool http_session_wants_close(const struct http_session *session);

#endif
