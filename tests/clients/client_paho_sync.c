/* SPDX-License-Identifier: Apache-2.0 */
/* Eclipse paho C, its synchronous face, as a client of the mock; see client_options.h. */
#include "client_options.h"

#include <MQTTClient.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void check(const char *what, int code)
{
    if (code != MQTTCLIENT_SUCCESS)
        client_fail(what, MQTTReasonCode_toString((enum MQTTReasonCodes)code) != NULL
                              ? MQTTReasonCode_toString((enum MQTTReasonCodes)code)
                              : MQTTClient_strerror(code));
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

static MQTTLenString text_of(MQTTProperties *p, enum MQTTPropertyCodes id)
{
    const MQTTProperty *found = MQTTProperties_getProperty(p, id);
    MQTTLenString none = {0, NULL};

    return found != NULL ? found->value.data : none;
}

static void print_properties(MQTTProperties *p)
{
    MQTTLenString type = text_of(p, MQTTPROPERTY_CODE_CONTENT_TYPE);
    MQTTLenString response = text_of(p, MQTTPROPERTY_CODE_RESPONSE_TOPIC);
    MQTTLenString correlation = text_of(p, MQTTPROPERTY_CODE_CORRELATION_DATA);
    const MQTTProperty *user = MQTTProperties_getProperty(p, MQTTPROPERTY_CODE_USER_PROPERTY);

    printf(" format=%d content-type=%.*s response-topic=%.*s correlation=%.*s user=",
           (int)MQTTProperties_getNumericValue(p, MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR),
           type.len, type.data, response.len, response.data, correlation.len, correlation.data);
    if (user != NULL)
        printf("%.*s:%.*s", user->value.data.len, user->value.data.data, user->value.value.len,
               user->value.value.data);
}

static void receive(MQTTClient client, const struct client_options *o)
{
    MQTTClient_message *message = NULL;
    char *topic = NULL;
    int len = 0;

    check("receive", MQTTClient_receive(client, &topic, &len, &message, CLIENT_WAIT_MS));
    if (message == NULL)
        client_fail("receive", "no message came");
    printf("arrived qos=%d retain=%d topic=%s payload=%.*s", message->qos, message->retained, topic,
           message->payloadlen, (const char *)message->payload);
    if (client_is_v5(o))
        print_properties(&message->properties);
    printf("\n");
    MQTTClient_freeMessage(&message);
    MQTTClient_free(topic);
}

static void publish(MQTTClient client, const struct client_options *o, int qos, bool retained)
{
    struct client_message text = client_message(qos, retained);
    MQTTClient_message message = MQTTClient_message_initializer;
    MQTTClient_deliveryToken token = 0;

    message.payload = text.payload;
    message.payloadlen = (int)strlen(text.payload);
    message.qos = qos;
    message.retained = retained;
    if (client_is_v5(o)) {
        MQTTResponse response;

        add_properties(&message.properties);
        response = MQTTClient_publishMessage5(client, text.topic, &message, &token);
        check("publish", (int)response.reasonCode);
        MQTTResponse_free(response);
        MQTTProperties_free(&message.properties);
    } else {
        check("publish", MQTTClient_publishMessage(client, text.topic, &message, &token));
    }
    check("the end of a publish", MQTTClient_waitForCompletion(client, token, CLIENT_WAIT_MS));
}

static void subscribe(MQTTClient client, const struct client_options *o, int qos, bool off)
{
    struct client_message text = client_message(qos, true);
    MQTTResponse response = MQTTResponse_initializer;
    int code = 0;

    if (!client_is_v5(o)) {
        code = off ? MQTTClient_unsubscribe(client, text.topic)
                   : MQTTClient_subscribe(client, text.topic, qos);
        check(off ? "unsubscribe" : "subscribe", code);
        return;
    }
    response = off ? MQTTClient_unsubscribe5(client, text.topic, NULL)
                   : MQTTClient_subscribe5(client, text.topic, qos, NULL, NULL);
    code = (int)response.reasonCode;
    if (code != (off ? 0 : qos))
        client_fail(off ? "unsubscribe" : "subscribe", "another answer than was asked for");
    MQTTResponse_free(response);
}

static void talk(MQTTClient client, const struct client_options *o)
{
    for (int qos = 0; qos < 3; qos++) {
        publish(client, o, qos, true);
        subscribe(client, o, qos, false);
        receive(client, o);
        publish(client, o, qos, false);
        receive(client, o);
        subscribe(client, o, qos, true);
    }
}

static void connect_client(MQTTClient client, const struct client_options *o)
{
    MQTTClient_connectOptions v3 = MQTTClient_connectOptions_initializer;
    MQTTClient_connectOptions v5 = MQTTClient_connectOptions_initializer5;
    MQTTClient_connectOptions options = client_is_v5(o) ? v5 : v3;
    MQTTClient_SSLOptions ssl = MQTTClient_SSLOptions_initializer;

    if (!client_is_v5(o))
        options.MQTTVersion = strcmp(o->version, "3.1") == 0 ? MQTTVERSION_3_1 : MQTTVERSION_3_1_1;
    options.username = o->username;
    options.password = o->password;
    ssl.trustStore = o->ca;
    ssl.keyStore = o->cert;
    ssl.privateKey = o->key;
    ssl.verify = 1;
    if (client_has_tls(o))
        options.ssl = &ssl;
    if (client_is_v5(o)) {
        MQTTResponse response = MQTTClient_connect5(client, &options, NULL, NULL);

        check("connect", (int)response.reasonCode);
        MQTTResponse_free(response);
    } else {
        check("connect", MQTTClient_connect(client, &options));
    }
}

int main(int argc, char **argv)
{
    MQTTClient_createOptions create = MQTTClient_createOptions_initializer;
    struct client_options o;
    MQTTClient client = NULL;

    if (!client_options_read(argc, argv, &o))
        client_fail("usage", "see client_options.h");
    create.MQTTVersion = client_is_v5(&o) ? MQTTVERSION_5 : MQTTVERSION_DEFAULT;
    check("create", MQTTClient_createWithOptions(&client, client_uri(&o, "tcp", "ssl"), "paho-sync",
                                                 MQTTCLIENT_PERSISTENCE_NONE, NULL, &create));
    connect_client(client, &o);
    talk(client, &o);
    check("disconnect", client_is_v5(&o) ? MQTTClient_disconnect5(client, CLIENT_WAIT_MS,
                                                                  MQTTREASONCODE_SUCCESS, NULL)
                                         : MQTTClient_disconnect(client, CLIENT_WAIT_MS));
    MQTTClient_destroy(&client);
    printf("end\n");
    return 0;
}
