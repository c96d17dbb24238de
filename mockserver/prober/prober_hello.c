/* SPDX-License-Identifier: Apache-2.0 */
#include "prober_hello.h"

#include "base/reader.h"

#include <string.h>

enum {
    RECORD_CHANGE_CIPHER = 20,
    RECORD_ALERT = 21,
    RECORD_HANDSHAKE = 22,
    RECORD_APPLICATION = 23,
    RECORD_HEARTBEAT = 24,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    FINISHED = 20,
    EXT_SERVER_NAME = 0,
    EXT_GROUPS = 10,
    EXT_POINT_FORMATS = 11,
    EXT_SIGNATURES = 13,
    EXT_HEARTBEAT = 15,
    EXT_VERSIONS = 43,
    EXT_KEY_SHARE = 51,
    EXT_OF_NOBODY = 0x7a7a, /* RFC 8701 section 2 */
    X25519 = 29,
    P256 = 23,
    FRAGMENT = 16384,
    OVERSIZED = 40000,
    MOST = 65536
};

/* What makes a kind; everything else is as it has to be. */
struct hello_row {
    uint16_t version;   /* that the message names; 0: TLS 1.2 */
    bool tls13_only;    /* offers TLS 1.3 alone */
    bool tls12_only;    /* no TLS 1.3 */
    bool compression;   /* offers DEFLATE first */
    bool heartbeat;     /* may be sent heartbeats, and sends one that claims 16384 bytes */
    bool zero_share;    /* an X25519 share of zeros, which gives zeros whatever the other's is */
    bool off_curve;     /* a P-256 share that is no point of that curve */
    bool truncated;     /* an extension reaches beyond the message */
    bool duplicate;     /* server_name twice */
    bool no_ciphers;    /* an empty list */
    bool odd_ciphers;   /* a list of three bytes */
    uint8_t session;    /* bytes of the session id; 32 is the most */
    bool oversized;     /* 40000 bytes, in three records */
    bool twice;         /* the whole again */
    const char *before; /* a record ahead of it, or */
    size_t before_len;
    bool alone; /* ... in its place */
};

/* TLS records, in the form of RFC 8446 section 5.1. */
#define RECORD(...) (const char[]){__VA_ARGS__}, sizeof((const char[]){__VA_ARGS__})

static const struct hello_row rows[] = {
    [PROBER_HELLO_GOOD] = {0},
    [PROBER_HELLO_COMPRESSION] = {.tls12_only = true, .compression = true},
    [PROBER_HELLO_HEARTBEAT] = {.tls12_only = true, .heartbeat = true},
    [PROBER_HELLO_ZERO_SHARE] = {.tls13_only = true, .zero_share = true},
    [PROBER_HELLO_OFF_CURVE] = {.tls13_only = true, .off_curve = true},
    [PROBER_HELLO_TRUNCATED] = {.truncated = true},
    [PROBER_HELLO_DUPLICATE] = {.duplicate = true},
    [PROBER_HELLO_NO_CIPHERS] = {.no_ciphers = true},
    [PROBER_HELLO_ODD_CIPHERS] = {.odd_ciphers = true},
    [PROBER_HELLO_LONG_SESSION] = {.session = 33},
    [PROBER_HELLO_OVERSIZED] = {.oversized = true},
    [PROBER_HELLO_TWICE] = {.twice = true},
    [PROBER_HELLO_SSL3] = {.version = 0x0300, .tls12_only = true},
    [PROBER_HELLO_EMPTY_RECORD] = {.before = RECORD(22, 3, 1, 0, 0)},
    [PROBER_HELLO_CIPHER_FIRST] = {.before = RECORD(20, 3, 3, 0, 1, 1)},
    [PROBER_HELLO_ALERT_FIRST] = {.before = RECORD(21, 3, 3, 0, 2, 2, 40), .alone = true},
    [PROBER_HELLO_DATA_FIRST] = {.before = RECORD(23, 3, 3, 0, 4, 'R', '0', 'F', 'A'),
                                 .alone = true},
    [PROBER_HELLO_FINISHED_FIRST] = {.before = RECORD(22, 3, 3, 0, 16, FINISHED, 0, 0, 12, 1, 2, 3,
                                                      4, 5, 6, 7, 8, 9, 10, 11, 12),
                                     .alone = true},
};

