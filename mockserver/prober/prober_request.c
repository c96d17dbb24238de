/* SPDX-License-Identifier: Apache-2.0 */
#include "prober_request.h"

#include <stdio.h>
#include <string.h>

enum { LONG = 256, HUGE = 65536, MOST = HUGE + 1024 };

/* A register that no board of the course has. */
static const char wwep_register[] = "0FAC77";

unsigned prober_request_count(enum prober_protocol protocol, enum prober_request_kind kind)
{
    return protocol == PROBER_WWEP && kind == PROBER_ASK_GOOD ? 2 : 1; /* a write and a read */
}

static enum assay_status add_many(struct buf *out, char c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(buf_add_char(out, c));
    return ASSAY_OK;
}

static enum assay_status add_binary(struct buf *out)
{
    for (unsigned i = 0; i < LONG; i++)
        ASSAY_TRY(buf_add_char(out, (char)(255 - i)));
    return ASSAY_OK;
}

static enum assay_status make_wwep(enum prober_request_kind kind, unsigned nth, uint16_t value,
                                   struct prober_request *ret)
{
    struct buf *out = &ret->bytes;

    switch (kind) {
    case PROBER_ASK_GOOD:
        snprintf(ret->expected, sizeof(ret->expected), "A%s%04X", wwep_register, value);
        return nth == 0 ? buf_printf(out, "W%s%04X", wwep_register, value)
                        : buf_printf(out, "R%s", wwep_register);
    case PROBER_ASK_NOTHING:
        return ASSAY_OK;
    case PROBER_ASK_HALF:
        return buf_add_text(out, "W0FAC");
    case PROBER_ASK_UNKNOWN:
        return buf_printf(out, "Q%s%04X", wwep_register, value);
    case PROBER_ASK_BAD:
        return buf_add_text(out, "WzzzzGG!!!!");
    case PROBER_ASK_LONG:
        return add_many(out, 'W', LONG);
    case PROBER_ASK_HUGE:
        return add_many(out, 'W', HUGE);
    case PROBER_ASK_BINARY:
        return add_binary(out);
    }
    return ASSAY_ERR_ARG;
}

static enum assay_status add_http(struct buf *out, const char *method, const char *host)
{
    return buf_printf(out, "%s / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", method, host);
}

static enum assay_status add_long_http(struct buf *out, size_t len, const char *host)
{
    ASSAY_TRY(buf_add_text(out, "GET /"));
    ASSAY_TRY(add_many(out, 'a', len));
    return buf_printf(out, " HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host);
}

static enum assay_status make_http(enum prober_request_kind kind, const char *host,
                                   struct prober_request *ret)
{
    struct buf *out = &ret->bytes;

    switch (kind) {
    case PROBER_ASK_GOOD:
        return add_http(out, "GET", host);
    case PROBER_ASK_NOTHING:
        return ASSAY_OK;
    case PROBER_ASK_HALF:
        return buf_add_text(out, "GET / HT");
    case PROBER_ASK_UNKNOWN:
        return add_http(out, "BREW", host);
    case PROBER_ASK_BAD:
        return buf_add_text(out, "GET \x01 /\r\n: :\r\n\r\n");
    case PROBER_ASK_LONG:
        return add_long_http(out, LONG, host);
    case PROBER_ASK_HUGE:
        return add_long_http(out, HUGE, host);
    case PROBER_ASK_BINARY:
        return add_binary(out);
    }
    return ASSAY_ERR_ARG;
}

enum assay_status prober_request_make(enum prober_protocol protocol, enum prober_request_kind kind,
                                      unsigned nth, uint16_t value, const char *host,
                                      struct prober_request *ret)
{
    enum assay_status status = ASSAY_OK;

    *ret = (struct prober_request){.expected = ""};
    buf_init(&ret->bytes, MOST);
    status =
        protocol == PROBER_WWEP ? make_wwep(kind, nth, value, ret) : make_http(kind, host, ret);
    if (status != ASSAY_OK)
        buf_done(&ret->bytes);
    return status;
}
