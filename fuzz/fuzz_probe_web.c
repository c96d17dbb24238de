/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A web server that may say anything: heads, addresses of redirects, bodies, frames. The first byte
 * chooses which, and the size of the pieces; the next four the flaws.
 */
#include "probe/probe_web.h"

#include <stdlib.h>
#include <string.h>

enum { FRONT = 5 };

static void check(int holds)
{
    if (!holds)
        abort();
}

static int is_inside(const char *text, const char *head, size_t len)
{
    return text == NULL || (text >= head && text + strlen(text) < head + len + 1);
}

static void try_head(const uint8_t *data, size_t len, uint32_t flaws)
{
    static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
    char *text = malloc(len + 1);
    struct probe_web_head head;
    struct probe_web_address address;

    check(text != NULL);
    memcpy(text, data, len);
    text[len] = '\0';
    if (probe_web_head_read(text, &head)) {
        check(head.status >= 100 && head.status <= 999 && head.length >= -1);
        check(is_inside(head.location, text, len) && is_inside(head.accept, text, len));
        (void)probe_web_not_opened(&head, key, flaws);
        if (head.location != NULL && probe_web_address_read(head.location, &address))
            check(address.path[0] == '/' && (address.host[0] == '\0' || address.port > 0));
    }
    free(text);
}

static void try_body(const uint8_t *data, size_t len, size_t piece, uint32_t flaws, int is_chunked)
{
    struct probe_web_head head = {.status = 200, .length = 100, .is_chunked = is_chunked};
    struct probe_web_body body;

    probe_web_body_begin(&body, &head, flaws);
    for (size_t at = 0; at < len; at += piece)
        probe_web_body_feed(&body, data + at, len - at < piece ? len - at : piece);
    check(body.length <= len);
    (void)probe_web_body_is_whole(&body);
}

static void try_frames(const uint8_t *data, size_t len, size_t piece, uint32_t flaws)
{
    struct probe_websocket ws;
    uint8_t out[PROBE_WEBSOCKET_CONTROL_MAX + 8];

    probe_websocket_init(&ws, flaws);
    while (len > 0 && !ws.is_closed) {
        uint8_t *payload = malloc(piece); /* of just this size, so that the sanitizer looks */
        void *place = NULL;
        size_t room = probe_websocket_room(&ws, payload, piece, &place);

        check(payload != NULL && room > 0);
        room = room < len ? room : len;
        memcpy(place, data, room);
        check(probe_websocket_took(&ws, payload, room) <= room);
        check(probe_websocket_due(&ws, 1, out, sizeof(out)) <= sizeof(out));
        data += room;
        len -= room;
        free(payload);
    }
    check(!ws.is_closed || ws.failure.code != PROBE_CODE_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t flaws = 0;
    size_t piece = 0;

    if (size < FRONT)
        return 0;
    piece = 1 + (size_t)(data[0] >> 2);
    memcpy(&flaws, data + 1, sizeof(flaws));
    if ((data[0] & 3) == 0)
        try_head(data + FRONT, size - FRONT, flaws);
    else if ((data[0] & 3) == 3)
        try_frames(data + FRONT, size - FRONT, piece, flaws);
    else
        try_body(data + FRONT, size - FRONT, piece, flaws, data[0] & 1);
    return 0;
}
