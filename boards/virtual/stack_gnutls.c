/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GnuTLS 3.7 as careful as it can be asked to be: host name and purpose demanded, keys
 * of 112 bits of security (%PROFILE_MEDIUM), alerts sent.
 * --plain does what the client examples of its manual do.
 */
#include "virtual_stack.h"

#include "stack_clock.h"

#include "probe/probe_settings.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum flaw { FLAW_NAME, FLAW_DATES, FLAW_CHAIN, FLAW_WEAK, FLAW_PURPOSE };

static const struct virtual_flaw flaws[] = {
    {"name-unchecked", FLAW_NAME, "the certificate may be for any host"},
    {"dates-unchecked", FLAW_DATES, "validity is not looked at"},
    {"chain-unchecked", FLAW_CHAIN, "no verification at all"},
    {"weak-crypto-allowed", FLAW_WEAK, "MD5, SHA-1 and short keys will do"},
    {"eku-unchecked", FLAW_PURPOSE, "extended key usage is not looked at"},
    {NULL, 0, NULL},
};

static const struct {
    enum flaw flaw;
    unsigned flags; /* of gnutls_certificate_verify_flags */
} lenient[] = {
    {FLAW_DATES, GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS},
    {FLAW_WEAK, GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1},
};

struct gnutls_board {
    struct probe_tls tls;
    char stack[32];
    struct virtual_stack_options options;
    struct virtual_net *net;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    gnutls_psk_client_credentials_t psk;
    gnutls_typed_vdata_st demands[2]; /* borrowed by the session */
    char host[PROBE_HOST_MAX + 1];
    uint8_t ip[4];
    struct probe_failure failure;
};

static const char *version(void)
{
    return gnutls_check_version(NULL);
}

static enum probe_io fail_own(struct gnutls_board *board, const char *text, int error)
{
    virtual_failure_set(&board->failure, PROBE_CODE_CANNOT, "%s (GnuTLS %d, %s)", text, error,
                        gnutls_strerror(error));
    return PROBE_IO_FAILED;
}

/* Why a certificate was refused, in the library's words. */
static void explain_refusal(struct gnutls_board *board, int error)
{
    unsigned status = gnutls_session_get_verify_cert_status(board->session);
    gnutls_datum_t text = {NULL, 0};

    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) == 0)
        virtual_failure_set(&board->failure, error, "%d, status 0x%X: %s", error, status,
                            (const char *)text.data);
    gnutls_free(text.data);
}

static enum probe_io fail(struct gnutls_board *board, int error)
{
    if (error == GNUTLS_E_PUSH_ERROR || error == GNUTLS_E_PULL_ERROR) {
        virtual_failure_set(&board->failure, PROBE_CODE_NETWORK, "%s",
                            virtual_net_error(board->net));
        return PROBE_IO_FAILED;
    }
    if (error == GNUTLS_E_FATAL_ALERT_RECEIVED)
        virtual_failure_set(&board->failure, error, "%d: the server sent the alert %s", error,
                            gnutls_alert_get_name(gnutls_alert_get(board->session)));
    else
        virtual_failure_set(&board->failure, error, "%d (%s)", error, gnutls_strerror(error));
    if (error == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
        explain_refusal(board, error);
    if (!board->options.is_plain)
        (void)gnutls_alert_send_appropriate(board->session, error); /* it is the last we say */
    return PROBE_IO_FAILED;
}

static enum probe_io io_of(struct gnutls_board *board, ssize_t result)
{
    int error = (int)result;

