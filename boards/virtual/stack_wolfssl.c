/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wolfSSL 5.5 as its manual tells a careful client to use it: the peer verified, the name checked,
 * suites chosen,
 * RSA keys of 2048 bits at least. Debian's build verifies nothing and offers everything until it is
 * told.
 */
#include "virtual_stack.h"

#include "stack_clock.h"

#include "probe/probe_settings.h"

#include <wolfssl/options.h>
/* options.h is of the library's build; the rest of its headers needs it first. */
#include <wolfssl/error-ssl.h>
#include <wolfssl/ssl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RSA_BITS = 2048 };

enum flaw { FLAW_NAME, FLAW_DATES, FLAW_CHAIN, FLAW_SHORT_RSA, FLAW_ALPN };

static const struct virtual_flaw flaws[] = {
    {"name-unchecked", FLAW_NAME, "the certificate may be for any host"},
    {"dates-unchecked", FLAW_DATES, "validity is not looked at"},
    {"chain-unchecked", FLAW_CHAIN, "no verification at all (WOLFSSL_VERIFY_NONE)"},
    {"short-rsa-allowed", FLAW_SHORT_RSA, "an RSA key may have 1024 bits, the library's minimum"},
    {"alpn-unchecked", FLAW_ALPN, "takes a protocol that it did not offer"},
    {NULL, 0, NULL},
};

static const char suites[] =
    "TLS13-AES128-GCM-SHA256:TLS13-AES256-GCM-SHA384:TLS13-CHACHA20-POLY1305-SHA256:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384";
static const char psk_suites[] =
    "TLS13-AES128-GCM-SHA256:TLS13-AES256-GCM-SHA384:DHE-PSK-AES128-GCM-SHA256:"
    "PSK-AES128-GCM-SHA256:PSK-AES256-GCM-SHA384:PSK-AES128-CBC-SHA256";

struct wolfssl_board {
    struct probe_tls tls;
    char stack[32];
    struct virtual_stack_options options;
    struct virtual_net *net;
    WOLFSSL_CTX *ctx;
    WOLFSSL *ssl;
    struct probe_failure failure;
    char psk_identity[PROBE_PSK_ID_MAX + 1];
    uint8_t psk[PROBE_PSK_HEX_MAX / 2];
    size_t psk_len;
};

static const char *version(void)
{
    return wolfSSL_lib_version();
}

static enum probe_io fail_own(struct wolfssl_board *board, const char *text, int error)
{
    virtual_failure_set(&board->failure, PROBE_CODE_CANNOT, "%s (wolfSSL %d)", text, error);
    return PROBE_IO_FAILED;
}

static enum probe_io io_of(struct wolfssl_board *board, int result)
{
    int error = wolfSSL_get_error(board->ssl, result);

    switch (error) {
    case WOLFSSL_ERROR_WANT_READ:
        return PROBE_IO_WAIT_READ;
    case WOLFSSL_ERROR_WANT_WRITE:
        return PROBE_IO_WAIT_WRITE;
    case WOLFSSL_ERROR_ZERO_RETURN:
    case SOCKET_PEER_CLOSED_E:
        return PROBE_IO_CLOSED;
    case SOCKET_ERROR_E:
        virtual_failure_set(&board->failure, PROBE_CODE_NETWORK, "%s",
                            virtual_net_error(board->net));
        return PROBE_IO_FAILED;
    default:
        virtual_failure_set(&board->failure, error, "%d (%s)", error,
                            wolfSSL_ERR_reason_error_string((unsigned long)error));
        return PROBE_IO_FAILED;
    }
}

/* --- the network ------------------------------------------------------------------------------ */

static int on_send(WOLFSSL *ssl, char *data, int len, void *ctx)
{
    struct wolfssl_board *board = ctx;
    size_t sent = 0;
    enum probe_io io = virtual_net_send(board->net, data, (size_t)len, &sent);

    (void)ssl;
    if (io == PROBE_IO_DONE)
        return (int)sent;
    return io == PROBE_IO_WAIT_WRITE ? WOLFSSL_CBIO_ERR_WANT_WRITE : WOLFSSL_CBIO_ERR_GENERAL;
}

static int on_receive(WOLFSSL *ssl, char *data, int cap, void *ctx)
{
    struct wolfssl_board *board = ctx;
    size_t got = 0;
    enum probe_io io = virtual_net_receive(board->net, data, (size_t)cap, &got);

    (void)ssl;
    if (io == PROBE_IO_DONE)
        return (int)got;
    if (io == PROBE_IO_CLOSED)
        return WOLFSSL_CBIO_ERR_CONN_CLOSE;
    return io == PROBE_IO_WAIT_READ ? WOLFSSL_CBIO_ERR_WANT_READ : WOLFSSL_CBIO_ERR_GENERAL;
}

/* --- opening ---------------------------------------------------------------------------------- */

static int on_verified(int ok, WOLFSSL_X509_STORE_CTX *store)
{
    const struct wolfssl_board *board = store->userCtx;
    /* What this build calls expired and not yet valid. */
    bool is_date = store->error == X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD ||
                   store->error == X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD;

    return ok != 0 || (is_date && board->options.flaws.has[FLAW_DATES]);
}

