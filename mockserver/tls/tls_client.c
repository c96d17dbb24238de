/* SPDX-License-Identifier: Apache-2.0 */
/* The bench as a TLS client: what it trusts, and what it says of the board's certificate. */
#include "tls_internal.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In place of X509_verify_cert(): at scenario time, told, and without consequence. */
static int look_at_chain(X509_STORE_CTX *chain, void *arg)
{
    struct tls_context *context = arg;
    const SSL *ssl = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_conn *conn = tls_conn_of(ssl);
    bool ok = false;

    X509_STORE_CTX_set_time(chain, 0, (time_t)context->now_s(context->now_ctx));
    ok = X509_verify_cert(chain) == 1;
    if (conn != NULL)
        tls_emit_server_certificate(conn, chain, ok,
                                    X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain)));
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
}

static enum assay_status trust_root(struct tls_context *context, const uint8_t *der, size_t len,
                                    struct assay_error *err)
{
    const unsigned char *at = der;
    X509 *root = der != NULL ? d2i_X509(NULL, &at, (long)len) : NULL;
    bool ok = root != NULL && X509_STORE_add_cert(SSL_CTX_get_cert_store(context->ctx), root) == 1;

    X509_free(root);
    if (!ok && der != NULL)
        return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "the root of the board's certificate");
    SSL_CTX_set_verify(context->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context->ctx, look_at_chain, context);
    return ASSAY_OK;
}

/* It is told, and not kept. */
static int see_session(SSL *ssl, SSL_SESSION *session)
{
    const struct tls_conn *conn = tls_conn_of(ssl);
    struct event_builder e;

    if (conn == NULL)
        return 0;
    event_begin(&e, conn->sink, "tls", EV_TLS_SESSION_GIVEN, conn->id);
    event_bool(&e, "ticket", SSL_SESSION_has_ticket(session) == 1);
    event_int(&e, "lifetime_s", (int64_t)SSL_SESSION_get_ticket_lifetime_hint(session));
    event_int(&e, "early_data", (int64_t)SSL_SESSION_get_max_early_data(session));
    event_emit(&e);
    return 0;
}

static enum assay_status context_init(struct tls_context *context,
                                      const struct tls_settings *settings, const char *host,
                                      const uint8_t *root_der, size_t root_len,
                                      struct assay_error *err)
{
    if (settings->now_s == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG, "tls: a client needs the scenario's time");
    ASSAY_TRY(tls_config_read(settings->description, &context->config, err));
    context->is_client = true;
    context->may_be_anonymous = true; /* nothing to be shown is right for a client */
    context->now_s = settings->now_s;
    context->now_ctx = settings->now_ctx;
    context->host = strdup(host);
    context->ctx = SSL_CTX_new(TLS_client_method());
    context->bio_method = tls_bio_method_new();
    context->bio = tls_bio_new(context->bio_method, context);
    if (context->host == NULL || context->ctx == NULL || context->bio == NULL)
        return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls: no context");
    SSL_CTX_set_app_data(context->ctx, context);
    SSL_CTX_set_msg_callback(context->ctx, tls_on_message);
    if (context->config.key_log)
        SSL_CTX_set_keylog_callback(context->ctx, tls_on_key_log);
    ASSAY_TRY(tls_protocol_apply(context, err));
    SSL_CTX_set_session_cache_mode(context->ctx,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context->ctx, see_session);
    /* A board that knows only the old form must not fail for that. */
    SSL_CTX_set_options(context->ctx, SSL_OP_LEGACY_SERVER_CONNECT);
    ASSAY_TRY(tls_credentials_apply(context, settings, err));
    return trust_root(context, root_der, root_len, err);
}

enum assay_status tls_client_context_new(const struct tls_settings *settings, const char *host,
                                         const uint8_t *root_der, size_t root_len,
                                         struct tls_context **ret, struct assay_error *err)
{
    struct tls_context *context = calloc(1, sizeof(*context));
    enum assay_status status = ASSAY_OK;

    if (context == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    ERR_clear_error();
    status = context_init(context, settings, host, root_der, root_len, err);
    if (status != ASSAY_OK) {
        tls_context_free(context);
        return status;
    }
    *ret = context;
    return ASSAY_OK;
}

bool tls_client_begin(struct tls_conn *conn)
{
    const char *host = conn->context->host;
    char name[256]; /* libssl's macro casts const away; RFC 1035 section 2.3.4: 255 at most */

    SSL_set_connect_state(conn->ssl);
    /* RFC 6066 section 3: a server name is a name, not an address. */
    if (host[0] == '\0' || strspn(host, "0123456789.:") == strlen(host))
        return true;
    snprintf(name, sizeof(name), "%s", host);
    return SSL_set_tlsext_host_name(conn->ssl, name) == 1;
}
