/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BearSSL as its own client example shows: br_ssl_client_init_full() with one trust anchor, the
 * name given to br_ssl_client_reset(), the time to br_x509_minimal_set_time().
 *
 * The engine is driven directly: br_sslio_close() spins for ever while application data that
 * nobody read is pending.
 */
#include "virtual_stack.h"

#include "stack_bearssl_errors.h"
#include "stack_bearssl_x509.h"

#include "probe/probe_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAYS_TO_1970 = 719528, /* BearSSL counts days from the year 0 */
    S_PER_DAY = 86400
};

static const struct virtual_flaw flaws[] = {
    {"name-unchecked", BEARSSL_FLAW_NAME, "the certificate may be for any host"},
    {"dates-unchecked", BEARSSL_FLAW_DATES, "validity is not looked at"},
    {"chain-unchecked", BEARSSL_FLAW_CHAIN, "no verification at all"},
    {"server-key-unchecked", BEARSSL_FLAW_HANDSHAKE,
     "the server need not have its certificate's key (ECDSA)"},
    {"chip-verifies", BEARSSL_FLAW_CHIP,
     "ECDSA is the secure element's: P-256 and hashes of 32 bytes, nothing else"},
    {"samd-buffers", BEARSSL_FLAW_SAMD,
     "the 8005 and 597 bytes of ArduinoBearSSL: asks for records of 512 bytes"},
    {NULL, 0, NULL},
};

struct bearssl_board {
    struct probe_tls tls;
    struct virtual_stack_options options;
    struct virtual_net *net;
    br_ssl_client_context client;
    struct bearssl_validator validator;
    struct bearssl_anchor anchor;
    br_x509_certificate cert;
    unsigned char cert_der[PROBE_CERT_MAX];
    br_skey_decoder_context key;
    char alpn[PROBE_ALPN_MAX + 1];
    const char *alpn_list[1];
    struct probe_failure failure;
    unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
};

static const char *version(void)
{
    return "0.6"; /* the library does not say it itself */
}

static enum probe_io fail_own(struct bearssl_board *board, enum probe_code code, const char *text,
                              int error)
{
    virtual_failure_set(&board->failure, (int32_t)code, "%s (BearSSL %d)", text, error);
    return PROBE_IO_FAILED;
}

/* --- opening ---------------------------------------------------------------------------------- */

static bool use_identity(struct bearssl_board *board, const struct probe_tls_config *config)
{
    int type = 0;

    if (config->cert_len == 0)
        return true;
    memcpy(board->cert_der, config->cert, config->cert_len);
    board->cert = (br_x509_certificate){board->cert_der, config->cert_len};
    br_skey_decoder_init(&board->key);
    br_skey_decoder_push(&board->key, config->key, config->key_len);
    type = br_skey_decoder_key_type(&board->key);
    if (type == BR_KEYTYPE_RSA)
        br_ssl_client_set_single_rsa(&board->client, &board->cert, 1,
                                     br_skey_decoder_get_rsa(&board->key),
                                     br_rsa_pkcs1_sign_get_default());
    else if (type == BR_KEYTYPE_EC)
        br_ssl_client_set_single_ec(
            &board->client, &board->cert, 1, br_skey_decoder_get_ec(&board->key), BR_KEYTYPE_SIGN,
            BR_KEYTYPE_EC, br_ec_get_default(), br_ecdsa_sign_asn1_get_default());
    return type != 0;
}

/* For the signature over the key exchange only: the validator has its own function. */
static uint32_t believe_signature(const br_ec_impl *impl, const void *hash, size_t hash_len,
                                  const br_ec_public_key *key, const void *signature,
                                  size_t signature_len)
{
    (void)impl;
    (void)hash;
    (void)hash_len;
    (void)key;
    (void)signature;
    (void)signature_len;
    return 1;
}

/* eccX08_vrfy_asn1() of ArduinoBearSSL, which setEccSlot() installs for everything. */
static uint32_t verify_with_chip(const br_ec_impl *impl, const void *hash, size_t hash_len,
                                 const br_ec_public_key *key, const void *signature,
                                 size_t signature_len)
{
    enum { CHIP_HASH = 32 };

    if (key->curve != BR_EC_secp256r1 || hash_len != CHIP_HASH)
        return 0;
    return br_ecdsa_vrfy_asn1_get_default()(impl, hash, hash_len, key, signature, signature_len);
}

static void set_buffers(struct bearssl_board *board)
{
    enum { SAMD_IN = 8005, SAMD_OUT = 597 };

    if (board->options.flaws.has[BEARSSL_FLAW_SAMD])
        br_ssl_engine_set_buffers_bidi(&board->client.eng, board->buffer, SAMD_IN,
                                       board->buffer + SAMD_IN, SAMD_OUT);
    else
        br_ssl_engine_set_buffer(&board->client.eng, board->buffer, sizeof(board->buffer), 1);
}

