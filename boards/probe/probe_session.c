/* SPDX-License-Identifier: Apache-2.0 */
/* The phases on the connection: tcp, tls and mqtt. */
#include "probe_phases.h"

#include "probe/probe_encoding.h"

#include <string.h>

static enum probe_step tls_wait_or_fail(struct probe_attempt *a, enum probe_io io)
{
    enum probe_step step = probe_wait_or_fail(a, io, "");

    if (step == PROBE_STEP_FAIL && io == PROBE_IO_FAILED)
        probe_stream_failure(a);
    return step;
}

enum probe_step probe_step_tcp(struct probe_attempt *a)
{
    const struct probe_platform *p = a->platform;
    enum probe_io io = p->tcp_connect(p->net, a->server, a->web.port);

    a->is_connected = 1;
    if (io == PROBE_IO_DONE)
        return PROBE_STEP_NEXT;
    return probe_wait_or_fail(a, io, "the connection cannot be opened");
}

/* The key in hex to bytes; 1 when there is none or it is well formed. */
static int decode_psk(struct probe_attempt *a)
{
    const char *hex = a->settings->psk_hex;
    size_t len = a->settings->len[PROBE_SET_PSK_HEX];

    a->psk_len = len / 2;
    for (size_t i = 0; i < a->psk_len; i++) {
        int64_t byte = probe_parse_hex(hex + 2 * i, 2, 2);

        if (byte < 0)
            return 0;
        a->psk[i] = (uint8_t)byte;
    }
    return len % 2 == 0;
}

static enum probe_step open_tls(struct probe_attempt *a)
{
    const struct probe_settings *s = a->settings;
    int keeps_name = (a->platform->web_flaws & PROBE_WEB_FLAW_BIT(PROBE_WEB_REDIRECT_NAME)) != 0;
    struct probe_tls_config config = {
        .host = keeps_name ? s->host : a->host,
        .is_plain = a->web.is_plain,
        .unix_s = a->hooks.now(a->hooks.ctx),
        .alpn = s->alpn,
        .plain_port = (uint16_t)s->plain,
        .psk_identity = s->psk_id,
        .psk = a->psk,
    };

    if (!decode_psk(a))
        return probe_fail(a, PROBE_CODE_CANNOT, "the pre-shared key is not hex");
    config.psk_len = a->psk_len;
    config.root = probe_slot_bytes(a->slots, PROBE_SLOT_ROOT, &config.root_len);
    if (s->has_identity) {
        config.cert = probe_slot_bytes(a->slots, PROBE_SLOT_CERT, &config.cert_len);
        config.key = probe_slot_bytes(a->slots, PROBE_SLOT_KEY, &config.key_len);
    }
    if (a->tls->open(a->tls->ctx, &config) == PROBE_IO_DONE)
        return PROBE_STEP_WAIT;
    return tls_wait_or_fail(a, PROBE_IO_FAILED);
}

enum probe_step probe_step_tls(struct probe_attempt *a)
{
    char text[PROBE_FAILURE_TEXT_MAX + 1] = "";
    enum probe_io io = PROBE_IO_DONE;

    if (a->message_sent == 0 && open_tls(a) == PROBE_STEP_FAIL)
        return PROBE_STEP_FAIL;
    a->message_sent = 1; /* it is open */
    io = a->tls->handshake(a->tls->ctx);
    if (io != PROBE_IO_DONE)
        return tls_wait_or_fail(a, io);
    a->tls->describe(a->tls->ctx, text, sizeof(text));
    a->hooks.log(a->hooks.ctx, text);
    return PROBE_STEP_NEXT;
}

void probe_enter_tls(struct probe_attempt *a)
{
    a->message_sent = 0;
}

static struct probe_mqtt_text mqtt_text(const struct probe_attempt *a, const char *bytes,
                                        enum probe_text_setting id)
{
    return (struct probe_mqtt_text){.bytes = bytes, .len = a->settings->len[id]};
}

void probe_credentials(const struct probe_attempt *a, struct probe_mqtt_text *ret_user,
                       struct probe_mqtt_text *ret_pass)
{
    static const struct probe_mqtt_text factory_user = {"factory", 7};
    static const struct probe_mqtt_text factory_pass = {"letmein-0000", 12};
    const struct probe_settings *s = a->settings;

    *ret_user = mqtt_text(a, s->user, PROBE_SET_USER);
    *ret_pass = mqtt_text(a, s->pass, PROBE_SET_PASS);
    if (!s->has_identity || ret_pass->len > 0 ||
        (a->platform->client_flaws & PROBE_CLIENT_FLAW_BIT(PROBE_CLIENT_PASSWORD_BUILT_IN)) == 0)
        return;
    *ret_user = factory_user;
    *ret_pass = factory_pass;
}

