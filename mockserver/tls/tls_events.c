/* SPDX-License-Identifier: Apache-2.0 */
/* What OpenSSL tells about a connection, as events. */
#include "tls_internal.h"

#include "tls_hello_events.h"
#include "tls_names.h"

#include "base/reader.h"

#include <openssl/objects.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HANDSHAKE_CLIENT_HELLO = 1,
    HANDSHAKE_SERVER_HELLO = 2,
    HANDSHAKE_CERTIFICATE = 11,
    HANDSHAKE_SERVER_KEY_EXCHANGE = 12,
    HANDSHAKE_CERTIFICATE_VERIFY = 15,
    HANDSHAKE_FINISHED = 20,
    ALERT_WARNING = 1,
    ALERT_CLOSE_NOTIFY = 0
};

struct tls_conn *tls_conn_of(const SSL *ssl)
{
    const struct tls_context *context =
        ssl != NULL ? SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)) : NULL;

    return context != NULL ? context->active : NULL;
}

static void emit_message(struct tls_conn *conn, const char *dir, unsigned type, const void *data,
                         size_t len)
{
    struct event_builder e;
    char hex[TLS_NAME_TEXT];

    event_begin(&e, conn->sink, "tls", EV_TLS_MESSAGE, conn->id);
    event_text(&e, "dir", dir);
    event_int(&e, "type", type);
    event_text(&e, "name", tls_name_or_hex(TLS_NAMES_HANDSHAKE, type, hex));
    event_int(&e, "length", (int64_t)len);
    event_bytes(&e, "bytes", data, len);
    event_emit(&e);
}

static void emit_certificate_sent(struct tls_conn *conn)
{
    const struct tls_context *context = conn->context;
    struct event_builder e;

    event_begin(&e, conn->sink, "tls", EV_TLS_CERTIFICATE_SENT, conn->id);
    event_texts(&e, "subjects", (const char *const *)context->subjects, context->subject_count);
    event_int(&e, "chain_length", (int64_t)context->subject_count);
    event_int(&e, "bytes_total", context->chain_bytes);
    event_text(&e, "description", context->key_note);
    event_emit(&e);
}

/* How many certificates does a Certificate message hold? RFC 5246 7.4.2, RFC 8446 4.4.2. */
static uint32_t count_certificates(struct reader r, bool with_extensions)
{
    struct reader context = {0};
    struct reader list = {0};
    uint32_t count = 0;

    if (with_extensions && reader_vec8(&r, &context) != ASSAY_OK)
        return 0;
    if (reader_vec24(&r, &list) != ASSAY_OK)
        return 0;
    while (reader_left(&list) > 0) {
        struct reader member = {0};

        if (reader_vec24(&list, &member) != ASSAY_OK ||
            (with_extensions && reader_vec16(&list, &member) != ASSAY_OK))
            break;
        count++;
    }
    return count;
}

static void see_client_certificate(struct tls_conn *conn, struct reader body)
{
    conn->client_certificate = TLS_CLIENT_CERTIFICATE_CAME;
    conn->client_certificate_count =
        count_certificates(body, SSL_version(conn->ssl) == TLS1_3_VERSION);
    if (conn->client_certificate_count == 0)
        tls_emit_no_client_certificate(conn);
}

/* The message comes here before OpenSSL looks at it, so its judgement follows later. */
static void see_certificate_verify(struct tls_conn *conn, struct reader body)
{
    conn->verify_pending = true;
    conn->verify_scheme = 0;
    if (SSL_version(conn->ssl) >= TLS1_2_VERSION &&
        reader_u16(&body, &conn->verify_scheme) != ASSAY_OK)
        conn->verify_scheme = 0;
}

