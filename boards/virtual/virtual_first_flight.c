/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_first_flight.h"

#include "base/reader.h"

#include <string.h>

enum {
    CLIENT_HELLO = 1,
    SSL3 = 0x0300,
    HANDSHAKE_HEAD = 4,
    MESSAGE_MOST = 16384,
    SESSION_MOST = 32,
    RANDOM = 32,
    EXT_HEARTBEAT = 15,
    EXT_KEY_SHARE = 51,
    X25519 = 29,
    P256 = 23
};

static bool is_zero(struct reader r)
{
    const uint8_t *at = reader_here(&r);

    for (size_t i = 0; i < reader_left(&r); i++)
        if (at[i] != 0)
            return false;
    return true;
}

static void read_shares(struct reader r, struct virtual_first_flight *ret)
{
    struct reader list = {0};
    bool has_other = false;
    bool has_p256 = false;

    if (reader_vec16(&r, &list) != ASSAY_OK)
        return;
    while (reader_left(&list) > 0) {
        struct reader share = {0};
        uint16_t group = 0;

        if (reader_u16(&list, &group) != ASSAY_OK || reader_vec16(&list, &share) != ASSAY_OK)
            return;
        has_p256 = has_p256 || group == P256;
        has_other = has_other || group != P256;
        ret->has_bad_share = ret->has_bad_share || (group == X25519 && is_zero(share));
    }
    ret->has_bad_share = ret->has_bad_share || (has_p256 && !has_other);
}

static void read_extensions(struct reader r, struct virtual_first_flight *ret)
{
    struct reader list = {0};
    bool seen[256] = {false};

    if (reader_vec16(&r, &list) != ASSAY_OK) {
        ret->is_odd = true;
        return;
    }
    while (reader_left(&list) > 0) {
        struct reader body = {0};
        uint16_t type = 0;

        if (reader_u16(&list, &type) != ASSAY_OK || reader_vec16(&list, &body) != ASSAY_OK) {
            ret->is_odd = true;
            return;
        }
        if (type < sizeof(seen) && seen[type])
            ret->is_odd = true;
        if (type < sizeof(seen))
            seen[type] = true;
        ret->has_heartbeat = ret->has_heartbeat || type == EXT_HEARTBEAT;
        if (type == EXT_KEY_SHARE)
            read_shares(body, ret);
    }
}

static void read_hello(struct reader r, struct virtual_first_flight *ret)
{
    struct reader session = {0};
    struct reader ciphers = {0};
    struct reader compressions = {0};
    uint16_t version = 0;

    if (reader_u16(&r, &version) != ASSAY_OK || reader_skip(&r, RANDOM) != ASSAY_OK ||
        reader_vec8(&r, &session) != ASSAY_OK || reader_vec16(&r, &ciphers) != ASSAY_OK ||
        reader_vec8(&r, &compressions) != ASSAY_OK) {
        ret->is_odd = true;
        return;
    }
    ret->is_odd = ret->is_odd || version == SSL3 || reader_left(&session) > SESSION_MOST ||
                  reader_left(&ciphers) == 0 || reader_left(&ciphers) % 2 != 0;
    ret->has_compression = reader_left(&compressions) > 1;
    if (reader_left(&r) > 0)
        read_extensions(r, ret);
}

void virtual_first_flight_read(const uint8_t *data, size_t len, struct virtual_first_flight *ret)
{
    struct reader r = reader_over(data, len);
    uint32_t message = 0;
    uint16_t record = 0;
    uint8_t type = 0;

    *ret = (struct virtual_first_flight){.is_odd = false};
    if (reader_skip(&r, 3) != ASSAY_OK || reader_u16(&r, &record) != ASSAY_OK)
        return;
    if (record < HANDSHAKE_HEAD) {
        ret->is_odd = record == 0;
        return;
    }
    if (reader_u8(&r, &type) != ASSAY_OK || reader_u24(&r, &message) != ASSAY_OK)
        return;
    ret->is_fragmented = message > (uint32_t)record - HANDSHAKE_HEAD;
    ret->is_odd = type != CLIENT_HELLO || message > MESSAGE_MOST;
    if (ret->is_odd || ret->is_fragmented || reader_left(&r) < message)
        return; /* the rest is under way */
    read_hello(reader_over(reader_here(&r), message), ret);
    ret->is_odd = ret->is_odd || reader_left(&r) > message;
}

void virtual_server_hello_write(bool is_compressed, uint8_t ret[static VIRTUAL_SERVER_HELLO])
{
    static const uint8_t head[] = {22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3};

    memset(ret, 0x5a, VIRTUAL_SERVER_HELLO); /* what is left is its random */
    memcpy(ret, head, sizeof(head));
    ret[VIRTUAL_SERVER_HELLO - 4] = 0; /* no session id */
    ret[VIRTUAL_SERVER_HELLO - 3] = 0xc0;
    ret[VIRTUAL_SERVER_HELLO - 2] = 0x2b;
    ret[VIRTUAL_SERVER_HELLO - 1] = is_compressed ? 1 : 0;
}