static unsigned on_psk(WOLFSSL *ssl, const char *hint, char *identity, unsigned identity_max,
                       unsigned char *key, unsigned key_max)
{
    const struct wolfssl_board *board = wolfSSL_get_psk_callback_ctx(ssl);

    (void)hint;
    if (strlen(board->psk_identity) >= identity_max || board->psk_len > key_max)
        return 0;
    memcpy(identity, board->psk_identity, strlen(board->psk_identity) + 1);
    memcpy(key, board->psk, board->psk_len);
    return (unsigned)board->psk_len;
}

static unsigned on_psk_13(WOLFSSL *ssl, const char *hint, char *identity, unsigned identity_max,
                          unsigned char *key, unsigned key_max, const char **suite)
{
    *suite = "TLS13-AES128-GCM-SHA256";
    return on_psk(ssl, hint, identity, identity_max, key, key_max);
}

static void offer_psk(struct wolfssl_board *board, const struct probe_tls_config *config)
{
    board->psk_len = config->psk_len;
    if (config->psk_len == 0)
        return;
    memcpy(board->psk, config->psk, config->psk_len);
    snprintf(board->psk_identity, sizeof(board->psk_identity), "%s", config->psk_identity);
    (void)wolfSSL_set_psk_callback_ctx(board->ssl, board); /* it only stores it */
    wolfSSL_set_psk_client_callback(board->ssl, on_psk);
    wolfSSL_set_psk_client_tls13_callback(board->ssl, on_psk_13);
}

static int version_of(unsigned version)
{
    return version == 0x0304 ? WOLFSSL_TLSV1_3 : WOLFSSL_TLSV1_2;
}

static bool limit_versions(struct wolfssl_board *board)
{
    const struct virtual_stack_options *options = &board->options;
    int least = version_of(options->tls_min != 0 ? options->tls_min : 0x0303);

    if (!board->options.is_plain && wolfSSL_CTX_SetMinVersion(board->ctx, least) != WOLFSSL_SUCCESS)
        return false;
    return options->tls_max == 0 ||
           wolfSSL_CTX_set_max_proto_version(board->ctx, (int)options->tls_max) == WOLFSSL_SUCCESS;
}

/* The root is the context's, so that there is one for each connection. */
static enum probe_io make_context(struct wolfssl_board *board,
                                  const struct probe_tls_config *config)
{
    int result = WOLFSSL_SUCCESS;

    board->ctx = wolfSSL_CTX_new(wolfTLS_client_method());
    if (board->ctx == NULL)
        return fail_own(board, "out of memory", 0);
    wolfSSL_CTX_SetIOSend(board->ctx, on_send);
    wolfSSL_CTX_SetIORecv(board->ctx, on_receive);
    if (config->root_len > 0 && !board->options.trusts_nobody)
        result = wolfSSL_CTX_load_verify_buffer(board->ctx, config->root, (long)config->root_len,
                                                WOLFSSL_FILETYPE_ASN1);
    if (result != WOLFSSL_SUCCESS)
        return fail_own(board, "the root is no certificate that can be read", result);
    wolfSSL_CTX_set_verify(board->ctx,
                           board->options.flaws.has[FLAW_CHAIN] ? WOLFSSL_VERIFY_NONE
                                                                : WOLFSSL_VERIFY_PEER,
                           board->options.flaws.has[FLAW_CHAIN] ? NULL : on_verified);
    if (!board->options.is_plain)
        result = wolfSSL_CTX_set_cipher_list(board->ctx, config->psk_len > 0 ? psk_suites : suites);
    if (result == WOLFSSL_SUCCESS && !board->options.is_plain &&
        !board->options.flaws.has[FLAW_SHORT_RSA])
        result = wolfSSL_CTX_SetMinRsaKey_Sz(board->ctx, RSA_BITS);
    if (result != WOLFSSL_SUCCESS || !limit_versions(board))
        return fail_own(board, "the connection cannot be set up", result);
    return PROBE_IO_DONE;
}

static bool demand_name(struct wolfssl_board *board, const char *host)
{
    uint8_t ip[4];
    bool is_ip = probe_parse_ip(host, strlen(host), ip) != 0;

    if (!is_ip && wolfSSL_UseSNI(board->ssl, WOLFSSL_SNI_HOST_NAME, host,
                                 (unsigned short)strlen(host)) != WOLFSSL_SUCCESS)
        return false;
    if (board->options.flaws.has[FLAW_NAME])
        return true;
    return wolfSSL_check_domain_name(board->ssl, host) == WOLFSSL_SUCCESS;
}

static bool offer_alpn(struct wolfssl_board *board, const char *alpn)
{
    char name[PROBE_ALPN_MAX + 1]; /* the library's parameter is not const */
    unsigned char options = board->options.flaws.has[FLAW_ALPN] ? WOLFSSL_ALPN_CONTINUE_ON_MISMATCH
                                                                : WOLFSSL_ALPN_FAILED_ON_MISMATCH;

    if (alpn[0] == '\0')
        return true;
    snprintf(name, sizeof(name), "%s", alpn);
    return wolfSSL_UseALPN(board->ssl, name, (unsigned)strlen(name), options) == WOLFSSL_SUCCESS;
}

