/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server: whatever comes, in whatever pieces, the answers are the same and bounded. */
#include "http/http.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static int64_t now(void *ctx)
{
    (void)ctx;
    return INT64_C(1795262400);
}

static void run(const struct http_settings *settings, const uint8_t *data, size_t size,
                size_t piece, struct buf *out)
{
    struct http_session *s = http_session_new(settings, NULL, 1, 443, 443, now, NULL);

    require(s != NULL);
    for (size_t at = 0; at < size; at += piece) {
        size_t len = size - at < piece ? size - at : piece;

        require(http_session_receive(s, data + at, len) == ASSAY_OK);
        require(buf_add(out, http_session_output(s)->data, http_session_output(s)->len) ==
                ASSAY_OK);
        buf_clear(http_session_output(s));
    }
    http_session_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_settings settings;
    struct buf whole;
    struct buf bytes;

    require(http_settings_read(NULL, &settings, NULL) == ASSAY_OK);
    buf_init(&whole, 64U << 20);
    buf_init(&bytes, 64U << 20);
    run(&settings, data, size, size > 0 ? size : 1, &whole);
    run(&settings, data, size, 1, &bytes);
    require(whole.len == bytes.len &&
            (whole.len == 0 || memcmp(whole.data, bytes.data, whole.len) == 0));
    buf_done(&whole);
    buf_done(&bytes);
    return 0;
}
