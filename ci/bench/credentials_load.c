/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credentials_load [--count N] [--rounds N]
 * credentials_load --identity DIR   writes there: store.pem (for assay-mock --store), client.pem,
 *                                   client-key.pem, client-ca.pem
 *
 * What it costs to change a server's certificate between two connections: to mint a leaf, to serve
 * one that there is, both together up to the flight that holds it; beside what a server does that
 * loads its PEM files anew, and beside the bare calls of OpenSSL that mint such a leaf. CPU time of
 * this process; the rows take turns within each round.
 */
#include "bench_files.h"
#include "load_table.h"
#include "pki/pki.h"
#include "tls/library.h"
#include "tls/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATH_TEXT = 512, TEXT_MAX = 1 << 16, HELLO_MAX = 2048 };

static const int64_t now_unix_s = 1800000000; /* the machine's clock has no part in this */

struct bench {
    struct pki_store *store;
    struct tls_library *library;
    struct pki_chain *chain; /* one that is there */
    char dir[PATH_TEXT];
    char pem[PATH_TEXT];
    uint8_t hello[HELLO_MAX];
    size_t hello_len;
};

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int64_t now_s(void *ctx)
{
    (void)ctx;
    return now_unix_s;
}

static bool fails(const char *what, const struct assay_error *err)
{
    fprintf(stderr, "credentials_load: %s: %s\n", what, err->text);
    return false;
}

static bool mint(struct bench *b, struct pki_chain **ret)
{
    struct assay_error err = {0};

    return pki_chain_make(b->store, NULL, NULL, now_unix_s, ret, &err) == ASSAY_OK ||
           fails("mint", &err);
}

/* A context for the chain, and what it answers to a ClientHello where one is given. */
static bool serve(struct bench *b, const struct pki_chain *chain, bool answers)
{
    const struct tls_settings settings = {
        .chain = chain, .store = b->store, .now_s = now_s, .library = b->library};
    struct assay_error err = {0};
    struct tls_context *context = NULL;
    struct tls_conn *conn = NULL;
    bool ok = true;

    if (tls_context_new(&settings, &context, &err) != ASSAY_OK)
        return fails("serve", &err);
    if (answers) {
        conn = tls_conn_new(context, NULL, 1);
        ok = conn != NULL && tls_conn_receive(conn, b->hello, b->hello_len) == ASSAY_OK &&
             tls_conn_output(conn)->len > 0 && tls_conn_stage(conn) == TLS_STAGE_HANDSHAKE;
    }
    tls_conn_free(conn);
    tls_context_free(context);
    return ok;
}

static bool mint_only(struct bench *b)
{
    struct pki_chain *chain = NULL;
    bool ok = mint(b, &chain);

    pki_chain_free(chain);
    return ok;
}

static bool switch_only(struct bench *b)
{
    return serve(b, b->chain, false);
}

static bool flight_only(struct bench *b)
{
    return serve(b, b->chain, true);
}

static bool mint_and_serve(struct bench *b)
{
    struct pki_chain *chain = NULL;
    bool ok = mint(b, &chain) && serve(b, chain, true);

    pki_chain_free(chain);
    return ok;
}

/* A reload as servers do it. */
static bool load_pem(struct bench *b)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    bool ok = context != NULL && SSL_CTX_use_certificate_chain_file(context, b->pem) == 1 &&
              SSL_CTX_use_PrivateKey_file(context, b->pem, SSL_FILETYPE_PEM) == 1;

    SSL_CTX_free(context);
    return ok;
}

