/* SPDX-License-Identifier: Apache-2.0 */
/* Other people's TLS clients: the commands of OpenSSL and GnuTLS, BearSSL and mbedTLS in memory. */
#include "tls_bed.h"

#include "base/deadline.h"
#include "base/exec.h"
#include "test_support.h"

#include <arpa/inet.h>
#include <bearssl.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 20000 };

static const char expired[] = "leaf.recipe=leaf leaf.not_after=-1h";

/* Clients that cannot be told the time live on the machine's clock. */
static bool open_today(struct bed *bed, const char *tls, const char *certs)
{
    if (!bed_open(bed))
        return false;
    bed->now_s = (int64_t)time(NULL);
    return test_check(bed_serve(bed, tls, certs) == ASSAY_OK, __FILE__, __LINE__, "%s",
                      bed->err.text);
}

static bool write_root(struct bed *bed, const char *path)
{
    struct buf der;
    struct buf pem;
    FILE *file = fopen(path, "w");
    bool ok = false;

    buf_init(&der, 65536);
    buf_init(&pem, 65536);
    ok = file != NULL && pki_store_root(bed->store, "p256", &der, NULL) == ASSAY_OK &&
         pki_pem_certificate(der.data, der.len, &pem) == ASSAY_OK &&
         fwrite(pem.data, 1, pem.len, file) == pem.len;
    if (file != NULL)
        ok = fclose(file) == 0 && ok;
    buf_done(&der);
    buf_done(&pem);
    return ok;
}

static int listen_anywhere(unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
        listen(fd, 1) == 0 && getsockname(fd, (struct sockaddr *)&address, &len) == 0)
        *port = ntohs(address.sin_port);
    return fd;
}

static bool readable(int fd, const struct deadline *deadline)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

    return poll(&poll_fd, 1, deadline_left_ms(deadline)) == 1;
}

static void flush(struct bed *bed, int fd)
{
    struct buf *output = tls_conn_output(bed->conn);

    if (output->len > 0)
        CHECK(send(fd, output->data, output->len, MSG_NOSIGNAL) == (ssize_t)output->len);
    buf_clear(output);
}

/* One connection until its end: greet as soon as it is established, and close when it answers. */
static void serve_one(struct bed *bed, int listener)
{
    struct deadline deadline = deadline_in_ms(WAIT_MS);
    bool greeted = false;
    char block[4096];
    ssize_t len = 0;
    int fd = -1;

    if (!test_check(readable(listener, &deadline), __FILE__, __LINE__, "nobody connects"))
        return;
    fd = accept(listener, NULL, NULL);
    while (readable(fd, &deadline) && (len = recv(fd, block, sizeof(block), 0)) > 0) {
        CHECK_OK(tls_conn_receive(bed->conn, block, (size_t)len));
        if (!greeted && tls_conn_stage(bed->conn) == TLS_STAGE_ESTABLISHED) {
            greeted = true;
            CHECK_OK(tls_conn_send(bed->conn, "hello\n", 6));
        }
        if (strstr(buf_text(tls_conn_plaintext(bed->conn)), "\n") != NULL)
            CHECK_OK(tls_conn_close(bed->conn));
        flush(bed, fd);
        if (tls_conn_stage(bed->conn) == TLS_STAGE_FAILED)
            break;
    }
    CHECK(!deadline_passed(&deadline));
    tls_conn_end_of_input(bed->conn);
    close(fd);
}

