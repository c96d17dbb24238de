/* SPDX-License-Identifier: Apache-2.0 */
/* The phases that talk over UDP: resolve and clock. */
#include "probe_phases.h"

#include <string.h>

static uint64_t random_u64(const struct probe_platform *platform)
{
    uint64_t high = platform->random(platform->ctx);

    return high << 32 | platform->random(platform->ctx);
}

/* Send the query again when it is time; datagrams get lost. */
static enum probe_step ask(struct probe_attempt *a, uint32_t port, const char *who)
{
    const struct probe_platform *p = a->platform;
    uint32_t now = p->millis(p->ctx);
    enum probe_io io = PROBE_IO_DONE;

    if (a->message_sent > 0 && now - a->asked_ms < PROBE_ASK_AGAIN_MS)
        return PROBE_STEP_WAIT;
    if (a->message_sent == 0)
        io = p->udp_open(p->net, a->settings->ip, (uint16_t)port);
    if (io == PROBE_IO_DONE)
        io = p->udp_send(p->net, a->message, a->message_len);
    if (io == PROBE_IO_FAILED || io == PROBE_IO_CLOSED)
        return probe_fail_network(a, who);
    a->message_sent = a->message_len;
    a->asked_ms = now;
    return PROBE_STEP_WAIT;
}

static int is_literal_or_given(struct probe_attempt *a)
{
    const struct probe_settings *s = a->settings;

    memcpy(a->server, s->ip, sizeof(a->server));
    return s->dns == 0 || probe_parse_ip(a->host, strlen(a->host), a->server);
}

void probe_enter_resolve(struct probe_attempt *a)
{
    a->cookie = random_u64(a->platform);
    a->message_len = probe_dns_query(a->host, (uint16_t)a->cookie, a->message);
    a->message_sent = 0;
}

static enum probe_step fail_rcode(struct probe_attempt *a, int code)
{
    static const char *const meanings[] = {
        " (the answer holds no address)",
        " (the server says format error)",
        " (the server failed)",
        " (no such name)",
        " (the server does not know how)",
        " (the server refuses)",
    };
    const char *meaning = "";

    if ((unsigned)code < sizeof(meanings) / sizeof(meanings[0]))
        meaning = meanings[code];
    return probe_fail_number(a, PROBE_CODE_REFUSED, "DNS rcode ", code, meaning);
}

enum probe_step probe_step_resolve(struct probe_attempt *a)
{
    const struct probe_platform *p = a->platform;
    uint8_t answer[PROBE_DNS_MAX];
    size_t len = 0;
    int code = 0;
    enum probe_io io = PROBE_IO_DONE;

    if (p->lookup != NULL) {
        io = p->lookup(p->net, a->host, a->server);
        if (io == PROBE_IO_FAILED)
            return probe_fail(a, PROBE_CODE_REFUSED, "the board cannot resolve the name");
        return io == PROBE_IO_DONE ? PROBE_STEP_NEXT : PROBE_STEP_WAIT;
    }
    if (is_literal_or_given(a))
        return PROBE_STEP_NEXT;
    if (a->message_len == 0)
        return probe_fail(a, PROBE_CODE_CANNOT, "the host is no name that DNS can carry");
    if (ask(a, a->settings->dns, "the DNS server cannot be reached") == PROBE_STEP_FAIL)
        return PROBE_STEP_FAIL;
    while ((io = p->udp_receive(p->net, answer, sizeof(answer), &len)) == PROBE_IO_DONE) {
        enum probe_reply reply =
            probe_dns_parse(answer, len, a->message, a->message_len, a->server, &code);

        if (reply == PROBE_REPLY_OK)
            return PROBE_STEP_NEXT;
        if (reply == PROBE_REPLY_REFUSED)
            return fail_rcode(a, code);
        if (reply == PROBE_REPLY_MALFORMED)
            return probe_fail(a, PROBE_CODE_MALFORMED, "the DNS answer is malformed");
    }
    return probe_wait_or_fail(a, io, "the DNS server cannot be reached");
}

int probe_is_clock_given(const struct probe_attempt *a)
{
    return !a->settings->clock_is_sntp;
}

void probe_enter_clock(struct probe_attempt *a)
{
    a->cookie = random_u64(a->platform);
    probe_sntp_request(a->cookie, a->message);
    a->message_len = PROBE_SNTP_LEN;
    a->message_sent = 0;
}

/*
 * Time does not run backwards: a server that says so is wrong or an attacker's, who wants an
 * expired certificate to be valid again. A day is for clocks that were set by hand.
 */
static int goes_back(const struct probe_attempt *a, int64_t unix_s)
{
    enum { TOLERANCE_S = 86400 };

    return !a->platform->trusts_any_time && unix_s + TOLERANCE_S < a->hooks.told(a->hooks.ctx);
}

enum probe_step probe_step_clock(struct probe_attempt *a)
{
    const struct probe_platform *p = a->platform;
    uint8_t answer[PROBE_DNS_MAX];
    size_t len = 0;
    int code = 0;
    int64_t unix_s = 0;
    enum probe_io io = PROBE_IO_DONE;

    if (ask(a, a->settings->sntp, "the SNTP server cannot be reached") == PROBE_STEP_FAIL)
        return PROBE_STEP_FAIL;
    while ((io = p->udp_receive(p->net, answer, sizeof(answer), &len)) == PROBE_IO_DONE) {
        enum probe_reply reply = probe_sntp_parse(answer, len, a->cookie, &unix_s, &code);

        if (reply == PROBE_REPLY_OK && goes_back(a, unix_s))
            return probe_fail(a, PROBE_CODE_REFUSED,
                              "the SNTP server's time is before what the board knew already");
        if (reply == PROBE_REPLY_OK) {
            a->hooks.clock(a->hooks.ctx, unix_s);
            return PROBE_STEP_NEXT;
        }
        if (reply == PROBE_REPLY_REFUSED)
            return probe_fail_number(a, PROBE_CODE_REFUSED, "SNTP stratum ", code,
                                     code == 0 ? " (kiss of death)" : " (its clock is not set)");
        if (reply == PROBE_REPLY_MALFORMED)
            return probe_fail(a, PROBE_CODE_MALFORMED, "the SNTP answer holds no time");
    }
    return probe_wait_or_fail(a, io, "the SNTP server cannot be reached");
}
