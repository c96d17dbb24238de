/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test bed: the server of this room and a client of OpenSSL, connected in memory. Everything
 * that the server emits is in a transcript.
 */
#ifndef TLS_BED_H
#define TLS_BED_H

#include "tls/tls.h"

#include "base/event_kinds.h"
#include "base/transcript.h"

#include <openssl/ssl.h>

struct bed {
    struct pki_store *store;
    struct tls_library *library; /* borrowed; NULL: OpenSSL's default */
    struct pki_chain *chain;
    struct tls_context *context;
    struct tls_conn *conn;
    struct transcript *transcript;
    int64_t now_s; /* scenario time */
    unsigned asked_for_time;
    struct assay_error err;
    SSL_CTX *client_ctx;
    SSL *client;  /* owns its BIOs */
    size_t chunk; /* bytes per call of tls_conn_receive(); 0: all at once */
    /* Changes what the client sends on its way; NULL: nothing. */
    void (*spoil)(struct bed *bed, uint8_t *data, size_t len);
    unsigned flights;          /* for the use of spoil() */
    int client_result;         /* of the last SSL_do_handshake() */
    const char *client_reason; /* why it failed; "" */
    struct buf to_client;      /* all that the server wrote, for looking at */
};

/*
 * "a=1 b.c=text d=x,y e=true": words of keys and values; commas make lists ("x," is a list of
 * one), a dot goes down into a map. In values "%" stands for a blank, and "~" before a value keeps
 * it a text.
 */
struct value *bed_value(const char *words);

/* Everything but the server: a store, a client that trusts the bench root. False: failed. */
bool bed_open(struct bed *bed);
/* As after bed_open(), with the keys that were made so far: those of RSA are slow to make. */
bool bed_again(struct bed *bed);
/* The context and a connection; words describe `tls` and `certs`, NULL: defaults. */
enum assay_status bed_serve(struct bed *bed, const char *tls, const char *certs);
/* As bed_serve(), with the names of the chain, "leaf,". */
enum assay_status bed_serve_chain(struct bed *bed, const char *tls, const char *certs,
                                  const char *chain);
/* A new connection of the same context and a new client. */
bool bed_reconnect(struct bed *bed);
void bed_close(struct bed *bed);

/* Let both sides talk until neither says anything; true: the client's handshake is complete. */
bool bed_handshake(struct bed *bed);
/* Move bytes in both directions once; false: nothing moved. */
bool bed_pump(struct bed *bed);

/* The client takes an identity that the bench issues: words for pki_identity_make(). */
bool bed_identity(struct bed *bed, const char *words);
void bed_client_name(SSL *client, const char *name); /* SNI */
void bed_client_groups(SSL_CTX *client, const char *list);
void bed_client_signatures(SSL_CTX *client, const char *list);
/* The client trusts the bench root of this key type as well. */
bool bed_trust_root(struct bed *bed, const char *key_type);

const struct event *bed_event(const struct bed *bed, const char *kind, size_t nth);
size_t bed_count(const struct bed *bed, const char *kind);
/* The first tls.message of a direction with that name. */
const struct event *bed_message(const struct bed *bed, const char *dir, const char *name);
/* Is there an alert of that direction and name? */
bool bed_alert(const struct bed *bed, const char *dir, const char *name);
bool event_has_int(const struct event *event, const char *field, int64_t number);
bool event_has_text(const struct event *event, const char *field, const char *text);

#endif
