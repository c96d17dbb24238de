/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL as a server, used as strictly as it can be, but for what a flaw leaves out. */
#include "stack_openssl_server.h"

#include "stack_openssl.h"
#include "stack_openssl_proof.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <stdlib.h>

struct openssl_server {
    struct virtual_stack_options options;
    SSL_CTX *ctx;                /* of the configuration; NULL: none yet */
    EC_KEY_METHOD *proof_method; /* FLAW_SERVER_PROOF */
    EVP_PKEY *own_key;           /* FLAW_OWN_IDENTITY */
    X509 *own_cert;
};

static bool has_flaw(const struct openssl_server *s, enum flaw flaw)
{
    return s->options.flaws.has[flaw];
}

/* ---- what it offers ---- */

/* Who comes with TLS_FALLBACK_SCSV (RFC 7507) meets a server that has never known TLS 1.3. */
static int forget_newer(SSL *ssl, int *alert, void *ctx)
{
    enum { FALLBACK_HIGH = 0x56, FALLBACK_LOW = 0x00 };
    const unsigned char *ciphers = NULL;
    size_t len = SSL_client_hello_get0_ciphers(ssl, &ciphers);

    (void)alert;
    (void)ctx;
    for (size_t i = 0; i + 1 < len; i += 2)
        if (ciphers[i] == FALLBACK_HIGH && ciphers[i + 1] == FALLBACK_LOW)
            return SSL_set_max_proto_version(ssl, TLS1_2_VERSION) == 1 ? SSL_CLIENT_HELLO_SUCCESS
                                                                       : SSL_CLIENT_HELLO_ERROR;
    return SSL_CLIENT_HELLO_SUCCESS;
}

/* Tickets that allow a request in the first flight, which whoever records it may send again. */
static bool offer_early_data(SSL_CTX *ctx)
{
    enum { EARLY_DATA = 4096 };

    SSL_CTX_clear_options(ctx, SSL_OP_NO_TICKET);
    SSL_CTX_set_options(ctx, SSL_OP_NO_ANTI_REPLAY);
    return SSL_CTX_set_num_tickets(ctx, 1) == 1 && SSL_CTX_set_max_early_data(ctx, EARLY_DATA) == 1;
}

static bool set_protocol(const struct openssl_server *s, SSL_CTX *ctx)
{
    const char *suites = "ECDHE+AESGCM:ECDHE+CHACHA20";
    int least = TLS1_2_VERSION;

    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_num_tickets(ctx, 0); /* cannot fail */
    if (!has_flaw(s, FLAW_SERVER_RENEGOTIATION))
        SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
    else
        SSL_CTX_set_options(ctx, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
    if (has_flaw(s, FLAW_SERVER_FALLBACK))
        SSL_CTX_set_client_hello_cb(ctx, forget_newer, NULL);
    if (has_flaw(s, FLAW_SERVER_EARLY) && !offer_early_data(ctx))
        return false;
    if (has_flaw(s, FLAW_SERVER_OLD_TLS)) {
        least = TLS1_VERSION;
        suites = "ALL:@SECLEVEL=0";
        SSL_CTX_set_security_level(ctx, 0);
    }
    if (has_flaw(s, FLAW_SERVER_RSA))
        suites = "ECDHE+AESGCM:AES128-SHA:AES128-GCM-SHA256";
    if (has_flaw(s, FLAW_SERVER_WEAK)) {
        suites = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
        SSL_CTX_set_security_level(ctx, 0);
    }
    return SSL_CTX_set_min_proto_version(ctx, least) == 1 &&
           SSL_CTX_set_cipher_list(ctx, suites) == 1;
}

/* ---- who may come ---- */

/* Everything that is wrong and that the flaws do not see. */
static int overlook(int ok, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct openssl_server *s = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    int error = X509_STORE_CTX_get_error(store);
    bool is_date = error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;

    /* Depth 0 comes last: the chain stands, and its signature is verified later. */
    if (has_flaw(s, FLAW_SERVER_PROOF) && X509_STORE_CTX_get_error_depth(store) == 0 &&
        !stack_openssl_proof_forgo(s->proof_method, X509_STORE_CTX_get0_cert(store)))
        return 0;
    if (ok == 1)
        return 1;
    return has_flaw(s, FLAW_SERVER_CHAIN) || (is_date && has_flaw(s, FLAW_SERVER_DATES)) ||
           (error == X509_V_ERR_INVALID_PURPOSE && has_flaw(s, FLAW_SERVER_USAGE));
}

static bool ask_for_certificate(const struct openssl_server *s, SSL_CTX *ctx,
                                const struct probe_tls_config *config)
{
    const unsigned char *der = config->root;
    X509 *root = NULL;
    int mode = SSL_VERIFY_PEER;
    bool ok = false;

    if (config->root_len == 0 || has_flaw(s, FLAW_SERVER_NOT_ASKED))
        return true;
    root = d2i_X509(NULL, &der, (long)config->root_len);
    ok = root != NULL &&
         (has_flaw(s, FLAW_SERVER_NO_CA) ||
          X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), root) == 1) &&
         SSL_CTX_add_client_CA(ctx, root) == 1;
    X509_free(root);
    /* RFC 5246 section 7.4.4: anonymous servers must not ask, and OpenSSL's clients refuse that. */
    if (!has_flaw(s, FLAW_SERVER_NONE_TAKEN) && !has_flaw(s, FLAW_SERVER_WEAK))
        mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    SSL_CTX_set_verify(ctx, mode, overlook);
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(ctx), (time_t)config->unix_s);
    return ok;
}

