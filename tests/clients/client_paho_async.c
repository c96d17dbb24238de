/* SPDX-License-Identifier: Apache-2.0 */
/* Eclipse paho C, its asynchronous face, as a client of the mock; see client_options.h. */
#include "client_options.h"

#include <MQTTAsync.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What the library's threads have told. */
struct state {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int done;    /* operations that succeeded */
    int arrived; /* messages */
    bool failed;
    bool is_v5;
};

static void note(struct state *state, int *counter, bool failed)
{
    pthread_mutex_lock(&state->lock);
    (*counter)++;
    state->failed |= failed;
    pthread_cond_broadcast(&state->changed);
    pthread_mutex_unlock(&state->lock);
}

static void on_success(void *ctx, MQTTAsync_successData *data)
{
    struct state *state = ctx;

    (void)data;
    note(state, &state->done, false);
}

static void on_success5(void *ctx, MQTTAsync_successData5 *data)
{
    struct state *state = ctx;

    (void)data;
    note(state, &state->done, false);
}

static void on_failure(void *ctx, MQTTAsync_failureData *data)
{
    struct state *state = ctx;

    fprintf(stderr, "failed: %d %s\n", data != NULL ? data->code : 0,
            data != NULL && data->message != NULL ? data->message : "");
    note(state, &state->done, true);
}

static void on_failure5(void *ctx, MQTTAsync_failureData5 *data)
{
    struct state *state = ctx;

    fprintf(stderr, "failed: %d, reason %d\n", data != NULL ? data->code : 0,
            data != NULL ? (int)data->reasonCode : 0);
    note(state, &state->done, true);
}

static void print_text(const char *name, MQTTProperties *p, enum MQTTPropertyCodes id)
{
    const MQTTProperty *found = MQTTProperties_getProperty(p, id);

    printf(" %s=", name);
    if (found != NULL)
        printf("%.*s", found->value.data.len, found->value.data.data);
    if (found != NULL && id == MQTTPROPERTY_CODE_USER_PROPERTY)
        printf(":%.*s", found->value.value.len, found->value.value.data);
}

static int on_message(void *ctx, char *topic, int len, MQTTAsync_message *message)
{
    struct state *state = ctx;

    (void)len;
    printf("arrived qos=%d retain=%d topic=%s payload=%.*s", message->qos, message->retained, topic,
           message->payloadlen, (const char *)message->payload);
    if (state->is_v5) {
        MQTTProperties *p = &message->properties;

        printf(" format=%d",
               (int)MQTTProperties_getNumericValue(p, MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR));
        print_text("content-type", p, MQTTPROPERTY_CODE_CONTENT_TYPE);
        print_text("response-topic", p, MQTTPROPERTY_CODE_RESPONSE_TOPIC);
        print_text("correlation", p, MQTTPROPERTY_CODE_CORRELATION_DATA);
        print_text("user", p, MQTTPROPERTY_CODE_USER_PROPERTY);
    }
    printf("\n");
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    note(state, &state->arrived, false);
    return 1;
}

static void wait_for(struct state *state, const int *counter, int wanted, const char *what)
{
    struct timespec end;

    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += CLIENT_WAIT_MS / 1000;
    pthread_mutex_lock(&state->lock);
    while (*counter < wanted && !state->failed)
        if (pthread_cond_timedwait(&state->changed, &state->lock, &end) != 0)
            break;
    if (*counter < wanted || state->failed)
        client_fail(what, "did not come");
    pthread_mutex_unlock(&state->lock);
}

static void check(const char *what, int code)
{
    if (code != MQTTASYNC_SUCCESS)
        client_fail(what, MQTTAsync_strerror(code));
}

static MQTTAsync_responseOptions response_options(struct state *state)
{
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;

    options.context = state;
    options.onSuccess = state->is_v5 ? NULL : on_success;
    options.onFailure = state->is_v5 ? NULL : on_failure;
    options.onSuccess5 = state->is_v5 ? on_success5 : NULL;
    options.onFailure5 = state->is_v5 ? on_failure5 : NULL;
    return options;
}

static void add_text(MQTTProperties *to, enum MQTTPropertyCodes id, const char *text,
                     const char *value)
{
    MQTTProperty p = {.identifier = id};

    p.value.data.data = (char *)(uintptr_t)text; /* not written to */
    p.value.data.len = (int)strlen(text);
    if (value != NULL) {
        p.value.value.data = (char *)(uintptr_t)value;
        p.value.value.len = (int)strlen(value);
    }
    check("property", MQTTProperties_add(to, &p));
}

static void add_properties(MQTTProperties *to)
{
    MQTTProperty format = {.identifier = MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR};

    format.value.byte = 1;
    check("property", MQTTProperties_add(to, &format));
    add_text(to, MQTTPROPERTY_CODE_CONTENT_TYPE, CLIENT_CONTENT_TYPE, NULL);
    add_text(to, MQTTPROPERTY_CODE_RESPONSE_TOPIC, CLIENT_RESPONSE_TOPIC, NULL);
    add_text(to, MQTTPROPERTY_CODE_CORRELATION_DATA, CLIENT_CORRELATION, NULL);
    add_text(to, MQTTPROPERTY_CODE_USER_PROPERTY, CLIENT_USER_KEY, CLIENT_USER_VALUE);
}