    if (error == GNUTLS_E_AGAIN || error == GNUTLS_E_INTERRUPTED)
        return gnutls_record_get_direction(board->session) == 1 ? PROBE_IO_WAIT_WRITE
                                                                : PROBE_IO_WAIT_READ;
    if (error == GNUTLS_E_PREMATURE_TERMINATION)
        return PROBE_IO_CLOSED;
    return fail(board, error);
}

/* --- the network ------------------------------------------------------------------------------ */

static ssize_t on_send(gnutls_transport_ptr_t ctx, const void *data, size_t len)
{
    struct gnutls_board *board = ctx;
    size_t sent = 0;
    enum probe_io io = virtual_net_send(board->net, data, len, &sent);

    if (io == PROBE_IO_DONE)
        return (ssize_t)sent;
    gnutls_transport_set_errno(board->session, io == PROBE_IO_WAIT_WRITE ? EAGAIN : EPIPE);
    return -1;
}

static ssize_t on_receive(gnutls_transport_ptr_t ctx, void *data, size_t cap)
{
    struct gnutls_board *board = ctx;
    size_t got = 0;
    enum probe_io io = virtual_net_receive(board->net, data, cap, &got);

    if (io == PROBE_IO_DONE)
        return (ssize_t)got;
    if (io == PROBE_IO_CLOSED)
        return 0;
    gnutls_transport_set_errno(board->session, io == PROBE_IO_WAIT_READ ? EAGAIN : ECONNRESET);
    return -1;
}

/* --- opening ---------------------------------------------------------------------------------- */

/* "NORMAL" with the versions that were asked for. */
static int set_priorities(struct gnutls_board *board, bool has_psk)
{
    static const char *const names[] = {"1.0", "1.1", "1.2", "1.3"};
    const struct virtual_stack_options *options = &board->options;
    unsigned least = options->tls_min != 0 ? options->tls_min : 0x0303;
    unsigned most = options->tls_max != 0 ? options->tls_max : 0x0304;
    char text[256];
    size_t len = 0;

    snprintf(text, sizeof(text), "NORMAL:-VERS-ALL%s%s", has_psk ? ":+ECDHE-PSK:+DHE-PSK:+PSK" : "",
             options->flaws.has[FLAW_WEAK] ? ":%VERIFY_ALLOW_BROKEN:+SIGN-ALL" : "");
    for (unsigned version = least; version <= most; version++) {
        len = strlen(text);
        snprintf(text + len, sizeof(text) - len, ":+VERS-TLS%s", names[version - 0x0301]);
    }
    return gnutls_priority_set_direct(board->session, text, NULL);
}

static int use_identity(struct gnutls_board *board, const struct probe_tls_config *config)
{
    /* Read only, but the type has no const. */
    gnutls_datum_t cert = {NULL, (unsigned)config->cert_len};
    gnutls_datum_t key = {NULL, (unsigned)config->key_len};
    uint8_t bytes[PROBE_CERT_MAX + PROBE_KEY_MAX];
    int result = 0;

    if (config->cert_len == 0)
        return 0;
    memcpy(bytes, config->cert, config->cert_len);
    memcpy(bytes + config->cert_len, config->key, config->key_len);
    cert.data = bytes;
    key.data = bytes + config->cert_len;
    result =
        gnutls_certificate_set_x509_key_mem(board->credentials, &cert, &key, GNUTLS_X509_FMT_DER);
    gnutls_memset(bytes, 0, sizeof(bytes));
    return result;
}

static int offer_psk(struct gnutls_board *board, const struct probe_tls_config *config)
{
    uint8_t bytes[PROBE_PSK_HEX_MAX / 2];
    gnutls_datum_t key = {bytes, (unsigned)config->psk_len};
    int result = 0;

    if (config->psk_len == 0)
        return 0;
    memcpy(bytes, config->psk, config->psk_len);
    result = gnutls_psk_allocate_client_credentials(&board->psk);
    if (result == 0)
        result = gnutls_psk_set_client_credentials(board->psk, config->psk_identity, &key,
                                                   GNUTLS_PSK_KEY_RAW);
    gnutls_memset(bytes, 0, sizeof(bytes));
    return result == 0 ? gnutls_credentials_set(board->session, GNUTLS_CRD_PSK, board->psk)
                       : result;
}

/* false: the root cannot be read */
static bool trust_root(struct gnutls_board *board, const struct probe_tls_config *config)
{
    uint8_t bytes[PROBE_ROOT_MAX];
    gnutls_datum_t root = {bytes, (unsigned)config->root_len};

    if (config->root_len == 0 || board->options.trusts_nobody)
        return true;
    memcpy(bytes, config->root, config->root_len);
    return gnutls_certificate_set_x509_trust_mem(board->credentials, &root, GNUTLS_X509_FMT_DER) ==
           1;
}

/* The name and, unless used as the manual's examples do, the purpose. */
static void demand(struct gnutls_board *board)
{
    static unsigned char purpose[] =
        GNUTLS_KP_TLS_WWW_SERVER; /* read only; the type has no const */
    const struct virtual_flaw_set *has = &board->options.flaws;
    bool is_ip = probe_parse_ip(board->host, strlen(board->host), board->ip) != 0;
    unsigned count = 0;
    unsigned flags = 0;

    for (size_t i = 0; i < sizeof(lenient) / sizeof(lenient[0]); i++)
        flags |= has->has[lenient[i].flaw] ? lenient[i].flags : 0;
    gnutls_certificate_set_verify_flags(board->credentials, flags);
    if (has->has[FLAW_CHAIN])
        return;
    if (!has->has[FLAW_NAME] && is_ip)
        board->demands[count++] =
            (gnutls_typed_vdata_st){GNUTLS_DT_IP_ADDRESS, board->ip, sizeof(board->ip)};
    else if (!has->has[FLAW_NAME])
        board->demands[count++] =
            (gnutls_typed_vdata_st){GNUTLS_DT_DNS_HOSTNAME, (unsigned char *)board->host, 0};
    if (!board->options.is_plain && !has->has[FLAW_PURPOSE])
        board->demands[count++] = (gnutls_typed_vdata_st){GNUTLS_DT_KEY_PURPOSE_OID, purpose, 0};
    gnutls_session_set_verify_cert2(board->session, board->demands, count, 0);
}

static int set_up_session(struct gnutls_board *board, const struct probe_tls_config *config)
{
    char alpn[PROBE_ALPN_MAX + 1];
    gnutls_datum_t protocol = {(unsigned char *)alpn, (unsigned)strlen(config->alpn)};
    uint8_t ip[4];
    int result = set_priorities(board, config->psk_len > 0);

    snprintf(alpn, sizeof(alpn), "%s", config->alpn);
    if (result == 0)
        result = gnutls_credentials_set(board->session, GNUTLS_CRD_CERTIFICATE, board->credentials);
    if (result == 0 && probe_parse_ip(board->host, strlen(board->host), ip) == 0)
        result = gnutls_server_name_set(board->session, GNUTLS_NAME_DNS, board->host,
                                        strlen(board->host));
    if (result == 0 && protocol.size > 0)
        result = gnutls_alpn_set_protocols(board->session, &protocol, 1, 0);
    demand(board);
    gnutls_transport_set_ptr(board->session, board);
    gnutls_transport_set_push_function(board->session, on_send);
    gnutls_transport_set_pull_function(board->session, on_receive);
    gnutls_handshake_set_timeout(board->session,
                                 GNUTLS_INDEFINITE_TIMEOUT); /* the probe's affair */
    return result;
}

static enum probe_io open_tls(void *ctx, const struct probe_tls_config *config)
{
    struct gnutls_board *board = ctx;
    int result = 0;

