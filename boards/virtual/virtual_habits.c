/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_habits.h"

#include "base/deadline.h"

#include <stdio.h>
#include <string.h>

enum {
    NS_PER_MS = 1000000,
    SHORT_MS = 500,
    UNANSWERED_MS = 300,
    RETRIES = 12,
    FAILURES_MAX = 10,
    SNTP_LEN = 48,
    SNTP_REQUEST = 0x23,
    SNTP_ORIGINATE = 24,
    SNTP_TRANSMIT = 40,
    STRATUM_MAX = 15,
    ACK_LEN = 4,
    PLAIN_MQTT_PORT = 1883,
    MQTT_CONNECT = 0x10,
    MQTT_PUBLISH_QOS1 = 0x32
};

/* Between 1900 and 1970 (RFC 4330 section 3). */
#define NTP_TO_UNIX_S 2208988800U

/* 2036-02-07 06:28:16: the seconds of NTP begin anew (RFC 4330 section 3). */
static const int64_t era_1_unix_s = 2085978496;

static uint64_t now_ms(void)
{
    return monotonic_ns() / NS_PER_MS;
}

static bool has(const struct virtual_habits_state *s, enum virtual_habit habit)
{
    return s->flaws->has[habit];
}

/* --- time ------------------------------------------------------------------------------------- */

uint32_t virtual_habits_millis(const struct virtual_habits_state *s)
{
    uint64_t now = now_ms();

    if (s->waits_for_time && has(s, HABIT_SNTP_ENDLESS))
        now = s->asked_ms;
    if (s->is_open && has(s, HABIT_ENDLESS))
        now = s->opened_ms;
    if (s->is_open && has(s, HABIT_PER_READ))
        now = s->opened_ms + (now - s->heard_ms);
    return (uint32_t)now;
}

static int left_ms(uint64_t end_ms)
{
    uint64_t now = now_ms();

    return end_ms > now ? (int)(end_ms - now) : 0;
}

int virtual_habits_wait_ms(const struct virtual_habits_state *s)
{
    if ((s->waits_for_time && has(s, HABIT_NO_TIME)) ||
        (s->waits_for_name && has(s, HABIT_DNS_CRASH)))
        return left_ms(s->asked_ms + UNANSWERED_MS);
    if (s->is_open && !s->is_shaken && has(s, HABIT_SHORT))
        return left_ms(s->opened_ms + SHORT_MS);
    return -1;
}

/* What the flaw makes of the time that the board was told. */
static int64_t bend_time(struct virtual_habits_state *s, int64_t unix_s)
{
    if (s->first_ms == 0) {
        s->first_ms = now_ms();
        s->first_unix_s = unix_s;
    }
    if (has(s, HABIT_CACHED))
        unix_s = s->first_unix_s + (int64_t)((now_ms() - s->first_ms) / 1000);
    if (has(s, HABIT_ERA) && unix_s >= era_1_unix_s)
        unix_s -= (int64_t)1 << 32;
    return has(s, HABIT_32_BIT) ? (int32_t)unix_s : unix_s;
}

static enum probe_io udp_send(void *net, const void *data, size_t len)
{
    struct virtual_habits_state *s = net;

    if (!s->waits_for_time && !s->waits_for_name)
        s->asked_ms = now_ms();
    s->waits_for_time = len == SNTP_LEN;
    s->waits_for_name = len != SNTP_LEN;
    if (s->waits_for_time)
        memcpy(s->request, data, len);
    return s->below.udp_send(s->net, data, len);
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 3; i >= 0; i--, value >>= 8)
        at[i] = (uint8_t)value;
}

static bool is_zero(const uint8_t stamp[8])
{
    return get_u32(stamp) == 0 && get_u32(stamp + 4) == 0;
}

/*
 * HABIT_NO_TIME: what the core is told when nobody answers, so that it goes on; the stack is told
 * that there is no time (open_tls).
 */
static void make_reply(struct virtual_habits_state *s, uint8_t *reply)
{
    memset(reply, 0, SNTP_LEN);
    reply[0] = (uint8_t)((SNTP_REQUEST & 0x38) | 4);
    reply[1] = 1;
    memcpy(reply + SNTP_ORIGINATE, s->request + SNTP_TRANSMIT, 8);
    put_u32(reply + SNTP_TRANSMIT, NTP_TO_UNIX_S + 1);
    s->lacks_time = true;
}

