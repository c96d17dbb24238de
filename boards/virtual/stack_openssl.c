/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL, used as strictly as it can be; --plain uses it as most programs do. */
#include "stack_openssl.h"

#include "stack_openssl_nonce.h"
#include "stack_openssl_proof.h"
#include "stack_openssl_server.h"

#include <openssl/err.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

static enum probe_io fail_own(struct openssl_board *board, enum probe_code code, const char *text)
{
    virtual_failure_set(&board->failure, (int32_t)code, "%s", text);
    ERR_clear_error();
    return PROBE_IO_FAILED;
}

static unsigned on_psk(SSL *ssl, const char *hint, char *identity, unsigned identity_max,
                       unsigned char *psk, unsigned psk_max)
{
    const struct openssl_board *board = SSL_get_app_data(ssl);

    if (hint != NULL && hint[0] != '\0' && stack_openssl_has_flaw(board, FLAW_NO_HINT))
        return 0;
    if (strlen(board->psk_identity) >= identity_max || board->psk_len > psk_max)
        return 0;
    memcpy(identity, board->psk_identity, strlen(board->psk_identity) + 1);
    memcpy(psk, board->psk, board->psk_len);
    return (unsigned)board->psk_len;
}

static void offer_psk(struct openssl_board *board, const struct probe_tls_config *config)
{
    board->psk_len = config->psk_len;
    if (config->psk_len == 0)
        return;
    memcpy(board->psk, config->psk, config->psk_len);
    snprintf(board->psk_identity, sizeof(board->psk_identity), "%s", config->psk_identity);
    SSL_set_psk_client_callback(board->ssl, on_psk);
}

static enum probe_io open_tls(void *ctx, const struct probe_tls_config *config)
{
    struct openssl_board *board = ctx;

    board->failure = (struct probe_failure){0};
    board->refused = (struct probe_failure){0};
    board->has_written = false;
    board->is_handshaken = false;
    board->is_ended = false;
    board->is_asked = false;
    board->record_left = 0;
    board->reseal = (struct stack_openssl_reseal){.sequence = 0};
    ERR_clear_error();
    if (board->library != NULL && !stack_openssl_random_again(board->library))
        return fail_own(board, PROBE_CODE_CANNOT, "there are no random numbers");
    board->ssl = SSL_new(board->ctx);
    if (board->ssl == NULL || !stack_openssl_bio_attach(board))
        return fail_own(board, PROBE_CODE_CANNOT, "out of memory");
    SSL_set_app_data(board->ssl, board);
    if (!stack_openssl_trust_root(board, config))
        return fail_own(board, PROBE_CODE_CANNOT, "the root is no certificate");
    if (!stack_openssl_use_identity(board, config))
        return fail_own(board, PROBE_CODE_CANNOT, "the identity cannot be used");
    if (!stack_openssl_demand_name(board, config->host) ||
        !stack_openssl_demand_chain(board, config) || !stack_openssl_offer(board, config))
        return fail_own(board, PROBE_CODE_CANNOT, "the connection cannot be set up");
    offer_psk(board, config);
    return PROBE_IO_DONE;
}

static enum probe_io fail_library(struct openssl_board *board, unsigned long error)
{
    const char *reason = ERR_reason_error_string(error);

    if (board->refused.code != 0)
        board->failure = board->refused;
    else
        virtual_failure_set(&board->failure, ERR_GET_REASON(error), "%s (%d)",
                            reason != NULL ? reason : "unknown error", ERR_GET_REASON(error));
    ERR_clear_error();
    return PROBE_IO_FAILED;
}

static enum probe_io io_of(struct openssl_board *board, int result)
{
    unsigned long error = ERR_peek_error();

