/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Web Tokens (RFC 7519, RFC 7515) as devices of Google's and ClearBlade's IoT Core sign them.
 */
#ifndef FACE_JWT_H
#define FACE_JWT_H

#include "face/key.h"
#include "face/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JWT_SKEW_S = 600, JWT_LIFETIME_S = 86400, JWT_MAX = 8192, JWT_DETAIL_TEXT = 320 };

struct jwt_demands {
    const char *audience;       /* the project id */
    const struct face_key *key; /* the device's */
    int64_t now_s;
    bool is_lenient; /* padding and the letters of plain base64 are accepted */
};

struct jwt_finding {
    enum face_rule_id rule;       /* FACE_RULE_COUNT: the token is good */
    int64_t expires_s;            /* of a good one: the last second, skew and all */
    bool was_lenient;             /* it was not base64url, strictly */
    char detail[JWT_DETAIL_TEXT]; /* what stands there, and what would be right; may be "" */
};

/* Any bytes. The first thing that is wrong, in this order: form, header, signature, claims. */
void jwt_check(const void *token, size_t len, const struct jwt_demands *demands,
               struct jwt_finding *ret);

#endif
