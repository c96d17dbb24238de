/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `tls` table of a server description, read through a table of its keys.
 * docs/formats/tls-settings.md says the same for people; a test compares the two.
 */
#ifndef TLS_CONFIG_H
#define TLS_CONFIG_H

#include "base/buf.h"
#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

enum tls_client_auth { TLS_CLIENT_AUTH_NONE, TLS_CLIENT_AUTH_REQUEST, TLS_CLIENT_AUTH_REQUIRE };
enum tls_ca_names { TLS_CA_NAMES_BENCH, TLS_CA_NAMES_NONE, TLS_CA_NAMES_OTHER };
enum tls_sni_policy { TLS_SNI_IGNORE, TLS_SNI_REQUIRE, TLS_SNI_REFUSE, TLS_SNI_WARN };

enum { TLS_VERSION_1_0 = 1, TLS_VERSION_1_1 = 2, TLS_VERSION_1_2 = 4, TLS_VERSION_1_3 = 8 };

struct tls_psk {
    char *identity; /* NULL: no PSK. May be empty */
    char *hint;     /* NULL: none */
    struct buf key;
};

/* Texts are owned; NULL: whatever the library does by itself. Lists are joined with ':'. */
struct tls_config {
    unsigned versions; /* TLS_VERSION_... */
    char *ciphers;
    char *ciphersuites;
    char *groups;
    bool server_preference;
    int64_t dh_bits;
    int64_t security_level;
    char *signature_algorithms;
    char *key;
    enum tls_client_auth client_auth;
    int client_refusal; /* X509_V_ERR_... that every client's certificate is refused with; 0: none
                         */
    enum tls_ca_names client_ca_names;
    char *client_certificate_types;
    char *client_signature_algorithms;
    int64_t tickets;
    bool session_cache;
    struct buf alpn; /* wire form: each name behind its length */
    bool alpn_required;
    char *alpn_answer;
    enum tls_sni_policy sni;
    struct tls_psk psk;
    struct buf staple;
    const struct value *ocsp; /* borrowed from the description; NULL: none */
    bool extended_master_secret;
    bool encrypt_then_mac;
    int64_t max_send_fragment;
    int64_t record_padding;
    bool unknown_extensions;
    bool key_log;
};

/* All keys, in the order of the documentation; end with a NULL name. */
extern const struct key_spec tls_keys[];
extern const struct key_spec tls_psk_keys[];

/*
 * @param description  NULL: all defaults
 * @param ret          In any state; filled on success, to be released with tls_config_done()
 * @retval ASSAY_ERR_MALFORMED  err names the path ("tls.ciphers ...")
 */
ASSAY_RESULT tls_config_read(const struct value *description, struct tls_config *ret,
                             struct assay_error *err);
void tls_config_done(struct tls_config *config);

#endif
