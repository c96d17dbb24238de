/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_bed.h"

#include "event_check.h"
#include "test_support.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOW_S = 1795000000 }; /* 2026-11-18 */

static struct value *scalar(const char *text, size_t len)
{
    char copy[1024];
    char *end = NULL;
    long long number = 0;

    if (len >= sizeof(copy))
        return NULL;
    for (size_t i = 0; i < len; i++)
        copy[i] = text[i];
    copy[len] = '\0';
    for (char *at = copy; (at = strchr(at, '%')) != NULL;)
        *at = ' ';
    if (strcmp(copy, "true") == 0 || strcmp(copy, "false") == 0)
        return value_new_bool(copy[0] == 't');
    number = strtoll(copy, &end, 10);
    if (len > 0 && *end == '\0')
        return value_new_int(number);
    return value_new_text(copy[0] == '~' ? copy + 1 : copy);
}

static struct value *list_or_scalar(const char *text, size_t len)
{
    struct value *list = NULL;

    if (memchr(text, ',', len) == NULL)
        return scalar(text, len);
    list = value_new_list();
    while (len > 0) {
        const char *comma = memchr(text, ',', len);
        size_t part = comma != NULL ? (size_t)(comma - text) : len;

        if (part > 0 && value_add(list, scalar(text, part)) != ASSAY_OK)
            break;
        part += comma != NULL;
        text += part;
        len -= part;
    }
    return list;
}

/* Lay {a = {b = v}} on map for the key "a.b". */
static bool set_path(struct value *map, const char *key, size_t len, struct value *v)
{
    char name[64];
    const char *dot = memchr(key, '.', len);
    size_t head = dot != NULL ? (size_t)(dot - key) : len;
    struct value *over = value_new_map();
    bool ok = false;

    if (head >= sizeof(name))
        return false;
    memcpy(name, key, head);
    name[head] = '\0';
    if (dot != NULL) {
        struct value *below = value_new_map();

        ok =
            set_path(below, dot + 1, len - head - 1, v) && value_set(over, name, below) == ASSAY_OK;
    } else {
        ok = value_set(over, name, v) == ASSAY_OK;
    }
    ok = ok && value_merge(map, over) == ASSAY_OK;
    value_free(over);
    return ok;
}

struct value *bed_value(const char *words)
{
    struct value *map = value_new_map();

    while (words != NULL && *words != '\0') {
        size_t len = strcspn(words, " ");
        const char *equals = memchr(words, '=', len);
        size_t key = equals != NULL ? (size_t)(equals - words) : 0;

        if (equals != NULL && !set_path(map, words, key, list_or_scalar(equals + 1, len - key - 1)))
            break;
        words += len + strspn(words + len, " ");
    }
    return map;
}

static int64_t scenario_now(void *ctx)
{
    struct bed *bed = ctx;

    bed->asked_for_time++;
    return bed->now_s;
}

bool bed_trust_root(struct bed *bed, const char *key_type)
{
    struct buf der;
    const unsigned char *at = NULL;
    X509 *root = NULL;
    bool ok = false;

    buf_init(&der, 65536);
    if (pki_store_root(bed->store, key_type, &der, &bed->err) == ASSAY_OK) {
        at = der.data;
        root = d2i_X509(NULL, &at, (long)der.len);
        ok =
            root != NULL && X509_STORE_add_cert(SSL_CTX_get_cert_store(bed->client_ctx), root) == 1;
    }
    X509_free(root);
    buf_done(&der);
    return ok;
}

static int take_any_security(const SSL *ssl, const SSL_CTX *ctx, int op, int bits, int nid,
                             void *other, void *ex)
{
    (void)ssl, (void)ctx, (void)op, (void)bits, (void)nid, (void)other, (void)ex;
    return 1;
}