/* ---- writing ---- */

static enum assay_status u8(struct buf *out, unsigned value)
{
    const uint8_t byte = (uint8_t)value;

    return buf_add(out, &byte, 1);
}

static enum assay_status u16(struct buf *out, unsigned value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

    return buf_add(out, bytes, sizeof(bytes));
}

static enum assay_status u16_list(struct buf *out, const uint16_t *values, size_t count)
{
    ASSAY_TRY(u16(out, (unsigned)(2 * count)));
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(u16(out, values[i]));
    return ASSAY_OK;
}

/* Sixteen bits before what was written since `mark` are its length. */
static enum assay_status open_u16(struct buf *out, size_t *ret_mark)
{
    ASSAY_TRY(u16(out, 0));
    *ret_mark = out->len;
    return ASSAY_OK;
}

static void close_u16(struct buf *out, size_t mark)
{
    size_t len = out->len - mark;

    out->data[mark - 2] = (uint8_t)(len >> 8);
    out->data[mark - 1] = (uint8_t)len;
}

static enum assay_status add_filler(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(u8(out, (unsigned)(0x40 + i % 61)));
    return ASSAY_OK;
}

/* ---- extensions ---- */

static enum assay_status add_server_name(struct buf *out, const char *host)
{
    size_t len = strlen(host);

    ASSAY_TRY(u16(out, EXT_SERVER_NAME));
    ASSAY_TRY(u16(out, (unsigned)len + 5));
    ASSAY_TRY(u16(out, (unsigned)len + 3));
    ASSAY_TRY(u8(out, 0));
    ASSAY_TRY(u16(out, (unsigned)len));
    return buf_add_text(out, host);
}

/* SEC 2 section 2.4.2: the generator of P-256, as good a point as any. */
static const uint8_t generator[] = {
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5,
    0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4,
    0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a,
    0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33,
    0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};

static enum assay_status add_shares(struct buf *out, const struct hello_row *row)
{
    uint8_t point[sizeof(generator)];
    uint8_t montgomery[32] = {9}; /* RFC 7748 section 4.1: the base point */
    size_t marks[2];

    memcpy(point, generator, sizeof(point));
    if (row->off_curve)
        point[sizeof(point) - 1] ^= 1;
    if (row->zero_share)
        montgomery[0] = 0;
    ASSAY_TRY(u16(out, EXT_KEY_SHARE));
    ASSAY_TRY(open_u16(out, &marks[0]));
    ASSAY_TRY(open_u16(out, &marks[1]));
    if (!row->off_curve) {
        ASSAY_TRY(u16(out, X25519));
        ASSAY_TRY(u16(out, sizeof(montgomery)));
        ASSAY_TRY(buf_add(out, montgomery, sizeof(montgomery)));
    }
    if (!row->zero_share) {
        ASSAY_TRY(u16(out, P256));
        ASSAY_TRY(u16(out, sizeof(point)));
        ASSAY_TRY(buf_add(out, point, sizeof(point)));
    }
    close_u16(out, marks[1]);
    close_u16(out, marks[0]);
    return ASSAY_OK;
}

static enum assay_status add_versions(struct buf *out, const struct hello_row *row)
{
    unsigned count = row->tls13_only ? 1 : 2;

    ASSAY_TRY(u16(out, EXT_VERSIONS));
    ASSAY_TRY(u16(out, 1 + 2 * count));
    ASSAY_TRY(u8(out, 2 * count));
    ASSAY_TRY(u16(out, 0x0304));
    return count == 2 ? u16(out, 0x0303) : ASSAY_OK;
}

