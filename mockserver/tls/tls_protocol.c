/* SPDX-License-Identifier: Apache-2.0 */
/* Versions, cipher suites, groups and the like of a context. */
#include "tls_internal.h"

#include "tls_dh.h"

#include <openssl/err.h>

#include <stdio.h>
#include <string.h>

enum { MOST_CLIENT_CERTIFICATE_BYTES = 1 << 20 };

static const struct protocol_row {
    unsigned bit;
    int version;
    uint64_t off;
} protocol_rows[] = {
    {TLS_VERSION_1_0, TLS1_VERSION, SSL_OP_NO_TLSv1},
    {TLS_VERSION_1_1, TLS1_1_VERSION, SSL_OP_NO_TLSv1_1},
    {TLS_VERSION_1_2, TLS1_2_VERSION, SSL_OP_NO_TLSv1_2},
    {TLS_VERSION_1_3, TLS1_3_VERSION, SSL_OP_NO_TLSv1_3},
};

/* Both the range and the holes in it: the machine's openssl.cnf may have set a range of its own. */
static enum assay_status apply_versions(struct tls_context *context, struct assay_error *err)
{
    int least = 0;
    int most = 0;

    for (size_t i = 0; i < sizeof(protocol_rows) / sizeof(protocol_rows[0]); i++) {
        const struct protocol_row *row = &protocol_rows[i];

        if ((context->config.versions & row->bit) == 0) {
            SSL_CTX_set_options(context->ctx, row->off);
            continue;
        }
        SSL_CTX_clear_options(context->ctx, row->off);
        least = least == 0 ? row->version : least;
        most = row->version;
    }
    if (SSL_CTX_set_min_proto_version(context->ctx, least) != 1 ||
        SSL_CTX_set_max_proto_version(context->ctx, most) != 1)
        return tls_crypto_error(err, ASSAY_ERR_UNSUPPORTED,
                                "tls.versions: this OpenSSL serves none of them");
    return ASSAY_OK;
}

/* IANA's name of a suite as OpenSSL spells it; anything else stays. */
static const char *cipher_name(const char *member)
{
    const char *name = strncmp(member, "TLS_", 4) == 0 ? OPENSSL_cipher_name(member) : NULL;

    return name != NULL && strcmp(name, "(NONE)") != 0 ? name : member;
}

static bool mentions_anonymous(const char *list)
{
    return strstr(list, "NULL") != NULL || strstr(list, "ADH") != NULL ||
           strstr(list, "AECDH") != NULL || strstr(list, "_anon_") != NULL;
}

/*
 * OpenSSL passes over what it does not know as long as anything else in the list is left, and a
 * scenario that serves other suites than it says would be worthless: each member must select
 * something by itself. Members that only take away or sort are exempt.
 */
static enum assay_status check_member(struct tls_context *context, const char *member,
                                      const char *name, struct assay_error *err)
{
    if (strchr("!-+@", member[0]) != NULL)
        return ASSAY_OK;
    if (SSL_CTX_set_cipher_list(context->ctx, name) == 1)
        return ASSAY_OK;
    ERR_clear_error();
    return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                           "tls.ciphers: this OpenSSL cannot serve %s up to TLS 1.2 (suites of "
                           "TLS 1.3 stand in tls.ciphersuites)",
                           member);
}

/* The list as OpenSSL wants it, in `list`. */
static enum assay_status spell_ciphers(struct tls_context *context, struct buf *list,
                                       struct assay_error *err)
{
    const char *text = context->config.ciphers;
    enum assay_status status = ASSAY_OK;

    while (status == ASSAY_OK && *text != '\0') {
        char member[128];
        size_t len = strcspn(text, ": ,");
        const char *name = NULL;

        snprintf(member, sizeof(member), "%.*s", (int)len, text);
        text += len + strspn(text + len, ": ,");
        if (len == 0)
            continue;
        name = cipher_name(member);
        ASSAY_TRY(check_member(context, member, name, err));
        status = buf_printf(list, "%s%s", list->len > 0 ? ":" : "", name);
    }
    /* "AES" would select anonymous suites as well, and a certificate on a curve that the board
     * does not know would silently end in one of them. */
    context->may_be_anonymous = mentions_anonymous(context->config.ciphers);
    if (status == ASSAY_OK && !context->may_be_anonymous)
        status = buf_add_text(list, ":!aNULL:!eNULL");
    return status != ASSAY_OK ? assay_error_set(err, status, "tls.ciphers: too long") : ASSAY_OK;
}

