/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: what a line of JSON has before the fields of its event. */
#ifndef BASE_EVENT_FRAME_H
#define BASE_EVENT_FRAME_H

#include "base/event.h"
#include "put.h"

enum { EVENT_FRAME_ROOM = 96 }; /* at most, without source and kind, which need no escapes */

static inline uint8_t *event_put_time(uint8_t *at, uint64_t t_ns)
{
    return put_uint(put_bytes(at, "{\"t\":", 5), t_ns);
}

/* What follows the time. */
static inline uint8_t *event_put_origin(uint8_t *at, struct event_origin origin, uint32_t conn)
{
    at = put_few(put_bytes(at, ",\"src\":\"", 8), origin.source, origin.source_len);
    at = put_few(put_bytes(at, "\",\"ev\":\"", 8), origin.kind, origin.kind_len);
    *at++ = '"';
    return conn != 0 ? put_uint(put_bytes(at, ",\"conn\":", 8), conn) : at;
}

#endif
