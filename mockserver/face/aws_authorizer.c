/* SPDX-License-Identifier: Apache-2.0 */
/* Custom authentication over MQTT: what the user name carries behind its question mark. */
#include "inside.h"

#include "base/buf.h"
#include "face/sas.h"

#include <string.h>

enum { VALUE_MAX = 8192 };

static const char name_field[] = "x-amz-customauthorizer-name";
static const char signature_field[] = "x-amz-customauthorizer-signature";

/* The value behind name= in a query, decoded; false: not there, or not encoded as URLs are. */
static bool query_value(struct mqtt_view query, const char *name, struct buf *out)
{
    const char *text = (const char *)query.data;
    size_t name_len = strlen(name);

    for (size_t at = 0; at < query.len;) {
        const char *end = memchr(text + at, '&', query.len - at);
        size_t len = end != NULL ? (size_t)(end - text) - at : query.len - at;

        if (len > name_len && text[at + name_len] == '=' && strncmp(text + at, name, name_len) == 0)
            return percent_decode(text + at + name_len + 1, len - name_len - 1, out) == ASSAY_OK;
        at += len + 1;
    }
    return false;
}

static struct mqtt_view query_of(struct mqtt_view username, struct mqtt_view *ret_user)
{
    const uint8_t *mark = username.len > 0 ? memchr(username.data, '?', username.len) : NULL;
    size_t user_len = mark != NULL ? (size_t)(mark - username.data) : username.len;

    *ret_user = mqtt_view_bytes(username.data, user_len);
    return mark != NULL ? mqtt_view_bytes(mark + 1, username.len - user_len - 1)
                        : mqtt_view_bytes("", 0);
}

static void check_name(struct face_conn *conn, struct mqtt_view query, struct decision *ret)
{
    const char *want = conn->face->settings->authorizer;
    struct buf name;

    buf_init(&name, VALUE_MAX);
    /* Without a name the account's default authorizer is asked. */
    if (query_value(query, name_field, &name) && strcmp(buf_text(&name), want) != 0)
        face_refuse(conn, FACE_RULE_AWS_AUTHORIZER, "CONNECT", ret, "\"%.64s\", not \"%s\"",
                    buf_text(&name), want);
    buf_done(&name);
}

static void check_signature(struct face_conn *conn, const struct buf *token,
                            const struct buf *encoded, struct decision *ret)
{
    struct buf signature;

    buf_init(&signature, VALUE_MAX);
    if (buf_add_from_base64(&signature, buf_text(encoded), encoded->len) != ASSAY_OK)
        face_refuse(conn, FACE_RULE_AWS_SIGNATURE_TEXT, "CONNECT", ret, NULL);
    else if (!face_key_verifies(conn->face->key, token->data, token->len, signature.data,
                                signature.len))
        face_refuse(conn, FACE_RULE_AWS_SIGNATURE_WRONG, "CONNECT", ret, NULL);
    buf_done(&signature);
}

static void check_token(struct face_conn *conn, struct mqtt_view query, struct decision *ret)
{
    const char *token_key = conn->face->settings->token_key;
    struct buf token;
    struct buf signature;

    buf_init(&token, VALUE_MAX);
    buf_init(&signature, VALUE_MAX);
    if (!query_value(query, token_key, &token) || token.len == 0)
        face_refuse(conn, FACE_RULE_AWS_TOKEN, "CONNECT", ret, "the key is \"%s\"", token_key);
    else if (!query_value(query, signature_field, &signature))
        face_refuse(conn, FACE_RULE_AWS_SIGNATURE, "CONNECT", ret, NULL);
    else
        check_signature(conn, &token, &signature, ret);
    buf_done(&token);
    buf_done(&signature);
}

void aws_authorize(struct face_conn *conn, const struct mqtt_connect *c, struct decision *ret)
{
    const struct face_settings *s = conn->face->settings;
    struct mqtt_view user = {0};
    struct mqtt_view query = query_of(c->username, &user);
    bool wrong_user = s->username[0] != '\0' && !face_view_is(user, s->username);
    bool wrong_password = s->password[0] != '\0' && !face_view_is(c->password, s->password);

    if (s->authorizer[0] == '\0') {
        face_refuse(conn, FACE_RULE_AWS_AUTHORIZER_NONE, "CONNECT", ret,
                    "offer x-amzn-mqtt-ca to come with a certificate, or set face.authorizer");
        return;
    }
    check_name(conn, query, ret);
    if (ret->rule == NULL && s->token_key[0] != '\0')
        check_token(conn, query, ret);
    if (ret->rule == NULL && (wrong_user || wrong_password))
        face_refuse(conn, FACE_RULE_AWS_LOGIN, "CONNECT", ret, "the %s",
                    wrong_user ? "user name" : "password");
}