    board->failure = (struct probe_failure){0};
    stack_clock_set(config->unix_s);
    snprintf(board->host, sizeof(board->host), "%s", config->host);
    result = gnutls_init(&board->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
    if (result == 0)
        result = gnutls_certificate_allocate_credentials(&board->credentials);
    if (result != 0)
        return fail_own(board, "out of memory", result);
    if (!trust_root(board, config))
        return fail_own(board, "the root is no certificate that can be read", 0);
    result = use_identity(board, config);
    if (result == 0)
        result = offer_psk(board, config);
    if (result != 0)
        return fail_own(board, "the identity cannot be used", result);
    result = set_up_session(board, config);
    return result == 0 ? PROBE_IO_DONE : fail_own(board, "the connection cannot be set up", result);
}

/* --- the connection --------------------------------------------------------------------------- */

static enum probe_io handshake(void *ctx)
{
    struct gnutls_board *board = ctx;
    int result = gnutls_handshake(board->session);

    /* A warning is no reason to stop. */
    while (result == GNUTLS_E_WARNING_ALERT_RECEIVED || result == GNUTLS_E_GOT_APPLICATION_DATA)
        result = gnutls_handshake(board->session);
    return result == 0 ? PROBE_IO_DONE : io_of(board, result);
}

static enum probe_io write_tls(void *ctx, const void *data, size_t len, size_t *ret)
{
    struct gnutls_board *board = ctx;
    ssize_t result = gnutls_record_send(board->session, data, len);