static void publish(MQTTAsync client, struct state *state, int qos, bool retained)
{
    struct client_message text = client_message(qos, retained);
    MQTTAsync_responseOptions options = response_options(state);
    MQTTAsync_message message = MQTTAsync_message_initializer;
    int wanted = state->done + 1;

    message.payload = text.payload;
    message.payloadlen = (int)strlen(text.payload);
    message.qos = qos;
    message.retained = retained;
    if (state->is_v5)
        add_properties(&message.properties);
    check("publish", MQTTAsync_sendMessage(client, text.topic, &message, &options));
    wait_for(state, &state->done, wanted, "the end of a publish");
    MQTTProperties_free(&message.properties);
}

static void talk(MQTTAsync client, struct state *state)
{
    for (int qos = 0; qos < 3; qos++) {
        struct client_message text = client_message(qos, true);
        MQTTAsync_responseOptions options = response_options(state);
        int wanted = 0;

        publish(client, state, qos, true);
        wanted = state->done + 1;
        check("subscribe", MQTTAsync_subscribe(client, text.topic, qos, &options));
        wait_for(state, &state->done, wanted, "SUBACK");
        wait_for(state, &state->arrived, 2 * qos + 1, "the retained message");
        publish(client, state, qos, false);
        wait_for(state, &state->arrived, 2 * qos + 2, "the message");
        options = response_options(state);
        wanted = state->done + 1;
        check("unsubscribe", MQTTAsync_unsubscribe(client, text.topic, &options));
        wait_for(state, &state->done, wanted, "UNSUBACK");
    }
}

static void connect_client(MQTTAsync client, const struct client_options *o, struct state *state)
{
    MQTTAsync_connectOptions v3 = MQTTAsync_connectOptions_initializer;
    MQTTAsync_connectOptions v5 = MQTTAsync_connectOptions_initializer5;
    MQTTAsync_connectOptions options = state->is_v5 ? v5 : v3;
    MQTTAsync_SSLOptions ssl = MQTTAsync_SSLOptions_initializer;

    if (!state->is_v5)
        options.MQTTVersion = strcmp(o->version, "3.1") == 0 ? MQTTVERSION_3_1 : MQTTVERSION_3_1_1;
    options.context = state;
    options.onSuccess = state->is_v5 ? NULL : on_success;
    options.onFailure = state->is_v5 ? NULL : on_failure;
    options.onSuccess5 = state->is_v5 ? on_success5 : NULL;
    options.onFailure5 = state->is_v5 ? on_failure5 : NULL;
    options.username = o->username;
    options.password = o->password;
    ssl.trustStore = o->ca;
    ssl.keyStore = o->cert;
    ssl.privateKey = o->key;
    ssl.verify = 1;
    if (client_has_tls(o))
        options.ssl = &ssl;
    check("connect", MQTTAsync_connect(client, &options));
    wait_for(state, &state->done, 1, "CONNACK");
}

static void disconnect(MQTTAsync client, struct state *state)
{
    MQTTAsync_disconnectOptions v3 = MQTTAsync_disconnectOptions_initializer;
    MQTTAsync_disconnectOptions v5 = MQTTAsync_disconnectOptions_initializer5;
    MQTTAsync_disconnectOptions options = state->is_v5 ? v5 : v3;
    int wanted = state->done + 1;

    options.context = state;
    options.onSuccess = state->is_v5 ? NULL : on_success;
    options.onSuccess5 = state->is_v5 ? on_success5 : NULL;
    check("disconnect", MQTTAsync_disconnect(client, &options));
    wait_for(state, &state->done, wanted, "the end");
}

int main(int argc, char **argv)
{
    struct state state = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    MQTTAsync_createOptions v3 = MQTTAsync_createOptions_initializer;
    MQTTAsync_createOptions v5 = MQTTAsync_createOptions_initializer5;
    struct client_options o;
    MQTTAsync client = NULL;

    if (!client_options_read(argc, argv, &o))
        client_fail("usage", "see client_options.h");
    state.is_v5 = client_is_v5(&o);
    check("create",
          MQTTAsync_createWithOptions(&client, client_uri(&o, "tcp", "ssl"), "paho-async",
                                      MQTTCLIENT_PERSISTENCE_NONE, NULL, state.is_v5 ? &v5 : &v3));
    check("callbacks", MQTTAsync_setCallbacks(client, &state, NULL, on_message, NULL));
    connect_client(client, &o, &state);
    talk(client, &state);
    disconnect(client, &state);
    MQTTAsync_destroy(&client);
    printf("end\n");
    return 0;
}