static void bend_reply(const struct virtual_habits_state *s, uint8_t *reply)
{
    unsigned leap = reply[0] >> 6;

    if (has(s, HABIT_LEAP) && (leap == 1 || leap == 2))
        reply[0] |= 0xC0; /* as if it were not synchronised */
    if (has(s, HABIT_SNTP_ZERO) && is_zero(reply + SNTP_TRANSMIT))
        reply[SNTP_TRANSMIT + 7] = 1; /* a fraction: the seconds are those of the new era */
    if (has(s, HABIT_SNTP_EPOCH))
        put_u32(reply + SNTP_TRANSMIT, (uint32_t)(get_u32(reply + SNTP_TRANSMIT) + NTP_TO_UNIX_S));
    if (!has(s, HABIT_SNTP))
        return;
    reply[0] = (uint8_t)((SNTP_REQUEST & 0x38) | 4);
    if (reply[1] == 0 || reply[1] > STRATUM_MAX)
        reply[1] = 1;
    memcpy(reply + SNTP_ORIGINATE, s->request + SNTP_TRANSMIT, 8);
}

/* RFC 1035 section 4.1.1: an RCODE, or no answer. */
static bool is_dns_failure(const uint8_t *reply, size_t len)
{
    enum { HEADER = 12 };

    return len >= HEADER && ((reply[3] & 15) != 0 || (reply[6] | reply[7]) == 0);
}

static enum probe_io udp_receive(void *net, void *data, size_t cap, size_t *ret)
{
    struct virtual_habits_state *s = net;
    enum probe_io io = s->below.udp_receive(s->net, data, cap, ret);

    bool is_late = io == PROBE_IO_WAIT_READ && now_ms() - s->asked_ms >= UNANSWERED_MS;

    if (is_late && s->waits_for_name && has(s, HABIT_DNS_CRASH))
        virtual_crash();
    if (is_late && s->waits_for_time && has(s, HABIT_NO_TIME) && cap >= SNTP_LEN) {
        make_reply(s, data);
        *ret = SNTP_LEN;
        return PROBE_IO_DONE;
    }
    if (io == PROBE_IO_DONE && *ret >= SNTP_LEN && s->request[0] == SNTP_REQUEST)
        bend_reply(s, data);
    else if (io == PROBE_IO_DONE && has(s, HABIT_DNS_CRASH) && is_dns_failure(data, *ret))
        virtual_crash();
    return io;
}

static enum probe_io udp_open(void *net, const uint8_t ip[4], uint16_t port)
{
    struct virtual_habits_state *s = net;

    memset(s->request, 0, sizeof(s->request));
    s->lacks_time = false;
    return s->below.udp_open(s->net, ip, port);
}

static void udp_close(void *net)
{
    struct virtual_habits_state *s = net;

    s->waits_for_time = false;
    s->waits_for_name = false;
    s->below.udp_close(s->net);
}

/* --- the connection --------------------------------------------------------------------------- */

static enum probe_io tcp_connect(void *net, const uint8_t ip[4], uint16_t port)
{
    struct virtual_habits_state *s = net;
    enum probe_io io = PROBE_IO_DONE;

    memcpy(s->ip, ip, sizeof(s->ip));
    s->port = port;
    io = s->below.tcp_connect(s->net, ip, port);
    if (io == PROBE_IO_FAILED && has(s, HABIT_RST_CRASH))
        virtual_crash();
    return io;
}

static void tcp_close(void *net)
{
    struct virtual_habits_state *s = net;

    if (s->is_left && has(s, HABIT_LEAK))
        virtual_net_forget(s->net);
    s->is_left = false;
    s->below.tcp_close(s->net);
}

static const char *network_error(void *net)
{
    const struct virtual_habits_state *s = net;

    return s->below.network_error(s->net);
}

static enum probe_io fail(struct virtual_habits_state *s, const char *text)
{
    s->has_failure = true;
    virtual_failure_set(&s->failure, PROBE_CODE_CANNOT, "%s", text);
    return PROBE_IO_FAILED;
}

/* Another host than the first one: one that a message has named. */
static bool is_moved(struct virtual_habits_state *s, const char *host)
{
    if (s->first_host[0] == '\0')
        snprintf(s->first_host, sizeof(s->first_host), "%s", host);
    return s->flaws->has[HABIT_CLIENT + PROBE_CLIENT_MOVE_UNCHECKED] &&
           strncmp(s->first_host, host, sizeof(s->first_host) - 1) != 0;
}

static enum probe_io open_tls(void *ctx, const struct probe_tls_config *config)
{
    struct virtual_habits_state *s = ctx;