static bool use_identity(struct wolfssl_board *board, const struct probe_tls_config *config)
{
    return config->cert_len == 0 ||
           (wolfSSL_use_certificate_buffer(board->ssl, config->cert, (long)config->cert_len,
                                           WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
            wolfSSL_use_PrivateKey_buffer(board->ssl, config->key, (long)config->key_len,
                                          WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS);
}

static enum probe_io open_tls(void *ctx, const struct probe_tls_config *config)
{
    struct wolfssl_board *board = ctx;

    board->failure = (struct probe_failure){0};
    stack_clock_set(config->unix_s);
    if (make_context(board, config) != PROBE_IO_DONE)
        return PROBE_IO_FAILED;
    board->ssl = wolfSSL_new(board->ctx);
    if (board->ssl == NULL)
        return fail_own(board, "out of memory", 0);
    wolfSSL_SetIOReadCtx(board->ssl, board);
    wolfSSL_SetIOWriteCtx(board->ssl, board);
    wolfSSL_SetCertCbCtx(board->ssl, board);
    if (!use_identity(board, config))
        return fail_own(board, "the identity cannot be used", 0);
    if (!demand_name(board, config->host) || !offer_alpn(board, config->alpn))
        return fail_own(board, "the connection cannot be set up", 0);
    offer_psk(board, config);
    return PROBE_IO_DONE;
}

/* --- the connection --------------------------------------------------------------------------- */

static enum probe_io handshake(void *ctx)
{
    struct wolfssl_board *board = ctx;
    int result = wolfSSL_connect(board->ssl);

    return result == WOLFSSL_SUCCESS ? PROBE_IO_DONE : io_of(board, result);
}

static enum probe_io write_tls(void *ctx, const void *data, size_t len, size_t *ret)
{
    struct wolfssl_board *board = ctx;
    int result = wolfSSL_write(board->ssl, data, (int)len);

    if (result <= 0)
        return io_of(board, result);
    *ret = (size_t)result;
    return PROBE_IO_DONE;
}

static enum probe_io read_tls(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct wolfssl_board *board = ctx;
    int result = wolfSSL_read(board->ssl, data, (int)cap);

    if (result <= 0)
        return io_of(board, result);
    *ret = (size_t)result;
    return PROBE_IO_DONE;
}

static enum probe_io finish(void *ctx)
{
    struct wolfssl_board *board = ctx;
    int result = wolfSSL_shutdown(board->ssl);

    return result == WOLFSSL_SUCCESS || result == WOLFSSL_SHUTDOWN_NOT_DONE ? PROBE_IO_DONE
                                                                            : io_of(board, result);
}

static void close_tls(void *ctx)
{
    struct wolfssl_board *board = ctx;

    wolfSSL_free(board->ssl);
    wolfSSL_CTX_free(board->ctx);
    board->ssl = NULL;
    board->ctx = NULL;
    memset(board->psk, 0, sizeof(board->psk));
    board->psk_len = 0;
}

static void describe(void *ctx, char *text, size_t cap)
{
    const struct wolfssl_board *board = ctx;

    snprintf(text, cap, "%s %s", wolfSSL_get_version(board->ssl),
             wolfSSL_get_cipher_name(board->ssl));
}

static void failure(void *ctx, struct probe_failure *ret)
{
    const struct wolfssl_board *board = ctx;

    *ret = board->failure;
}

static void free_board(struct probe_tls *tls)
{
    struct wolfssl_board *board = tls != NULL ? tls->ctx : NULL;

    if (board == NULL)
        return;
    close_tls(board);
    (void)wolfSSL_Cleanup(); /* the program ends */
    free(board);
}

static enum assay_status make(const struct virtual_stack_options *options, struct virtual_net *net,
                              struct probe_tls **ret)
{
    struct wolfssl_board *board = calloc(1, sizeof(*board));

    if (board == NULL)
        return ASSAY_ERR_NOMEM;
    board->options = *options;
    board->net = net;
    snprintf(board->stack, sizeof(board->stack), "wolfssl %s", version());
    board->tls = (struct probe_tls){.ctx = board,
                                    .stack = board->stack,
                                    .versions = "1.1 1.2 1.3",
                                    .can = "clientauth alpn psk dns sntp",
                                    .open = open_tls,
                                    .handshake = handshake,
                                    .write = write_tls,
                                    .read = read_tls,
                                    .finish = finish,
                                    .close = close_tls,
                                    .describe = describe,
                                    .failure = failure};
    if (wolfSSL_Init() != WOLFSSL_SUCCESS) {
        free(board);
        return ASSAY_ERR_CRYPTO;
    }
    *ret = &board->tls;
    return ASSAY_OK;
}

const struct virtual_stack virtual_stack = {
    .name = "wolfssl",
    .version = version,
    .tls_lowest = 0x0302,
    .tls_highest = 0x0304,
    .flaws = flaws,
    .plain_summary = "the library's own versions and suites; peer verified, host name checked",
    .make = make,
    .free = free_board,
};