/* Run a client against the bed; "PORT" and "ROOT" in its arguments are replaced. */
static void run_client(struct bed *bed, const char *const *arguments)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child = {0};
    struct assay_error err = {0};
    const char *argv[24] = {NULL};
    char root[300];
    char port[16];
    unsigned number = 0;
    int listener = listen_anywhere(&number);
    int in[2] = {-1, -1};

    snprintf(root, sizeof(root), "%s/root.pem", test_directory());
    snprintf(port, sizeof(port), "%u", number);
    REQUIRE(listener >= 0 && write_root(bed, root) && pipe(in) == 0);
    for (size_t i = 0; arguments[i] != NULL && i < 23; i++)
        argv[i] = strcmp(arguments[i], "PORT") == 0   ? port
                  : strcmp(arguments[i], "ROOT") == 0 ? root
                                                      : arguments[i];
    spec.argv = argv;
    spec.stdin_fd = in[0];
    spec.stdout_fd = STDERR_FILENO;
    spec.stderr_fd = STDERR_FILENO;
    CHECK(write(in[1], "from the client\n", 16) == 16);
    if (test_check(exec_start(&spec, &child, &err) == ASSAY_OK, __FILE__, __LINE__, "%s", err.text))
        serve_one(bed, listener);
    close(in[0]);
    close(in[1]);
    close(listener);
    exec_kill(&child, 2000);
}

static void check_good(struct bed *bed, const char *version)
{
    const struct event *e = bed_event(bed, EV_TLS_ESTABLISHED, 0);

    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "version"), version);
    CHECK_STR_EQ(event_get_text(e, "server_name"), "broker.bench.test");
    CHECK_STR_EQ(buf_text(tls_conn_plaintext(bed->conn)), "from the client\n");
    CHECK(event_field(bed_event(bed, EV_TLS_CLIENT_HELLO, 0), "malformed") == NULL);
}

static void check_refused(struct bed *bed, const char *alert)
{
    CHECK(bed_event(bed, EV_TLS_ESTABLISHED, 0) == NULL);
    CHECK_INT_EQ(tls_conn_stage(bed->conn), TLS_STAGE_FAILED);
    test_check(bed_alert(bed, "rx", alert), __FILE__, __LINE__, "no alert %s but %s", alert,
               bed_event(bed, EV_TLS_ERROR, 0) != NULL
                   ? event_get_text(bed_event(bed, EV_TLS_ERROR, 0), "text")
                   : "no error");
}

static void talks_to_openssl_s_client(void)
{
    static const struct {
        const char *tls;
        const char *version;
    } rows[] = {{"versions=~1.2,", "TLS 1.2"}, {"versions=~1.3,", "TLS 1.3"}};

    for (size_t i = 0; i < 2; i++) {
        static const char *const arguments[] = {"openssl",
                                                "s_client",
                                                "-host",
                                                "127.0.0.1",
                                                "-port",
                                                "PORT",
                                                "-CAfile",
                                                "ROOT",
                                                "-servername",
                                                "broker.bench.test",
                                                "-verify_hostname",
                                                "broker.bench.test",
                                                "-verify_return_error",
                                                "-quiet",
                                                NULL};
        struct bed bed;

        REQUIRE(open_today(&bed, rows[i].tls, NULL));
        run_client(&bed, arguments);
        check_good(&bed, rows[i].version);
        bed_close(&bed);
        REQUIRE(open_today(&bed, rows[i].tls, expired));
        run_client(&bed, arguments);
        check_refused(&bed, "certificate_expired");
        bed_close(&bed);
    }
}

static void talks_to_gnutls_cli(void)
{
    static const struct {
        const char *tls;
        const char *version;
    } rows[] = {{"versions=~1.2,", "TLS 1.2"}, {"versions=~1.3,", "TLS 1.3"}};

    for (size_t i = 0; i < 2; i++) {
        static const char *const arguments[] = {"gnutls-cli",
                                                "--x509cafile",
                                                "ROOT",
                                                "--sni-hostname=broker.bench.test",
                                                "--verify-hostname=broker.bench.test",
                                                "-p",
                                                "PORT",
                                                "127.0.0.1",
                                                NULL};
        struct bed bed;

        REQUIRE(open_today(&bed, rows[i].tls, NULL));
        run_client(&bed, arguments);
        check_good(&bed, rows[i].version);
        bed_close(&bed);
        REQUIRE(open_today(&bed, rows[i].tls, expired));
        run_client(&bed, arguments);
        check_refused(&bed, "bad_certificate");
        bed_close(&bed);
    }
}

/* BearSSL */

struct bear {
    br_ssl_client_context client;
    br_x509_minimal_context x509;
    unsigned char io[BR_SSL_BUFSIZE_BIDI];
    br_x509_decoder_context decoder;
    struct buf name;
    br_x509_trust_anchor anchor;
};

