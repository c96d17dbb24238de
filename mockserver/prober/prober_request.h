/* SPDX-License-Identifier: Apache-2.0 */
/* What the bench asks boards for, right and wrong, in the protocol of their service. */
#ifndef PROBER_REQUEST_H
#define PROBER_REQUEST_H

#include "prober/settings.h"

#include "base/buf.h"

struct prober_request {
    struct buf bytes;
    char expected[16]; /* the right answer where only one is; "" */
};

enum prober_protocol { PROBER_WWEP, PROBER_HTTP };

/* A good visit is several requests, each on a connection of its own. */
unsigned prober_request_count(enum prober_protocol protocol, enum prober_request_kind kind);

/*
 * @param nth    which of them, from 0
 * @param value  that is written and has to be read again, where the protocol writes
 * @param ret    ends with buf_done(&ret->bytes)
 */
ASSAY_RESULT prober_request_make(enum prober_protocol protocol, enum prober_request_kind kind,
                                 unsigned nth, uint16_t value, const char *host,
                                 struct prober_request *ret);

#endif
