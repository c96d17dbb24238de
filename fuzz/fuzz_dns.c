/* SPDX-License-Identifier: Apache-2.0 */
/* The name server: an answer is short, a response, and repeats the identifier of the query. */
#include "dns/dns.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_event(void *ctx, const struct event *event)
{
    struct buf json;

    (void)ctx;
    buf_init(&json, 1 << 16);
    require(event_write_json(event, &json) == ASSAY_OK);
    buf_done(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct event_sink sink = {.emit = check_event};
    struct dns_settings settings;
    struct buf reply;
    enum assay_status status = ASSAY_OK;

    require(dns_settings_read(NULL, "board.test", "127.0.0.1", &settings, NULL) == ASSAY_OK);
    buf_init(&reply, DNS_REPLY_MAX);
    status = dns_respond(&settings, &sink, "127.0.0.1", data, size, &reply);
    require(status == ASSAY_OK || status == ASSAY_ERR_MALFORMED);
    require(status != ASSAY_OK || reply.len > 12);
    if (reply.len > 0) {
        require(reply.len >= 12 && reply.len <= DNS_REPLY_MAX);
        require(reply.data[0] == data[0] && reply.data[1] == data[1]);
        require((reply.data[2] & 0x80) != 0);
    }
    buf_done(&reply);
    return 0;
}
