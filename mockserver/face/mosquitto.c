/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mosquitto as its own configuration makes it: users of a password file, user names out of the TLS
 * layer, pre-shared keys (mosquitto.conf(5)); and the pre-shared key alone.
 */
#include "inside.h"

#include "password_file.h"

#include <stdio.h>

static enum assay_status prepare(struct face *face, struct assay_error *err)
{
    return password_file_check(face->settings->password_file, err);
}

/* The user name that the TLS layer gives; NULL: none. */
static const char *identity_of(const struct face_conn *conn)
{
    switch (conn->face->settings->identity) {
    case FACE_IDENTITY_COMMON_NAME:
        return conn->common_name[0] != '\0' ? conn->common_name : NULL;
    case FACE_IDENTITY_SUBJECT:
        return conn->has_certificate ? conn->subject : NULL;
    case FACE_IDENTITY_PSK:
        return conn->has_psk_identity ? conn->psk_identity : NULL;
    case FACE_IDENTITY_NONE:
        break;
    }
    return NULL;
}

static void check_identity(struct face_conn *conn, struct decision *ret)
{
    const char *identity = identity_of(conn);

    if (identity == NULL)
        face_refuse(conn, FACE_RULE_MOSQUITTO_IDENTITY, "CONNECT", ret, "%s",
                    conn->has_certificate ? "the certificate's subject has no common name"
                                          : "the board sent no certificate");
    else
        face_accept(conn, identity, "identity");
}

static void check_connect(struct face_conn *conn, const struct mqtt_connect *c,
                          struct mqtt_welcome *welcome, struct decision *ret)
{
    const struct face_settings *s = conn->face->settings;
    char user[FACE_NAME_TEXT];
    bool is_known = false;

    (void)welcome;
    if (s->identity != FACE_IDENTITY_NONE) {
        check_identity(conn, ret);
        return;
    }
    if (c->username.data == NULL) {
        if (!s->allow_anonymous)
            face_refuse(conn, FACE_RULE_MOSQUITTO_ANONYMOUS, "CONNECT", ret, NULL);
        else
            face_accept(conn, "", "nothing");
        return;
    }
    face_text(c->username, user, sizeof(user));
    /* Without a password file nobody is known: all are let in, or none (seen with 2.0.11). */
    is_known = s->password_file[0] != '\0'
                   ? password_file_has(s->password_file, c->username, c->password)
                   : s->allow_anonymous;
    if (is_known)
        face_accept(conn, user, "password");
    else
        face_refuse(conn, FACE_RULE_MOSQUITTO_PASSWORD, "CONNECT", ret, "%s \"%s\"",
                    password_file_has_user(s->password_file, c->username)
                        ? "the password is not that of"
                        : "there is no user",
                    user);
}

static void see_identity(struct face_conn *conn, const struct face_peer *peer)
{
    const struct face_settings *s = conn->face->settings;
    struct decision ignored = {NULL};

    if (s->psk_identity[0] == '\0')
        return;
    if (peer->psk_identity == NULL)
        face_refuse(conn, FACE_RULE_PSK_NONE, "TLS", &ignored, NULL);
    else if (!face_view_is(mqtt_view_text(peer->psk_identity), s->psk_identity))
        face_refuse(conn, FACE_RULE_PSK_IDENTITY, "TLS", &ignored, "\"%.64s\", not \"%.64s\"",
                    peer->psk_identity, s->psk_identity);
}

const struct face_functions face_mosquitto = {
    .prepare = prepare,
    .connect = check_connect,
    .handshake_failed = see_identity,
};

static void connect_by_key(struct face_conn *conn, const struct mqtt_connect *c,
                           struct mqtt_welcome *welcome, struct decision *ret)
{
    (void)c;
    (void)welcome;
    (void)ret;
    face_accept(conn, conn->psk_identity, "pre-shared key");
}

const struct face_functions face_psk = {
    .connect = connect_by_key,
    .handshake_failed = see_identity,
};