    s->config = *config;
    s->config.unix_s = s->lacks_time ? 0 : bend_time(s, config->unix_s);
    s->lacks_time = false;
    s->is_open = true;
    s->is_shaken = false;
    s->is_plain = false;
    s->is_reconnecting = false;
    s->has_failure = false;
    s->retries = 0;
    s->acks_due = 0;
    s->mqtt.awaited = 0;
    s->opened_ms = now_ms();
    s->heard_ms = s->opened_ms;
    s->is_plain = config->is_plain || is_moved(s, config->host);
    if (has(s, HABIT_PLAIN_FIRST) && config->plain_port != 0) {
        s->below.tcp_close(s->net);
        s->is_plain = true;
        s->is_reconnecting = true;
    }
    return s->is_plain ? PROBE_IO_DONE : s->inner->open(s->inner->ctx, &s->config);
}

/*
 * In the words of the stacks; what they refuse themselves they do not call an alert. OpenSSL's
 * reasons are 1000 and the alert.
 */
static bool is_alert(const struct probe_failure *failure)
{
    return strstr(failure->text, "alert") != NULL ||
           (failure->code >= 1000 && failure->code <= 1000 + UINT8_MAX);
}

/* What the failure of a connection leads to. */
static void learn(struct virtual_habits_state *s)
{
    struct probe_failure failure = {0};

    s->inner->failure(s->inner->ctx, &failure);
    s->failures++;
    if (has(s, HABIT_RST_CRASH) && failure.code == PROBE_CODE_NETWORK)
        virtual_crash();
    if (has(s, HABIT_RESET_ON_ALERT) && is_alert(&failure))
        s->wants_reset = true;
    if (has(s, HABIT_GRUDGE) &&
        (strstr(failure.text, "expired") != NULL || strstr(failure.text, "not yet valid") != NULL))
        s->holds_grudge = true;
}

static enum probe_io reconnect(struct virtual_habits_state *s)
{
    uint16_t plain = s->config.plain_port != 0 ? s->config.plain_port : PLAIN_MQTT_PORT;
    uint16_t port = s->is_plain ? plain : s->port;
    enum probe_io io = s->below.tcp_connect(s->net, s->ip, port);

    if (io != PROBE_IO_DONE)
        return io;
    s->is_reconnecting = false;
    if (s->is_plain)
        return PROBE_IO_DONE;
    return s->inner->open(s->inner->ctx, &s->config);
}

/* Does the board go on after a failure? */
static bool tries_again(struct virtual_habits_state *s)
{
    if (has(s, HABIT_PLAIN) && !s->is_plain)
        s->is_plain = true;
    else if (has(s, HABIT_RETRY) && s->retries < RETRIES)
        s->retries++;
    else
        return false;
    s->inner->close(s->inner->ctx);
    s->below.tcp_close(s->net);
    s->is_reconnecting = true;
    return true;
}

static enum probe_io handshake(void *ctx)
{
    struct virtual_habits_state *s = ctx;
    enum probe_io io = PROBE_IO_DONE;

    if (has(s, HABIT_SHORT) && now_ms() - s->opened_ms >= SHORT_MS)
        return fail(s, "the handshake takes too long");
    do {
        if (s->is_reconnecting)
            io = reconnect(s);
        if (io == PROBE_IO_DONE && !s->is_plain)
            io = s->inner->handshake(s->inner->ctx);
        if ((io == PROBE_IO_FAILED || io == PROBE_IO_CLOSED) && !s->is_plain)
            learn(s);
        if (s->wants_reset)
            return PROBE_IO_WAIT_READ; /* it does not get to say so */
    } while ((io == PROBE_IO_FAILED || io == PROBE_IO_CLOSED) && tries_again(s));
    if (io == PROBE_IO_DONE && has(s, HABIT_MEMORY) && s->failures >= FAILURES_MAX) {
        s->failures = 0;
        return fail(s, "out of memory");
    }
    if (io == PROBE_IO_DONE && s->holds_grudge)
        return fail(s, "this host was refused for its date");
    s->is_shaken = io == PROBE_IO_DONE;
    return io;
}

static enum probe_io write_tls(void *ctx, const void *data, size_t len, size_t *ret)
{
    struct virtual_habits_state *s = ctx;
    uint8_t bent[VIRTUAL_MQTT_PACKET_MAX];
    const uint8_t *bytes = virtual_mqtt_bend_sent(&s->mqtt, s->flaws, data, len, bent);
    enum probe_io io = PROBE_IO_DONE;