static void add_name(void *ctx, const void *data, size_t len)
{
    CHECK_OK(buf_add(ctx, data, len));
}

static bool bear_trust(struct bear *bear, const struct buf *root)
{
    const br_x509_pkey *key = NULL;

    br_x509_decoder_init(&bear->decoder, add_name, &bear->name);
    br_x509_decoder_push(&bear->decoder, root->data, root->len);
    key = br_x509_decoder_get_pkey(&bear->decoder);
    if (key == NULL)
        return false;
    bear->anchor = (br_x509_trust_anchor){
        .dn = {bear->name.data, bear->name.len}, .flags = BR_X509_TA_CA, .pkey = *key};
    return true;
}

static void bear_step(struct bear *bear, struct bed *bed, bool *moved)
{
    br_ssl_engine_context *engine = &bear->client.eng;
    struct buf *output = tls_conn_output(bed->conn);
    unsigned state = br_ssl_engine_current_state(engine);
    size_t len = 0;

    *moved = false;
    if ((state & BR_SSL_SENDREC) != 0) {
        const unsigned char *data = br_ssl_engine_sendrec_buf(engine, &len);

        CHECK_OK(tls_conn_receive(bed->conn, data, len));
        br_ssl_engine_sendrec_ack(engine, len);
        *moved = true;
    } else if ((state & BR_SSL_RECVREC) != 0 && output->len > 0) {
        unsigned char *room = br_ssl_engine_recvrec_buf(engine, &len);

        len = len < output->len ? len : output->len;
        memcpy(room, output->data, len);
        br_ssl_engine_recvrec_ack(engine, len);
        buf_consume(output, len);
        *moved = true;
    }
}

static void bear_talk(struct bear *bear, struct bed *bed)
{
    bool moved = true;

    while (moved)
        bear_step(bear, bed, &moved);
}

/* The engine's last error; 0: none. */
static int bear_connect(struct bear *bear, struct bed *bed)
{
    struct buf root;
    size_t len = 0;
    unsigned char *room = NULL;

    buf_init(&root, 65536);
    buf_init(&bear->name, 65536);
    if (pki_store_root(bed->store, "p256", &root, NULL) != ASSAY_OK || !bear_trust(bear, &root))
        return -1;
    br_ssl_client_init_full(&bear->client, &bear->x509, &bear->anchor, 1);
    br_x509_minimal_set_time(&bear->x509, (uint32_t)(bed->now_s / 86400 + 719528),
                             (uint32_t)(bed->now_s % 86400));
    br_ssl_engine_set_buffer(&bear->client.eng, bear->io, sizeof(bear->io), 1);
    br_ssl_engine_inject_entropy(&bear->client.eng, "0123456789abcdef0123456789abcdef", 32);
    br_ssl_client_reset(&bear->client, "broker.bench.test", 0);
    bear_talk(bear, bed);
    if ((br_ssl_engine_current_state(&bear->client.eng) & BR_SSL_SENDAPP) != 0) {
        room = br_ssl_engine_sendapp_buf(&bear->client.eng, &len);
        memcpy(room, "from the client\n", 16);
        br_ssl_engine_sendapp_ack(&bear->client.eng, 16);
        br_ssl_engine_flush(&bear->client.eng, 0);
        bear_talk(bear, bed);
    }
    buf_done(&root);
    buf_done(&bear->name);
    return br_ssl_engine_last_error(&bear->client.eng);
}

static void talks_to_bearssl(void)
{
    static struct bear bear;
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK_INT_EQ(bear_connect(&bear, &bed), BR_ERR_OK);
    check_good(&bed, "TLS 1.2");
    bed_close(&bed);
    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, expired));
    CHECK_INT_EQ(bear_connect(&bear, &bed), BR_ERR_X509_EXPIRED);
    CHECK(bed_event(&bed, EV_TLS_ESTABLISHED, 0) == NULL);
    bed_close(&bed);
    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, "key=thief", "leaf.recipe=leaf thief.recipe=leaf"));
    CHECK_INT_EQ(bear_connect(&bear, &bed), BR_ERR_BAD_SIGNATURE);
    CHECK(bed_event(&bed, EV_TLS_ESTABLISHED, 0) == NULL);
    bed_close(&bed);
}

