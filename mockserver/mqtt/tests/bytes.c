/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(enum assay_status status, const char *text)
{
    if (status == ASSAY_OK)
        return;
    fprintf(stderr, "wrong test bytes: %s\n", text);
    abort();
}

/* The quoted part that begins at text; returns what follows the closing character. */
static const char *add_quoted(struct buf *out, const char *text)
{
    char last = *text == '<' ? '>' : '\'';
    const char *end = strchr(text + 1, last);
    size_t len = 0;

    must(end != NULL ? ASSAY_OK : ASSAY_ERR_MALFORMED, text);
    len = (size_t)(end - text - 1);
    if (last == '>') {
        const uint8_t prefix[] = {(uint8_t)(len >> 8), (uint8_t)len};

        must(buf_add(out, prefix, sizeof(prefix)), text);
    }
    must(buf_add(out, text + 1, len), text);
    return end + 1;
}

void bytes_add(struct buf *out, const char *text)
{
    while (*text != '\0') {
        if (*text == ' ') {
            text++;
        } else if (*text == '<' || *text == '\'') {
            text = add_quoted(out, text);
        } else {
            must(buf_add_from_hex(out, text, 2), text);
            text += 2;
        }
    }
}

const struct sample samples[] = {
    /* 3.1 */
    {"CONNECT 3.1", MQTT_V31, "10 0f <MQIsdp> 03 02 003c <a>"},
    {"CONNECT 3.1 with a user name that is announced and missing", MQTT_V31,
     "10 0f <MQIsdp> 03 82 003c <a>"},
    {"PUBREL 3.1 again", MQTT_V31, "6a 02 0001"},
    {"SUBSCRIBE 3.1 again", MQTT_V31, "8a 06 0001 <a> 01"},
    /* 3.1.1 */
    {"CONNECT", MQTT_V311, "10 0d <MQTT> 04 02 003c <a>"},
    {"CONNECT with an empty client identifier", MQTT_V311, "10 0c <MQTT> 04 02 0000 0000"},
    {"CONNECT that keeps its session", MQTT_V311, "10 0d <MQTT> 04 00 ffff <a>"},
    {"CONNECT with everything", MQTT_V311,
     "10 27 <MQTT> 04 f6 000a <dev-1> <w/t> <bye> <user> <pass>"},
    {"CONNECT with an empty will, user name and password", MQTT_V311,
     "10 16 <MQTT> 04 c6 000a <a> <w> 0000 0000 0000"},
    {"CONNACK", MQTT_V311, "20 02 00 00"},
    {"CONNACK with a session", MQTT_V311, "20 02 01 00"},
    {"CONNACK that refuses", MQTT_V311, "20 02 00 05"},
    {"PUBLISH QoS 0", MQTT_V311, "30 06 <a/b> 'x'"},
    {"PUBLISH without a payload", MQTT_V311, "31 05 <a/b>"},
    {"PUBLISH QoS 1", MQTT_V311, "32 08 <a/b> 0001 'x'"},
    {"PUBLISH QoS 1 again", MQTT_V311, "3a 08 <a/b> ffff 'x'"},
    {"PUBLISH QoS 2 retained", MQTT_V311, "35 08 <a/b> 0100 'x'"},
    {"PUBACK", MQTT_V311, "40 02 0001"},
    {"PUBREC", MQTT_V311, "50 02 0001"},
    {"PUBREL", MQTT_V311, "62 02 0001"},
    {"PUBCOMP", MQTT_V311, "70 02 0001"},
    {"SUBSCRIBE", MQTT_V311, "82 08 0001 <a/b> 01"},
    {"SUBSCRIBE to three", MQTT_V311, "82 10 0001 <a/+> 00 <#> 02 <+> 01"},
    {"SUBACK", MQTT_V311, "90 03 0001 01"},
    {"SUBACK of four", MQTT_V311, "90 06 0001 00 01 02 80"},
    {"UNSUBSCRIBE", MQTT_V311, "a2 07 0001 <a/b>"},
    {"UNSUBSCRIBE from two", MQTT_V311, "a2 0a 0001 <a/b> <#>"},
    {"UNSUBACK", MQTT_V311, "b0 02 0001"},
    {"PINGREQ", MQTT_V311, "c0 00"},
    {"PINGRESP", MQTT_V311, "d0 00"},
    {"DISCONNECT", MQTT_V311, "e0 00"},
    /* 5.0 */
    {"CONNECT 5.0", MQTT_V5, "10 0e <MQTT> 05 02 003c 00 <a>"},
    {"CONNECT 5.0 with a password alone", MQTT_V5, "10 11 <MQTT> 05 42 003c 00 <a> <p>"},
    {"CONNECT 5.0 with every property", MQTT_V5,
     "10 60 <MQTT> 05 f6 000a 31 11 00000e10 17 01 19 00 21 0014 22 000a 26 <k> <v> 26 <k> <v> "
     "27 00100000 15 <PLAIN> 16 <secr> <a> 12 01 01 02 0000003c 18 00000005 03 <t/p> <w> <bye> <u> "
     "<p>"},
    {"CONNACK 5.0", MQTT_V5, "20 03 00 00 00"},
    {"CONNACK 5.0 with properties", MQTT_V5,
     "20 2a 01 00 27 11 ffffffff 12 <id> 13 003c 21 0001 22 ffff 24 01 25 01 27 00000001 28 00 29 "
     "01 2a 00 1f <ok>"},
    {"CONNACK 5.0 that refuses", MQTT_V5, "20 0a 00 87 07 1f <none>"},
    {"PUBLISH 5.0", MQTT_V5, "30 07 <a/b> 00 'x'"},
    {"PUBLISH 5.0 by alias", MQTT_V5, "32 09 0000 0001 03 23 0001 'x'"},
    {"PUBLISH 5.0 with every property", MQTT_V5,
     "32 30 <a/b> 0001 26 01 00 02 00000001 03 <x> 08 <r/t> 09 <c> 0b 01 0b ffffff7f 23 ffff 26 "
     "<k> <v> 'xx'"},
    {"PUBACK 5.0", MQTT_V5, "40 02 0001"},
    {"PUBACK 5.0 with a reason", MQTT_V5, "40 03 0001 10"},
    {"PUBACK 5.0 without properties", MQTT_V5, "40 04 0001 00 00"},
    {"PUBACK 5.0 with properties", MQTT_V5, "40 10 0001 97 0c 1f <no> 26 <k> <v>"},
    {"PUBREC 5.0", MQTT_V5, "50 03 0001 80"},
    {"PUBREL 5.0", MQTT_V5, "62 03 0001 92"},
    {"PUBCOMP 5.0", MQTT_V5, "70 09 0001 92 05 1f <no>"},
    {"SUBSCRIBE 5.0", MQTT_V5, "82 09 0001 00 <a/b> 2e"},
    {"SUBSCRIBE 5.0 shared", MQTT_V5, "82 12 0001 02 0b 01 <$share/g/#> 01"},
    {"SUBACK 5.0", MQTT_V5, "90 05 0001 00 02 9e"},
    {"UNSUBSCRIBE 5.0", MQTT_V5, "a2 0f 0001 07 26 <k> <v> <a/b>"},
    {"UNSUBACK 5.0", MQTT_V5, "b0 05 0001 00 00 11"},
    {"PINGREQ 5.0", MQTT_V5, "c0 00"},
    {"PINGRESP 5.0", MQTT_V5, "d0 00"},
    {"DISCONNECT 5.0", MQTT_V5, "e0 00"},
    {"DISCONNECT 5.0 with a reason", MQTT_V5, "e0 01 04"},
    {"DISCONNECT 5.0 with properties", MQTT_V5, "e0 11 9c 0f 11 00000000 1c <s:1> 1f <m>"},
    {"AUTH 5.0", MQTT_V5, "f0 00"},
    {"AUTH 5.0 that goes on", MQTT_V5, "f0 0c 18 0a 15 <SCR> 16 <x>"},
    {NULL, MQTT_VERSION_UNKNOWN, NULL},
};
