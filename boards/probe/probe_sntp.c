/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_messages.h"

#include <string.h>

enum {
    REQUEST_BYTE = 0x23, /* version 4, mode 3 (client) */
    MODE_MASK = 7,
    MODE_SERVER = 4,
    LEAP_UNSYNCHRONISED = 3,
    STRATUM_UNSYNCHRONISED = 16,
    ORIGINATE_AT = 24,
    TRANSMIT_AT = 40
};

static const int64_t ntp_to_unix_s = 2208988800;

static void put_u64(uint64_t value, uint8_t *out)
{
    for (int i = 7; i >= 0; i--) {
        out[i] = (uint8_t)value;
        value >>= 8;
    }
}

static uint64_t get_u64(const uint8_t *in)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

void probe_sntp_request(uint64_t cookie, uint8_t out[PROBE_SNTP_LEN])
{
    memset(out, 0, PROBE_SNTP_LEN);
    out[0] = REQUEST_BYTE;
    put_u64(cookie, out + TRANSMIT_AT);
}

enum probe_reply probe_sntp_parse(const uint8_t *message, size_t len, uint64_t cookie,
                                  int64_t *ret_unix_s, int *ret_code)
{
    uint64_t stamp = 0;
    int64_t seconds = 0;

    if (len < PROBE_SNTP_LEN || (message[0] & MODE_MASK) != MODE_SERVER ||
        get_u64(message + ORIGINATE_AT) != cookie)
        return PROBE_REPLY_NOT_OURS;
    if (message[1] == 0 || message[1] >= STRATUM_UNSYNCHRONISED ||
        message[0] >> 6 == LEAP_UNSYNCHRONISED) {
        *ret_code = message[1] == 0 ? 0 : STRATUM_UNSYNCHRONISED;
        return PROBE_REPLY_REFUSED;
    }
    stamp = get_u64(message + TRANSMIT_AT);
    if (stamp == 0)
        return PROBE_REPLY_MALFORMED;
    /* RFC 4330 section 3: without bit 0 the time is in the era that starts in 2036. */
    seconds = (int64_t)(stamp >> 32);
    if ((stamp >> 63) == 0)
        seconds += (int64_t)1 << 32;
    *ret_unix_s = seconds - ntp_to_unix_s;
    return PROBE_REPLY_OK;
}