    if (board->is_ended)
        return fail_library(board, error);
    switch (SSL_get_error(board->ssl, result)) {
    case SSL_ERROR_NONE:
        return PROBE_IO_DONE;
    case SSL_ERROR_WANT_READ:
        return PROBE_IO_WAIT_READ;
    case SSL_ERROR_WANT_WRITE:
        return PROBE_IO_WAIT_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return PROBE_IO_CLOSED;
    case SSL_ERROR_SYSCALL:
        virtual_failure_set(&board->failure, PROBE_CODE_NETWORK, "%s",
                            virtual_net_error(board->net));
        return PROBE_IO_FAILED;
    default:
        if (ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
            return PROBE_IO_CLOSED;
        return fail_library(board, error);
    }
}

/* RFC 7301 section 3.2: the server selects what was offered. Not every OpenSSL 3.0 looks. */
static bool is_alpn_offered(const struct openssl_board *board)
{
    const unsigned char *selected = NULL;
    unsigned len = 0;

    SSL_get0_alpn_selected(board->ssl, &selected, &len);
    return len == 0 ||
           (len == (unsigned char)board->alpn[0] && memcmp(selected, board->alpn + 1, len) == 0);
}

static bool chose_unoffered(const struct openssl_board *board)
{
    return !board->options.is_plain && !is_alpn_offered(board);
}

static bool is_resumed(const struct openssl_board *board)
{
    return SSL_session_reused(board->ssl) == 1;
}

static bool has_psk(const struct openssl_board *board)
{
    return board->psk_len > 0;
}

static bool is_aes256(const struct openssl_board *board)
{
    const char *name = SSL_get_cipher_name(board->ssl);

    return strstr(name, "AES256") != NULL || strstr(name, "AES_256") != NULL;
}

static bool is_not_aes256_gcm(const struct openssl_board *board)
{
    return !is_aes256(board) || strstr(SSL_get_cipher_name(board->ssl), "GCM") == NULL;
}

static bool is_dhe(const struct openssl_board *board)
{
    return strncmp(SSL_get_cipher_name(board->ssl), "DHE-", 4) == 0;
}

static bool is_tls13(const struct openssl_board *board)
{
    return SSL_version(board->ssl) == TLS1_3_VERSION;
}

static bool is_tls12(const struct openssl_board *board)
{
    return !is_tls13(board);
}

static bool is_unasked(const struct openssl_board *board)
{
    return board->has_identity && !board->is_asked;
}

/* What a board does not go on with; without a flaw of its name, all boards. */
static const struct {
    enum flaw flaw;
    bool (*is_met)(const struct openssl_board *board);
    const char *text;
} dislikes[] = {
    {FLAW_COUNT, chose_unoffered,
     "the server selected an application protocol that was not offered"},
    {FLAW_NO_RESUMPTION, is_resumed, "the server resumed a session"},
    {FLAW_PSK_BROKEN, has_psk, "the pre-shared key does not work"},
    {FLAW_OTHER_SUITES, is_not_aes256_gcm, "this suite does not work"},
    {FLAW_NO_AES256, is_aes256, "this suite does not work"},
    {FLAW_NO_DHE, is_dhe, "this key exchange does not work"},
    {FLAW_TLS13_BROKEN, is_tls13, "this version does not work"},
    {FLAW_TLS12_BROKEN, is_tls12, "this version does not work"},
    {FLAW_NEEDS_REQUEST, is_unasked, "the server does not want the board's certificate"},
};

/* FLAW_UNANSWERED: the answer is used before anybody looks whether there is one. */
static bool is_unanswered(struct openssl_board *board)
{
    const unsigned char *selected = NULL;
    unsigned len = 0;

    SSL_get0_alpn_selected(board->ssl, &selected, &len);
    return (board->alpn[0] != '\0' && len == 0) ||
           (is_tls12(board) && SSL_get_extms_support(board->ssl) == 0);
}

static enum probe_io check_handshake(struct openssl_board *board)
{
    for (size_t i = 0; i < sizeof(dislikes) / sizeof(dislikes[0]); i++) {
        bool looks =
            dislikes[i].flaw == FLAW_COUNT || stack_openssl_has_flaw(board, dislikes[i].flaw);

        if (looks && dislikes[i].is_met(board))
            return fail_own(board, PROBE_CODE_MALFORMED, dislikes[i].text);
    }
    if (stack_openssl_has_flaw(board, FLAW_UNANSWERED) && is_unanswered(board))
        virtual_crash();
    board->is_handshaken = true;
    board->was_connected = true;
    return PROBE_IO_DONE;
}

static enum probe_io handshake(void *ctx)
{
    struct openssl_board *board = ctx;
    int result = 0;

    ERR_clear_error();
    result = SSL_connect(board->ssl);
    if (result != 1 || board->is_ended)
        return io_of(board, result);
    return check_handshake(board);
}

static enum probe_io write_tls(void *ctx, const void *data, size_t len, size_t *ret)
{
    struct openssl_board *board = ctx;
    int result = 0;

