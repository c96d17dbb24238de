/* SPDX-License-Identifier: Apache-2.0 */
/* The client that keeps its session: what it sends by itself, and when it gives up. */
#include "probe/probe_client.h"

#include "probe/probe_text.h"
#include "probe_client_internal.h"
#include "probe_cloud.h"

#include <string.h>

enum { SUBSCRIBE_TRIES = 2, ROOM_FOR_ANSWERS = 16, QUIET_MS = 700 };

int probe_client_has(const struct probe_client *c, enum probe_client_flaw flaw)
{
    return (c->config->flaws & PROBE_CLIENT_FLAW_BIT(flaw)) != 0;
}

void probe_client_say(const struct probe_client *c, const char *text)
{
    if (c->config->log != NULL)
        c->config->log(c->config->log_ctx, text);
}

int probe_client_break(struct probe_client *c, enum probe_code code, const char *text)
{
    struct probe_text t = probe_text_over(c->failure.text, sizeof(c->failure.text));

    c->failure.code = (int32_t)code;
    probe_text_add(&t, text);
    c->is_broken = 1;
    return 0;
}

int probe_client_break_number(struct probe_client *c, enum probe_code code, const char *text,
                              int64_t number)
{
    char whole[PROBE_FAILURE_TEXT_MAX + 1];
    struct probe_text t = probe_text_over(whole, sizeof(whole));

    probe_text_add(&t, text);
    probe_text_add_decimal(&t, number);
    return probe_client_break(c, code, whole);
}

void probe_client_init(struct probe_client *c, const struct probe_client_config *config)
{
    memset(c, 0, sizeof(*c));
    c->config = config;
}

void probe_client_open(struct probe_client *c, uint32_t now_ms)
{
    c->is_open = 1;
    c->is_accepted = c->is_broken = c->is_ping_open = c->is_leaving = 0;
    c->opened_ms = c->sent_ms = c->heard_ms = now_ms;
    c->keep_alive_s = c->config->keep_alive_s;
    c->peer_packet_max = 0;
    c->peer_window = UINT16_MAX;
    c->in_len = c->out_len = 0;
    c->failure.code = PROBE_CODE_OK;
    c->failure.text[0] = '\0';
    if (c->subscription == PROBE_CLIENT_ASKED)
        c->subscription = PROBE_CLIENT_UNSUBSCRIBED;
    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++)
        c->window[i].is_sent = 0;
    probe_cloud_begin(c);
    if (!probe_packet_connect(c))
        (void)probe_client_break(c, PROBE_CODE_CANNOT, "the CONNECT is too long");
}

const uint8_t *probe_client_output(const struct probe_client *c, size_t *ret_len)
{
    *ret_len = c->out_len;
    return c->out;
}

void probe_client_sent(struct probe_client *c, size_t len)
{
    c->out_len -= len;
    memmove(c->out, c->out + len, c->out_len);
}

size_t probe_client_room(const struct probe_client *c)
{
    return sizeof(c->in) - c->in_len;
}

/* ---- what it sends by itself ---- */

static uint32_t passed(uint32_t now_ms, uint32_t since_ms)
{
    return now_ms - since_ms;
}

/* Identifiers of messages and subscriptions that are under way are not used again. */
static int is_used(const struct probe_client *c, uint16_t id)
{
    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++)
        if (c->window[i].id == id)
            return 1;
    return id == 0 || (c->subscription == PROBE_CLIENT_ASKED && c->subscribe_id == id);
}

static uint16_t next_id(struct probe_client *c)
{
    do
        c->last_id++;
    while (is_used(c, c->last_id));
    return c->last_id;
}

int probe_client_subscribes(const struct probe_client *c)
{
    return c->config->filter.len > 0 || c->config->cloud != PROBE_CLOUD_NONE;
}

static void subscribe(struct probe_client *c, uint32_t now_ms)
{
    if (!probe_client_subscribes(c) || c->subscription != PROBE_CLIENT_UNSUBSCRIBED)
        return;
    c->subscribe_id = next_id(c);
    if (!probe_packet_subscribe(c))
        return;
    c->subscription = PROBE_CLIENT_ASKED;
    c->subscribe_tries = 1;
    c->subscribed_ms = now_ms;
}

