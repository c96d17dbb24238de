/* SPDX-License-Identifier: Apache-2.0 */
/* libmosquitto as a client of the mock; see client_options.h. */
#include "client_options.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What has come so far. */
struct state {
    bool connected, failed;
    int subscribed, unsubscribed, published, arrived, disconnected;
};

static void check(const char *what, int code)
{
    if (code != MOSQ_ERR_SUCCESS)
        client_fail(what, mosquitto_strerror(code));
}

static void on_connect(struct mosquitto *m, void *ctx, int code, int flags,
                       const mosquitto_property *properties)
{
    (void)m;
    (void)flags;
    (void)properties;
    ((struct state *)ctx)->connected = code == 0;
    ((struct state *)ctx)->failed = code != 0;
}

static void on_subscribe(struct mosquitto *m, void *ctx, int id, int count, const int *granted)
{
    (void)m;
    (void)id;
    ((struct state *)ctx)->subscribed++;
    for (int i = 0; i < count; i++)
        ((struct state *)ctx)->failed |= granted[i] > 2;
}

static void on_unsubscribe(struct mosquitto *m, void *ctx, int id)
{
    (void)m;
    (void)id;
    ((struct state *)ctx)->unsubscribed++;
}

static void on_publish(struct mosquitto *m, void *ctx, int id)
{
    (void)m;
    (void)id;
    ((struct state *)ctx)->published++;
}

static void on_disconnect(struct mosquitto *m, void *ctx, int code)
{
    (void)m;
    ((struct state *)ctx)->disconnected++;
    ((struct state *)ctx)->failed |= code != 0;
}

static void print_properties(const mosquitto_property *p)
{
    uint8_t format = 0;
    char *type = NULL;
    char *response = NULL;
    char *key = NULL;
    char *value = NULL;
    void *correlation = NULL;
    uint16_t len = 0;

    mosquitto_property_read_byte(p, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, &format, false);
    mosquitto_property_read_string(p, MQTT_PROP_CONTENT_TYPE, &type, false);
    mosquitto_property_read_string(p, MQTT_PROP_RESPONSE_TOPIC, &response, false);
    mosquitto_property_read_binary(p, MQTT_PROP_CORRELATION_DATA, &correlation, &len, false);
    mosquitto_property_read_string_pair(p, MQTT_PROP_USER_PROPERTY, &key, &value, false);
    printf(" format=%d content-type=%s response-topic=%s correlation=%.*s user=%s:%s", format,
           type != NULL ? type : "", response != NULL ? response : "", (int)len,
           correlation != NULL ? (const char *)correlation : "", key != NULL ? key : "",
           value != NULL ? value : "");
    free(type);
    free(response);
    free(correlation);
    free(key);
    free(value);
}

static void on_message(struct mosquitto *m, void *ctx, const struct mosquitto_message *message,
                       const mosquitto_property *properties)
{
    (void)m;
    ((struct state *)ctx)->arrived++;
    printf("arrived qos=%d retain=%d topic=%s payload=%.*s", message->qos, message->retain,
           message->topic, message->payloadlen, (const char *)message->payload);
    if (properties != NULL)
        print_properties(properties);
    printf("\n");
}

/* Until *counter has reached `wanted`. */
static void wait_for(struct mosquitto *m, const struct state *state, const int *counter, int wanted,
                     const char *what)
{
    struct timespec now;
    time_t end = 0;

    clock_gettime(CLOCK_MONOTONIC, &now);
    end = now.tv_sec + CLIENT_WAIT_MS / 1000;
    while (*counter < wanted && now.tv_sec < end && !state->failed) {
        int code = mosquitto_loop(m, 100, 1);

        if (code != MOSQ_ERR_SUCCESS && state->disconnected == 0)
            client_fail(what, mosquitto_strerror(code));
        if (code != MOSQ_ERR_SUCCESS)
            break;
        clock_gettime(CLOCK_MONOTONIC, &now);
    }
    if (*counter < wanted || state->failed)
        client_fail(what, "did not come");
}

