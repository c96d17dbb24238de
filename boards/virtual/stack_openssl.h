/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the OpenSSL board. */
#ifndef STACK_OPENSSL_H
#define STACK_OPENSSL_H

#include "stack_openssl_flaws.h"
#include "stack_openssl_reseal.h"

#include "probe/probe_settings.h"

#include <openssl/ssl.h>

struct openssl_board {
    struct probe_tls tls;
    char stack[40];
    struct virtual_stack_options options;
    struct virtual_net *net;
    OSSL_LIB_CTX *library; /* FLAW_RANDOM: with random numbers of its own; else NULL */
    SSL_CTX *ctx;
    BIO_METHOD *bio_method;
    SSL *ssl;
    struct probe_failure failure;
    struct probe_failure refused; /* by the verification; code 0: not */
    bool is_ended;                /* a flaw gave up: nothing more is sent */
    bool is_handshaken;
    bool was_connected; /* a handshake was completed since the board was switched on */
    bool has_written;
    bool has_identity; /* one was configured */
    bool is_asked;     /* for its certificate: known with FLAW_NEEDS_REQUEST */
    /* What is demanded of the server's certificate. */
    int auth_level; /* of certificates; the suites have their own */
    const char *host;
    uint8_t ip[4];
    bool is_ip;
    int64_t unix_s;
    X509 *leaf; /* as it was sent, while it is verified */
    /* What flaws remember. */
    SSL_SESSION *session; /* the last one */
    unsigned fallback;    /* FLAW_FALLBACK: versions less */
    size_t record_left;   /* FLAW_FRAGMENTS: bytes of the record that are still to come */
    size_t answered;      /* bytes that came since the board last sent something */
    /* FLAW_NO_FRAGMENTS: bytes of handshake in records before the last, in it, in messages. */
    size_t before_record, record_room, messages;
    EVP_PKEY *own_key; /* FLAW_OWN_IDENTITY */
    X509 *own_cert;
    EC_KEY_METHOD *nonce_method; /* FLAW_NONCE */
    EC_KEY_METHOD *proof_method; /* FLAW_SERVER_KEY */
    struct stack_openssl_reseal reseal;
    char alpn[PROBE_ALPN_MAX + 2]; /* as offered: a length byte and the name */
    char psk_identity[PROBE_PSK_ID_MAX + 1];
    uint8_t psk[PROBE_PSK_HEX_MAX / 2];
    size_t psk_len;
};

bool stack_openssl_has_flaw(const struct openssl_board *board, enum flaw flaw);

/* Verification of certificates, for all connections. */
void stack_openssl_verify_certificates(struct openssl_board *board);

/* What is demanded of the server's certificates, on board->ssl. Each returns false on failure. */
bool stack_openssl_trust_root(struct openssl_board *board, const struct probe_tls_config *config);
bool stack_openssl_demand_name(struct openssl_board *board, const char *host);
bool stack_openssl_demand_chain(struct openssl_board *board, const struct probe_tls_config *config);

/*
 * What a board with a flaw checks itself, in place of OpenSSL's own check or behind it. Each gives
 * an X509_V_ERR.
 */
bool stack_openssl_reads_dates(const struct openssl_board *board);
bool stack_openssl_ends_now(const struct openssl_board *board, const X509 *cert);
int stack_openssl_check_dates(const struct openssl_board *board, const STACK_OF(X509) * chain);
bool stack_openssl_compares_names(const struct openssl_board *board);
int stack_openssl_check_name(const struct openssl_board *board, X509 *cert);
/* FLAW_CRASH: what the server sent is more than the board was made for. */
bool stack_openssl_is_odd(X509_STORE_CTX *store);
int stack_openssl_check_taste(const struct openssl_board *board, X509_STORE_CTX *store);

/* RFC 6066 section 8, for all connections. false: failed */
bool stack_openssl_ask_for_staple(struct openssl_board *board);
/* Does the certificate say whom to ask whether it was revoked (RFC 5280 section 4.2.2.1)? */
bool stack_openssl_names_responder(X509 *cert);

/* What is offered in the ClientHello, for all connections and for the one that opens. */
bool stack_openssl_set_offer(struct openssl_board *board);
bool stack_openssl_offer(struct openssl_board *board, const struct probe_tls_config *config);
/* What a flaw makes of the connection that ended; before SSL_free(). */
void stack_openssl_learn(struct openssl_board *board);

/* The board's certificate and key, or what a flaw shows in their place. */
bool stack_openssl_use_identity(struct openssl_board *board, const struct probe_tls_config *config);

/* A weak certificate and key of the board's own making. false: failed */
bool stack_openssl_own_identity(X509 **ret_cert, EVP_PKEY **ret_key);

/* FLAW_RANDOM: a library context whose random numbers begin anew with each call of _again. */
OSSL_LIB_CTX *stack_openssl_random_new(void);
bool stack_openssl_random_again(OSSL_LIB_CTX *library);

/*
 * The way to the network: virtual_net_send() and virtual_net_receive() as a BIO, because they
 * know how to get at an alert whose sender is gone already.
 */
BIO_METHOD *stack_openssl_bio_method(void);
/* false: out of memory */
bool stack_openssl_bio_attach(struct openssl_board *board);

#endif
