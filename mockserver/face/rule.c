/* SPDX-License-Identifier: Apache-2.0 */
#include "face/rule.h"

const struct face_rule face_rules[FACE_RULE_COUNT] = {
#define X(id, ...) [FACE_RULE_##id] = {__VA_ARGS__},
    FACE_RULE_MAP(X)
#undef X
};

const char *face_answer_name(enum face_answer answer)
{
    static const char *const names[] = {
        [FACE_ALERT] = "alert",   [FACE_CONNACK] = "CONNACK",   [FACE_CLOSE] = "close",
        [FACE_SUBACK] = "SUBACK", [FACE_SILENCE] = "no answer", [FACE_REMARK] = "remark",
        [FACE_HTTP] = "HTTP 403",
    };

    return names[answer];
}
