/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/rule.h"

#include <stddef.h>

static const struct {
    const char *clause3;
    const char *clause5;
    uint8_t reason;
    const char *text;
} rules[MQTT_RULE_COUNT] = {
#define X(id, clause3, clause5, reason, text) [id] = {clause3, clause5, reason, text},
    MQTT_RULE_MAP(X)
#undef X
};

struct mqtt_violation mqtt_violation_of(enum mqtt_rule rule, enum mqtt_version version)
{
    return (struct mqtt_violation){
        .rule = rule,
        .reason = rules[rule].reason,
        .clause = version == MQTT_V5 ? rules[rule].clause5 : rules[rule].clause3,
        .text = rules[rule].text,
    };
}
