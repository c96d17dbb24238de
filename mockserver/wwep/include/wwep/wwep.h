/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's side of WWEP, the WICED WiFi Example Protocol: registers of 16 bits that boards
 * write and read, one request a connection.
 *
 *     'W' DDDD RR VVVV   write: device, register, value in hex, one line feed allowed behind
 *     'R' DDDD RR        read
 *     'A' DDDD RR VVVV   the answer, in capitals, without a line feed
 *     'X' ...            refused; the text behind it is the server's own matter
 *
 * Bytes in, bytes and events out; no sockets. The rules and texts are those of the course's
 * reference server: that it takes 401 registers where it says 400, and looks at the length before
 * the command, is on purpose.
 *
 * Events: wwep.request, wwep.response, wwep.violation.
 */
#ifndef WWEP_WWEP_H
#define WWEP_WWEP_H

#include "base/buf.h"
#include "base/event.h"
#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WWEP_MOST_READ = 13,  /* more of a request are not looked at: it is too long */
    WWEP_TEXT = 128,      /* of an answer */
    WWEP_MOST_GIVEN = 64, /* registers that a description gives */
    WWEP_MOST_REGISTERS = 65536
};

/* Whose words follow the X. */
enum wwep_texts { WWEP_REFERENCE, WWEP_DUAL, WWEP_BARE };

struct wwep_register {
    uint16_t device;
    uint8_t number;
    uint16_t value;
};

struct wwep_settings {
    enum wwep_texts texts;
    struct wwep_register given[WWEP_MOST_GIVEN];
    unsigned given_count;
    int64_t most_registers; /* with those that are given */
    int64_t wait_ms;        /* for the rest of a request; the caller's timer */
    char answer[WWEP_TEXT]; /* to every request; "": the right one */
    bool newline;           /* a line feed behind the answer */
    int64_t truncate_after; /* of the answer, then the connection is closed; -1: never */
    bool withhold;
    bool stays_open;
};

/* Rows of the server description's `wwep`. Ends with a NULL name. */
extern const struct key_spec wwep_keys[];

/* value NULL: all defaults. ASSAY_ERR_MALFORMED: err names the path and what would be right. */
ASSAY_RESULT wwep_settings_read(const struct value *value, struct wwep_settings *ret,
                                struct assay_error *err);

/* What boards wrote: shared by all connections of a server. */
struct wwep_registers;

/* settings are only read. NULL: no memory. */
struct wwep_registers *wwep_registers_new(const struct wwep_settings *settings);
void wwep_registers_free(struct wwep_registers *registers); /* NULL is allowed */
size_t wwep_registers_count(const struct wwep_registers *registers);
/* NULL: never written. Good until the next write. */
const struct wwep_register *wwep_registers_find(const struct wwep_registers *registers,
                                                uint16_t device, uint8_t number);

struct wwep_session;

/* Everything is borrowed and must outlive the session; sink may be NULL. NULL: no memory. */
struct wwep_session *wwep_session_new(const struct wwep_settings *settings,
                                      struct wwep_registers *registers,
                                      const struct event_sink *sink, uint32_t conn);
void wwep_session_free(struct wwep_session *session); /* NULL is allowed */

/*
 * Bytes from the board. A request that is whole at the end of a call, or too long to become one, is
 * answered at once; anything else waits for more. What comes after the answer is not looked at.
 * @retval ASSAY_ERR_NOMEM
 */
ASSAY_RESULT wwep_session_receive(struct wwep_session *session, const void *data, size_t len);

/* Nothing more comes, or has come in wait_ms: what is there is answered, nothing too. */
ASSAY_RESULT wwep_session_end(struct wwep_session *session);

/* No request has been read yet, so wait_ms counts. */
bool wwep_session_is_waiting(const struct wwep_session *session);
/* What is to be sent; the caller consumes it. Borrowed. */
struct buf *wwep_session_output(struct wwep_session *session);
/* Send the output, then close the connection. */
bool wwep_session_wants_close(const struct wwep_session *session);

#endif
