/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TLS server on OpenSSL, sans-I/O: wire bytes in, wire bytes, plaintext and events out.
 * Every handshake message and alert of both directions becomes an event.
 */
#ifndef TLS_TLS_H
#define TLS_TLS_H

#include "base/buf.h"
#include "base/event.h"
#include "base/status.h"
#include "base/value.h"
#include "pki/pki.h"

struct tls_context;
struct tls_conn;

struct tls_library;

struct tls_settings {
    /* The scenario's `tls` table (docs/formats/tls-settings.md); NULL: defaults. Borrowed. */
    const struct value *description;
    /* Borrowed; must outlive the context. NULL or empty only for PSK and anonymous suites. */
    const struct pki_chain *chain;
    struct pki_store *store; /* borrowed; for the client CA */
    /* Scenario time for checking client certificates; asked once per handshake that has one. */
    int64_t (*now_s)(void *ctx);
    void *now_ctx;
    struct tls_library *library; /* borrowed, see tls/library.h; NULL: OpenSSL's default */
};

/*
 * Cheap (about 50 us over a bare SSL_CTX): nothing is read from files or parsed again.
 * @retval ASSAY_ERR_MALFORMED    unknown key or value in the description; err begins with its
 *                                path, "tls.ciphers ..."
 * @retval ASSAY_ERR_UNSUPPORTED  this OpenSSL cannot serve it (the name of the cipher, group, ...),
 *                                or libssl cannot send a member of the chain ("chain.2: ...")
 */
ASSAY_RESULT tls_context_new(const struct tls_settings *settings, struct tls_context **ret,
                             struct assay_error *err);
void tls_context_free(struct tls_context *context);

/*
 * The bench as the client of a board that is a server. Everything of `tls` that both sides have
 * (versions, suites, groups, signature algorithms, key, sizes) means what it says there; the chain
 * is what the bench shows when the board asks for a certificate, and may be empty. Whatever the
 * board presents is taken: tls.server_certificate says what is wrong with it.
 * @param host      the name that the board was issued its certificate for; sent as server name
 * @param root_der  what its chain has to end at; NULL: nothing is trusted
 */
ASSAY_RESULT tls_client_context_new(const struct tls_settings *settings, const char *host,
                                    const uint8_t *root_der, size_t root_len,
                                    struct tls_context **ret, struct assay_error *err);

/*
 * One connection. sink is borrowed and must outlive it; it must not call back into connections of
 * this context, which all belong to one thread. NULL: no memory.
 */
struct tls_conn *tls_conn_new(struct tls_context *context, const struct event_sink *sink,
                              uint32_t conn);
void tls_conn_free(struct tls_conn *conn);

/*
 * Bytes from the wire, in any pieces. Afterwards look at the output, the plaintext and the stage.
 * A handshake that fails is not an error of this call: it is a stage and an event, and the output
 * holds the alert that is still to be sent. After a failure bytes are ignored; after our own
 * close_notify what the board still says is read and told.
 * @retval ASSAY_ERR_LIMIT  16 MiB of plaintext were not consumed
 */
ASSAY_RESULT tls_conn_receive(struct tls_conn *conn, const void *data, size_t len);
/* Of a client: begin, which fills the output. */
void tls_conn_start(struct tls_conn *conn);
/* Of a client, before it starts: say that this is a second try with an older version (RFC 7507). */
void tls_conn_fall_back(struct tls_conn *conn);
/*
 * Of a client, up to TLS 1.2: handshake once more in an established connection.
 * @retval ASSAY_ERR_STATE        not established
 * @retval ASSAY_ERR_UNSUPPORTED  this version of TLS has no such thing
 */
ASSAY_RESULT tls_conn_renegotiate(struct tls_conn *conn);
/* Has it begun a handshake that is not over yet? */
bool tls_conn_is_shaking(const struct tls_conn *conn);
/* Of a client: send close_notify and go on all the same, which RFC 8446 section 6.1 forbids. */
ASSAY_RESULT tls_conn_say_goodbye(struct tls_conn *conn);
/* The peer closed its side; in a handshake that is a failure. */
void tls_conn_end_of_input(struct tls_conn *conn);

/* What is to be written to the wire; the caller consumes it. Borrowed. */
struct buf *tls_conn_output(struct tls_conn *conn);
/* Decrypted application data; the caller consumes it. Borrowed. */
struct buf *tls_conn_plaintext(struct tls_conn *conn);

/* @retval ASSAY_ERR_STATE  not established, or closed */
ASSAY_RESULT tls_conn_send(struct tls_conn *conn, const void *data, size_t len);
/* Send close_notify; in a handshake there is nothing to be sent and the stage becomes FAILED. */
ASSAY_RESULT tls_conn_close(struct tls_conn *conn);

/* "certificate_required" for 116; "unknown" for a number that has no name. */
const char *tls_alert_name(uint8_t code);

enum tls_stage { TLS_STAGE_HANDSHAKE, TLS_STAGE_ESTABLISHED, TLS_STAGE_CLOSED, TLS_STAGE_FAILED };
enum tls_stage tls_conn_stage(const struct tls_conn *conn);
/* ALPN that was chosen, NUL terminated; "" for none. */
const char *tls_conn_alpn(const struct tls_conn *conn);

/* Who the board says it is, as far as the handshake came. Texts have a NUL; "" for none. */
struct tls_peer {
    bool has_server_name;          /* the ClientHello had one */
    const char *server_name;       /* that OpenSSL took; borrowed from conn */
    const char *offered_protocols; /* of ALPN, with ", " between; borrowed from conn */
    const char *psk_identity;      /* also one that is not known; NULL: none; borrowed from conn */
    bool has_certificate;          /* the rest is about that */
    bool chain_ok;                 /* up to the CA of the bench's identities, at scenario time */
    char subject[512];             /* RFC 2253, as mosquitto writes it */
    char common_name[256];
    char sha1[2 * 20 + 1]; /* of the certificate, in lower-case hex */
    char sha256[2 * 32 + 1];
};
void tls_conn_peer(const struct tls_conn *conn, struct tls_peer *ret);

#endif