static enum assay_status apply_ciphers(struct tls_context *context, struct assay_error *err)
{
    static const char by_default[] = "ALL:!aNULL:!eNULL";
    struct buf list;
    enum assay_status status = ASSAY_OK;

    buf_init(&list, 65536);
    if (strcmp(context->config.ciphers, by_default) == 0)
        status = buf_add_text(&list, by_default);
    else
        status = spell_ciphers(context, &list, err);
    if (status == ASSAY_OK && SSL_CTX_set_cipher_list(context->ctx, buf_text(&list)) != 1)
        status = tls_crypto_error(err, ASSAY_ERR_UNSUPPORTED,
                                  "tls.ciphers: \"%s\" selects no cipher suite", buf_text(&list));
    buf_done(&list);
    return status;
}

static bool serves_suite(const SSL_CTX *ctx, const char *name, size_t len)
{
    STACK_OF(SSL_CIPHER) *ciphers = SSL_CTX_get_ciphers(ctx);

    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++) {
        const char *other = SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i));

        if (strlen(other) == len && strncmp(other, name, len) == 0)
            return true;
    }
    return false;
}

/* The settings that OpenSSL takes as one text of names. Here it passes over what it does not
 * know, so each name is looked for afterwards. */
static enum assay_status set_ciphersuites(SSL_CTX *ctx, char *list)
{
    if (SSL_CTX_set_ciphersuites(ctx, list) != 1)
        return ASSAY_ERR_UNSUPPORTED;
    while (*list != '\0') {
        size_t len = strcspn(list, ":");

        if (!serves_suite(ctx, list, len))
            return ASSAY_ERR_UNSUPPORTED;
        list += len + (list[len] == ':');
    }
    return ASSAY_OK;
}

static enum assay_status set_groups(SSL_CTX *ctx, char *list)
{
    return SSL_CTX_set1_groups_list(ctx, list) == 1 ? ASSAY_OK : ASSAY_ERR_UNSUPPORTED;
}

static enum assay_status set_signatures(SSL_CTX *ctx, char *list)
{
    return SSL_CTX_set1_sigalgs_list(ctx, list) == 1 ? ASSAY_OK : ASSAY_ERR_UNSUPPORTED;
}

static enum assay_status set_client_signatures(SSL_CTX *ctx, char *list)
{
    return SSL_CTX_set1_client_sigalgs_list(ctx, list) == 1 ? ASSAY_OK : ASSAY_ERR_UNSUPPORTED;
}

static const struct list_row {
    const char *name;
    size_t offset;
    /* Macros of OpenSSL cast the const away, so there is none. */
    enum assay_status (*set)(SSL_CTX *ctx, char *list);
} list_rows[] = {
    {"ciphersuites", offsetof(struct tls_config, ciphersuites), set_ciphersuites},
    {"groups", offsetof(struct tls_config, groups), set_groups},
    {"signature_algorithms", offsetof(struct tls_config, signature_algorithms), set_signatures},
    {"client_signature_algorithms", offsetof(struct tls_config, client_signature_algorithms),
     set_client_signatures},
};

/* Which member of a refused list is it? */
static enum assay_status blame_member(SSL_CTX *ctx, const struct list_row *row, const char *list,
                                      struct assay_error *err)
{
    ERR_clear_error();
    while (*list != '\0') {
        char member[128];
        size_t len = strcspn(list, ":");

        snprintf(member, sizeof(member), "%.*s", (int)len, list);
        list += len + (list[len] == ':');
        if (row->set(ctx, member) != ASSAY_OK) {
            ERR_clear_error();
            return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                                   "tls.%s: this OpenSSL does not know \"%s\"", row->name, member);
        }
    }
    return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                           "tls.%s: this OpenSSL does not take the list; is a name in it twice?",
                           row->name);
}

