/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_board.h"

#include "probe/probe_encoding.h"

#include <stdio.h>
#include <string.h>

static void serial_send(void *ctx, const void *data, size_t len)
{
    struct fake_board *fake = ctx;
    const uint8_t *bytes = data;
    struct probe_line line;

    for (size_t i = 0; i < len; i++) {
        enum probe_feed got = probe_line_feed(&fake->reader, bytes[i], &line);

        if (got == PROBE_FEED_LINE && fake->line_count < FAKE_LINES_MAX)
            fake->lines[fake->line_count++] = line;
        fake->noise_count += got == PROBE_FEED_NOISE;
    }
}

static uint32_t now(void *ctx)
{
    return ((struct fake_board *)ctx)->now_ms;
}

static uint32_t next_random(void *ctx)
{
    return ++((struct fake_board *)ctx)->random;
}

static void set_clock(void *ctx, int64_t unix_s)
{
    ((struct fake_board *)ctx)->clock_s = unix_s;
}

static void reset(void *ctx)
{
    struct fake_board *fake = ctx;

    fake->resets++;
    probe_core_init(&fake->core, &fake->platform, &fake->tls);
    probe_core_ready(&fake->core, "requested");
}

static enum probe_io udp_open(void *ctx, const uint8_t ip[4], uint16_t port)
{
    struct fake_board *fake = ctx;

    memcpy(fake->udp_ip, ip, 4);
    fake->udp_port = port;
    fake->is_udp_open = fake->udp_opens == PROBE_IO_DONE;
    return fake->udp_opens;
}

static enum probe_io udp_send(void *ctx, const void *data, size_t len)
{
    struct fake_board *fake = ctx;

    memcpy(fake->asked, data, len);
    fake->asked_len = len;
    fake->asked_count++;
    return PROBE_IO_DONE;
}

static enum probe_io udp_receive(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct fake_board *fake = ctx;

    if (fake->datagram_len == 0)
        return PROBE_IO_WAIT_READ;
    *ret = fake->datagram_len < cap ? fake->datagram_len : cap;
    memcpy(data, fake->datagram, *ret);
    fake->datagram_len = 0;
    return PROBE_IO_DONE;
}

static void udp_close(void *ctx)
{
    ((struct fake_board *)ctx)->is_udp_open = false;
}

static enum probe_io tcp_connect(void *ctx, const uint8_t ip[4], uint16_t port)
{
    struct fake_board *fake = ctx;

    memcpy(fake->tcp_ip, ip, 4);
    fake->tcp_port = port;
    fake->is_tcp_open = fake->tcp_connects != PROBE_IO_FAILED;
    return fake->tcp_connects;
}

static void tcp_close(void *ctx)
{
    ((struct fake_board *)ctx)->is_tcp_open = false;
}

static const char *network_error(void *ctx)
{
    (void)ctx;
    return "Connection refused";
}

static enum probe_io tls_open(void *ctx, const struct probe_tls_config *config)
{
    struct fake_board *fake = ctx;

    fake->config = *config;
    snprintf(fake->config_alpn, sizeof(fake->config_alpn), "%s", config->alpn);
    fake->is_tls_open = true;
    fake->sent_len = 0;
    return PROBE_IO_DONE;
}

static enum probe_io tls_handshake(void *ctx)
{
    return ((struct fake_board *)ctx)->handshakes;
}

static enum probe_io tls_write(void *ctx, const void *data, size_t len, size_t *ret)
{
    struct fake_board *fake = ctx;

    if (len > fake->write_chunk)
        len = fake->write_chunk;
    if (len == 0)
        return PROBE_IO_WAIT_WRITE;
    memcpy(fake->sent + fake->sent_len, data, len);
    fake->sent_len += len;
    *ret = len;
    return PROBE_IO_DONE;
}

static enum probe_io tls_read(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct fake_board *fake = ctx;

    if (fake->incoming_len == 0)
        return fake->is_peer_gone ? PROBE_IO_CLOSED : PROBE_IO_WAIT_READ;
    *ret = fake->incoming_len < cap ? fake->incoming_len : cap;
    memcpy(data, fake->incoming, *ret);
    fake->incoming_len -= *ret;
    memmove(fake->incoming, fake->incoming + *ret, fake->incoming_len);
    return PROBE_IO_DONE;
}

