/* SPDX-License-Identifier: Apache-2.0 */
/* Packets out of a transcript's net.* events. See reports/capture.h. */
#include "reports/capture.h"

#include "base/event_kinds.h"
#include "base/writer.h"
#include "pcapng.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum {
    MAX_CONNECTIONS = 256, /* open at the same time */
    MAX_SEGMENT = 1400,    /* bytes of payload in a packet */
    MAX_PACKET = MAX_SEGMENT + 60,
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
    PROTOCOL_TCP = 6,
    WINDOW = 0xffff
};

/* One end of a connection. */
struct end {
    uint8_t address[16];
    uint16_t port;
    uint32_t next; /* sequence number of the next byte that it sends */
};

struct connection {
    uint32_t id; /* 0: free */
    bool ipv6;
    struct end board, bench;
    bool board_finished, bench_finished;
};

struct capture {
    struct buf *out;
    struct connection connections[MAX_CONNECTIONS];
    /* Where the monotonic clock and the scenario clock meet. */
    uint64_t mono_ns;
    int64_t unix_s;
    char comment[256]; /* for the next packet; "" for none */
};

static uint64_t packet_time(const struct capture *c, const struct event *e)
{
    /* A scenario may live before 1970 or far from now; pcapng counts from 1970 without sign. */
    int64_t base_ns = c->unix_s > 0 && c->unix_s < INT64_C(9000000000) ? c->unix_s * 1000000000 : 0;

    return (uint64_t)base_ns + (e->t_ns > c->mono_ns ? e->t_ns - c->mono_ns : 0);
}

static uint32_t sum_words(uint32_t sum, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
    return sum;
}