    ERR_clear_error();
    result = SSL_write_ex(board->ssl, data, len, ret);
    board->has_written = true;
    return result == 1 ? PROBE_IO_DONE : io_of(board, result);
}

static enum probe_io read_tls(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct openssl_board *board = ctx;
    int result = 0;

    ERR_clear_error();
    if (stack_openssl_has_flaw(board, FLAW_LATE) && board->has_written && board->refused.code != 0)
        return fail_library(board, 0);
    result = SSL_read_ex(board->ssl, data, cap, ret);
    return result == 1 && !board->is_ended ? PROBE_IO_DONE : io_of(board, result);
}

static enum probe_io finish(void *ctx)
{
    struct openssl_board *board = ctx;
    int result = 0;

    if (stack_openssl_has_flaw(board, FLAW_NO_CLOSE))
        return PROBE_IO_DONE;
    ERR_clear_error();
    result = SSL_shutdown(board->ssl);
    return result >= 0 ? PROBE_IO_DONE : io_of(board, result);
}

static void close_tls(void *ctx)
{
    struct openssl_board *board = ctx;

    if (board->ssl != NULL)
        stack_openssl_learn(board);
    SSL_free(board->ssl);
    board->ssl = NULL;
    OPENSSL_cleanse(board->psk, sizeof(board->psk));
    board->psk_len = 0;
}

static void describe(void *ctx, char *text, size_t cap)
{
    const struct openssl_board *board = ctx;

    snprintf(text, cap, "%s %s", SSL_get_version(board->ssl), SSL_get_cipher_name(board->ssl));
}

static void failure(void *ctx, struct probe_failure *ret)
{
    const struct openssl_board *board = ctx;

    *ret = board->failure;
}

static bool set_up(struct openssl_board *board)
{
    board->bio_method = stack_openssl_bio_method();
    if (stack_openssl_has_flaw(board, FLAW_RANDOM)) {
        board->library = stack_openssl_random_new();
        if (board->library == NULL)
            return false;
    }
    if (stack_openssl_has_flaw(board, FLAW_NONCE))
        board->nonce_method = stack_openssl_nonce_new();
    if (stack_openssl_has_flaw(board, FLAW_SERVER_KEY))
        board->proof_method = stack_openssl_proof_new();
    board->ctx = SSL_CTX_new_ex(board->library, NULL, TLS_client_method());
    if (board->ctx == NULL || board->bio_method == NULL)
        return false;
    SSL_CTX_set_session_cache_mode(board->ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(board->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_read_ahead(board->ctx, 1); /* half the system calls */
    stack_openssl_verify_certificates(board);
    return stack_openssl_ask_for_staple(board) && stack_openssl_set_offer(board);
}

static void free_board(struct probe_tls *tls)
{
    struct openssl_board *board = tls != NULL ? tls->ctx : NULL;

    if (board == NULL)
        return;
    close_tls(board);
    SSL_SESSION_free(board->session);
    EVP_PKEY_free(board->own_key);
    X509_free(board->own_cert);
    SSL_CTX_free(board->ctx);
    stack_openssl_nonce_free(board->nonce_method);
    stack_openssl_proof_free(board->proof_method);
    OSSL_LIB_CTX_free(board->library);
    BIO_meth_free(board->bio_method);
    free(board);
}

static enum assay_status make(const struct virtual_stack_options *options, struct virtual_net *net,
                              struct probe_tls **ret)
{
    struct openssl_board *board = calloc(1, sizeof(*board));

    if (board == NULL)
        return ASSAY_ERR_NOMEM;
    board->options = *options;
    board->net = net;
    snprintf(board->stack, sizeof(board->stack), "openssl %s", version());
    board->tls = (struct probe_tls){.ctx = board,
                                    .stack = board->stack,
                                    .versions = "1.0 1.1 1.2 1.3",
                                    .can = "clientauth alpn psk dns sntp serve",
                                    .open = open_tls,
                                    .handshake = handshake,
                                    .write = write_tls,
                                    .read = read_tls,
                                    .finish = finish,
                                    .close = close_tls,
                                    .describe = describe,
                                    .failure = failure};
    if (!set_up(board)) {
        free_board(&board->tls);
        return ASSAY_ERR_CRYPTO;
    }
    *ret = &board->tls;
    return ASSAY_OK;
}

const struct virtual_stack virtual_stack = {
    .name = "openssl",
    .version = version,
    .tls_lowest = TLS1_VERSION,
    .tls_highest = TLS1_3_VERSION,
    .flaws = stack_openssl_flaws,
    .plain_summary = "as most programs use it: defaults, peer verified, host name set",
    .make = make,
    .free = free_board,
    .server = &stack_openssl_server,
};