/* mbedTLS */

static int mbed_send(void *ctx, const unsigned char *data, size_t len)
{
    struct bed *bed = ctx;

    CHECK_OK(tls_conn_receive(bed->conn, data, len));
    return (int)len;
}

static int mbed_receive(void *ctx, unsigned char *data, size_t len)
{
    struct buf *output = tls_conn_output(((struct bed *)ctx)->conn);

    if (output->len == 0)
        return MBEDTLS_ERR_SSL_WANT_READ;
    len = len < output->len ? len : output->len;
    memcpy(data, output->data, len);
    buf_consume(output, len);
    return (int)len;
}

struct mbed {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    mbedtls_x509_crt root;
};

static int mbed_connect(struct bed *bed)
{
    struct mbed m;
    struct buf root;
    int result = 0;

    buf_init(&root, 65536);
    mbedtls_entropy_init(&m.entropy);
    mbedtls_ctr_drbg_init(&m.random);
    mbedtls_ssl_config_init(&m.config);
    mbedtls_ssl_init(&m.ssl);
    mbedtls_x509_crt_init(&m.root);
    CHECK_OK(pki_store_root(bed->store, "p256", &root, NULL));
    CHECK_INT_EQ(mbedtls_x509_crt_parse_der(&m.root, root.data, root.len), 0);
    mbedtls_ctr_drbg_seed(&m.random, mbedtls_entropy_func, &m.entropy, NULL, 0);
    mbedtls_ssl_config_defaults(&m.config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&m.config, mbedtls_ctr_drbg_random, &m.random);
    mbedtls_ssl_conf_ca_chain(&m.config, &m.root, NULL);
    mbedtls_ssl_conf_max_frag_len(&m.config, MBEDTLS_SSL_MAX_FRAG_LEN_1024);
    mbedtls_ssl_setup(&m.ssl, &m.config);
    mbedtls_ssl_set_hostname(&m.ssl, "broker.bench.test");
    mbedtls_ssl_set_bio(&m.ssl, bed, mbed_send, mbed_receive, NULL);
    result = mbedtls_ssl_handshake(&m.ssl);
    if (result == 0)
        CHECK_INT_EQ(mbedtls_ssl_write(&m.ssl, (const unsigned char *)"from the client\n", 16), 16);
    mbedtls_ssl_free(&m.ssl);
    mbedtls_ssl_config_free(&m.config);
    mbedtls_x509_crt_free(&m.root);
    mbedtls_ctr_drbg_free(&m.random);
    mbedtls_entropy_free(&m.entropy);
    buf_done(&root);
    return result;
}

static void talks_to_mbedtls(void)
{
    struct bed bed;

    REQUIRE(open_today(&bed, NULL, NULL));
    CHECK_INT_EQ(mbed_connect(&bed), 0);
    check_good(&bed, "TLS 1.2");
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_TLS_CLIENT_HELLO, 0), "max_fragment_length", 0),
                 2);
    CHECK(event_has_int(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions", 1));
    bed_close(&bed);
    REQUIRE(open_today(&bed, NULL, "leaf.recipe=leaf leaf.issuer=self"));
    CHECK_INT_EQ(mbed_connect(&bed), MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
    check_refused(&bed, "unknown_ca");
    bed_close(&bed);
    REQUIRE(open_today(&bed, "key=thief", "leaf.recipe=leaf thief.recipe=leaf"));
    CHECK(mbed_connect(&bed) != 0);
    CHECK(bed_event(&bed, EV_TLS_ESTABLISHED, 0) == NULL);
    bed_close(&bed);
}

TEST_SUITE(tls_peers, TEST(talks_to_openssl_s_client), TEST(talks_to_gnutls_cli),
           TEST(talks_to_bearssl), TEST(talks_to_mbedtls));
