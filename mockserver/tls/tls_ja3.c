/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_ja3.h"

#include "tls_names.h"

#include <stdio.h>

static enum assay_status add_list(const struct tls_client_hello *hello, enum tls_hello_list list,
                                  struct buf *out)
{
    size_t count = 0;
    const int64_t *codes = tls_client_hello_list(hello, list, &count);
    const char *separator = "";
    char number[24];

    ASSAY_TRY(buf_add_char(out, ','));
    for (size_t i = 0; i < count; i++) {
        if (tls_is_grease((unsigned)codes[i]))
            continue;
        snprintf(number, sizeof(number), "%s%d", separator, (int)codes[i]);
        ASSAY_TRY(buf_add_text(out, number));
        separator = "-";
    }
    return ASSAY_OK;
}

enum assay_status tls_ja3_text(const struct tls_client_hello *hello, struct buf *out)
{
    ASSAY_TRY(buf_printf(out, "%u", hello->legacy_version));
    ASSAY_TRY(add_list(hello, TLS_HELLO_CIPHERS, out));
    ASSAY_TRY(add_list(hello, TLS_HELLO_EXTENSIONS, out));
    ASSAY_TRY(add_list(hello, TLS_HELLO_GROUPS, out));
    return add_list(hello, TLS_HELLO_POINT_FORMATS, out);
}