static mosquitto_property *properties_of_message(const struct client_options *o)
{
    mosquitto_property *p = NULL;

    if (!client_is_v5(o))
        return NULL;
    check("format", mosquitto_property_add_byte(&p, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, 1));
    check("type", mosquitto_property_add_string(&p, MQTT_PROP_CONTENT_TYPE, CLIENT_CONTENT_TYPE));
    check("response",
          mosquitto_property_add_string(&p, MQTT_PROP_RESPONSE_TOPIC, CLIENT_RESPONSE_TOPIC));
    check("correlation",
          mosquitto_property_add_binary(&p, MQTT_PROP_CORRELATION_DATA, CLIENT_CORRELATION,
                                        sizeof(CLIENT_CORRELATION) - 1));
    check("user", mosquitto_property_add_string_pair(&p, MQTT_PROP_USER_PROPERTY, CLIENT_USER_KEY,
                                                     CLIENT_USER_VALUE));
    return p;
}

static void publish(struct mosquitto *m, const struct client_options *o, int qos, bool retained)
{
    struct client_message message = client_message(qos, retained);
    mosquitto_property *p = properties_of_message(o);

    check("publish", mosquitto_publish_v5(m, NULL, message.topic, (int)strlen(message.payload),
                                          message.payload, qos, retained, p));
    mosquitto_property_free_all(&p);
}

static void talk(struct mosquitto *m, const struct client_options *o, struct state *state)
{
    for (int qos = 0; qos < 3; qos++) {
        struct client_message message = client_message(qos, true);

        publish(m, o, qos, true);
        wait_for(m, state, &state->published, 2 * qos + 1, "the end of a publish");
        check("subscribe", mosquitto_subscribe(m, NULL, message.topic, qos));
        wait_for(m, state, &state->subscribed, qos + 1, "SUBACK");
        wait_for(m, state, &state->arrived, 2 * qos + 1, "the retained message");
        publish(m, o, qos, false);
        wait_for(m, state, &state->published, 2 * qos + 2, "the end of a publish");
        wait_for(m, state, &state->arrived, 2 * qos + 2, "the message");
        check("unsubscribe", mosquitto_unsubscribe(m, NULL, message.topic));
        wait_for(m, state, &state->unsubscribed, qos + 1, "UNSUBACK");
    }
    check("disconnect", mosquitto_disconnect(m));
    wait_for(m, state, &state->disconnected, 1, "the end");
}

static void configure(struct mosquitto *m, const struct client_options *o)
{
    int version = client_is_v5(o)                  ? MQTT_PROTOCOL_V5
                  : strcmp(o->version, "3.1") == 0 ? MQTT_PROTOCOL_V31
                                                   : MQTT_PROTOCOL_V311;

    check("version", mosquitto_int_option(m, MOSQ_OPT_PROTOCOL_VERSION, version));
    mosquitto_connect_v5_callback_set(m, on_connect);
    mosquitto_subscribe_callback_set(m, on_subscribe);
    mosquitto_unsubscribe_callback_set(m, on_unsubscribe);
    mosquitto_publish_callback_set(m, on_publish);
    mosquitto_message_v5_callback_set(m, on_message);
    mosquitto_disconnect_callback_set(m, on_disconnect);
    if (o->username != NULL)
        check("password", mosquitto_username_pw_set(m, o->username, o->password));
    if (client_has_tls(o))
        check("tls", mosquitto_tls_set(m, o->ca, NULL, o->cert, o->key, NULL));
}

int main(int argc, char **argv)
{
    struct client_options o;
    struct state state = {0};
    struct mosquitto *m = NULL;
    int connected = 0;

    if (!client_options_read(argc, argv, &o))
        client_fail("usage", "see client_options.h");
    mosquitto_lib_init();
    m = mosquitto_new("libmosquitto", true, &state);
    if (m == NULL)
        client_fail("mosquitto_new", "no memory");
    configure(m, &o);
    check("connect", mosquitto_connect(m, "localhost", (int)strtol(o.port, NULL, 10), 60));
    while (!state.connected && !state.failed && connected++ < CLIENT_WAIT_MS / 100)
        check("connecting", mosquitto_loop(m, 100, 1));
    if (!state.connected)
        client_fail("connect", "refused");
    talk(m, &o, &state);
    printf("end\n");
    mosquitto_destroy(m);
    mosquitto_lib_cleanup();
    return 0;
}