    if (result < 0)
        return io_of(board, result);
    *ret = (size_t)result;
    return PROBE_IO_DONE;
}

static enum probe_io read_tls(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct gnutls_board *board = ctx;
    ssize_t result = gnutls_record_recv(board->session, data, cap);

    if (result == 0)
        return PROBE_IO_CLOSED;
    if (result < 0)
        return io_of(board, result);
    *ret = (size_t)result;
    return PROBE_IO_DONE;
}

static enum probe_io finish(void *ctx)
{
    struct gnutls_board *board = ctx;
    int result = gnutls_bye(board->session, GNUTLS_SHUT_WR);

    return result == 0 ? PROBE_IO_DONE : io_of(board, result);
}

static void close_tls(void *ctx)
{
    struct gnutls_board *board = ctx;

    if (board->session != NULL)
        gnutls_deinit(board->session);
    if (board->credentials != NULL)
        gnutls_certificate_free_credentials(board->credentials);
    if (board->psk != NULL)
        gnutls_psk_free_client_credentials(board->psk);
    board->session = NULL;
    board->credentials = NULL;
    board->psk = NULL;
}

static void describe(void *ctx, char *text, size_t cap)
{
    const struct gnutls_board *board = ctx;
    unsigned version =
        0x0301 + (unsigned)gnutls_protocol_get_version(board->session) - (unsigned)GNUTLS_TLS1_0;

    snprintf(text, cap, "%s %s %s", virtual_tls_version_name(version),
             gnutls_kx_get_name(gnutls_kx_get(board->session)),
             gnutls_cipher_get_name(gnutls_cipher_get(board->session)));
}

static void failure(void *ctx, struct probe_failure *ret)
{
    const struct gnutls_board *board = ctx;

    *ret = board->failure;
}

static void free_board(struct probe_tls *tls)
{
    if (tls == NULL)
        return;
    close_tls(tls->ctx);
    free(tls->ctx);
}

static enum assay_status make(const struct virtual_stack_options *options, struct virtual_net *net,
                              struct probe_tls **ret)
{
    struct gnutls_board *board = calloc(1, sizeof(*board));

    if (board == NULL)
        return ASSAY_ERR_NOMEM;
    board->options = *options;
    board->net = net;
    gnutls_global_set_time_function(time);
    snprintf(board->stack, sizeof(board->stack), "gnutls %s", version());
    board->tls = (struct probe_tls){.ctx = board,
                                    .stack = board->stack,
                                    .versions = "1.0 1.1 1.2 1.3",
                                    .can = "clientauth alpn psk dns sntp",
                                    .open = open_tls,
                                    .handshake = handshake,
                                    .write = write_tls,
                                    .read = read_tls,
                                    .finish = finish,
                                    .close = close_tls,
                                    .describe = describe,
                                    .failure = failure};
    *ret = &board->tls;
    return ASSAY_OK;
}

const struct virtual_stack virtual_stack = {
    .name = "gnutls",
    .version = version,
    .tls_lowest = 0x0301,
    .tls_highest = 0x0304,
    .flaws = flaws,
    .plain_summary = "as its manual's examples: host name verified, no purpose, no alert",
    .make = make,
    .free = free_board,
};
