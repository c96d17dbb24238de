/* SPDX-License-Identifier: Apache-2.0 */
/* An answer as bytes. */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include "http/http.h"

struct http_answer {
    unsigned status;
    bool close;     /* in: after it; out: also because the answer itself says so */
    bool truncated; /* out */
    size_t sent;    /* out: bytes of the body */
    char date[40];  /* out: the field Date, "" for none */
};

/* Append the answer of these settings; a status that is not theirs has a body that says it. */
ASSAY_RESULT http_answer_write(struct http_answer *answer, const struct http_settings *settings,
                               int64_t now_s, struct buf *out);

#endif
