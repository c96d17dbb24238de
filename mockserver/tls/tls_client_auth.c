/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the board for its certificate and judging what it sends, at scenario time. */
#include "tls_internal.h"

#include "tls_names.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <stdio.h>
#include <string.h>

static const char other_ca_name[] = "Some other device CA";

/* RFC 5246 section 7.4.4, RFC 8422 section 5.5 */
static const struct certificate_type_row {
    const char *name;
    uint8_t code;
} certificate_type_rows[] = {
    {"rsa_sign", 1},    {"dss_sign", 2},        {"rsa_fixed_dh", 3},      {"dss_fixed_dh", 4},
    {"ecdsa_sign", 64}, {"rsa_fixed_ecdh", 65}, {"ecdsa_fixed_ecdh", 66},
};

static enum assay_status find_certificate_type(const char *name, size_t len, uint8_t *ret,
                                               struct assay_error *err)
{
    for (size_t i = 0; i < sizeof(certificate_type_rows) / sizeof(certificate_type_rows[0]); i++) {
        const struct certificate_type_row *row = &certificate_type_rows[i];

        if (strlen(row->name) == len && strncmp(row->name, name, len) == 0) {
            *ret = row->code;
            return ASSAY_OK;
        }
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "tls.client_certificate_types: \"%.*s\" is not one of: rsa_sign, "
                           "dss_sign, rsa_fixed_dh, dss_fixed_dh, ecdsa_sign, rsa_fixed_ecdh, "
                           "ecdsa_fixed_ecdh",
                           (int)len, name);
}

static enum assay_status apply_certificate_types(struct tls_context *context,
                                                 struct assay_error *err)
{
    const char *list = context->config.client_certificate_types;
    uint8_t codes[16];
    size_t count = 0;

    if (list == NULL)
        return ASSAY_OK;
    while (*list != '\0') {
        size_t len = strcspn(list, ":");

        if (count == sizeof(codes))
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "tls.client_certificate_types: more than 16 members");
        ASSAY_TRY(find_certificate_type(list, len, &codes[count], err));
        count++;
        list += len + (list[len] == ':');
    }
    if (SSL_CTX_set1_client_certificate_types(context->ctx, codes, (long)count) != 1)
        return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls.client_certificate_types");
    return ASSAY_OK;
}

static bool add_other_name(SSL_CTX *ctx)
{
    STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
    X509_NAME *name = X509_NAME_new();

    if (names != NULL && name != NULL &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)other_ca_name,
                                   -1, -1, 0) == 1 &&
        sk_X509_NAME_push(names, name) > 0) {
        SSL_CTX_set_client_CA_list(ctx, names);
        return true;
    }
    X509_NAME_free(name);
    sk_X509_NAME_free(names);
    return false;
}

static enum assay_status apply_ca(struct tls_context *context, struct pki_store *store,
                                  struct assay_error *err)
{
    X509_STORE *trust = SSL_CTX_get_cert_store(context->ctx);
    X509 *ca = NULL;
    bool ok = false;

    ASSAY_TRY(pki_store_client_ca(store, &ca, err));
    ok = X509_STORE_add_cert(trust, ca) == 1;
    if (ok && context->config.client_ca_names == TLS_CA_NAMES_BENCH)
        ok = SSL_CTX_add_client_CA(context->ctx, ca) == 1;
    if (ok && context->config.client_ca_names == TLS_CA_NAMES_OTHER)
        ok = add_other_name(context->ctx);
    return ok ? ASSAY_OK : tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls.client_auth: the CA");
}

static void emit_unchecked(struct tls_conn *conn, const char *error)
{
    struct event_builder e;

    event_begin(&e, conn->sink, "tls", EV_TLS_CLIENT_CERTIFICATE, conn->id);
    event_int(&e, "count", conn->client_certificate_count);
    event_bool(&e, "chain_ok", false);
    event_text(&e, "chain_error", error);
    event_emit(&e);
    conn->client_certificate = TLS_CLIENT_CERTIFICATE_CHECKED;
}

void tls_emit_no_client_certificate(struct tls_conn *conn)
{
    emit_unchecked(conn, "no certificate sent");
}

