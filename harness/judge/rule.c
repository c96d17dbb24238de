/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/rule.h"

#include "base/event_kinds.h"

#include <string.h>

static const struct {
    const char *name, *help;
    size_t least, most;
    unsigned sees;
} rules[RULE_COUNT] = {
#define X(id, text, at_least, at_most, seen, what)                                                 \
    [id] = {.name = text, .help = (what), .least = at_least, .most = at_most, .sees = (seen)},
    RULE_MAP(X)
#undef X
};

const char *rule_name(enum rule rule)
{
    return rules[rule].name;
}

const char *rule_help(enum rule rule)
{
    return rules[rule].help;
}

size_t rule_least(enum rule rule)
{
    return rules[rule].least;
}

size_t rule_most(enum rule rule)
{
    return rules[rule].most;
}

unsigned rule_sees(enum rule rule)
{
    return rules[rule].sees;
}

bool rule_sees_event(unsigned sees, const struct event *event)
{
    static const struct {
        const char *kind;
        unsigned shown_to; /* 0: everybody */
    } kinds[] = {
        {EV_ATTEMPT_BEGIN, 0},
        {EV_ATTEMPT_END, 0},
        {EV_TLS_CLIENT_HELLO, SEES_HELLOS},
        {EV_TLS_EXTENSION, SEES_EXTENSIONS},
        {EV_TLS_SERVER_HELLO, SEES_HANDSHAKES},
        {EV_TLS_ESTABLISHED, SEES_HANDSHAKES},
        {EV_TLS_SESSION_GIVEN, SEES_HANDSHAKES},
        {EV_PROBER_REPLY, SEES_HANDSHAKES},
        {EV_TLS_MESSAGE, SEES_MESSAGES},
        {EV_NET_OPEN, SEES_ENDINGS | SEES_REQUESTS | SEES_BYTES},
        {EV_NET_CLOSE, SEES_ENDINGS},
        {EV_NET_END, SEES_ENDINGS},
        {EV_NET_RULE, SEES_ENDINGS},
        {EV_NET_DATA, SEES_BYTES},
        {EV_TLS_ALERT, SEES_ENDINGS},
        {EV_TLS_CLOSE_NOTIFY, SEES_ENDINGS},
        {EV_MQTT_CLOSED, SEES_ENDINGS},
        {EV_CLOCK_SET, SEES_BOARD},
        {EV_BOARD_READY, SEES_BOARD},
        {EV_BOARD_RESET, SEES_BOARD},
        {EV_BOARD_RESULT, SEES_BOARD},
        {EV_BOARD_EXIT, SEES_BOARD},
        {EV_IDENTITY_ISSUED, SEES_IDENTITY},
        {EV_TLS_CLIENT_CERTIFICATE, SEES_IDENTITY},
        {EV_TLS_SERVER_CERTIFICATE, SEES_IDENTITY},
        {EV_TLS_CERTIFICATE_VERIFY, SEES_IDENTITY},
        {EV_MQTT_CONNECT, SEES_REQUESTS | SEES_PACKETS},
        {EV_HTTP_REQUEST, SEES_REQUESTS},
        {EV_HTTP_RESPONSE, SEES_REQUESTS},
        {EV_HTTP_VIOLATION, SEES_VIOLATIONS},
        {EV_WS_UPGRADE, SEES_REQUESTS},
        {EV_WS_FAULT, SEES_FRAMES},
        {EV_WS_CONTROL, SEES_FRAMES},
        {EV_WS_END, SEES_FRAMES},
        {EV_WWEP_REQUEST, SEES_REQUESTS},
        {EV_MQTT_PACKET, SEES_PACKETS},
        {EV_MQTT_FAULT, SEES_PACKETS},
        {EV_MQTT_VIOLATION, SEES_VIOLATIONS},
        {EV_BOARD_LINE, SEES_LINES},
        {EV_MQTT_SESSION, SEES_SESSIONS},
        {EV_MQTT_WITHHELD, SEES_SESSIONS},
        {EV_MQTT_MESSAGE, SEES_SESSIONS},
        {EV_MQTT_PUBLISH, SEES_SESSIONS},
        {EV_MOCK_CHANGED, SEES_SESSIONS},
        {EV_MOCK_OUTAGE, SEES_SESSIONS},
        {EV_FACE_ACCEPTED, SEES_CLOUDS},
        {EV_FACE_SERVICE, SEES_CLOUDS},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (event_is(event, kinds[i].kind))
            return kinds[i].shown_to == 0 || (kinds[i].shown_to & sees) != 0;
    return false;
}

enum assay_status rule_parse(const char *name, enum rule *ret)
{
    for (unsigned i = 0; i < RULE_COUNT; i++)
        if (strcmp(name, rules[i].name) == 0) {
            *ret = (enum rule)i;
            return ASSAY_OK;
        }
    return ASSAY_ERR_NOT_FOUND;
}
