/* SPDX-License-Identifier: Apache-2.0 */
/* mbedTLS 2.28 as its own ssl_client1 shows: verification required, host name set. */
#include "virtual_stack.h"

#include "stack_clock.h"
#include "stack_mbedtls_hello.h"
#include "stack_mbedtls_server.h"

#include "probe/probe_settings.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum flaw {
    FLAW_NAME,
    FLAW_DATES,
    FLAW_CHAIN,
    FLAW_WEAK,
    FLAW_SHA1,
    FLAW_HOST_UNSET,
    FLAW_IP_UNCHECKED,
    FLAW_NO_ALERT,
    FLAW_STATIC_RSA,
    FLAW_FRAGMENT_1024,
    FLAW_FRAGMENT_512,
    FLAW_COMPRESSION,
    FLAW_NO_RENEGOTIATION,
    FLAW_REPEATED,
    FLAW_PADDING
};

enum { ALERT_RECORD = 21 };

static const struct virtual_flaw flaws[] = {
    {"name-unchecked", FLAW_NAME, "the certificate may be for any host"},
    {"dates-unchecked", FLAW_DATES, "validity is not looked at"},
    {"chain-unchecked", FLAW_CHAIN, "no verification at all (MBEDTLS_SSL_VERIFY_NONE)"},
    {"weak-crypto-allowed", FLAW_WEAK, "MD5, SHA-1 and small keys will do"},
    {"sha1-allowed", FLAW_SHA1, "certificates may be signed with SHA-1"},
    {"host-unset", FLAW_HOST_UNSET, "mbedtls_ssl_set_hostname() is not called: no SNI, any name"},
    {"ip-unchecked", FLAW_IP_UNCHECKED, "the same, connected to an address"},
    {"alert-missing", FLAW_NO_ALERT, "refuses without an alert"},
    {"static-rsa-only", FLAW_STATIC_RSA,
     "the five suites of a WINC1500, and no extension that they "
     "do not need"},
    {"fragment-1024", FLAW_FRAGMENT_1024, "asks for records of 1024 bytes (max_fragment_length)"},
    {"own-records-unlimited", FLAW_FRAGMENT_512,
     "asks for records of 512 bytes, and sends its certificate and the root in a longer one"},
    {"compression-offered", FLAW_COMPRESSION, "offers DEFLATE"},
    {"renegotiation-info-missing", FLAW_NO_RENEGOTIATION,
     "says nothing of secure renegotiation, though it has TLS 1.2"},
    {"extension-repeated", FLAW_REPEATED, "its ClientHello has an extension twice"},
    {"padding-not-zero", FLAW_PADDING, "pads its ClientHello with what was in memory"},
    {NULL, 0, NULL},
};

static const struct {
    enum flaw flaw;
    enum mbedtls_hello hello;
} hellos[] = {
    {FLAW_COMPRESSION, HELLO_COMPRESSION},
    {FLAW_NO_RENEGOTIATION, HELLO_NO_RENEGOTIATION},
    {FLAW_REPEATED, HELLO_REPEATED},
    {FLAW_PADDING, HELLO_PADDING},
};

/* Verification flags that a flaw takes away again. */
static const struct {
    enum flaw flaw;
    uint32_t flags;
} overlooked[] = {
    {FLAW_NAME, MBEDTLS_X509_BADCERT_CN_MISMATCH},
    {FLAW_DATES, MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE},
    {FLAW_WEAK,
     MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY},
};

struct mbedtls_board {
    struct probe_tls tls;
    struct virtual_stack_options options;
    struct virtual_net *net;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    bool is_open; /* the contexts below are initialised */
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    struct mbedtls_hello_state hello;
    mbedtls_x509_crt root;
    mbedtls_x509_crt cert;
    mbedtls_pk_context key;
    char alpn[PROBE_ALPN_MAX + 1];
    const char *alpn_list[2];
    struct probe_failure failure;
    bool is_shaken; /* the handshake is done */
};

static const char *version(void)
{
    return MBEDTLS_VERSION_STRING;
}

/* The stack's words; with verification flags where they are the reason. */
static enum probe_io fail(struct mbedtls_board *board, int error)
{
    char text[128];
    uint32_t flags = mbedtls_ssl_get_verify_result(&board->ssl);
    size_t len = 0;