/* Nothing says that SUBACK is lost but that it does not come: asked again, then with CONNECT. */
static int await_suback(struct probe_client *c, uint32_t now_ms)
{
    if (c->subscription != PROBE_CLIENT_ASKED ||
        probe_client_has(c, PROBE_CLIENT_SUBACK_UNAWAITED) ||
        passed(now_ms, c->subscribed_ms) < c->config->ack_ms)
        return 1;
    if (c->subscribe_tries >= SUBSCRIBE_TRIES)
        return probe_client_break(c, PROBE_CODE_TIMEOUT, "the broker does not answer SUBSCRIBE");
    if (!probe_packet_subscribe(c)) /* the same packet identifier */
        return 1;
    c->subscribe_tries++;
    c->subscribed_ms = now_ms;
    return 1;
}

static void send_message(struct probe_client *c, struct probe_client_message *m, uint32_t now_ms)
{
    int is_sent =
        m->is_received ? probe_packet_ack(c, PROBE_TYPE_PUBREL, m->id) : probe_packet_publish(c, m);

    if (!is_sent)
        return;
    m->tries = m->is_sent ? (uint8_t)(m->tries + 1U) : 1;
    m->is_sent = m->was_sent = 1;
    m->sent_ms = now_ms;
}

/* [MQTT-4.4.0-1]: what was not acknowledged before the connection was lost comes first. */
static void send_again(struct probe_client *c, uint32_t now_ms)
{
    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++) {
        struct probe_client_message *m = &c->window[i];

        if (m->id == 0 || m->is_sent)
            continue;
        if (m->was_sent && probe_client_has(c, PROBE_CLIENT_NO_RESEND)) {
            m->id = 0;
            continue;
        }
        if (m->was_sent && probe_client_has(c, PROBE_CLIENT_RESEND_NEW_ID)) {
            m->id = next_id(c);
            m->was_sent = 0;
        }
        send_message(c, m, now_ms);
    }
}

/* 3.1.1 leaves open what 5.0 forbids ([MQTT-4.4.0-1]): to send again on the same connection. */
static int may_repeat(const struct probe_client *c, const struct probe_client_message *m)
{
    if (probe_client_has(c, PROBE_CLIENT_RESEND_AT_ONCE))
        return 1;
    return c->config->version != PROBE_MQTT_V5 && m->tries == 1 &&
           !probe_client_has(c, PROBE_CLIENT_NO_RESEND);
}

static int await_acks(struct probe_client *c, uint32_t now_ms)
{
    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++) {
        struct probe_client_message *m = &c->window[i];

        if (m->id == 0 || !m->is_sent || passed(now_ms, m->sent_ms) < c->config->ack_ms)
            continue;
        if (!may_repeat(c, m))
            return probe_client_break(c, PROBE_CODE_TIMEOUT,
                                      "the broker does not acknowledge a message");
        send_message(c, m, now_ms);
    }
    return 1;
}

static struct probe_client_message *free_place(struct probe_client *c)
{
    struct probe_client_message *found = NULL;
    uint32_t under_way = 0;

    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++) {
        if (c->window[i].id != 0)
            under_way++;
        else if (found == NULL)
            found = &c->window[i];
    }
    if (under_way >= c->peer_window && !probe_client_has(c, PROBE_CLIENT_RECEIVE_MAXIMUM))
        return NULL;
    return found;
}

int probe_client_is_too_large(const struct probe_client *c, size_t len)
{
    if (c->peer_packet_max == 0 || probe_client_has(c, PROBE_CLIENT_MAXIMUM_PACKET) ||
        len <= c->peer_packet_max)
        return 0;
    probe_client_say(c, "a message is larger than the broker takes: it is not sent");
    return 1;
}

