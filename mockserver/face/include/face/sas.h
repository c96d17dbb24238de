/* SPDX-License-Identifier: Apache-2.0 */
/* Shared access signatures of Azure: "SharedAccessSignature sr=...&sig=...&se=...". */
#ifndef FACE_SAS_H
#define FACE_SAS_H

#include "base/buf.h"
#include "face/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SAS_MAX = 4096, SAS_DETAIL_TEXT = 320 };

struct sas_demands {
    const char *resource; /* "{hub}/devices/{device}" */
    const void *key;      /* decoded */
    size_t key_len;
    int64_t now_s;
};

struct sas_finding {
    enum face_rule_id rule; /* FACE_RULE_COUNT: the token is good */
    int64_t expires_s;      /* of a good one: its last second */
    char detail[SAS_DETAIL_TEXT];
};

/* Any bytes. The first thing that is wrong: form, resource, signature, expiry. */
void sas_check(const void *token, size_t len, const struct sas_demands *demands,
               struct sas_finding *ret);

/*
 * Append text with %XX resolved (RFC 3986 section 2.1); '+' stays.
 * @retval ASSAY_ERR_MALFORMED  a '%' without two hex digits; out is as it was
 */
ASSAY_RESULT percent_decode(const char *text, size_t len, struct buf *out);

#endif