/* ---- who it is ---- */

static bool use_identity(struct openssl_server *s, SSL_CTX *ctx,
                         const struct probe_tls_config *config)
{
    const uint8_t *der = config->key;
    EVP_PKEY *key = NULL;
    bool ok = false;

    if (has_flaw(s, FLAW_OWN_IDENTITY)) {
        SSL_CTX_set_security_level(ctx, 0); /* it is as weak as can be */
        return (s->own_cert != NULL || stack_openssl_own_identity(&s->own_cert, &s->own_key)) &&
               SSL_CTX_use_certificate(ctx, s->own_cert) == 1 &&
               SSL_CTX_use_PrivateKey(ctx, s->own_key) == 1;
    }
    key = d2i_AutoPrivateKey(NULL, &der, (long)config->key_len);
    ok = key != NULL &&
         SSL_CTX_use_certificate_ASN1(ctx, (int)config->cert_len, config->cert) == 1 &&
         SSL_CTX_use_PrivateKey(ctx, key) == 1;
    EVP_PKEY_free(key);
    return ok;
}

static bool configure(void *server, const struct probe_tls_config *config,
                      struct probe_failure *failure)
{
    static const unsigned char context[] = "board";
    struct openssl_server *s = server;
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    if (ctx == NULL || SSL_CTX_set_session_id_context(ctx, context, sizeof(context) - 1) != 1 ||
        !set_protocol(s, ctx) || !ask_for_certificate(s, ctx, config) ||
        !use_identity(s, ctx, config)) {
        virtual_failure_set(failure, PROBE_CODE_CANNOT, "the identity cannot be used");
        ERR_clear_error();
        SSL_CTX_free(ctx);
        return false;
    }
    SSL_CTX_set_app_data(ctx, s);
    SSL_CTX_free(s->ctx);
    s->ctx = ctx;
    return true;
}

/* ---- connections ---- */

static void *open_conn(void *server, int fd)
{
    const struct openssl_server *s = server;
    SSL *ssl = SSL_new(s->ctx);

    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        ERR_clear_error();
        return NULL;
    }
    SSL_set_accept_state(ssl);
    return ssl;
}

static enum probe_io io_of(SSL *ssl, int result)
{
    enum probe_io io = PROBE_IO_FAILED;

    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_NONE:
        io = PROBE_IO_DONE;
        break;
    case SSL_ERROR_WANT_READ:
        io = PROBE_IO_WAIT_READ;
        break;
    case SSL_ERROR_WANT_WRITE:
        io = PROBE_IO_WAIT_WRITE;
        break;
    case SSL_ERROR_ZERO_RETURN:
        io = PROBE_IO_CLOSED;
        break;
    default:
        break;
    }
    ERR_clear_error();
    return io;
}

static enum probe_io handshake(void *conn)
{
    return io_of(conn, SSL_accept(conn));
}

static enum probe_io read_conn(void *conn, void *data, size_t cap, size_t *ret)
{
    int result = SSL_read_ex(conn, data, cap, ret);

    return result == 1 ? PROBE_IO_DONE : io_of(conn, result);
}

static enum probe_io write_conn(void *conn, const void *data, size_t len, size_t *ret)
{
    int result = SSL_write_ex(conn, data, len, ret);

    return result == 1 ? PROBE_IO_DONE : io_of(conn, result);
}

static void finish(void *conn)
{
    (void)SSL_shutdown(conn); /* the socket ends anyway */
    ERR_clear_error();
}

static void close_conn(void *conn)
{
    SSL_free(conn);
}

static void free_server(void *server)
{
    struct openssl_server *s = server;

    if (s == NULL)
        return;
    SSL_CTX_free(s->ctx);
    stack_openssl_proof_free(s->proof_method);
    X509_free(s->own_cert);
    EVP_PKEY_free(s->own_key);
    free(s);
}

static enum assay_status make(const struct virtual_stack_options *options, void **ret)
{
    struct openssl_server *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return ASSAY_ERR_NOMEM;
    s->options = *options;
    if (has_flaw(s, FLAW_SERVER_PROOF))
        s->proof_method = stack_openssl_proof_new();
    *ret = s;
    return ASSAY_OK;
}

const struct virtual_stack_server stack_openssl_server = {
    .make = make,
    .free = free_server,
    .configure = configure,
    .open = open_conn,
    .handshake = handshake,
    .read = read_conn,
    .write = write_conn,
    .finish = finish,
    .close = close_conn,
};