static enum assay_status add_lists(struct buf *out, const struct hello_row *row)
{
    static const uint16_t groups[] = {X25519, P256};
    static const uint16_t signatures[] = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805};
    size_t first = row->off_curve ? 1 : 0;
    size_t count = row->off_curve || row->zero_share ? 1 : 2;

    ASSAY_TRY(u16(out, EXT_GROUPS));
    ASSAY_TRY(u16(out, (unsigned)(2 + 2 * count)));
    ASSAY_TRY(u16_list(out, groups + first, count));
    ASSAY_TRY(u16(out, EXT_POINT_FORMATS));
    ASSAY_TRY(u16(out, 2));
    ASSAY_TRY(u16(out, 0x0100));
    ASSAY_TRY(u16(out, EXT_SIGNATURES));
    ASSAY_TRY(u16(out, 2 + sizeof(signatures)));
    return u16_list(out, signatures, sizeof(signatures) / sizeof(signatures[0]));
}

static enum assay_status add_odd_ones(struct buf *out, const struct hello_row *row)
{
    if (row->heartbeat) {
        ASSAY_TRY(u16(out, EXT_HEARTBEAT));
        ASSAY_TRY(u16(out, 1));
        ASSAY_TRY(u8(out, 1)); /* RFC 6520 section 2: peer_allowed_to_send */
    }
    if (row->oversized) {
        ASSAY_TRY(u16(out, EXT_OF_NOBODY));
        ASSAY_TRY(u16(out, OVERSIZED));
        ASSAY_TRY(add_filler(out, OVERSIZED));
    }
    if (!row->truncated)
        return ASSAY_OK;
    ASSAY_TRY(u16(out, EXT_OF_NOBODY));
    ASSAY_TRY(u16(out, 0x4000));
    return u8(out, 0);
}

static enum assay_status add_extensions(struct buf *out, const struct hello_row *row,
                                        const char *host)
{
    size_t mark = 0;

    ASSAY_TRY(open_u16(out, &mark));
    if (host[0] != '\0' || row->duplicate)
        ASSAY_TRY(add_server_name(out, host[0] != '\0' ? host : "board"));
    if (row->duplicate)
        ASSAY_TRY(add_server_name(out, host[0] != '\0' ? host : "board"));
    ASSAY_TRY(add_lists(out, row));
    if (!row->tls12_only) {
        ASSAY_TRY(add_versions(out, row));
        ASSAY_TRY(add_shares(out, row));
    }
    ASSAY_TRY(add_odd_ones(out, row));
    close_u16(out, mark);
    return ASSAY_OK;
}

/* ---- the message and its records ---- */

static enum assay_status add_ciphers(struct buf *out, const struct hello_row *row)
{
    static const uint16_t suites[] = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f,
                                      0xc02c, 0xc030, 0xcca9, 0xcca8, 0x00ff};

    if (row->no_ciphers)
        return u16(out, 0);
    if (!row->odd_ciphers)
        return u16_list(out, suites, sizeof(suites) / sizeof(suites[0]));
    ASSAY_TRY(u16(out, 3));
    ASSAY_TRY(u16(out, suites[3]));
    return u8(out, 0xc0);
}

/* RFC 8446 section 4.1.2, without the header of handshake messages. */
static enum assay_status add_message(struct buf *out, const struct hello_row *row, const char *host)
{
    enum { RANDOM = 32 };

    ASSAY_TRY(u16(out, row->version != 0 ? row->version : 0x0303));
    ASSAY_TRY(add_filler(out, RANDOM));
    ASSAY_TRY(u8(out, row->session));
    ASSAY_TRY(add_filler(out, row->session));
    ASSAY_TRY(add_ciphers(out, row));
    ASSAY_TRY(u8(out, row->compression ? 2 : 1));
    if (row->compression)
        ASSAY_TRY(u8(out, 1)); /* DEFLATE, RFC 3749 */
    ASSAY_TRY(u8(out, 0));
    return add_extensions(out, row, host);
}

static enum assay_status add_records(const struct buf *message, unsigned version, struct buf *out)
{
    for (size_t at = 0; at < message->len; at += FRAGMENT) {
        size_t left = message->len - at;
        size_t take = left < FRAGMENT ? left : FRAGMENT;

        ASSAY_TRY(u8(out, RECORD_HANDSHAKE));
        ASSAY_TRY(u16(out, version));
        ASSAY_TRY(u16(out, (unsigned)take));
        ASSAY_TRY(buf_add(out, message->data + at, take));
    }
    return ASSAY_OK;
}