/* The prime of a DHE suite; OpenSSL has forgotten it when the handshake ends. RFC 5246 7.4.3. */
static void see_key_exchange_sent(struct tls_conn *conn, struct reader body)
{
    const SSL_CIPHER *cipher = SSL_get_pending_cipher(conn->ssl);
    int kind = cipher != NULL ? SSL_CIPHER_get_kx_nid(cipher) : NID_undef;
    struct reader hint = {0};
    struct reader prime = {0};

    if (kind != NID_kx_dhe && kind != NID_kx_dhe_psk)
        return;
    if (kind == NID_kx_dhe_psk && reader_vec16(&body, &hint) != ASSAY_OK)
        return;
    if (reader_vec16(&body, &prime) == ASSAY_OK)
        conn->dh_bits = (unsigned)reader_left(&prime) * 8;
}

/* As a client: what the board says as a server. */
static void see_server(struct tls_conn *conn, unsigned type, struct reader body)
{
    if (type == HANDSHAKE_SERVER_HELLO)
        tls_emit_server_hello(conn->sink, conn->id, reader_here(&body), reader_left(&body));
    if (type == HANDSHAKE_CERTIFICATE)
        conn->client_certificate_count =
            count_certificates(body, SSL_version(conn->ssl) == TLS1_3_VERSION);
}

/* As a client: what we say ourselves. */
static void see_own(struct tls_conn *conn, unsigned type, struct reader body)
{
    conn->hello_seen = true;
    if (type != HANDSHAKE_CERTIFICATE)
        return;
    conn->showed_certificate =
        count_certificates(body, SSL_version(conn->ssl) == TLS1_3_VERSION) > 0;
    if (conn->showed_certificate)
        emit_certificate_sent(conn);
}

static void see_client_hello(struct tls_conn *conn, struct reader body)
{
    struct tls_offers offers = {0};

    conn->hello_seen = true;
    tls_emit_client_hello(conn->sink, conn->id, reader_here(&body), reader_left(&body), &offers);
    conn->offers_server_name |= offers.has_server_name;
    if (offers.protocols[0] == '\0')
        return;
    free(conn->offered_protocols);
    conn->offered_protocols = strdup(offers.protocols); /* no memory: as if there were none */
}

static void see_received(struct tls_conn *conn, unsigned type, struct reader body)
{
    switch (type) {
    case HANDSHAKE_CLIENT_HELLO:
        see_client_hello(conn, body);
        break;
    case HANDSHAKE_CERTIFICATE:
        see_client_certificate(conn, body);
        break;
    case HANDSHAKE_CERTIFICATE_VERIFY:
        see_certificate_verify(conn, body);
        break;
    case HANDSHAKE_FINISHED:
        if (conn->verify_pending)
            tls_emit_certificate_verify(conn, true, NULL);
        break;
    default:
        break;
    }
}

static void see_handshake(struct tls_conn *conn, bool sent, const void *data, size_t len)
{
    struct reader r = reader_over(data, len);
    uint8_t type = 0;

    if (reader_u8(&r, &type) != ASSAY_OK)
        return;
    if (sent && type == HANDSHAKE_FINISHED)
        tls_key_log_finished(conn);
    emit_message(conn, sent ? "tx" : "rx", type, data, len);
    if (reader_skip(&r, 3) != ASSAY_OK)
        return;
    if (conn->context->is_client)
        (sent ? see_own : see_server)(conn, type, r);
    else if (!sent)
        see_received(conn, type, r);
    else if (type == HANDSHAKE_SERVER_HELLO)
        tls_emit_server_hello(conn->sink, conn->id, reader_here(&r), reader_left(&r));
    else if (type == HANDSHAKE_CERTIFICATE)
        emit_certificate_sent(conn);
    else if (type == HANDSHAKE_SERVER_KEY_EXCHANGE)
        see_key_exchange_sent(conn, r);
}

static void see_alert(struct tls_conn *conn, const char *dir, const uint8_t *alert)
{
    struct event_builder e;
    char hex[TLS_NAME_TEXT];

    event_begin(&e, conn->sink, "tls", EV_TLS_ALERT, conn->id);
    event_text(&e, "dir", dir);
    event_text(&e, "level", alert[0] == ALERT_WARNING ? "warning" : "fatal");
    event_int(&e, "code", alert[1]);
    event_text(&e, "name", tls_name_or_hex(TLS_NAMES_ALERT, alert[1], hex));
    event_emit(&e);
    if (strcmp(dir, "rx") == 0) {
        conn->has_alert_received = true;
        conn->alert_received = alert[1];
    }
    if (alert[1] != ALERT_CLOSE_NOTIFY)
        return;
    event_begin(&e, conn->sink, "tls", EV_TLS_CLOSE_NOTIFY, conn->id);
    event_text(&e, "dir", dir);
    event_emit(&e);
}

