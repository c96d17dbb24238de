/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_server_hello.h"

#include <string.h>

enum { RANDOM_LEN = 32, EXT_SUPPORTED_VERSIONS = 43 };

/* SHA-256 of "HelloRetryRequest", RFC 8446 section 4.1.3 */
static const uint8_t retry_random[RANDOM_LEN] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

static enum assay_status read_extensions(struct reader *r, struct tls_server_hello *hello)
{
    struct reader list = {0};

    if (reader_left(r) == 0)
        return ASSAY_OK;
    ASSAY_TRY(reader_vec16(r, &list));
    while (reader_left(&list) > 0) {
        struct reader body = {0};
        uint16_t type = 0;

        ASSAY_TRY(reader_u16(&list, &type));
        ASSAY_TRY(reader_vec16(&list, &body));
        if (hello->extension_count == TLS_SERVER_HELLO_MAX_EXTENSIONS)
            return ASSAY_ERR_LIMIT;
        hello->types[hello->extension_count] = type;
        hello->extensions[hello->extension_count++] = (struct tls_hello_extension){
            .type = type, .body = {.data = reader_here(&body), .len = reader_left(&body)}};
        if (type == EXT_SUPPORTED_VERSIONS)
            ASSAY_TRY(reader_u16(&body, &hello->version));
    }
    return ASSAY_OK;
}

enum assay_status tls_server_hello_parse(const void *data, size_t len, struct tls_server_hello *ret)
{
    struct reader r = reader_over(data, len);
    struct reader session_id = {0};
    struct tls_server_hello hello = {0};
    const uint8_t *random = NULL;

    ASSAY_TRY(reader_u16(&r, &hello.version));
    ASSAY_TRY(reader_bytes(&r, RANDOM_LEN, &random));
    ASSAY_TRY(reader_vec8(&r, &session_id));
    ASSAY_TRY(reader_u16(&r, &hello.cipher));
    ASSAY_TRY(reader_u8(&r, &hello.compression));
    ASSAY_TRY(read_extensions(&r, &hello));
    hello.session_id =
        (struct tls_view){.data = reader_here(&session_id), .len = reader_left(&session_id)};
    hello.retry = memcmp(random, retry_random, RANDOM_LEN) == 0;
    *ret = hello;
    return ASSAY_OK;
}
