/* SPDX-License-Identifier: Apache-2.0 */
/* A WebSocket that is told anything, in pieces whose size the first byte says. */
#include "websocket/websocket.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct websocket_settings settings;
    struct websocket *ws = NULL;
    size_t step = size > 0 ? (size_t)data[0] + 1 : 1;

    if (websocket_settings_read(NULL, &settings, NULL) != ASSAY_OK ||
        (ws = websocket_new(&settings, NULL, 1)) == NULL)
        abort();
    for (size_t at = 1; at < size; at += step) {
        size_t len = size - at < step ? size - at : step;
        uint8_t *piece = malloc(len);

        if (piece == NULL)
            abort();
        memcpy(piece, data + at, len);
        if (websocket_receive(ws, piece, len) != ASSAY_OK)
            abort();
        free(piece);
        if (websocket_payload(ws)->len > size)
            abort(); /* frames never carry more than they are long */
        if (websocket_stage(ws) == WEBSOCKET_FAILED && websocket_output(ws)->len == 0)
            abort();
    }
    if (websocket_stage(ws) == WEBSOCKET_OPEN && websocket_send(ws, "x", 1) != ASSAY_OK)
        abort();
    if (websocket_close(ws) != ASSAY_OK)
        abort();
    websocket_free(ws);
    return 0;
}