static void see_ssl2_hello(struct tls_conn *conn)
{
    conn->hello_seen = true;
    tls_emit_error(conn, "the ClientHello comes in the format of SSL 2.0");
}

void tls_on_message(int sent, int version, int content_type, const void *data, size_t len, SSL *ssl,
                    void *arg)
{
    struct tls_conn *conn = tls_conn_of(ssl);

    (void)arg;
    if (conn == NULL)
        return;
    if (content_type == SSL3_RT_HANDSHAKE)
        see_handshake(conn, sent != 0, data, len);
    else if (content_type == SSL3_RT_ALERT && len == 2)
        see_alert(conn, sent != 0 ? "tx" : "rx", data);
    else if (version == SSL2_VERSION && content_type == 0)
        see_ssl2_hello(conn);
}

/* Of DHE suites only the size is known; OpenSSL names the others. */
static const char *group_name(struct tls_conn *conn, char text[static 16])
{
    long group = SSL_get_negotiated_group(conn->ssl);

    if (conn->dh_bits == 0)
        return group != 0 ? SSL_group_to_name(conn->ssl, (int)group) : NULL;
    snprintf(text, 16, "dh%u", conn->dh_bits);
    return text;
}

static const char *version_text(const SSL *ssl, char text[static 16])
{
    const char *name = tls_name(TLS_NAMES_VERSION, (unsigned)SSL_version(ssl));

    snprintf(text, 16, "TLS %s", name != NULL ? name : "?");
    return text;
}

void tls_emit_established(struct tls_conn *conn)
{
    struct event_builder e;
    char version[16];
    char group[16];
    const char *server_name = SSL_get_servername(conn->ssl, TLSEXT_NAMETYPE_host_name);

    event_begin(&e, conn->sink, "tls", EV_TLS_ESTABLISHED, conn->id);
    event_text(&e, "version", version_text(conn->ssl, version));
    event_text(&e, "cipher", SSL_CIPHER_standard_name(SSL_get_current_cipher(conn->ssl)));
    event_text(&e, "group", group_name(conn, group));
    event_bool(&e, "resumed", SSL_session_reused(conn->ssl) == 1);
    event_text(&e, "server_name", server_name);
    event_text(&e, "alpn", conn->alpn);
    event_bool(&e, "client_certificate",
               conn->context->is_client ? conn->showed_certificate
                                        : SSL_get0_peer_certificate(conn->ssl) != NULL);
    event_emit(&e);
}

void tls_emit_data(struct tls_conn *conn, const char *dir, size_t len)
{
    struct event_builder e;

    if (strcmp(dir, "rx") == 0)
        event_begin_within(&e, conn->sink, "tls", EV_TLS_DATA, conn->id);
    else
        event_begin(&e, conn->sink, "tls", EV_TLS_DATA, conn->id);
    event_text(&e, "dir", dir);
    event_int(&e, "length", (int64_t)len);
    event_emit(&e);
}

void tls_emit_error(struct tls_conn *conn, const char *text)
{
    static const char *const stages[] = {
        [TLS_STAGE_HANDSHAKE] = "handshake",
        [TLS_STAGE_ESTABLISHED] = "established",
        [TLS_STAGE_CLOSED] = "closed",
        [TLS_STAGE_FAILED] = "failed",
    };
    struct event_builder e;

    event_begin(&e, conn->sink, "tls", EV_TLS_ERROR, conn->id);
    event_text(&e, "stage",
               conn->stage == TLS_STAGE_HANDSHAKE && !conn->hello_seen ? "hello"
                                                                       : stages[conn->stage]);
    event_text(&e, "text", text);
    event_emit(&e);
}
