/* SPDX-License-Identifier: Apache-2.0 */
/* The time server: an answer has 48 bytes and the client's transmit time as its originate time. */
#include "sntp/sntp.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sntp_settings settings;
    struct buf reply;
    enum assay_status status = ASSAY_OK;

    require(sntp_settings_read(NULL, &settings, NULL) == ASSAY_OK);
    buf_init(&reply, SNTP_PACKET);
    status = sntp_respond(&settings, NULL, "127.0.0.1", INT64_C(1803902400250), data, size, &reply);
    require(status == ASSAY_OK || status == ASSAY_ERR_MALFORMED);
    require(reply.len == (status == ASSAY_OK ? SNTP_PACKET : 0));
    if (reply.len > 0) {
        require(memcmp(reply.data + 24, data + 40, 8) == 0);
        require((reply.data[0] & 0x38) == (data[0] & 0x38));
    }
    buf_done(&reply);
    return 0;
}
