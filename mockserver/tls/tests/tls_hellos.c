/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_hellos.h"

#include "tls_bed.h"

#include "base/reader.h"

#include <bearssl.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <openssl/ssl.h>

#include <string.h>

/* From one record with one handshake message. */
static bool take_body(const void *record, size_t len, struct buf *out)
{
    struct reader r = reader_over(record, len);
    struct reader message = {0};
    struct reader body = {0};
    uint8_t type = 0;

    return reader_skip(&r, 3) == ASSAY_OK && reader_vec16(&r, &message) == ASSAY_OK &&
           reader_u8(&message, &type) == ASSAY_OK && type == 1 &&
           reader_vec24(&message, &body) == ASSAY_OK &&
           buf_add(out, reader_here(&body), reader_left(&body)) == ASSAY_OK;
}

static bool openssl_hello(struct buf *out)
{
    static const unsigned char protocols[] = "\x04mqtt\x0ex-amzn-mqtt-ca";
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl = NULL;
    BIO *wire = BIO_new(BIO_s_mem());
    char *data = NULL;
    long len = 0;
    bool ok = false;

    SSL_CTX_set_alpn_protos(ctx, protocols, sizeof(protocols) - 1);
    SSL_CTX_set_tlsext_max_fragment_length(ctx, TLSEXT_max_fragment_length_4096);
    SSL_CTX_set_tlsext_status_type(ctx, TLSEXT_STATUSTYPE_ocsp);
    ssl = SSL_new(ctx);
    bed_client_name(ssl, "broker.bench.test");
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), wire);
    SSL_connect(ssl);
    len = BIO_get_mem_data(wire, &data);
    ok = len > 0 && take_body(data, (size_t)len, out);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    return ok;
}

static bool bearssl_hello(struct buf *out)
{
    static unsigned char io[BR_SSL_BUFSIZE_BIDI];
    static br_ssl_client_context client;
    static br_x509_minimal_context x509;
    unsigned char *data = NULL;
    size_t len = 0;

    br_ssl_client_init_full(&client, &x509, NULL, 0);
    br_ssl_engine_set_buffer(&client.eng, io, sizeof(io), 1);
    br_ssl_engine_inject_entropy(&client.eng, "0123456789abcdef0123456789abcdef", 32);
    if (br_ssl_client_reset(&client, "broker.bench.test", 0) != 1)
        return false;
    data = br_ssl_engine_sendrec_buf(&client.eng, &len);
    return data != NULL && take_body(data, len, out);
}

static int keep(void *ctx, const unsigned char *data, size_t len)
{
    return buf_add(ctx, data, len) == ASSAY_OK ? (int)len : MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int nothing_to_read(void *ctx, unsigned char *data, size_t len)
{
    (void)ctx, (void)data, (void)len;
    return MBEDTLS_ERR_SSL_WANT_READ;
}

static bool mbedtls_hello(struct buf *out)
{
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    struct buf wire;
    bool ok = false;

    buf_init(&wire, 65536);
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
    mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0);
    mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    mbedtls_ssl_conf_max_frag_len(&config, MBEDTLS_SSL_MAX_FRAG_LEN_2048);
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_OPTIONAL);
    mbedtls_ssl_setup(&ssl, &config);
    mbedtls_ssl_set_hostname(&ssl, "broker.bench.test");
    mbedtls_ssl_set_bio(&ssl, &wire, keep, nothing_to_read, NULL);
    ok = mbedtls_ssl_handshake(&ssl) == MBEDTLS_ERR_SSL_WANT_READ &&
         take_body(wire.data, wire.len, out);
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&config);
    mbedtls_ctr_drbg_free(&random);
    mbedtls_entropy_free(&entropy);
    buf_done(&wire);
    return ok;
}

const struct hello_source hello_sources[] = {
    {"openssl", openssl_hello, true, true},
    {"bearssl", bearssl_hello, false, false},
    {"mbedtls", mbedtls_hello, false, true},
    {NULL, NULL, false, false},
};
