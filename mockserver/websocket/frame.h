/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: frames as they are written, rightly or not (RFC 6455 section 5.2). */
#ifndef WEBSOCKET_FRAME_H
#define WEBSOCKET_FRAME_H

#include "base/buf.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    OPCODE_CONTINUATION = 0x0,
    OPCODE_TEXT = 0x1,
    OPCODE_BINARY = 0x2,
    OPCODE_CLOSE = 0x8,
    OPCODE_PING = 0x9,
    OPCODE_PONG = 0xa,
    OPCODE_COUNT = 16,
    FRAME_FIN = 0x80,
    FRAME_RESERVED = 0x70,
    FRAME_MASKED = 0x80,
    FRAME_HEADER_MAX = 14,
    FRAME_CONTROL_MAX = 125 /* bytes of a control frame's payload */
};

struct frame {
    unsigned opcode;
    unsigned reserved; /* the three bits */
    bool is_last;      /* FIN */
    bool is_masked;
    uint64_t announced; /* its length, as its header has it; 0: as it is */
};

ASSAY_RESULT frame_write(const struct frame *frame, const void *data, size_t len, struct buf *out);

#endif
