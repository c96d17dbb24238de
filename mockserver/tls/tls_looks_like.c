/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes on the TLS port that are no TLS: boards that speak plain MQTT or HTTP are common. */
#include "tls_internal.h"

#include <string.h>

enum { RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_APPLICATION_DATA = 23 };

/* MQTT 3.1.1 section 3.1: CONNECT, a remaining length of one to four bytes, then the name. */
static bool is_mqtt_connect(const uint8_t *data, size_t len)
{
    size_t at = 1;

    if (len < 2 || data[0] != 0x10)
        return false;
    while (at < len && at < 4 && (data[at] & 0x80) != 0)
        at++;
    at++;
    if (len < at + 4)
        return true; /* too short to tell, and nothing else begins like that */
    return data[at] == 0 && (data[at + 1] == 4 || data[at + 1] == 6) && data[at + 2] == 'M' &&
           data[at + 3] == 'Q';
}

static bool is_http(const uint8_t *data, size_t len)
{
    static const char *const methods[] = {"GET ",    "POST ",    "PUT ",     "HEAD ",
                                          "DELETE ", "OPTIONS ", "CONNECT ", "PATCH "};

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        size_t wanted = strlen(methods[i]);

        if (len >= 3 && memcmp(data, methods[i], wanted < len ? wanted : len) == 0)
            return true;
    }
    return false;
}

/* RFC 5246 appendix E.2: two bytes of length with the top bit set, then the message type 1. */
static bool is_ssl2_hello(const uint8_t *data, size_t len)
{
    return len >= 3 && (data[0] & 0x80) != 0 && data[2] == 1;
}

static bool is_text(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((data[i] < 0x20 && data[i] != '\r' && data[i] != '\n' && data[i] != '\t') ||
            data[i] >= 0x7f)
            return false;
    return len >= 4;
}

const char *tls_looks_like(const uint8_t *data, size_t len)
{
    if (len == 0)
        return "nothing was sent";
    if (data[0] == RECORD_HANDSHAKE)
        return len >= 2 && data[1] != 3   ? "a handshake record of a version that does not exist"
               : len >= 6 && data[5] != 1 ? "a handshake that does not begin with a ClientHello"
                                          : "a TLS handshake that is incomplete or broken";
    if (is_mqtt_connect(data, len))
        return "plain MQTT without TLS (a CONNECT packet)";
    if (is_http(data, len))
        return "plain HTTP without TLS";
    if (data[0] == RECORD_ALERT && len >= 2 && data[1] == 3)
        return "a TLS alert before any ClientHello";
    if (data[0] == RECORD_APPLICATION_DATA && len >= 2 && data[1] == 3)
        return "TLS application data before any ClientHello";
    if (is_ssl2_hello(data, len))
        return "a ClientHello in the format of SSL 2.0";
    if (is_text(data, len))
        return "plain text without TLS";
    return "bytes that are no TLS";
}