/* Without a system the library draws from nothing but this. */
static void give_seed(struct bearssl_board *board)
{
    unsigned char seed[32];

    board->options.entropy(seed, sizeof(seed));
    br_ssl_engine_inject_entropy(&board->client.eng, seed, sizeof(seed));
}

static void configure(struct bearssl_board *board, const struct probe_tls_config *config,
                      bool has_root)
{
    const struct virtual_stack_options *options = &board->options;
    br_ssl_engine_context *engine = &board->client.eng;

    br_ssl_client_init_full(&board->client, &board->validator.minimal, &board->anchor.anchor,
                            has_root ? 1 : 0);
    stack_bearssl_validator_init(&board->validator, &options->flaws);
    if (options->flaws.has[BEARSSL_FLAW_HANDSHAKE])
        br_ssl_engine_set_ecdsa(engine, believe_signature);
    br_ssl_engine_set_x509(engine, &board->validator.vtable);
    br_x509_minimal_set_time(&board->validator.minimal,
                             (uint32_t)(DAYS_TO_1970 + config->unix_s / S_PER_DAY),
                             (uint32_t)(config->unix_s % S_PER_DAY));
    if (options->entropy != NULL)
        give_seed(board);
    if (options->flaws.has[BEARSSL_FLAW_CHIP]) {
        br_ssl_engine_set_ecdsa(engine, verify_with_chip);
        br_x509_minimal_set_ecdsa(&board->validator.minimal, br_ssl_engine_get_ec(engine),
                                  verify_with_chip);
    }
    set_buffers(board);
    br_ssl_engine_set_versions(engine, options->tls_min != 0 ? options->tls_min : BR_TLS10,
                               options->tls_max != 0 ? options->tls_max : BR_TLS12);
    snprintf(board->alpn, sizeof(board->alpn), "%s", config->alpn);
    board->alpn_list[0] = board->alpn;
    if (board->alpn[0] != '\0')
        br_ssl_engine_set_protocol_names(engine, board->alpn_list, 1);
}

static enum probe_io open_tls(void *ctx, const struct probe_tls_config *config)
{
    struct bearssl_board *board = ctx;
    bool has_root = config->root_len > 0 && !board->options.trusts_nobody;
    int error = 0;

    if (has_root)
        error = stack_bearssl_decode_root(&board->anchor, config->root, config->root_len);
    if (error != 0)
        return fail_own(board, PROBE_CODE_CANNOT, "the root is no certificate that can be read",
                        error);
    configure(board, config, has_root);
    if (!use_identity(board, config))
        return fail_own(board, PROBE_CODE_CANNOT, "the identity's key cannot be read",
                        br_skey_decoder_last_error(&board->key));
    if (!br_ssl_client_reset(&board->client, config->host, 0))
        return fail_own(board, PROBE_CODE_CANNOT, "the engine cannot start",
                        br_ssl_engine_last_error(&board->client.eng));
    return PROBE_IO_DONE;
}

/* --- the connection --------------------------------------------------------------------------- */

static enum probe_io fail_network(struct bearssl_board *board, enum probe_io io)
{
    if (io == PROBE_IO_FAILED)
        virtual_failure_set(&board->failure, PROBE_CODE_NETWORK, "%s",
                            virtual_net_error(board->net));
    return io;
}

static enum probe_io ended(struct bearssl_board *board)
{
    int error = br_ssl_engine_last_error(&board->client.eng);

    if (error == BR_ERR_OK)
        return PROBE_IO_CLOSED;
    stack_bearssl_explain(error, &board->failure);
    return PROBE_IO_FAILED;
}

static enum probe_io send_record(struct bearssl_board *board)
{
    br_ssl_engine_context *engine = &board->client.eng;
    size_t len = 0;
    size_t sent = 0;
    const unsigned char *bytes = br_ssl_engine_sendrec_buf(engine, &len);
    enum probe_io io = virtual_net_send(board->net, bytes, len, &sent);

    if (io == PROBE_IO_DONE)
        br_ssl_engine_sendrec_ack(engine, sent);
    return fail_network(board, io);
}

static enum probe_io receive_record(struct bearssl_board *board)
{
    br_ssl_engine_context *engine = &board->client.eng;
    size_t len = 0;
    size_t got = 0;
    unsigned char *bytes = br_ssl_engine_recvrec_buf(engine, &len);
    enum probe_io io = virtual_net_receive(board->net, bytes, len, &got);

    if (io == PROBE_IO_DONE)
        br_ssl_engine_recvrec_ack(engine, got);
    return fail_network(board, io);
}