static bool add_extension(X509 *leaf, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension = NULL;
    bool ok = false;

    X509V3_set_ctx(&context, issuer, leaf, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    ok = extension != NULL && X509_add_ext(leaf, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

/* The same kind of leaf by OpenSSL's own calls. */
static bool mint_bare(struct bench *b)
{
    static const struct {
        int nid;
        const char *value;
    } extensions[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, "serverAuth"},
        {NID_subject_alt_name, "DNS:broker.bench.test"},
        {NID_subject_key_identifier, "hash"},
    };
    X509 *old = pki_chain_x509(b->chain, 0);
    EVP_PKEY *key = pki_chain_key(b->chain);
    X509 *leaf = X509_new();
    bool ok = leaf != NULL && X509_set_version(leaf, X509_VERSION_3) == 1 &&
              ASN1_INTEGER_set(X509_get_serialNumber(leaf), 4711) == 1 &&
              X509_set_issuer_name(leaf, X509_get_issuer_name(old)) == 1 &&
              X509_set_subject_name(leaf, X509_get_subject_name(old)) == 1 &&
              X509_set1_notBefore(leaf, X509_get0_notBefore(old)) == 1 &&
              X509_set1_notAfter(leaf, X509_get0_notAfter(old)) == 1 &&
              X509_set_pubkey(leaf, key) == 1;
    unsigned char *der = NULL;

    for (size_t i = 0; ok && i < sizeof(extensions) / sizeof(extensions[0]); i++)
        ok = add_extension(leaf, old, extensions[i].nid, extensions[i].value);
    ok = ok && X509_sign(leaf, key, EVP_sha256()) > 0 && i2d_X509(leaf, &der) > 0;
    OPENSSL_free(der);
    X509_free(leaf);
    return ok;
}

static const struct row {
    const char *name;
    bool (*run)(struct bench *b);
    size_t base; /* row that it is compared with */
} rows[] = {
    {"mint a leaf", mint_only, 0},
    {"... by OpenSSL's bare calls", mint_bare, 0},
    {"serve another leaf (switch)", switch_only, 2},
    {"... by loading PEM files", load_pem, 2},
    {"switch, up to the flight", flight_only, 4},
    {"mint, switch, up to the flight", mint_and_serve, 4},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* A ClientHello of TLS 1.3, as a client of OpenSSL sends it. */
static bool record_hello(struct bench *b)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = context != NULL ? SSL_new(context) : NULL;
    BIO *out = BIO_new(BIO_s_mem());
    BIO *in = BIO_new(BIO_s_mem());
    int got = 0;

    if (ssl != NULL && out != NULL && in != NULL) {
        SSL_set_bio(ssl, in, out);
        SSL_set_connect_state(ssl);
        (void)SSL_do_handshake(ssl); /* stops when it wants the answer */
        got = BIO_read(out, b->hello, sizeof(b->hello));
    }
    ERR_clear_error();
    SSL_free(ssl);
    SSL_CTX_free(context);
    b->hello_len = got > 0 ? (size_t)got : 0;
    return got > 0;
}

static bool write_pem(const struct bench *b)
{
    FILE *file = fopen(b->pem, "w");
    bool ok = file != NULL && PEM_write_X509(file, pki_chain_x509(b->chain, 0)) == 1 &&
              PEM_write_PrivateKey(file, pki_chain_key(b->chain), NULL, NULL, 0, NULL, NULL) == 1;

    return (file == NULL || fclose(file) == 0) && ok;
}

static bool prepare(struct bench *b)
{
    const char *tmp = getenv("TMPDIR");
    struct assay_error err = {0};

    snprintf(b->dir, sizeof(b->dir), "%s/assay-credentials-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(b->dir) == NULL)
        return false;
    snprintf(b->pem, sizeof(b->pem), "%.480s/server.pem", b->dir);
    b->store = pki_store_new();
    if (b->store == NULL || tls_library_new(&b->library, &err) != ASSAY_OK)
        return fails("prepare", &err);
    return mint(b, &b->chain) && write_pem(b) && record_hello(b);
}

static void done(struct bench *b)
{
    unlink(b->pem);
    rmdir(b->dir);
    pki_chain_free(b->chain);
    pki_store_free(b->store);
    tls_library_free(b->library);
}

static bool run_rounds(struct bench *b, size_t rounds, size_t count,
                       double figures[ROWS][LOAD_MAX_ROUNDS])
{
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < ROWS; i++) {
            size_t row = (i + round) % ROWS;
            double begin = cpu_us();

            for (size_t n = 0; n < count; n++)
                if (!rows[row].run(b)) {
                    fprintf(stderr, "credentials_load: %s failed: %s\n", rows[row].name,
                            ERR_reason_error_string(ERR_peek_error()));
                    return false;
                }
            figures[row][round] = (cpu_us() - begin) / (double)count;
        }
    return true;
}

static int measure(size_t rounds, size_t count)
{
    struct bench bench = {.hello_len = 0};
    double(*figures)[LOAD_MAX_ROUNDS] = calloc(ROWS, sizeof(*figures));
    bool ok = figures != NULL && prepare(&bench) && run_rounds(&bench, 1, count, figures) &&
              run_rounds(&bench, rounds, count, figures);

    if (ok)
        printf("%zu rounds of %zu each; ratios to the first row of a group, in the same round\n"
               "%-32s %20s %15s\n%-32s %6s %6s %6s %7s %7s\n",
               rounds, count, "", "CPU, ratio", "us", "", "min", "median", "max", "min", "median");
    for (size_t row = 0; ok && row < ROWS; row++) {
        struct load_figures us = load_figures(figures[row], rounds);
        struct load_figures ratio = load_ratios(figures[row], figures[rows[row].base], rounds);

        printf("%-32s %6.2f %6.2f %6.2f %7.0f %7.0f\n", rows[row].name, ratio.min, ratio.median,
               ratio.max, us.min, us.median);
    }
    done(&bench);
    free(figures);
    return ok ? 0 : 3;
}

static bool write_file(const char *dir, const char *name, unsigned mode, const struct buf *contents)
{
    char path[PATH_TEXT];
    struct assay_error err = {0};

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return bench_file_write(path, mode, contents, &err) == ASSAY_OK || fails("write", &err);
}

/* DER of a private key, as PEM. */
static bool key_pem(const struct buf *der, struct buf *ret)
{
    const unsigned char *at = der->data;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)der->len);
    BIO *out = BIO_new(BIO_s_mem());
    char *text = NULL;
    bool ok = key != NULL && out != NULL &&
              PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1;
    long len = ok ? BIO_get_mem_data(out, &text) : 0;

    ok = ok && buf_add(ret, text, (size_t)len) == ASSAY_OK;
    BIO_free(out);
    EVP_PKEY_free(key);
    return ok;
}

