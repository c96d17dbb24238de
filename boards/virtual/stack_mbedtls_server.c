/* SPDX-License-Identifier: Apache-2.0 */
/* mbedTLS 2.28 as its own ssl_server2 shows, with certificates of clients required. */
#include "stack_mbedtls_server.h"

#include "stack_clock.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

struct mbedtls_server {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_config config;
    mbedtls_x509_crt root, cert;
    mbedtls_pk_context key;
};

struct mbedtls_conn {
    mbedtls_ssl_context ssl;
    int fd;
};

/* ---- identity and trust ---- */

static void forget(struct mbedtls_server *s)
{
    mbedtls_ssl_config_free(&s->config);
    mbedtls_x509_crt_free(&s->root);
    mbedtls_x509_crt_free(&s->cert);
    mbedtls_pk_free(&s->key);
    mbedtls_ssl_config_init(&s->config);
    mbedtls_x509_crt_init(&s->root);
    mbedtls_x509_crt_init(&s->cert);
    mbedtls_pk_init(&s->key);
}

static int use_identity(struct mbedtls_server *s, const struct probe_tls_config *config)
{
    int result = mbedtls_x509_crt_parse_der(&s->cert, config->cert, config->cert_len);

    if (result == 0)
        result = mbedtls_pk_parse_key(&s->key, config->key, config->key_len, NULL, 0);
    return result != 0 ? result : mbedtls_ssl_conf_own_cert(&s->config, &s->cert, &s->key);
}

static int ask_for_certificate(struct mbedtls_server *s, const struct probe_tls_config *config)
{
    int result = 0;

    if (config->root_len == 0) {
        mbedtls_ssl_conf_authmode(&s->config, MBEDTLS_SSL_VERIFY_NONE);
        return 0;
    }
    result = mbedtls_x509_crt_parse_der(&s->root, config->root, config->root_len);
    mbedtls_ssl_conf_authmode(&s->config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&s->config, &s->root, NULL);
    return result;
}

static bool configure(void *server, const struct probe_tls_config *config,
                      struct probe_failure *failure)
{
    /* RFC 9325 section 4.2 */
    static const int suites[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                 MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                                 MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                                 MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, 0};
    struct mbedtls_server *s = server;
    int result = 0;

    forget(s);
    stack_clock_set(config->unix_s);
    result = mbedtls_ssl_config_defaults(&s->config, MBEDTLS_SSL_IS_SERVER,
                                         MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    if (result == 0)
        result = use_identity(s, config);
    if (result == 0)
        result = ask_for_certificate(s, config);
    if (result != 0) {
        virtual_failure_set(failure, PROBE_CODE_CANNOT, "mbedTLS takes no such identity (-0x%04x)",
                            (unsigned)-result);
        return false;
    }
    mbedtls_ssl_conf_rng(&s->config, mbedtls_ctr_drbg_random, &s->random);
    mbedtls_ssl_conf_min_version(&s->config, MBEDTLS_SSL_MAJOR_VERSION_3,
                                 MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_ciphersuites(&s->config, suites);
    return true;
}

/* ---- connections ---- */

static int on_send(void *ctx, const unsigned char *data, size_t len)
{
    const struct mbedtls_conn *c = ctx;
    ssize_t sent = send(c->fd, data, len, MSG_NOSIGNAL);

    if (sent < 0)
        return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_WRITE
                                                 : MBEDTLS_ERR_NET_SEND_FAILED;
    return (int)sent;
}

static int on_receive(void *ctx, unsigned char *data, size_t cap)
{
    const struct mbedtls_conn *c = ctx;
    ssize_t got = recv(c->fd, data, cap, 0);

    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_READ
                                                 : MBEDTLS_ERR_NET_RECV_FAILED;
    return (int)got;
}

static void close_conn(void *conn)
{
    struct mbedtls_conn *c = conn;

    if (c == NULL)
        return;
    mbedtls_ssl_free(&c->ssl);
    free(c);
}

static void *open_conn(void *server, int fd)
{
    struct mbedtls_server *s = server;
    struct mbedtls_conn *c = calloc(1, sizeof(*c));

    if (c == NULL)
        return NULL;
    c->fd = fd;
    mbedtls_ssl_init(&c->ssl);
    if (mbedtls_ssl_setup(&c->ssl, &s->config) != 0) {
        close_conn(c);
        return NULL;
    }
    mbedtls_ssl_set_bio(&c->ssl, c, on_send, on_receive, NULL);
    return c;
}

static enum probe_io io_of(int result)
{
    switch (result) {
    case MBEDTLS_ERR_SSL_WANT_READ:
        return PROBE_IO_WAIT_READ;
    case MBEDTLS_ERR_SSL_WANT_WRITE:
        return PROBE_IO_WAIT_WRITE;
    case 0:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
    case MBEDTLS_ERR_SSL_CONN_EOF:
        return PROBE_IO_CLOSED;
    default:
        return PROBE_IO_FAILED;
    }
}

static enum probe_io handshake(void *conn)
{
    struct mbedtls_conn *c = conn;
    int result = mbedtls_ssl_handshake(&c->ssl);

    return result == 0 ? PROBE_IO_DONE : io_of(result);
}

static enum probe_io read_conn(void *conn, void *data, size_t cap, size_t *ret)
{
    struct mbedtls_conn *c = conn;
    int result = mbedtls_ssl_read(&c->ssl, data, cap);

    if (result <= 0)
        return io_of(result);
    *ret = (size_t)result;
    return PROBE_IO_DONE;
}

static enum probe_io write_conn(void *conn, const void *data, size_t len, size_t *ret)
{
    struct mbedtls_conn *c = conn;
    int result = mbedtls_ssl_write(&c->ssl, data, len);

    if (result <= 0)
        return io_of(result);
    *ret = (size_t)result;
    return PROBE_IO_DONE;
}

static void finish(void *conn)
{
    struct mbedtls_conn *c = conn;

    (void)mbedtls_ssl_close_notify(&c->ssl); /* the socket ends anyway */
}

/* ---- the server ---- */

static void free_server(void *server)
{
    struct mbedtls_server *s = server;

    if (s == NULL)
        return;
    forget(s);
    mbedtls_ctr_drbg_free(&s->random);
    mbedtls_entropy_free(&s->entropy);
    free(s);
}

static enum assay_status make(const struct virtual_stack_options *options, void **ret)
{
    struct mbedtls_server *s = calloc(1, sizeof(*s));

    (void)options; /* its flaws are those of the server around it */
    if (s == NULL)
        return ASSAY_ERR_NOMEM;
    mbedtls_entropy_init(&s->entropy);
    mbedtls_ctr_drbg_init(&s->random);
    if (mbedtls_ctr_drbg_seed(&s->random, mbedtls_entropy_func, &s->entropy, NULL, 0) != 0) {
        free_server(s);
        return ASSAY_ERR_CRYPTO;
    }
    *ret = s;
    return ASSAY_OK;
}

const struct virtual_stack_server stack_mbedtls_server = {
    .make = make,
    .free = free_server,
    .configure = configure,
    .open = open_conn,
    .handshake = handshake,
    .read = read_conn,
    .write = write_conn,
    .finish = finish,
    .close = close_conn,
};
