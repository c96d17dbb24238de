/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ClientHello parser: whatever comes, all that it keeps lies within the message, its lists
 * within their pool, and the status agrees with the text. The input is the body of the message.
 */
#include "../mockserver/tls/tls_client_hello.h"
#include "../mockserver/tls/tls_ja3.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_view(struct tls_view view, const uint8_t *data, size_t size)
{
    require(view.data == NULL ||
            (view.data >= data && view.len <= size && view.data + view.len <= data + size));
}

static void check_lists(const struct tls_client_hello *hello)
{
    require(hello->code_count <= TLS_HELLO_MAX_CODES);
    for (unsigned i = 0; i < TLS_HELLO_LIST_COUNT; i++) {
        const struct tls_hello_codes *list = &hello->lists[i];

        require(list->at + list->count <= hello->code_count);
        require(list->present || list->count == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tls_client_hello hello;
    enum assay_status status = tls_client_hello_parse(data, size, &hello);
    struct buf ja3;

    require(status == ASSAY_OK || status == ASSAY_ERR_MALFORMED);
    require((status == ASSAY_OK) == (hello.malformed[0] == '\0'));
    require(memchr(hello.malformed, '\0', sizeof(hello.malformed)) != NULL);
    check_lists(&hello);
    check_view(hello.random, data, size);
    check_view(hello.session_id, data, size);
    check_view(hello.server_name, data, size);
    require(hello.extension_count <= TLS_HELLO_MAX_EXTENSIONS);
    for (size_t i = 0; i < hello.extension_count; i++)
        check_view(hello.extensions[i].body, data, size);
    require(hello.protocol_count <= TLS_HELLO_MAX_PROTOCOLS);
    for (size_t i = 0; i < hello.protocol_count; i++)
        check_view(hello.protocols[i], data, size);
    buf_init(&ja3, 1 << 16);
    require(tls_ja3_text(&hello, &ja3) == ASSAY_OK);
    buf_done(&ja3);
    return 0;
}