static enum assay_status add_hello(const struct hello_row *row, const char *host, struct buf *out)
{
    struct buf message;
    enum assay_status status = ASSAY_OK;

    buf_init(&message, MOST);
    status = u8(&message, CLIENT_HELLO);
    if (status == ASSAY_OK)
        status = add_filler(&message, 3); /* the length, below */
    if (status == ASSAY_OK)
        status = add_message(&message, row, host);
    if (status == ASSAY_OK) {
        size_t len = message.len - 4;

        message.data[1] = (uint8_t)(len >> 16);
        message.data[2] = (uint8_t)(len >> 8);
        message.data[3] = (uint8_t)len;
        status = add_records(&message, row->version != 0 ? row->version : 0x0301, out);
    }
    buf_done(&message);
    return status;
}

enum assay_status prober_hello_make(enum prober_hello kind, const char *host, struct buf *out)
{
    /* RFC 6520 section 4: a request whose payload is said to be longer than it is, and no padding.
     */
    static const uint8_t bleeding[] = {RECORD_HEARTBEAT, 3, 3, 0, 3, 1, 0x40, 0};
    const struct hello_row *row = &rows[kind];

    if (row->before != NULL)
        ASSAY_TRY(buf_add(out, row->before, row->before_len));
    if (row->alone)
        return ASSAY_OK;
    ASSAY_TRY(add_hello(row, host, out));
    if (row->twice)
        ASSAY_TRY(add_hello(row, host, out));
    return row->heartbeat ? buf_add(out, bleeding, sizeof(bleeding)) : ASSAY_OK;
}

/* ---- what comes back ---- */

/* RFC 8446 section 4.2.1: what the ServerHello of TLS 1.3 says of its version. */
static void read_version(struct reader *r, struct prober_reply *ret)
{
    struct reader list = {0};

    if (reader_vec16(r, &list) != ASSAY_OK)
        return;
    while (reader_left(&list) > 0) {
        struct reader body = {0};
        uint16_t type = 0;
        uint16_t version = 0;

        if (reader_u16(&list, &type) != ASSAY_OK || reader_vec16(&list, &body) != ASSAY_OK)
            return;
        if (type == EXT_VERSIONS && reader_u16(&body, &version) == ASSAY_OK)
            ret->version = version;
    }
}

static void read_server_hello(struct reader r, struct prober_reply *ret)
{
    enum { RANDOM = 32 };
    struct reader session = {0};
    uint16_t version = 0;
    uint16_t cipher = 0;
    uint8_t compression = 0;

    if (reader_skip(&r, 4) != ASSAY_OK || reader_u16(&r, &version) != ASSAY_OK ||
        reader_skip(&r, RANDOM) != ASSAY_OK || reader_vec8(&r, &session) != ASSAY_OK ||
        reader_u16(&r, &cipher) != ASSAY_OK || reader_u8(&r, &compression) != ASSAY_OK)
        return;
    ret->has_hello = true;
    ret->version = version;
    ret->compression = compression;
    read_version(&r, ret);
}

static void read_record(unsigned type, struct reader body, struct prober_reply *ret)
{
    const uint8_t *at = reader_here(&body);
    size_t len = reader_left(&body);

    if (type == RECORD_HEARTBEAT && !ret->has_alert)
        ret->has_heartbeat = true;
    if (type == RECORD_ALERT && len == 2 && !ret->has_alert) {
        ret->has_alert = true;
        ret->alert_level = at[0];
        ret->alert_code = at[1];
    }
    if (type == RECORD_HANDSHAKE && len > 0 && at[0] == SERVER_HELLO && !ret->has_hello)
        read_server_hello(body, ret);
}

void prober_reply_read(const void *data, size_t len, struct prober_reply *ret)
{
    struct reader r = reader_over(data, len);
    struct reader body = {0};
    uint16_t version = 0;
    uint8_t type = 0;

    *ret = (struct prober_reply){.version = 0};
    while (reader_u8(&r, &type) == ASSAY_OK && reader_u16(&r, &version) == ASSAY_OK &&
           reader_vec16(&r, &body) == ASSAY_OK)
        read_record(type, body, ret);
}
