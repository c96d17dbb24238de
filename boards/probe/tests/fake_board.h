/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A platform and a TLS stack without a board: the test decides what the network answers, and reads
 * what came over the serial line.
 */
#ifndef FAKE_BOARD_H
#define FAKE_BOARD_H

#include "probe/probe_core.h"

#include <stdbool.h>

enum { FAKE_LINES_MAX = 64, FAKE_BYTES_MAX = 2048 };

struct fake_board {
    struct probe_core core;
    struct probe_platform platform;
    struct probe_tls tls;
    uint32_t now_ms;
    uint32_t random;
    int64_t clock_s;
    unsigned resets;
    /* serial */
    struct probe_line_reader reader;
    struct probe_line lines[FAKE_LINES_MAX];
    size_t line_count;
    size_t noise_count;
    uint8_t next_seq;
    /* network: what calls return, and what they saw */
    enum probe_io udp_opens, tcp_connects, handshakes, finishes;
    bool is_udp_open, is_tcp_open, is_tls_open;
    uint8_t udp_ip[4], tcp_ip[4];
    uint16_t udp_port, tcp_port;
    uint8_t asked[512]; /* the last datagram sent */
    size_t asked_len;
    unsigned asked_count;
    uint8_t datagram[512]; /* the next one received */
    size_t datagram_len;
    uint8_t sent[FAKE_BYTES_MAX]; /* through TLS */
    size_t sent_len;
    size_t write_chunk;               /* bytes that one write takes */
    uint8_t incoming[FAKE_BYTES_MAX]; /* to be read through TLS */
    size_t incoming_len;
    bool is_peer_gone;              /* after incoming is read */
    struct probe_tls_config config; /* of the last open */
    char config_alpn[64];
};

void fake_board_init(struct fake_board *fake);

/* Send a command with the next seq. @return the text of its answer, "" when there was none */
const char *fake_command(struct fake_board *fake, const char *text);

/* Raw bytes to the board. */
void fake_serial(struct fake_board *fake, const void *bytes, size_t len);

/* Forget the lines that came so far. */
void fake_forget(struct fake_board *fake);

/* The first event since fake_forget() that starts so, or "". */
const char *fake_event(const struct fake_board *fake, const char *start);

/* All `text` events since fake_forget(), unescaped and joined. */
void fake_result_text(const struct fake_board *fake, char *out, size_t cap);

/* Everything that connect needs, with this DNS port; true when each command was taken. */
bool fake_configure(struct fake_board *fake, unsigned dns_port);

#endif