    mbedtls_strerror(error, text, sizeof(text));
    virtual_failure_set(&board->failure, error, "-0x%04X %s", (unsigned)-error, text);
    if ((error != MBEDTLS_ERR_X509_CERT_VERIFY_FAILED &&
         error != MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE) ||
        flags == 0 || flags == UINT32_MAX)
        return PROBE_IO_FAILED;
    virtual_failure_set(&board->failure, error, "-0x%04X flags 0x%04X: ", (unsigned)-error,
                        (unsigned)flags);
    len = strlen(board->failure.text);
    (void)mbedtls_x509_crt_verify_info(board->failure.text + len, sizeof(board->failure.text) - len,
                                       "", flags);
    for (char *c = board->failure.text; *c != '\0'; c++) {
        if (*c == '\n') /* one line for each flag */
            *c = ' ';
    }
    return PROBE_IO_FAILED;
}

static enum probe_io fail_own(struct mbedtls_board *board, const char *text, int error)
{
    virtual_failure_set(&board->failure, PROBE_CODE_CANNOT, "%s (mbedTLS -0x%04X)", text,
                        (unsigned)-error);
    return PROBE_IO_FAILED;
}

static enum probe_io io_of(struct mbedtls_board *board, int result)
{
    switch (result) {
    case MBEDTLS_ERR_SSL_WANT_READ:
        return PROBE_IO_WAIT_READ;
    case MBEDTLS_ERR_SSL_WANT_WRITE:
        return PROBE_IO_WAIT_WRITE;
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        return PROBE_IO_CLOSED;
    case MBEDTLS_ERR_NET_SEND_FAILED:
    case MBEDTLS_ERR_NET_RECV_FAILED:
        virtual_failure_set(&board->failure, PROBE_CODE_NETWORK, "%s",
                            virtual_net_error(board->net));
        return PROBE_IO_FAILED;
    default:
        return result >= 0 ? PROBE_IO_DONE : fail(board, result);
    }
}

static int on_send(void *ctx, const unsigned char *data, size_t len)
{
    struct mbedtls_board *board = ctx;
    size_t sent = 0;
    enum probe_io io = PROBE_IO_DONE;

    if (board->options.flaws.has[FLAW_NO_ALERT] && !board->is_shaken && data[0] == ALERT_RECORD)
        return (int)len;
    io = virtual_net_send(board->net, data, len, &sent);
    if (io == PROBE_IO_DONE)
        return (int)sent;
    return io == PROBE_IO_WAIT_WRITE ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_NET_SEND_FAILED;
}

static int on_receive(void *ctx, unsigned char *data, size_t cap)
{
    struct mbedtls_board *board = ctx;
    size_t got = 0;
    enum probe_io io = virtual_net_receive(board->net, data, cap, &got);

    if (io == PROBE_IO_DONE)
        return (int)got;
    if (io == PROBE_IO_CLOSED)
        return 0;
    return io == PROBE_IO_WAIT_READ ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_RECV_FAILED;
}

static int on_verified(void *ctx, mbedtls_x509_crt *cert, int depth, uint32_t *flags)
{
    const struct mbedtls_board *board = ctx;

    (void)depth;
    if (board->options.flaws.has[FLAW_SHA1] && cert->sig_md == MBEDTLS_MD_SHA1)
        *flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_BAD_MD;
    for (size_t i = 0; i < sizeof(overlooked) / sizeof(overlooked[0]); i++) {
        if (board->options.flaws.has[overlooked[i].flaw])
            *flags &= ~overlooked[i].flags;
    }
    return 0;
}

