/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_ja3.h"

#include "tls_names.h"

/* By hand: with printf this would be half of what a ClientHello costs. */
static enum assay_status add_number(unsigned number, bool first, struct buf *out)
{
    char text[8];
    size_t at = sizeof(text);

    do {
        text[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    if (!first)
        text[--at] = '-';
    return buf_add(out, text + at, sizeof(text) - at);
}

static enum assay_status add_list(const struct tls_client_hello *hello, enum tls_hello_list list,
                                  struct buf *out)
{
    size_t count = 0;
    const int64_t *codes = tls_client_hello_list(hello, list, &count);
    bool first = true;

    ASSAY_TRY(buf_add_char(out, ','));
    for (size_t i = 0; i < count; i++) {
        if (tls_is_grease((unsigned)codes[i]))
            continue;
        ASSAY_TRY(add_number((unsigned)codes[i], first, out));
        first = false;
    }
    return ASSAY_OK;
}

enum assay_status tls_ja3_text(const struct tls_client_hello *hello, struct buf *out)
{
    ASSAY_TRY(add_number(hello->legacy_version, true, out));
    ASSAY_TRY(add_list(hello, TLS_HELLO_CIPHERS, out));
    ASSAY_TRY(add_list(hello, TLS_HELLO_EXTENSIONS, out));
    ASSAY_TRY(add_list(hello, TLS_HELLO_GROUPS, out));
    return add_list(hello, TLS_HELLO_POINT_FORMATS, out);
}