static uint16_t fold(uint32_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static enum assay_status write_ip(struct writer *w, const struct connection *k,
                                  const struct end *from, const struct end *to, size_t tcp_len)
{
    uint16_t checksum = 0;

    if (k->ipv6) {
        ASSAY_TRY(writer_u32(w, 0x60000000));
        ASSAY_TRY(writer_u16(w, (uint16_t)tcp_len));
        ASSAY_TRY(writer_u8(w, PROTOCOL_TCP));
        ASSAY_TRY(writer_u8(w, 64));
        ASSAY_TRY(writer_bytes(w, from->address, 16));
        return writer_bytes(w, to->address, 16);
    }
    ASSAY_TRY(writer_u16(w, 0x4500));
    ASSAY_TRY(writer_u16(w, (uint16_t)(20 + tcp_len)));
    ASSAY_TRY(writer_u32(w, 0x00004000)); /* do not fragment */
    ASSAY_TRY(writer_u16(w, 64 << 8 | PROTOCOL_TCP));
    ASSAY_TRY(writer_u16(w, 0));
    ASSAY_TRY(writer_bytes(w, from->address, 4));
    ASSAY_TRY(writer_bytes(w, to->address, 4));
    checksum = fold(sum_words(0, w->data, 20));
    w->data[10] = (uint8_t)(checksum >> 8);
    w->data[11] = (uint8_t)checksum;
    return ASSAY_OK;
}

static enum assay_status write_tcp(struct writer *w, const struct connection *k,
                                   const struct end *from, const struct end *to, unsigned flags,
                                   const void *data, size_t len)
{
    size_t start = w->len;
    size_t address = k->ipv6 ? 16 : 4;
    uint32_t sum = PROTOCOL_TCP + 20 + (uint32_t)len;
    uint16_t checksum = 0;

    ASSAY_TRY(writer_u16(w, from->port));
    ASSAY_TRY(writer_u16(w, to->port));
    ASSAY_TRY(writer_u32(w, from->next));
    ASSAY_TRY(writer_u32(w, (flags & TCP_ACK) != 0 ? to->next : 0));
    ASSAY_TRY(writer_u16(w, (uint16_t)(5 << 12 | flags)));
    ASSAY_TRY(writer_u16(w, WINDOW));
    ASSAY_TRY(writer_u32(w, 0));
    ASSAY_TRY(writer_bytes(w, data, len));
    sum = sum_words(sum, from->address, address);
    sum = sum_words(sum, to->address, address);
    checksum = fold(sum_words(sum, w->data + start, w->len - start));
    w->data[start + 16] = (uint8_t)(checksum >> 8);
    w->data[start + 17] = (uint8_t)checksum;
    return ASSAY_OK;
}

static enum assay_status send_segment(struct capture *c, const struct event *e,
                                      struct connection *k, bool from_board, unsigned flags,
                                      const void *data, size_t len)
{
    uint8_t packet[MAX_PACKET];
    struct writer w = writer_over(packet, sizeof(packet));
    struct end *from = from_board ? &k->board : &k->bench;
    struct end *to = from_board ? &k->bench : &k->board;

    ASSAY_TRY(write_ip(&w, k, from, to, 20 + len));
    ASSAY_TRY(write_tcp(&w, k, from, to, flags, data, len));
    from->next += (uint32_t)len + ((flags & (TCP_SYN | TCP_FIN)) != 0 ? 1 : 0);
    ASSAY_TRY(pcapng_packet(c->out, packet_time(c, e), packet, w.len, c->comment));
    c->comment[0] = '\0';
    return ASSAY_OK;
}

static struct connection *find(struct capture *c, uint32_t id)
{
    for (size_t i = 0; i < MAX_CONNECTIONS; i++)
        if (c->connections[i].id == id)
            return &c->connections[i];
    return NULL;
}

static bool read_end(struct end *end, const struct event *e, const char *address_field,
                     const char *port_field, bool *ret_ipv6)
{
    const char *address = event_get_text(e, address_field);

    *ret_ipv6 = strchr(address, ':') != NULL;
    end->port = (uint16_t)event_get_int(e, port_field, 0);
    return inet_pton(*ret_ipv6 ? AF_INET6 : AF_INET, address, end->address) == 1;
}

static enum assay_status on_open(struct capture *c, const struct event *e)
{
    struct connection *k = find(c, 0);
    bool from_board = strcmp(event_get_text(e, "by"), "bench") != 0;
    bool ipv6[2];

    if (k == NULL || e->conn == 0)
        return ASSAY_OK;
    *k = (struct connection){.id = e->conn, .board = {.next = 1000}, .bench = {.next = 5000}};
    if (!read_end(&k->board, e, "peer", "peer_port", &ipv6[0]) ||
        !read_end(&k->bench, e, "local", "local_port", &ipv6[1]) || ipv6[0] != ipv6[1]) {
        k->id = 0;
        return ASSAY_OK; /* not TCP over IP: nothing that a capture could show */
    }
    k->ipv6 = ipv6[0];
    ASSAY_TRY(send_segment(c, e, k, from_board, TCP_SYN, NULL, 0));
    ASSAY_TRY(send_segment(c, e, k, !from_board, TCP_SYN | TCP_ACK, NULL, 0));
    return send_segment(c, e, k, from_board, TCP_ACK, NULL, 0);
}

static enum assay_status on_data(struct capture *c, const struct event *e)
{
    struct connection *k = e->conn != 0 ? find(c, e->conn) : NULL;
    const struct event_field *bytes = event_field(e, "bytes");
    bool from_board = strcmp(event_get_text(e, "dir"), "rx") == 0;

    if (k == NULL || bytes == NULL || bytes->kind != EVENT_BYTES)
        return ASSAY_OK;
    for (size_t at = 0; at < bytes->text_len; at += MAX_SEGMENT) {
        size_t left = bytes->text_len - at;
        size_t len = left < MAX_SEGMENT ? left : MAX_SEGMENT;

        ASSAY_TRY(send_segment(c, e, k, from_board, TCP_ACK | (len == left ? TCP_PSH : 0),
                               bytes->text + at, len));
    }
    return ASSAY_OK;
}

static enum assay_status on_close(struct capture *c, const struct event *e)
{
    struct connection *k = e->conn != 0 ? find(c, e->conn) : NULL;
    bool by_board = strcmp(event_get_text(e, "by"), "board") == 0;
    bool reset = strcmp(event_get_text(e, "how"), "fin") != 0;

    if (k == NULL)
        return ASSAY_OK;
    if (reset) {
        ASSAY_TRY(send_segment(c, e, k, by_board, TCP_RST | TCP_ACK, NULL, 0));
    } else {
        ASSAY_TRY(send_segment(c, e, k, by_board, TCP_FIN | TCP_ACK, NULL, 0));
        ASSAY_TRY(send_segment(c, e, k, !by_board, TCP_FIN | TCP_ACK, NULL, 0));
        ASSAY_TRY(send_segment(c, e, k, by_board, TCP_ACK, NULL, 0));
    }
    k->id = 0;
    return ASSAY_OK;
}

static enum assay_status on_attempt(struct capture *c, const struct event *e)
{
    /* Connections are numbered from 1 in every attempt. */
    memset(c->connections, 0, sizeof(c->connections));
    snprintf(c->comment, sizeof(c->comment), "attempt %d, %s: %s",
             (int)event_get_int(e, "attempt", 0), event_get_text(e, "role"),
             event_get_text(e, "scenario"));
    return ASSAY_OK;
}

static enum assay_status on_clock(struct capture *c, const struct event *e)
{
    /* The first one fixes the axis: packets of later attempts must not go back in time. */
    if (c->mono_ns == 0) {
        c->mono_ns = e->t_ns;
        c->unix_s = event_get_int(e, "unix_s", 0);
    }
    return ASSAY_OK;
}

static const struct {
    const char *kind;
    enum assay_status (*take)(struct capture *c, const struct event *e);
} takers[] = {
    {EV_ATTEMPT_BEGIN, on_attempt}, {EV_CLOCK_SET, on_clock}, {EV_NET_OPEN, on_open},
    {EV_NET_DATA, on_data},         {EV_NET_CLOSE, on_close},
};

/* All key log lines in one block, before the first packet, as readers want it. */
static enum assay_status add_secrets(const struct transcript *t, struct buf *out)
{
    struct buf lines;
    enum assay_status status = ASSAY_OK;

    buf_init(&lines, 16U << 20);
    for (size_t i = 0; status == ASSAY_OK && i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);
        const struct event_field *line = event_field(e, "line");

        if (!event_is(e, EV_TLS_KEY_LOG) || line == NULL || !line->secret)
            continue;
        status = buf_add(&lines, line->text, line->text_len);
        if (status == ASSAY_OK)
            status = buf_add_char(&lines, '\n');
    }
    if (status == ASSAY_OK && lines.len > 0)
        status = pcapng_tls_secrets(out, lines.data, lines.len);
    buf_done(&lines);
    return status;
}

enum assay_status capture_write(const struct transcript *t, struct buf *out)
{
    struct capture c = {.out = out};

    ASSAY_TRY(pcapng_begin(out, "Synthesised by Assay from what its servers sent and received. "
                                "Times are scenario time."));
    ASSAY_TRY(add_secrets(t, out));
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        for (size_t k = 0; k < sizeof(takers) / sizeof(takers[0]); k++)
            if (event_is(e, takers[k].kind))
                ASSAY_TRY(takers[k].take(&c, e));
    }
    return ASSAY_OK;
}