/* In place of X509_verify_cert(): at scenario time, and told. */
static int verify_chain(X509_STORE_CTX *chain, void *arg)
{
    struct tls_context *context = arg;
    const SSL *ssl = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_conn *conn = tls_conn_of(ssl);
    char text[128];
    bool ok = false;
    int depth = 0;

    X509_STORE_CTX_set_time(chain, 0, (time_t)context->now_s(context->now_ctx));
    ok = X509_verify_cert(chain) == 1;
    if (ok && context->config.client_refusal != X509_V_OK) {
        X509_STORE_CTX_set_error(chain, context->config.client_refusal);
        ok = false;
    }
    depth = X509_STORE_CTX_get_error_depth(chain);
    snprintf(text, sizeof(text), "%s",
             X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain)));
    if (depth > 0)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), " (certificate %d of its chain)",
                 depth + 1);
    if (conn != NULL) {
        tls_emit_client_certificate(conn, chain, ok, text);
        conn->client_certificate = TLS_CLIENT_CERTIFICATE_CHECKED;
    }
    /* "request" is for watching: it goes on, so that the signature is seen as well. */
    return ok || (context->config.client_auth == TLS_CLIENT_AUTH_REQUEST &&
                  context->config.client_refusal == X509_V_OK);
}

enum assay_status tls_client_auth_apply(struct tls_context *context, struct pki_store *store,
                                        struct assay_error *err)
{
    static const unsigned char session_context[] = "assay";
    int mode = SSL_VERIFY_PEER;

    if (SSL_CTX_set_session_id_context(context->ctx, session_context,
                                       sizeof(session_context) - 1) != 1)
        return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls: the session context");
    if (context->config.client_auth == TLS_CLIENT_AUTH_NONE)
        return ASSAY_OK;
    if (context->now_s == NULL || store == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "tls.client_auth: it needs the scenario's time and its CA");
    ASSAY_TRY(apply_ca(context, store, err));
    ASSAY_TRY(apply_certificate_types(context, err));
    if (context->config.client_auth == TLS_CLIENT_AUTH_REQUIRE)
        mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    SSL_CTX_set_verify(context->ctx, mode, NULL);
    SSL_CTX_set_cert_verify_callback(context->ctx, verify_chain, context);
    if (X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context->ctx), X509_V_FLAG_PARTIAL_CHAIN) !=
        1)
        return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls.client_auth");
    return ASSAY_OK;
}

void tls_emit_certificate_verify(struct tls_conn *conn, bool ok, const char *detail)
{
    struct event_builder e;
    char hex[TLS_NAME_TEXT];

    conn->verify_pending = false;
    event_begin(&e, conn->sink, "tls", EV_TLS_CERTIFICATE_VERIFY, conn->id);
    event_bool(&e, "ok", ok);
    if (conn->verify_scheme != 0)
        event_text(&e, "scheme", tls_name_or_hex(TLS_NAMES_SIGNATURE, conn->verify_scheme, hex));
    event_text(&e, "detail", detail);
    event_emit(&e);
}

/* What OpenSSL says when the signature itself, and not a record around it, is wrong. */
static const int signature_reasons[] = {
    SSL_R_BAD_SIGNATURE,        SSL_R_WRONG_SIGNATURE_TYPE,
    SSL_R_WRONG_SIGNATURE_SIZE, SSL_R_WRONG_CURVE,
    SSL_R_UNKNOWN_DIGEST,       SSL_R_ILLEGAL_POINT_COMPRESSION,
    SSL_R_LENGTH_MISMATCH,      SSL_R_SIGNATURE_FOR_NON_SIGNING_CERTIFICATE,
};

void tls_client_auth_failed(struct tls_conn *conn, int reason, const char *text)
{
    if (conn->client_certificate == TLS_CLIENT_CERTIFICATE_CAME)
        emit_unchecked(conn, text);
    for (size_t i = 0; i < sizeof(signature_reasons) / sizeof(signature_reasons[0]); i++)
        if (conn->verify_pending && signature_reasons[i] == reason)
            tls_emit_certificate_verify(conn, false, text);
}