/* Returns 0 where it has to wait. */
static int publish(struct probe_client *c, uint8_t qos, const char *did, uint32_t now_ms)
{
    struct probe_client_message once = {.qos = qos};
    struct probe_client_message *m = qos > 0 ? free_place(c) : &once;
    struct probe_text t = {0};

    if (m == NULL || sizeof(c->out) - c->out_len < ROOM_FOR_ANSWERS)
        return 0;
    *m = once;
    t = probe_text_over(m->did, sizeof(m->did));
    probe_text_add(&t, did);
    if (probe_client_is_too_large(c, probe_packet_publish_len(c, m)))
        return 1;
    if (probe_packet_publish_len(c, m) > sizeof(c->out) - c->out_len)
        return 0;
    if (qos > 0)
        m->id = next_id(c);
    send_message(c, m, now_ms);
    return 1;
}

static void answer_commands(struct probe_client *c, uint32_t now_ms)
{
    while (c->todo_count > 0 && publish(c, 1, c->todo[0], now_ms)) {
        c->todo_count--;
        memmove(c->todo[0], c->todo[1], sizeof(c->todo[0]) * (PROBE_CLIENT_COMMANDS - 1));
    }
}

static int may_publish(const struct probe_client *c)
{
    return !probe_client_subscribes(c) || c->subscription >= PROBE_CLIENT_SUBSCRIBED ||
           (c->subscription == PROBE_CLIENT_ASKED &&
            probe_client_has(c, PROBE_CLIENT_SUBACK_UNAWAITED));
}

static int is_publishing_due(const struct probe_client *c, uint32_t now_ms)
{
    if (!may_publish(c))
        return 0;
    return !c->has_published ||
           (c->config->every_ms > 0 && passed(now_ms, c->published_ms) >= c->config->every_ms);
}

static void publish_own(struct probe_client *c, uint32_t now_ms)
{
    if (!is_publishing_due(c, now_ms) || !publish(c, c->config->qos, "", now_ms))
        return;
    c->has_published = 1;
    c->published_ms = now_ms;
}

/* ---- keep alive (3.1.1 and 5.0 section 3.1.2.10) ---- */

/* A quarter early, so that it arrives in time. */
static uint32_t ping_after_ms(const struct probe_client *c)
{
    return c->keep_alive_s * 750;
}

static int is_ping_due(const struct probe_client *c, uint32_t now_ms)
{
    if (c->keep_alive_s == 0 || c->is_ping_open || probe_client_has(c, PROBE_CLIENT_NO_PING))
        return 0;
    if (passed(now_ms, c->sent_ms) >= ping_after_ms(c))
        return 1;
    /* A broker that is silent may be dead, however much we send. */
    return passed(now_ms, c->heard_ms) >= ping_after_ms(c) &&
           !probe_client_has(c, PROBE_CLIENT_OWN_TRAFFIC_ALIVE);
}

static int keep_alive(struct probe_client *c, uint32_t now_ms)
{
    if (c->is_ping_open && passed(now_ms, c->ping_ms) >= c->keep_alive_s * 500)
        return probe_client_break(c, PROBE_CODE_TIMEOUT, "the broker does not answer PINGREQ");
    if (is_ping_due(c, now_ms) && probe_packet_bare(c, PROBE_TYPE_PINGREQ)) {
        c->is_ping_open = !probe_client_has(c, PROBE_CLIENT_PINGRESP_UNAWAITED);
        c->ping_ms = now_ms;
        c->heard_ms = now_ms;
    }
    return 1;
}

/* ---- time ---- */

static int work(struct probe_client *c, uint32_t now_ms)
{
    if (!c->is_accepted) {
        if (passed(now_ms, c->opened_ms) >= c->config->ack_ms)
            return probe_client_break(c, PROBE_CODE_TIMEOUT, "the broker does not answer CONNECT");
        return 1;
    }
    send_again(c, now_ms);
    subscribe(c, now_ms);
    if (!await_suback(c, now_ms) || !await_acks(c, now_ms) || !keep_alive(c, now_ms))
        return 0;
    answer_commands(c, now_ms);
    publish_own(c, now_ms);
    if (may_publish(c))
        probe_cloud_work(c);
    return 1;
}

