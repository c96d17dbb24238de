/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arduino Cloud, as the library ArduinoIoTCloud speaks to it; the service publishes no paper about
 * its protocol. Port 8884: device id and secret. Port 8885: the certificate of a secure element,
 * whose common name is the device id.
 */
#include "inside.h"

#include <stdio.h>
#include <string.h>

static const char *const device_topics[] = {"/a/d/{device}/c/up", "/a/d/{device}/e/o",
                                            "/a/d/{device}/s/o", NULL};
static const char *const device_filters[] = {"/a/d/{device}/c/dw", "/a/d/{device}/e/i",
                                             "/a/d/{device}/s/i", NULL};
static const char *const thing_topics[] = {"/a/t/{device}/e/o", "/a/t/{device}/s/o",
                                           "/a/t/{device}/shadow/o", NULL};
static const char *const thing_filters[] = {"/a/t/{device}/e/i", "/a/t/{device}/s/i",
                                            "/a/t/{device}/shadow/i", NULL};
/* Which thing it is does not matter where the settings name none. */
static const char *const any_topics[] = {"/a/t/+/e/o", "/a/t/+/s/o", "/a/t/+/shadow/o", NULL};
static const char *const any_filters[] = {"/a/t/+/e/i", "/a/t/+/s/i", "/a/t/+/shadow/i", NULL};

enum { PORT_CERTIFICATE = 8885 };

static void admit(struct face_conn *conn, const struct face_peer *peer, struct decision *ret)
{
    if (conn->face->settings->port == PORT_CERTIFICATE && !peer->has_certificate)
        face_refuse(conn, FACE_RULE_ARDUINO_CERTIFICATE, "TLS", ret, NULL);
}

/* Who it says it is, by what the port asks for. */
static bool device_of(struct face_conn *conn, const struct mqtt_connect *c, char *device,
                      size_t cap, struct decision *ret)
{
    const struct face_settings *s = conn->face->settings;

    if (s->port == PORT_CERTIFICATE) {
        snprintf(device, cap, "%s", conn->common_name);
        return true;
    }
    if (c->username.data == NULL || c->password.data == NULL) {
        face_refuse(conn, FACE_RULE_ARDUINO_LOGIN, "CONNECT", ret, "it has no %s",
                    c->username.data == NULL ? "user name" : "password");
        return false;
    }
    face_text(c->username, device, cap);
    if (s->secret[0] != '\0' && !face_view_is(c->password, s->secret)) {
        face_refuse(conn, FACE_RULE_ARDUINO_SECRET, "CONNECT", ret, NULL);
        return false;
    }
    return true;
}

static void check_connect(struct face_conn *conn, const struct mqtt_connect *c,
                          struct mqtt_welcome *welcome, struct decision *ret)
{
    const struct face_settings *s = conn->face->settings;
    bool by_certificate = s->port == PORT_CERTIFICATE;
    char device[256] = "";
    char text[160];

    (void)welcome;
    if (!device_of(conn, c, device, sizeof(device), ret))
        return;
    if (device[0] == '\0' || (s->device[0] != '\0' && strcmp(device, s->device) != 0)) {
        face_refuse(conn, FACE_RULE_ARDUINO_IDENTITY, "CONNECT", ret, "it is \"%s\"", device);
        return;
    }
    if (!face_view_is(c->client_id, device)) {
        face_refuse(conn, FACE_RULE_ARDUINO_CLIENT_ID, "CONNECT", ret, "it is \"%s\", not \"%s\"",
                    face_text(c->client_id, text, sizeof(text)), device);
        return;
    }
    face_accept(conn, device, by_certificate ? "certificate" : "secret");
}

static bool is_allowed(const struct face_conn *conn, const char *const *of_device,
                       const char *const *of_thing, const char *const *of_any,
                       struct mqtt_view topic)
{
    const char *thing = conn->face->settings->thing;

    return face_topic_is_one_of(of_device, conn->device, topic) ||
           face_topic_is_one_of(thing[0] != '\0' ? of_thing : of_any, thing, topic);
}

static void publish(struct face_conn *conn, const struct mqtt_packet *p, struct mqtt_view topic,
                    struct decision *ret)
{
    char text[160];

    (void)p;
    if (!is_allowed(conn, device_topics, thing_topics, any_topics, topic))
        face_refuse(conn, FACE_RULE_ARDUINO_TOPIC, "PUBLISH", ret, "this one to \"%s\"",
                    face_text(topic, text, sizeof(text)));
}

static void subscribe(struct face_conn *conn, const struct mqtt_filter *f, struct decision *ret)
{
    char text[160];

    if (!is_allowed(conn, device_filters, thing_filters, any_filters, f->filter))
        face_refuse(conn, FACE_RULE_ARDUINO_FILTER, "SUBSCRIBE", ret, "this one to \"%s\"",
                    face_text(f->filter, text, sizeof(text)));
}

const struct face_functions face_arduino = {
    .admit = admit,
    .connect = check_connect,
    .publish = publish,
    .subscribe = subscribe,
};
