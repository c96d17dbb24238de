/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secrets of a connection, as lines of the key log that tshark reads
 * (draft-ietf-tls-keylogfile): from OpenSSL's callback, or, cheaper, from a tls_library.
 */
#include "tls_internal.h"

#include "tls_library.h"

#include "base/writer.h"

#include <openssl/crypto.h>

#include <string.h>

enum { KEY_LOG_LINE = 256 };

static const struct secret_row {
    const char *label; /* RFC 8446 section 7.1 */
    const char *name;
} secret_rows[] = {
    {"c e traffic", "CLIENT_EARLY_TRAFFIC_SECRET"},
    {"e exp master", "EARLY_EXPORTER_SECRET"},
    {"c hs traffic", "CLIENT_HANDSHAKE_TRAFFIC_SECRET"},
    {"s hs traffic", "SERVER_HANDSHAKE_TRAFFIC_SECRET"},
    {"c ap traffic", "CLIENT_TRAFFIC_SECRET_0"},
    {"s ap traffic", "SERVER_TRAFFIC_SECRET_0"},
    {"exp master", "EXPORTER_SECRET"},
};

static void emit_line(const struct tls_conn *conn, const void *line, size_t len)
{
    struct event_builder e;

    event_begin(&e, conn->sink, "tls", EV_TLS_KEY_LOG, conn->id);
    event_secret(&e, "line", line, len);
    event_emit(&e);
}

void tls_on_key_log(const SSL *ssl, const char *line)
{
    const struct tls_conn *conn = tls_conn_of(ssl);

    if (conn != NULL)
        emit_line(conn, line, strlen(line));
}

static enum assay_status add_hex(struct writer *w, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        ASSAY_TRY(writer_u8(w, (uint8_t)digits[bytes[i] >> 4]));
        ASSAY_TRY(writer_u8(w, (uint8_t)digits[bytes[i] & 15]));
    }
    return ASSAY_OK;
}

static enum assay_status write_line(const struct tls_conn *conn, const char *name,
                                    const void *secret, size_t len, struct writer *line)
{
    uint8_t random[SSL3_RANDOM_SIZE];
    size_t random_len = SSL_get_client_random(conn->ssl, random, sizeof(random));

    ASSAY_TRY(writer_bytes(line, name, strlen(name)));
    ASSAY_TRY(writer_u8(line, ' '));
    ASSAY_TRY(add_hex(line, random, random_len));
    ASSAY_TRY(writer_u8(line, ' '));
    return add_hex(line, secret, len);
}

static void log_secret(const struct tls_conn *conn, const char *name, const void *secret,
                       size_t len)
{
    char text[KEY_LOG_LINE];
    struct writer line = writer_over(text, sizeof(text));

    if (write_line(conn, name, secret, len, &line) == ASSAY_OK)
        emit_line(conn, text, line.len);
    OPENSSL_cleanse(text, line.len);
}

static void on_secret(void *ctx, const char *label, size_t label_len, const void *secret,
                      size_t len)
{
    for (size_t i = 0; i < sizeof(secret_rows) / sizeof(secret_rows[0]); i++)
        if (strlen(secret_rows[i].label) == label_len &&
            memcmp(secret_rows[i].label, label, label_len) == 0)
            log_secret(ctx, secret_rows[i].name, secret, len);
}

void tls_key_log_watch(struct tls_conn *conn, bool on)
{
    const struct tls_context *context = conn->context;

    if (context->library != NULL && context->config.key_log)
        tls_library_watch(context->library, on ? on_secret : NULL, conn);
}

void tls_key_log_finished(const struct tls_conn *conn)
{
    const SSL_SESSION *session = SSL_get_session(conn->ssl);
    uint8_t secret[SSL_MAX_MASTER_KEY_LENGTH];
    size_t len = 0;

    if (conn->context->library == NULL || !conn->context->config.key_log || session == NULL ||
        SSL_version(conn->ssl) >= TLS1_3_VERSION)
        return;
    len = SSL_SESSION_get_master_key(session, secret, sizeof(secret));
    log_secret(conn, "CLIENT_RANDOM", secret, len);
    OPENSSL_cleanse(secret, sizeof(secret));
}