static enum assay_status apply_lists(struct tls_context *context, struct assay_error *err)
{
    for (size_t i = 0; i < sizeof(list_rows) / sizeof(list_rows[0]); i++) {
        const struct list_row *row = &list_rows[i];
        char *list = *(char **)((char *)&context->config + row->offset);

        if (list != NULL && row->set(context->ctx, list) != ASSAY_OK)
            return blame_member(context->ctx, row, list, err);
    }
    return ASSAY_OK;
}

/* At level 0 even below what OpenSSL's level 0 allows: DHE groups of fewer than 80 bits. */
static int allow_everything(const SSL *ssl, const SSL_CTX *ctx, int operation, int bits, int nid,
                            void *other, void *ex)
{
    (void)ssl, (void)ctx, (void)operation, (void)bits, (void)nid, (void)other, (void)ex;
    return 1;
}

/*
 * Servers come and go with each attempt; the tickets of one are taken by the next. The keys are no
 * secret: what they protect is the bench's own, and stands in the key log beside it.
 */
static void share_tickets(SSL_CTX *ctx)
{
    /* OpenSSL's layout: 16 bytes of name, 32 of each key. */
    unsigned char keys[80] = "assay bench key the tickets of all servers of this bench, alike";

    (void)SSL_CTX_set_tlsext_ticket_keys(ctx, keys, sizeof(keys)); /* fails for other sizes only */
}

static void apply_options(struct tls_context *context)
{
    const struct tls_config *config = &context->config;
    SSL_CTX *ctx = context->ctx;

    SSL_CTX_set_mode(ctx, SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(ctx, config->session_cache ? SSL_SESS_CACHE_SERVER
                                                              : SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_num_tickets(ctx, (size_t)config->tickets); /* cannot fail */
    share_tickets(ctx);
    SSL_CTX_set_max_cert_list(ctx, MOST_CLIENT_CERTIFICATE_BYTES);
    if (config->tickets == 0)
        SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    if (config->server_preference)
        SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
    if (!config->extended_master_secret)
        SSL_CTX_set_options(ctx, SSL_OP_NO_EXTENDED_MASTER_SECRET);
    if (!config->encrypt_then_mac)
        SSL_CTX_set_options(ctx, SSL_OP_NO_ENCRYPT_THEN_MAC);
    SSL_CTX_set_max_send_fragment(ctx, (long)config->max_send_fragment);
    if (config->record_padding > 0)
        SSL_CTX_set_block_padding(ctx, (size_t)config->record_padding);
}

/* RFC 8701 section 4: servers may add such extensions of their own accord to these two messages. */
static int add_unknown(SSL *ssl, unsigned type, unsigned context, const unsigned char **out,
                       size_t *out_len, X509 *cert, size_t at, int *alert, void *arg)
{
    static const unsigned char body[] = {'b', 'e', 'n', 'c', 'h'};

    (void)ssl, (void)type, (void)context, (void)cert, (void)at, (void)alert, (void)arg;
    *out = body;
    *out_len = sizeof(body);
    return 1;
}

static enum assay_status apply_unknown_extensions(const struct tls_context *context,
                                                  struct assay_error *err)
{
    enum { GREASE = 0x3a3a };
    enum { WHERE = SSL_EXT_TLS1_3_CERTIFICATE_REQUEST | SSL_EXT_TLS1_3_NEW_SESSION_TICKET };

    if (!context->config.unknown_extensions ||
        SSL_CTX_add_custom_ext(context->ctx, GREASE, WHERE, add_unknown, NULL, NULL, NULL, NULL) ==
            1)
        return ASSAY_OK;
    return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls.unknown_extensions");
}

enum assay_status tls_protocol_apply(struct tls_context *context, struct assay_error *err)
{
    SSL_CTX_set_security_level(context->ctx, (int)context->config.security_level);
    if (context->config.security_level == 0)
        SSL_CTX_set_security_callback(context->ctx, allow_everything);
    apply_options(context);
    ASSAY_TRY(apply_unknown_extensions(context, err));
    ASSAY_TRY(apply_versions(context, err));
    ASSAY_TRY(apply_ciphers(context, err));
    ASSAY_TRY(apply_lists(context, err));
    return tls_dh_apply(context, err);
}