/* As WiFi101 sets it up (m2m_ssl_set_active_ciphersuites), and as it looks on the wire. */
static void offer_static_rsa(mbedtls_ssl_config *config)
{
    static const int suites[] = {
        MBEDTLS_TLS_RSA_WITH_AES_128_GCM_SHA256, MBEDTLS_TLS_RSA_WITH_AES_256_CBC_SHA256,
        MBEDTLS_TLS_RSA_WITH_AES_128_CBC_SHA256, MBEDTLS_TLS_RSA_WITH_AES_256_CBC_SHA,
        MBEDTLS_TLS_RSA_WITH_AES_128_CBC_SHA,    0};

    mbedtls_ssl_conf_ciphersuites(config, suites);
    mbedtls_ssl_conf_encrypt_then_mac(config, MBEDTLS_SSL_ETM_DISABLED);
    mbedtls_ssl_conf_extended_master_secret(config, MBEDTLS_SSL_EXTENDED_MS_DISABLED);
    mbedtls_ssl_conf_session_tickets(config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
}

static int configure(struct mbedtls_board *board)
{
    const struct virtual_stack_options *options = &board->options;
    mbedtls_ssl_config *config = &board->config;
    int result = mbedtls_ssl_config_defaults(
        config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);

    if (result != 0)
        return result;
    mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &board->random);
    mbedtls_ssl_conf_authmode(config, options->flaws.has[FLAW_CHAIN] ? MBEDTLS_SSL_VERIFY_NONE
                                                                     : MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_verify(config, on_verified, board);
    if (options->flaws.has[FLAW_STATIC_RSA])
        offer_static_rsa(config);
    if (options->flaws.has[FLAW_FRAGMENT_1024])
        result = mbedtls_ssl_conf_max_frag_len(config, MBEDTLS_SSL_MAX_FRAG_LEN_1024);
    /* mbedTLS does not divide the messages of its handshake. */
    if (options->flaws.has[FLAW_FRAGMENT_512])
        result = mbedtls_ssl_conf_max_frag_len(config, MBEDTLS_SSL_MAX_FRAG_LEN_512);
    if (options->tls_min != 0)
        mbedtls_ssl_conf_min_version(config, 3, (int)(options->tls_min & 0xFF));
    if (options->tls_max != 0)
        mbedtls_ssl_conf_max_version(config, 3, (int)(options->tls_max & 0xFF));
    if (board->alpn[0] != '\0')
        return mbedtls_ssl_conf_alpn_protocols(config, board->alpn_list);
    return result;
}

static int use_identity(struct mbedtls_board *board, const struct probe_tls_config *config)
{
    int result = 0;

    if (config->cert_len == 0)
        return 0;
    result = mbedtls_x509_crt_parse_der(&board->cert, config->cert, config->cert_len);
    if (result == 0 && board->options.flaws.has[FLAW_FRAGMENT_512])
        result = mbedtls_x509_crt_parse_der(&board->cert, config->root, config->root_len);
    if (result == 0)
        result = mbedtls_pk_parse_key(&board->key, config->key, config->key_len, NULL, 0);
    if (result == 0)
        result = mbedtls_ssl_conf_own_cert(&board->config, &board->cert, &board->key);
    return result;
}

static int offer_psk(struct mbedtls_board *board, const struct probe_tls_config *config)
{
    if (config->psk_len == 0)
        return 0;
    return mbedtls_ssl_conf_psk(&board->config, config->psk, config->psk_len,
                                (const unsigned char *)config->psk_identity,
                                strlen(config->psk_identity));
}

static void init_contexts(struct mbedtls_board *board)
{
    mbedtls_ssl_init(&board->ssl);
    mbedtls_ssl_config_init(&board->config);
    mbedtls_x509_crt_init(&board->root);
    mbedtls_x509_crt_init(&board->cert);
    mbedtls_pk_init(&board->key);
    board->is_open = true;
}

/* The one call is for SNI and for verification. */
static int set_host(struct mbedtls_board *board, const char *host)
{
    uint8_t ip[4];
    bool is_ip = probe_parse_ip(host, strlen(host), ip) != 0;

    if (board->options.flaws.has[FLAW_HOST_UNSET] ||
        (is_ip && board->options.flaws.has[FLAW_IP_UNCHECKED]))
        return 0;
    return mbedtls_ssl_set_hostname(&board->ssl, host);
}

struct mbedtls_hello_state *mbedtls_hello_state_of(const mbedtls_ssl_context *ssl)
{
    struct mbedtls_board *board = ssl->p_bio;

    return &board->hello;
}

static void bend_hello(struct mbedtls_board *board)
{
    board->hello.wanted = HELLO_AS_MADE;
    for (size_t i = 0; i < sizeof(hellos) / sizeof(hellos[0]); i++) {
        if (board->options.flaws.has[hellos[i].flaw])
            board->hello.wanted = hellos[i].hello;
    }
    stack_mbedtls_hello_bend(&board->ssl, &board->hello);
}

static enum probe_io open_tls(void *ctx, const struct probe_tls_config *config)
{
    struct mbedtls_board *board = ctx;
    size_t root_len = board->options.trusts_nobody ? 0 : config->root_len;
    int result = 0;

    init_contexts(board);
    board->is_shaken = false;
    stack_clock_set(config->unix_s);
    snprintf(board->alpn, sizeof(board->alpn), "%s", config->alpn);
    board->alpn_list[0] = board->alpn;
    result = configure(board);
    if (result == 0)
        result = set_host(board, config->host);
    if (result != 0)
        return fail_own(board, "the connection cannot be set up", result);
    if (root_len > 0)
        result = mbedtls_x509_crt_parse_der(&board->root, config->root, root_len);
    if (result != 0)
        return fail_own(board, "the root is no certificate that can be read", result);
    mbedtls_ssl_conf_ca_chain(&board->config, root_len > 0 ? &board->root : NULL, NULL);
    result = use_identity(board, config);
    if (result == 0)
        result = offer_psk(board, config);
    if (result != 0)
        return fail_own(board, "the identity cannot be used", result);
    mbedtls_ssl_set_bio(&board->ssl, board, on_send, on_receive, NULL);
    result = mbedtls_ssl_setup(&board->ssl, &board->config);
    if (result != 0)
        return fail_own(board, "out of memory", result);
    bend_hello(board);
    return PROBE_IO_DONE;
}

static enum probe_io handshake(void *ctx)
{
    struct mbedtls_board *board = ctx;
    enum probe_io io = io_of(board, mbedtls_ssl_handshake(&board->ssl));

    board->is_shaken = io == PROBE_IO_DONE;
    return io;
}

static enum probe_io write_tls(void *ctx, const void *data, size_t len, size_t *ret)
{
    struct mbedtls_board *board = ctx;
    int result = mbedtls_ssl_write(&board->ssl, data, len);

    if (result > 0)
        *ret = (size_t)result;
    return io_of(board, result);
}

static enum probe_io read_tls(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct mbedtls_board *board = ctx;
    int result = mbedtls_ssl_read(&board->ssl, data, cap);

    if (result == 0)
        return PROBE_IO_CLOSED;
    if (result > 0)
        *ret = (size_t)result;
    return io_of(board, result);
}

static enum probe_io finish(void *ctx)
{
    struct mbedtls_board *board = ctx;

    return io_of(board, mbedtls_ssl_close_notify(&board->ssl));
}

static void close_tls(void *ctx)
{
    struct mbedtls_board *board = ctx;

    if (!board->is_open)
        return;
    mbedtls_ssl_free(&board->ssl);
    mbedtls_ssl_config_free(&board->config);
    mbedtls_x509_crt_free(&board->root);
    mbedtls_x509_crt_free(&board->cert);
    mbedtls_pk_free(&board->key);
    board->is_open = false;
}

static void describe(void *ctx, char *text, size_t cap)
{
    const struct mbedtls_board *board = ctx;

    snprintf(text, cap, "%s %s", mbedtls_ssl_get_version(&board->ssl),
             mbedtls_ssl_get_ciphersuite(&board->ssl));
}

static void failure(void *ctx, struct probe_failure *ret)
{
    const struct mbedtls_board *board = ctx;

    *ret = board->failure;
}

static void free_board(struct probe_tls *tls)
{
    struct mbedtls_board *board = tls != NULL ? tls->ctx : NULL;

    if (board == NULL)
        return;
    close_tls(board);
    mbedtls_ctr_drbg_free(&board->random);
    mbedtls_entropy_free(&board->entropy);
    free(board);
}

static enum assay_status make(const struct virtual_stack_options *options, struct virtual_net *net,
                              struct probe_tls **ret)
{
    struct mbedtls_board *board = calloc(1, sizeof(*board));

    if (board == NULL)
        return ASSAY_ERR_NOMEM;
    board->options = *options;
    board->net = net;
    mbedtls_entropy_init(&board->entropy);
    mbedtls_ctr_drbg_init(&board->random);
    board->tls = (struct probe_tls){.ctx = board,
                                    .stack = "mbedtls " MBEDTLS_VERSION_STRING,
                                    .versions = "1.0 1.1 1.2",
                                    .can = "clientauth alpn psk dns sntp",
                                    .open = open_tls,
                                    .handshake = handshake,
                                    .write = write_tls,
                                    .read = read_tls,
                                    .finish = finish,
                                    .close = close_tls,
                                    .describe = describe,
                                    .failure = failure};
    if (mbedtls_ctr_drbg_seed(&board->random, mbedtls_entropy_func, &board->entropy, NULL, 0) !=
        0) {
        free_board(&board->tls);
        return ASSAY_ERR_CRYPTO;
    }
    *ret = &board->tls;
    return ASSAY_OK;
}

const struct virtual_stack virtual_stack = {
    .name = "mbedtls",
    .version = version,
    .tls_lowest = 0x0301,
    .tls_highest = 0x0303,
    .flaws = flaws,
    .make = make,
    .free = free_board,
#ifndef FIRMWARE_BOARD
    .server = &stack_mbedtls_server,
#endif
};
