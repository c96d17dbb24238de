/* SPDX-License-Identifier: Apache-2.0 */
/* What a context answers to extensions of the ClientHello: ALPN, server name, PSK, OCSP staple. */
#include "tls_internal.h"

#include "base/reader.h"
#include "pki/ocsp.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <string.h>

static struct tls_context *context_of(const SSL *ssl)
{
    return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

static bool was_offered(const struct reader *name, const unsigned char *offered, unsigned len)
{
    struct reader list = reader_over(offered, len);
    struct reader other = {0};

    while (reader_vec8(&list, &other) == ASSAY_OK)
        if (reader_left(&other) == reader_left(name) &&
            memcmp(reader_here(&other), reader_here(name), reader_left(name)) == 0)
            return true;
    return false;
}

/* RFC 7301 section 3.2: the server's preference among what both have. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *offered, unsigned offered_len, void *arg)
{
    const struct tls_config *config = &((struct tls_context *)arg)->config;
    struct reader own = reader_over(config->alpn.data, config->alpn.len);
    struct reader name = {0};

    (void)ssl;
    if (config->alpn_answer != NULL && config->alpn_answer[0] == '\0')
        return SSL_TLSEXT_ERR_NOACK;
    if (config->alpn_answer != NULL) {
        *out = (const unsigned char *)config->alpn_answer;
        *out_len = (unsigned char)strlen(config->alpn_answer);
        return SSL_TLSEXT_ERR_OK;
    }
    while (reader_vec8(&own, &name) == ASSAY_OK) {
        if (!was_offered(&name, offered, offered_len))
            continue;
        *out = reader_here(&name);
        *out_len = (unsigned char)reader_left(&name);
        return SSL_TLSEXT_ERR_OK;
    }
    return config->alpn_required ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
}

/* A ClientHello without ALPN never reaches the callback above. */
static int want_alpn(SSL *ssl, int *alert, void *arg)
{
    const unsigned char *body = NULL;
    size_t len = 0;

    (void)arg;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &body,
                                  &len) == 1)
        return SSL_CLIENT_HELLO_SUCCESS;
    *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    return SSL_CLIENT_HELLO_ERROR;
}

static enum assay_status apply_alpn(struct tls_context *context, struct assay_error *err)
{
    const struct tls_config *config = &context->config;

    if (config->alpn_answer != NULL && strlen(config->alpn_answer) > 255)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "tls.alpn_answer: more than 255 bytes");
    if (config->alpn_required && config->alpn.len == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "tls.alpn_required: it needs protocols in tls.alpn");
    if (config->alpn.len > 0 || config->alpn_answer != NULL)
        SSL_CTX_set_alpn_select_cb(context->ctx, choose_protocol, context);
    if (config->alpn_required)
        SSL_CTX_set_client_hello_cb(context->ctx, want_alpn, context);
    return ASSAY_OK;
}

/* RFC 6066 section 3. Called with and without a name in the ClientHello. */
static int see_server_name(SSL *ssl, int *alert, void *arg)
{
    const struct tls_context *context = arg;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

    *alert = SSL_AD_UNRECOGNIZED_NAME;
    switch (context->config.sni) {
    case TLS_SNI_REFUSE:
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    case TLS_SNI_REQUIRE:
        return name != NULL ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
    case TLS_SNI_WARN:
        return name != NULL ? SSL_TLSEXT_ERR_ALERT_WARNING : SSL_TLSEXT_ERR_NOACK;
    case TLS_SNI_IGNORE:
        break;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

/*
 * RFC 4279. For TLS 1.3 OpenSSL asks this one as well when no other callback is set, and takes the
 * key with TLS_AES_128_GCM_SHA256 (RFC 8446 section 4.2.11: SHA-256 where nothing else is said).
 */
static unsigned find_psk(SSL *ssl, const char *identity, unsigned char *psk, unsigned max_len)
{
    const struct tls_psk *own = &context_of(ssl)->config.psk;
    struct tls_conn *conn = tls_conn_of(ssl);

    if (identity != NULL && conn != NULL && conn->psk_identity == NULL)
        conn->psk_identity = strdup(identity); /* NULL without memory: not known, then */
    if (identity == NULL || strcmp(identity, own->identity) != 0 || own->key.len > max_len)
        return 0;
    memcpy(psk, own->key.data, own->key.len);
    return (unsigned)own->key.len;
}

static enum assay_status apply_psk(struct tls_context *context, struct assay_error *err)
{
    const struct tls_psk *psk = &context->config.psk;

    if (psk->identity == NULL)
        return ASSAY_OK;
    SSL_CTX_set_psk_server_callback(context->ctx, find_psk);
    if (psk->hint != NULL && SSL_CTX_use_psk_identity_hint(context->ctx, psk->hint) != 1)
        return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls.psk.hint");
    return ASSAY_OK;
}

/* RFC 6066 section 8: whatever bytes the scenario wants, to those who ask. */
static int give_staple(SSL *ssl, void *arg)
{
    const struct buf *staple = &((struct tls_context *)arg)->config.staple;
    unsigned char *copy = OPENSSL_memdup(staple->data, staple->len);

    if (copy == NULL)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    if (SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)staple->len) != 1) {
        OPENSSL_free(copy);
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    return SSL_TLSEXT_ERR_OK;
}

static enum assay_status make_staple(struct tls_context *context,
                                     const struct tls_settings *settings, struct assay_error *err)
{
    struct tls_config *config = &context->config;

    if (config->ocsp == NULL)
        return ASSAY_OK;
    if (config->staple.len > 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "tls.ocsp: tls.staple is given as well; one of them is sent");
    if (settings->chain == NULL || pki_chain_count(settings->chain) == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "tls.ocsp: it needs a chain");
    ASSAY_TRY(pki_ocsp_make(settings->store, settings->chain, config->ocsp, "tls.ocsp",
                            settings->now_s(settings->now_ctx), &config->staple, err));
    config->ocsp = NULL; /* the description does not live as long as the context */
    return ASSAY_OK;
}

enum assay_status tls_answers_apply(struct tls_context *context,
                                    const struct tls_settings *settings, struct assay_error *err)
{
    ASSAY_TRY(make_staple(context, settings, err));
    ASSAY_TRY(apply_alpn(context, err));
    if (context->config.sni != TLS_SNI_IGNORE) {
        SSL_CTX_set_tlsext_servername_callback(context->ctx, see_server_name);
        SSL_CTX_set_tlsext_servername_arg(context->ctx, context);
    }
    if (context->config.staple.len > 0) {
        SSL_CTX_set_tlsext_status_cb(context->ctx, give_staple);
        SSL_CTX_set_tlsext_status_arg(context->ctx, context);
    }
    return apply_psk(context, err);
}