int probe_client_tick(struct probe_client *c, uint32_t now_ms)
{
    size_t before = 0;

    if (c->is_broken || !c->is_open)
        return 0;
    if (c->is_leaving)
        return 1;
    before = c->out_len;
    if (!probe_client_take_packets(c) || !work(c, now_ms))
        return 0;
    if (c->out_len > before)
        c->sent_ms = now_ms;
    return 1;
}

int probe_client_feed(struct probe_client *c, const void *data, size_t len, uint32_t now_ms)
{
    if (len > probe_client_room(c))
        return probe_client_break(c, PROBE_CODE_CANNOT, "more arrived than there is room for");
    memcpy(c->in + c->in_len, data, len);
    c->in_len += len;
    c->heard_ms = now_ms;
    return probe_client_tick(c, now_ms);
}

static int is_all_said(const struct probe_client *c)
{
    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++)
        if (c->window[i].id != 0)
            return 0;
    return c->is_accepted && may_publish(c) && c->has_published && c->cloud.wants == 0 &&
           c->out_len == 0;
}

int probe_client_is_quiet(const struct probe_client *c, uint32_t now_ms)
{
    return is_all_said(c) && passed(now_ms, c->heard_ms) >= QUIET_MS;
}

static void least(int32_t *ret, uint32_t since_ms, uint32_t period_ms, uint32_t now_ms)
{
    uint32_t gone = passed(now_ms, since_ms);
    int32_t left = gone < period_ms ? (int32_t)(period_ms - gone) : 0;

    if (left < *ret)
        *ret = left;
}

static void least_of_messages(const struct probe_client *c, int32_t *ret, uint32_t now_ms)
{
    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++)
        if (c->window[i].id != 0 && c->window[i].is_sent)
            least(ret, c->window[i].sent_ms, c->config->ack_ms, now_ms);
}

int32_t probe_client_wait_ms(const struct probe_client *c, uint32_t now_ms)
{
    int32_t wait = INT32_MAX;

    if (c->is_leaving)
        return wait;
    if (!c->is_accepted) {
        least(&wait, c->opened_ms, c->config->ack_ms, now_ms);
        return wait;
    }
    if (c->subscription == PROBE_CLIENT_ASKED &&
        !probe_client_has(c, PROBE_CLIENT_SUBACK_UNAWAITED))
        least(&wait, c->subscribed_ms, c->config->ack_ms, now_ms);
    least_of_messages(c, &wait, now_ms);
    if (c->is_ping_open)
        least(&wait, c->ping_ms, c->keep_alive_s * 500, now_ms);
    else if (c->keep_alive_s > 0 && !probe_client_has(c, PROBE_CLIENT_NO_PING)) {
        least(&wait, c->sent_ms, ping_after_ms(c), now_ms);
        if (!probe_client_has(c, PROBE_CLIENT_OWN_TRAFFIC_ALIVE))
            least(&wait, c->heard_ms, ping_after_ms(c), now_ms);
    }
    if (may_publish(c) && c->config->every_ms > 0 && c->has_published)
        least(&wait, c->published_ms, c->config->every_ms, now_ms);
    if (may_publish(c) && c->cloud.wants != 0 && c->out_len == 0)
        wait = 0;
    if (c->config->cloud != PROBE_CLOUD_NONE && is_all_said(c) &&
        passed(now_ms, c->heard_ms) < QUIET_MS)
        least(&wait, c->heard_ms, QUIET_MS, now_ms);
    return wait;
}

void probe_client_leave(struct probe_client *c)
{
    if (c->is_accepted && !c->is_leaving)
        (void)probe_packet_bare(c, PROBE_TYPE_DISCONNECT);
    c->is_leaving = 1;
}

int probe_client_is_well(const struct probe_client *c)
{
    if (!c->is_accepted || c->is_broken)
        return 0;
    if (probe_client_subscribes(c) && c->subscription != PROBE_CLIENT_SUBSCRIBED &&
        !probe_client_has(c, PROBE_CLIENT_SUBACK_UNAWAITED))
        return 0;
    return c->has_published && (c->config->qos == 0 || c->acknowledged > 0);
}