static enum probe_io tls_finish(void *ctx)
{
    return ((struct fake_board *)ctx)->finishes;
}

static void tls_close(void *ctx)
{
    ((struct fake_board *)ctx)->is_tls_open = false;
}

static void tls_describe(void *ctx, char *text, size_t cap)
{
    (void)ctx;
    snprintf(text, cap, "TLSv1.2 FAKE");
}

static void tls_failure(void *ctx, struct probe_failure *ret)
{
    (void)ctx;
    ret->code = 54;
    snprintf(ret->text, sizeof(ret->text),
             "X509_EXPIRED (54): certificate is expired or not yet valid, and 100%% so");
}

void fake_board_init(struct fake_board *fake)
{
    *fake = (struct fake_board){
        .platform = {.ctx = fake,
                     .net = fake,
                     .board = "fake/board",
                     .serial_send = serial_send,
                     .millis = now,
                     .random = next_random,
                     .set_clock = set_clock,
                     .reset = reset,
                     .udp_open = udp_open,
                     .udp_send = udp_send,
                     .udp_receive = udp_receive,
                     .udp_close = udp_close,
                     .tcp_connect = tcp_connect,
                     .tcp_close = tcp_close,
                     .network_error = network_error},
        .tls = {.ctx = fake,
                .stack = "fake 1.0",
                .versions = "1.2",
                .can = "alpn",
                .open = tls_open,
                .handshake = tls_handshake,
                .write = tls_write,
                .read = tls_read,
                .finish = tls_finish,
                .close = tls_close,
                .describe = tls_describe,
                .failure = tls_failure},
        .write_chunk = FAKE_BYTES_MAX,
        .now_ms = UINT32_MAX - 500, /* so that the wrap happens in tests */
    };
    probe_line_reader_init(&fake->reader);
    probe_core_init(&fake->core, &fake->platform, &fake->tls);
}

void fake_serial(struct fake_board *fake, const void *bytes, size_t len)
{
    probe_core_feed(&fake->core, bytes, len);
}

const char *fake_command(struct fake_board *fake, const char *text)
{
    char line[PROBE_LINE_MAX + 1];
    uint8_t seq = fake->next_seq++;
    size_t len = probe_line_format(PROBE_LINE_COMMAND, seq, text, line);
    size_t before = fake->line_count;

    fake_serial(fake, line, len);
    for (size_t i = before; i < fake->line_count; i++) {
        if (fake->lines[i].type == PROBE_LINE_ANSWER && fake->lines[i].seq == seq)
            return fake->lines[i].text;
    }
    return "";
}

void fake_forget(struct fake_board *fake)
{
    fake->line_count = 0;
    fake->noise_count = 0;
}

const char *fake_event(const struct fake_board *fake, const char *start)
{
    for (size_t i = 0; i < fake->line_count; i++) {
        if (fake->lines[i].type == PROBE_LINE_EVENT &&
            strncmp(fake->lines[i].text, start, strlen(start)) == 0)
            return fake->lines[i].text;
    }
    return "";
}

void fake_result_text(const struct fake_board *fake, char *out, size_t cap)
{
    size_t len = 0;

    for (size_t i = 0; i < fake->line_count; i++) {
        const struct probe_line *line = &fake->lines[i];
        ptrdiff_t count = 0;

        if (line->type != PROBE_LINE_EVENT || strncmp(line->text, "text ", 5) != 0)
            continue;
        count = probe_unescape(line->text + 5, line->len - 5, out + len, cap - 1 - len);
        len += count > 0 ? (size_t)count : 0;
    }
    out[len] = '\0';
}

bool fake_configure(struct fake_board *fake, unsigned dns_port)
{
    static const char *const commands[] = {
        "set host broker.bench.test",
        "set ip 127.0.0.1",
        "set port 8883",
        "set client probe-1",
        "set user me",
        "set pass secret",
        "set topic a/b",
        "set payload hi",
        "set time 1800000000",
        "put root 0 MAMCAQE=",
        "end root 5 182E35CC",
    };
    char dns[32];

    snprintf(dns, sizeof(dns), "set dns %u", dns_port);
    if (strcmp(fake_command(fake, dns), "ok") != 0)
        return false;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(fake_command(fake, commands[i]), "ok") != 0)
            return false;
    }
    fake_forget(fake);
    return true;
}