/* Move records until the engine is in one of the wanted states and has nothing to send. */
static enum probe_io run_engine(struct bearssl_board *board, unsigned wanted)
{
    enum probe_io io = PROBE_IO_DONE;

    while (io == PROBE_IO_DONE) {
        unsigned state = br_ssl_engine_current_state(&board->client.eng);

        if ((state & BR_SSL_CLOSED) != 0)
            return ended(board);
        if ((state & BR_SSL_SENDREC) != 0)
            io = send_record(board);
        else if ((state & wanted) != 0)
            return PROBE_IO_DONE;
        else if ((state & BR_SSL_RECVREC) != 0)
            io = receive_record(board);
        else
            return PROBE_IO_WAIT_READ; /* data that nobody reads is pending */
    }
    return io;
}

static enum probe_io handshake(void *ctx)
{
    return run_engine(ctx, BR_SSL_SENDAPP | BR_SSL_RECVAPP);
}

static enum probe_io write_tls(void *ctx, const void *data, size_t len, size_t *ret)
{
    struct bearssl_board *board = ctx;
    br_ssl_engine_context *engine = &board->client.eng;
    size_t room = 0;
    unsigned char *at = NULL;
    enum probe_io io = run_engine(board, BR_SSL_SENDAPP);

    if (io != PROBE_IO_DONE)
        return io;
    at = br_ssl_engine_sendapp_buf(engine, &room);
    *ret = len < room ? len : room;
    memcpy(at, data, *ret);
    br_ssl_engine_sendapp_ack(engine, *ret);
    br_ssl_engine_flush(engine, 0);
    /* What cannot be sent now goes out with the next call; an error shows then. */
    (void)run_engine(board, BR_SSL_SENDAPP);
    return PROBE_IO_DONE;
}

static enum probe_io read_tls(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct bearssl_board *board = ctx;
    size_t len = 0;
    const unsigned char *at = NULL;
    enum probe_io io = run_engine(board, BR_SSL_RECVAPP);

    if (io != PROBE_IO_DONE)
        return io;
    at = br_ssl_engine_recvapp_buf(&board->client.eng, &len);
    *ret = len < cap ? len : cap;
    memcpy(data, at, *ret);
    br_ssl_engine_recvapp_ack(&board->client.eng, *ret);
    return PROBE_IO_DONE;
}

/* Send a close_notify without waiting for the server's; what the server still says is dropped. */
static enum probe_io finish(void *ctx)
{
    struct bearssl_board *board = ctx;
    br_ssl_engine_context *engine = &board->client.eng;
    enum probe_io io = PROBE_IO_DONE;

    br_ssl_engine_close(engine);
    while (io == PROBE_IO_DONE) {
        unsigned state = br_ssl_engine_current_state(engine);
        size_t len = 0;

        if ((state & (BR_SSL_CLOSED | BR_SSL_SENDREC)) == 0 && (state & BR_SSL_RECVAPP) == 0)
            return PROBE_IO_DONE;
        if ((state & BR_SSL_CLOSED) != 0)
            return ended(board);
        if ((state & BR_SSL_SENDREC) != 0) {
            io = send_record(board);
            continue;
        }
        (void)br_ssl_engine_recvapp_buf(engine, &len);
        br_ssl_engine_recvapp_ack(engine, len);
        br_ssl_engine_close(engine);
    }
    return io;
}

static void close_tls(void *ctx)
{
    (void)ctx; /* the engine holds nothing but its context */
}

static void describe(void *ctx, char *text, size_t cap)
{
    const struct bearssl_board *board = ctx;
    br_ssl_session_parameters session;

    br_ssl_engine_get_session_parameters(&board->client.eng, &session);
    snprintf(text, cap, "%s suite 0x%04X", virtual_tls_version_name(session.version),
             session.cipher_suite);
}

static void failure(void *ctx, struct probe_failure *ret)
{
    const struct bearssl_board *board = ctx;

    *ret = board->failure;
}

static void free_board(struct probe_tls *tls)
{
    if (tls != NULL)
        free(tls->ctx);
}

static enum assay_status make(const struct virtual_stack_options *options, struct virtual_net *net,
                              struct probe_tls **ret)
{
    struct bearssl_board *board = calloc(1, sizeof(*board));

    if (board == NULL)
        return ASSAY_ERR_NOMEM;
    board->options = *options;
    board->net = net;
    board->tls = (struct probe_tls){.ctx = board,
                                    .stack = "bearssl 0.6",
                                    .versions = "1.0 1.1 1.2",
                                    .can = "clientauth alpn dns sntp",
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
    .name = "bearssl",
    .version = version,
    .tls_lowest = BR_TLS10,
    .tls_highest = BR_TLS12,
    .flaws = flaws,
    .make = make,
    .free = free_board,
};