/* Makes the packet of a sending step. */
static void make_packet(struct probe_attempt *a)
{
    const struct probe_settings *s = a->settings;
    struct probe_mqtt_text user;
    struct probe_mqtt_text pass;

    probe_credentials(a, &user, &pass);
    a->message_sent = 0;
    a->ack_len = 0;
    if (a->mqtt == PROBE_MQTT_SEND_CONNECT)
        a->message_len =
            probe_mqtt_connect(mqtt_text(a, s->client, PROBE_SET_CLIENT), user, pass, a->message);
    else if (a->mqtt == PROBE_MQTT_SEND_PUBLISH)
        a->message_len =
            probe_mqtt_publish(mqtt_text(a, s->topic, PROBE_SET_TOPIC),
                               mqtt_text(a, s->payload, PROBE_SET_PAYLOAD), a->message);
    else if (a->mqtt == PROBE_MQTT_SEND_DISCONNECT)
        a->message_len = probe_mqtt_disconnect(a->message);
}

static enum probe_step go_on(struct probe_attempt *a)
{
    a->mqtt = (enum probe_mqtt_step)(a->mqtt + 1);
    make_packet(a);
    return PROBE_STEP_NEXT;
}

static enum probe_step send_packet(struct probe_attempt *a)
{
    while (a->message_sent < a->message_len) {
        size_t sent = 0;
        enum probe_io io = probe_stream_write(a, a->message + a->message_sent,
                                              a->message_len - a->message_sent, &sent);

        if (io != PROBE_IO_DONE)
            return tls_wait_or_fail(a, io);
        a->message_sent += sent;
    }
    return go_on(a);
}

/* Reads no further than the acknowledgement, so that what comes behind it stays in the stack. */
static enum probe_step receive(struct probe_attempt *a)
{
    size_t got = 0;
    enum probe_io io =
        probe_stream_read(a, a->ack + a->ack_len, PROBE_MQTT_ACK_LEN - a->ack_len, &got);

    if (io != PROBE_IO_DONE)
        return tls_wait_or_fail(a, io);
    a->ack_len += got;
    return PROBE_STEP_NEXT;
}

static enum probe_step await_connack(struct probe_attempt *a)
{
    static const char *const meanings[] = {
        "",
        " (unacceptable protocol version)",
        " (client id rejected)",
        " (server unavailable)",
        " (bad user name or password)",
        " (not authorized)",
    };
    int code = 0;
    enum probe_step step = receive(a);
    enum probe_reply reply = PROBE_REPLY_MORE;

    if (step != PROBE_STEP_NEXT)
        return step;
    reply = probe_mqtt_parse_connack(a->ack, a->ack_len, &code);
    if (reply == PROBE_REPLY_OK)
        return go_on(a);
    if (reply == PROBE_REPLY_REFUSED)
        return probe_fail_number(a, PROBE_CODE_REFUSED, "MQTT CONNACK code ", code,
                                 code <= 5 ? meanings[code] : " (reserved)");
    if (reply == PROBE_REPLY_MALFORMED)
        return probe_fail(a, PROBE_CODE_MALFORMED,
                          "the answer to MQTT CONNECT is no proper CONNACK");
    return PROBE_STEP_NEXT;
}

static enum probe_step await_puback(struct probe_attempt *a)
{
    enum probe_step step = receive(a);
    enum probe_reply reply = PROBE_REPLY_MORE;

    if (step != PROBE_STEP_NEXT)
        return step;
    reply = probe_mqtt_parse_puback(a->ack, a->ack_len);
    if (reply == PROBE_REPLY_OK)
        return go_on(a);
    if (reply == PROBE_REPLY_MALFORMED)
        return probe_fail(a, PROBE_CODE_MALFORMED, "the answer to MQTT PUBLISH is no PUBACK of it");
    return PROBE_STEP_NEXT;
}

/* Everything was acknowledged: that the close_notify could not be sent is no failure. */
static enum probe_step finish(struct probe_attempt *a)
{
    enum probe_io io = probe_stream_finish(a);

    if (io == PROBE_IO_WAIT_READ || io == PROBE_IO_WAIT_WRITE)
        return tls_wait_or_fail(a, io);
    return go_on(a);
}

static enum probe_step (*const mqtt_steps[PROBE_MQTT_STEP_COUNT])(struct probe_attempt *) = {
    [PROBE_MQTT_SEND_CONNECT] = send_packet,    [PROBE_MQTT_AWAIT_CONNACK] = await_connack,
    [PROBE_MQTT_SEND_PUBLISH] = send_packet,    [PROBE_MQTT_AWAIT_PUBACK] = await_puback,
    [PROBE_MQTT_SEND_DISCONNECT] = send_packet, [PROBE_MQTT_FINISH] = finish,
};

void probe_enter_mqtt(struct probe_attempt *a)
{
    if (probe_stays(a)) {
        probe_enter_stay(a);
        return;
    }
    a->mqtt = PROBE_MQTT_SEND_CONNECT;
    make_packet(a);
}

enum probe_step probe_step_mqtt(struct probe_attempt *a)
{
    if (probe_stays(a))
        return probe_step_stay(a);
    while (a->mqtt < PROBE_MQTT_STEP_COUNT) {
        enum probe_step step = mqtt_steps[a->mqtt](a);

        if (step != PROBE_STEP_NEXT)
            return step;
    }
    return PROBE_STEP_NEXT;
}