/* Everything but the store. */
static bool open_rest(struct bed *bed, struct pki_store *store)
{
    *bed = (struct bed){.now_s = NOW_S, .client_reason = "", .store = store};
    buf_init(&bed->to_client, 1 << 24);
    bed->transcript = transcript_new(64U << 20);
    bed->client_ctx = SSL_CTX_new(TLS_client_method());
    if (bed->store == NULL || bed->transcript == NULL || bed->client_ctx == NULL)
        return false;
    SSL_CTX_set_mode(bed->client_ctx, SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_security_level(bed->client_ctx, 0);
    SSL_CTX_set_security_callback(bed->client_ctx, take_any_security);
    SSL_CTX_set_min_proto_version(bed->client_ctx, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(bed->client_ctx, TLS1_3_VERSION);
    SSL_CTX_set_cipher_list(bed->client_ctx, "ALL:eNULL");
    SSL_CTX_set_verify(bed->client_ctx, SSL_VERIFY_PEER, NULL);
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(bed->client_ctx), (time_t)bed->now_s);
    return bed_trust_root(bed, "p256");
}

bool bed_open(struct bed *bed)
{
    return open_rest(bed, pki_store_new());
}

/* The macros of OpenSSL cast the const of a literal away, which clang does not like. */
void bed_client_name(SSL *client, const char *name)
{
    char copy[256];

    snprintf(copy, sizeof(copy), "%s", name);
    SSL_set_tlsext_host_name(client, copy);
}

void bed_client_groups(SSL_CTX *client, const char *list)
{
    char copy[256];

    snprintf(copy, sizeof(copy), "%s", list);
    SSL_CTX_set1_groups_list(client, copy);
}

void bed_client_signatures(SSL_CTX *client, const char *list)
{
    char copy[256];

    snprintf(copy, sizeof(copy), "%s", list);
    SSL_CTX_set1_sigalgs_list(client, copy);
}

static bool new_client(struct bed *bed)
{
    SSL_free(bed->client);
    bed->client = SSL_new(bed->client_ctx);
    if (bed->client == NULL)
        return false;
    SSL_set_bio(bed->client, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(bed->client);
    bed_client_name(bed->client, "broker.bench.test");
    SSL_set1_host(bed->client, "broker.bench.test");
    bed->client_result = 0;
    bed->client_reason = "";
    return true;
}

bool bed_reconnect(struct bed *bed)
{
    tls_conn_free(bed->conn);
    bed->conn = tls_conn_new(bed->context, transcript_sink(bed->transcript), 1);
    buf_clear(&bed->to_client);
    return bed->conn != NULL && new_client(bed);
}

enum assay_status bed_serve_chain(struct bed *bed, const char *tls, const char *certs,
                                  const char *chain)
{
    struct value *description = bed_value(tls);
    struct value *certificates = bed_value(certs != NULL ? certs : "leaf.recipe=leaf");
    struct value *names = list_or_scalar(chain, strlen(chain));
    struct tls_settings settings = {.description = tls != NULL ? description : NULL,
                                    .store = bed->store,
                                    .library = bed->library,
                                    .now_s = scenario_now,
                                    .now_ctx = bed};
    enum assay_status status = ASSAY_OK;

    if (value_count(names) > 0)
        status =
            pki_chain_make(bed->store, certificates, names, bed->now_s, &bed->chain, &bed->err);
    settings.chain = bed->chain;
    if (status == ASSAY_OK)
        status = tls_context_new(&settings, &bed->context, &bed->err);
    if (status == ASSAY_OK && !bed_reconnect(bed))
        status = ASSAY_ERR_NOMEM;
    value_free(description);
    value_free(certificates);
    value_free(names);
    return status;
}

enum assay_status bed_serve(struct bed *bed, const char *tls, const char *certs)
{
    return bed_serve_chain(bed, tls, certs, "leaf,");
}

static void close_rest(struct bed *bed)
{
    CHECK_EVENTS(bed->transcript);
    SSL_free(bed->client);
    SSL_CTX_free(bed->client_ctx);
    tls_conn_free(bed->conn);
    tls_context_free(bed->context);
    pki_chain_free(bed->chain);
    transcript_free(bed->transcript);
    buf_done(&bed->to_client);
    ERR_clear_error();
}

void bed_close(struct bed *bed)
{
    close_rest(bed);
    pki_store_free(bed->store);
    bed->store = NULL;
}

bool bed_again(struct bed *bed)
{
    struct pki_store *store = bed->store;

    close_rest(bed);
    return open_rest(bed, store);
}

static bool to_server(struct bed *bed)
{
    char *data = NULL;
    BIO *out = SSL_get_wbio(bed->client);
    long len = BIO_get_mem_data(out, &data);
    size_t step = bed->chunk != 0 ? bed->chunk : (size_t)len;

    if (bed->spoil != NULL && len > 0)
        bed->spoil(bed, (uint8_t *)data, (size_t)len);
    for (size_t at = 0; at < (size_t)len; at += step) {
        size_t left = (size_t)len - at;

        if (tls_conn_receive(bed->conn, data + at, left < step ? left : step) != ASSAY_OK)
            break;
    }
    (void)BIO_reset(out);
    return len > 0;
}

static bool from_server(struct bed *bed)
{
    struct buf *output = tls_conn_output(bed->conn);
    size_t len = output->len;

    if (len == 0)
        return false;
    CHECK_OK(buf_add(&bed->to_client, output->data, len));
    BIO_write(SSL_get_rbio(bed->client), output->data, (int)len);
    buf_consume(output, len);
    return true;
}

bool bed_pump(struct bed *bed)
{
    bool moved = to_server(bed);

    return from_server(bed) || moved;
}

bool bed_handshake(struct bed *bed)
{
    do {
        unsigned long code = 0;

        ERR_clear_error();
        bed->client_result = SSL_do_handshake(bed->client);
        code = ERR_peek_error();
        if (bed->client_result != 1 && code != 0)
            bed->client_reason = ERR_reason_error_string(code);
        ERR_clear_error();
    } while (bed_pump(bed));
    return bed->client_result == 1;
}

bool bed_identity(struct bed *bed, const char *words)
{
    struct buf cert;
    struct buf key;
    struct value *description = bed_value(words);
    bool ok = false;

    buf_init(&cert, 65536);
    buf_init(&key, 65536);
    if (pki_identity_make(bed->store, description, bed->now_s, &cert, &key, &bed->err) ==
        ASSAY_OK) {
        const unsigned char *at = key.data;
        EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &at, (long)key.len);

        ok = SSL_CTX_use_certificate_ASN1(bed->client_ctx, (int)cert.len, cert.data) == 1 &&
             pkey != NULL && SSL_CTX_use_PrivateKey(bed->client_ctx, pkey) == 1;
        EVP_PKEY_free(pkey);
    }
    buf_done(&cert);
    buf_done(&key);
    value_free(description);
    return ok && (bed->client == NULL || new_client(bed));
}

const struct event *bed_event(const struct bed *bed, const char *kind, size_t nth)
{
    const struct event *event = NULL;

    for (size_t i = 0; (event = transcript_at(bed->transcript, i)) != NULL; i++)
        if (event_is(event, kind) && nth-- == 0)
            return event;
    return NULL;
}

size_t bed_count(const struct bed *bed, const char *kind)
{
    size_t count = 0;

    while (bed_event(bed, kind, count) != NULL)
        count++;
    return count;
}

const struct event *bed_message(const struct bed *bed, const char *dir, const char *name)
{
    const struct event *event = NULL;

    for (size_t i = 0; (event = bed_event(bed, EV_TLS_MESSAGE, i)) != NULL; i++)
        if (strcmp(event_get_text(event, "dir"), dir) == 0 &&
            strcmp(event_get_text(event, "name"), name) == 0)
            return event;
    return NULL;
}

bool bed_alert(const struct bed *bed, const char *dir, const char *name)
{
    const struct event *event = NULL;

    for (size_t i = 0; (event = bed_event(bed, EV_TLS_ALERT, i)) != NULL; i++)
        if (strcmp(event_get_text(event, "dir"), dir) == 0 &&
            strcmp(event_get_text(event, "name"), name) == 0)
            return true;
    return false;
}

bool event_has_int(const struct event *event, const char *field, int64_t number)
{
    const struct event_field *f = event != NULL ? event_field(event, field) : NULL;

    for (size_t i = 0; f != NULL && f->kind == EVENT_INTS && i < f->count; i++)
        if (f->ints[i] == number)
            return true;
    return false;
}

bool event_has_text(const struct event *event, const char *field, const char *text)
{
    const struct event_field *f = event != NULL ? event_field(event, field) : NULL;

    for (size_t i = 0; f != NULL && f->kind == EVENT_TEXTS && i < f->count; i++)
        if (strcmp(f->texts[i], text) == 0)
            return true;
    return false;
}