    if (bytes == NULL) {
        *ret = len; /* as if it had been sent */
        return PROBE_IO_DONE;
    }
    io = s->is_plain ? virtual_net_send(s->net, bytes, len, ret)
                     : s->inner->write(s->inner->ctx, bytes, len, ret);
    if (has(s, HABIT_RESULT) && len > 0 &&
        (bytes[0] == MQTT_CONNECT || bytes[0] == MQTT_PUBLISH_QOS1))
        s->acks_due = bytes[0];
    return io;
}

static enum probe_io read_tls(void *ctx, void *data, size_t cap, size_t *ret)
{
    static const uint8_t connack[ACK_LEN] = {0x20, 2, 0, 0};
    static const uint8_t puback[ACK_LEN] = {0x40, 2, 0, 1};
    struct virtual_habits_state *s = ctx;
    enum probe_io io = PROBE_IO_DONE;

    if (s->acks_due != 0 && cap >= ACK_LEN) {
        memcpy(data, s->acks_due == MQTT_CONNECT ? connack : puback, ACK_LEN);
        s->acks_due = 0;
        *ret = ACK_LEN;
        return PROBE_IO_DONE;
    }
    if (s->is_plain)
        return virtual_net_receive(s->net, data, cap, ret);
    io = s->inner->read(s->inner->ctx, data, cap, ret);
    if (io == PROBE_IO_DONE)
        virtual_mqtt_bend_received(&s->mqtt, s->flaws, data, *ret);
    if (io == PROBE_IO_FAILED)
        learn(s);
    s->is_left = s->is_left || io == PROBE_IO_CLOSED || io == PROBE_IO_FAILED;
    return s->wants_reset ? PROBE_IO_WAIT_READ : io;
}

static enum probe_io finish(void *ctx)
{
    struct virtual_habits_state *s = ctx;

    return s->is_plain ? PROBE_IO_DONE : s->inner->finish(s->inner->ctx);
}

static void close_tls(void *ctx)
{
    struct virtual_habits_state *s = ctx;

    s->inner->close(s->inner->ctx);
    s->is_open = false;
    s->is_plain = false;
}

static void describe(void *ctx, char *text, size_t cap)
{
    const struct virtual_habits_state *s = ctx;

    if (s->is_plain && cap > 0)
        text[0] = '\0';
    else
        s->inner->describe(s->inner->ctx, text, cap);
}

static void failure(void *ctx, struct probe_failure *ret)
{
    const struct virtual_habits_state *s = ctx;

    if (s->has_failure)
        *ret = s->failure;
    else
        s->inner->failure(s->inner->ctx, ret);
}

void virtual_habits_heard(void *ctx)
{
    struct virtual_habits_state *s = ctx;

    s->heard_ms = now_ms();
}

void virtual_habits_reset(struct virtual_habits_state *s)
{
    s->first_ms = 0;
    s->failures = 0;
    s->holds_grudge = false;
    s->wants_reset = false;
    s->lacks_time = false;
}

void virtual_habits_wrap(struct virtual_habits_state *s, const struct virtual_flaw_set *flaws,
                         const struct probe_tls *inner, struct virtual_net *net,
                         struct probe_platform *platform)
{
    *s = (struct virtual_habits_state){
        .flaws = flaws, .inner = inner, .net = net, .below = *platform};
    platform->trusts_any_time = has(s, HABIT_FLOOR);
    for (unsigned i = 0; i < PROBE_CLIENT_FLAW_COUNT; i++)
        if (flaws->has[HABIT_CLIENT + i])
            platform->client_flaws |= PROBE_CLIENT_FLAW_BIT(i);
    for (unsigned i = 0; i < PROBE_WEB_FLAW_COUNT; i++)
        if (flaws->has[HABIT_WEB + i])
            platform->web_flaws |= PROBE_WEB_FLAW_BIT(i);
    s->tls = *inner;
    s->tls.ctx = s;
    s->tls.open = open_tls;
    s->tls.handshake = handshake;
    s->tls.write = write_tls;
    s->tls.read = read_tls;
    s->tls.finish = finish;
    s->tls.close = close_tls;
    s->tls.describe = describe;
    s->tls.failure = failure;
    platform->net = s;
    platform->udp_open = udp_open;
    platform->udp_send = udp_send;
    platform->udp_receive = udp_receive;
    platform->udp_close = udp_close;
    platform->tcp_connect = tcp_connect;
    platform->tcp_close = tcp_close;
    platform->network_error = network_error;
}