static bool ca_pem(struct pki_store *store, struct buf *ret)
{
    struct assay_error err = {0};
    X509 *ca = NULL;
    unsigned char *der = NULL;
    int len = 0;
    bool ok = false;

    if (pki_store_client_ca(store, &ca, &err) != ASSAY_OK)
        return fails("the client CA", &err);
    len = i2d_X509(ca, &der);
    ok = len > 0 && pki_pem_certificate(der, (size_t)len, ret) == ASSAY_OK;
    OPENSSL_free(der);
    return ok;
}

/* The machine's clock: the servers that are compared know no other. */
static int write_identity(const char *dir)
{
    struct pki_store *store = pki_store_new();
    struct value *description = value_new_map();
    struct assay_error err = {0};
    struct buf der[2];
    struct buf pem[4];
    bool ok = store != NULL && description != NULL &&
              value_set(description, "recipe", value_new_text("client")) == ASSAY_OK;

    for (size_t i = 0; i < 2; i++)
        buf_init(&der[i], TEXT_MAX);
    for (size_t i = 0; i < 4; i++)
        buf_init(&pem[i], TEXT_MAX);
    if (ok && pki_identity_make(store, description, (int64_t)time(NULL), &der[0], &der[1], &err) !=
                  ASSAY_OK)
        ok = fails("identity", &err);
    ok = ok && pki_pem_certificate(der[0].data, der[0].len, &pem[0]) == ASSAY_OK &&
         key_pem(&der[1], &pem[1]) && ca_pem(store, &pem[2]) &&
         pki_store_export(store, &pem[3], &err) == ASSAY_OK &&
         write_file(dir, "client.pem", 0644, &pem[0]) &&
         write_file(dir, "client-key.pem", 0600, &pem[1]) &&
         write_file(dir, "client-ca.pem", 0644, &pem[2]) &&
         write_file(dir, "store.pem", 0600, &pem[3]);
    for (size_t i = 0; i < 2; i++)
        buf_done(&der[i]);
    for (size_t i = 0; i < 4; i++)
        buf_done(&pem[i]);
    value_free(description);
    pki_store_free(store);
    return ok ? 0 : 3;
}

int main(int argc, char **argv)
{
    size_t count = 100;
    size_t rounds = 9;

    if (argc == 3 && strcmp(argv[1], "--identity") == 0)
        return write_identity(argv[2]);
    for (int i = 1; i < argc; i += 2) {
        long number = i + 1 < argc ? strtol(argv[i + 1], NULL, 10) : 0;
        size_t *target = strcmp(argv[i], "--count") == 0    ? &count
                         : strcmp(argv[i], "--rounds") == 0 ? &rounds
                                                            : NULL;

        if (target == NULL || number < 1 || number > LOAD_MAX_ROUNDS) {
            fprintf(stderr, "usage: credentials_load [--count N] [--rounds N] | --identity DIR\n");
            return 2;
        }
        *target = (size_t)number;
    }
    return measure(rounds, count);
}
