/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boards at a fixed address: servers that run whatever the bench does, with certificates of their
 * own. openssl s_server and nginx stand for products.
 */
#include "assay_program.h"
#include "network/network.h"
#include "test_support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 20, WAIT_MS = 20000 };

/* ---- certificates of an owner ---- */

static bool openssl(const char *const *words)
{
    const char *argv[40] = {"openssl"};
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome ended = {.code = -1};
    struct assay_error err = {.text = ""};
    struct buf out;
    size_t count = 1;
    bool ok = false;

    for (; *words != NULL && count < 39; words++)
        argv[count++] = *words;
    spec.argv = argv;
    spec.directory = test_directory();
    buf_init(&out, TEXT_MAX);
    ok =
        exec_run(&spec, deadline_in_ms(WAIT_MS), &out, &ended, &err) == ASSAY_OK && ended.code == 0;
    test_check(ok, __FILE__, __LINE__, "openssl %s: %s%s", argv[1], err.text, buf_text(&out));
    buf_done(&out);
    return ok;
}

#define OPENSSL(...) openssl((const char *const[]){__VA_ARGS__, NULL})

static bool make_ca(const char *name)
{
    char key[64];
    char cert[64];
    char subject[96];

    snprintf(key, sizeof(key), "%s.key", name);
    snprintf(cert, sizeof(cert), "%s.pem", name);
    snprintf(subject, sizeof(subject), "/O=Acme/CN=Acme %s", name);
    return OPENSSL("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                   "-keyout", key, "-out", cert, "-subj", subject, "-days", "30");
}

static bool make_leaf(const char *name, const char *ca, const char *extensions)
{
    char file[5][64];
    const char *const ends[] = {".key", ".csr", ".pem"};

    for (size_t i = 0; i < 3; i++)
        snprintf(file[i], sizeof(file[i]), "%s%s", name, ends[i]);
    snprintf(file[3], sizeof(file[3]), "%s.pem", ca);
    snprintf(file[4], sizeof(file[4]), "%s.key", ca);
    return OPENSSL("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                   "-keyout", file[0], "-out", file[1], "-subj", "/CN=one of Acme") &&
           OPENSSL("x509", "-req", "-in", file[1], "-CA", file[3], "-CAkey", file[4], "-set_serial",
                   "7", "-days", "20", "-extfile", test_file("extensions", extensions), "-out",
                   file[2]);
}

/* devices.pem signs what the board shows (board.pem), clients.pem what its clients show. */
static bool make_certificates(void)
{
    return make_ca("devices") && make_ca("clients") &&
           make_leaf("board", "devices",
                     "subjectAltName=DNS:gateway.acme.test\nextendedKeyUsage=serverAuth\n") &&
           make_leaf("phone", "clients", "extendedKeyUsage=clientAuth\n");
}

/* ---- the board ---- */

struct product {
    struct exec_child child;
    unsigned port;
};

/* A server that nobody of the bench knows of; its first line that names its port is waited for. */
static bool product_start(const char *const *argv, struct product *ret)
{
    struct exec_spec spec = exec_spec_default();
    struct deadline deadline = deadline_in_ms(WAIT_MS);
    char text[4096] = "";
    size_t len = 0;
    const char *at = NULL;

    *ret = (struct product){.port = 0};
    spec.argv = argv;
    spec.directory = test_directory();
    if (exec_start(&spec, &ret->child, NULL) != ASSAY_OK)
        return false;
    while (!deadline_passed(&deadline) && len + 1 < sizeof(text)) {
        ssize_t got = read(ret->child.stdout_fd, text + len, sizeof(text) - 1 - len);

        len += got > 0 ? (size_t)got : 0;
        text[len] = '\0';
        at = strstr(text, "ACCEPT ");
        at = at != NULL ? strrchr(at, ':') : NULL;
        if (at == NULL || strchr(at, '\n') == NULL)
            continue;
        ret->port = (unsigned)strtoul(at + 1, NULL, 10);
        return ret->port > 0;
    }
    return false;
}

static bool s_server_start(const char *address, const char *ca, struct product *ret)
{
    const char *const argv[] = {
        "openssl", "s_server",  "-accept", address, "-www",    "-cert", "board.pem",
        "-key",    "board.key", "-CAfile", ca,      "-Verify", "1",     "-verify_return_error",
        NULL};

    return product_start(argv, ret);
}

/* A board file for it; `more` are further keys of `remote`. */
static const char *board_within(unsigned ready_ms, const char *address, unsigned port,
                                const char *more)
{
    char text[2048];

    snprintf(text, sizeof(text),
             "id: acme/gateway\ndriver: remote\nrole: server\nservice: https\n"
             "remote: {address: %s, port: %u, name: gateway.acme.test%s}\n"
             "timeouts: {ready_ms: %u}\n"
             "supports: {tls: [1.2, 1.3], key_types: [ecdsa], client_auth: true, mqtt: []}\n",
             address, port, more, ready_ms);
    return test_file("gateway.yaml", text);
}

static const char *board_at(const char *address, unsigned port, const char *more)
{
    return board_within(400, address, port, more);
}

static bool run_board(const char *dir, const char *board, const char *const *cases,
                      struct run_record *ret)
{
    const char *words[24] = {"run", "-b", board, "-o", test_path(dir), "-s"};
    size_t count = 6;
    struct buf text;
    bool ok = false;

    for (; *cases != NULL && count < 23; cases++)
        words[count++] = *cases;
    buf_init(&text, TEXT_MAX);
    ok = assay(&text, words) <= 3;
    test_check(ok, __FILE__, __LINE__, "%s", buf_text(&text));
    buf_done(&text);
    return ok && load_run(test_path(dir), ret);
}

#define RUN(board, ret, ...) RUN_IN("run", board, ret, __VA_ARGS__)
#define RUN_IN(dir, board, ret, ...)                                                               \
    run_board(dir, board, (const char *const[]){__VA_ARGS__, NULL}, ret)

#define OWN_CA ", ca: devices.pem, client_ca: clients.pem, client_ca_key: clients.key"

/* ---- tests ---- */

static void a_product_is_visited_with_the_ca_of_its_owner(void)
{
    struct product product;
    struct run_record run;

    REQUIRE(make_certificates());
    REQUIRE(s_server_start("127.0.0.1:0", "clients.pem", &product));
    REQUIRE(RUN(board_at("127.0.0.1", product.port, OWN_CA), &run, "SRV-02", "SRV-03", "SRV-05",
                "SRV-08", "SRV-12"));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 5);
    CHECK_STR_CONTAINS(find_case(&run, "SRV-05")->reason, "certificate_expired");
    CHECK_STR_CONTAINS(find_case(&run, "SRV-08")->reason, "decrypt_error"); /* the name was right */
    run_record_done(&run);
    exec_kill(&product.child, 0);
}

static void with_one_client_what_needs_the_ca_is_not_asked(void)
{
    struct product product;
    struct run_record run;

    REQUIRE(make_certificates());
    REQUIRE(s_server_start("127.0.0.1:0", "clients.pem", &product));
    REQUIRE(
        RUN(board_at("127.0.0.1", product.port, ", client_cert: phone.pem, client_key: phone.key"),
            &run, "SRV-01", "SRV-02", "SRV-03", "SRV-05", "SRV-07", "SRV-09", "SRV-12"));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 4);
    CHECK_INT_EQ(find_case(&run, "SRV-05")->verdict, VERDICT_NOT_APPLICABLE);
    CHECK_STR_CONTAINS(find_case(&run, "SRV-05")->reason, "one client's only");
    CHECK_INT_EQ(find_case(&run, "SRV-07")->verdict, VERDICT_NOT_APPLICABLE);
    CHECK_INT_EQ(find_case(&run, "SRV-12")->verdict, VERDICT_NOT_APPLICABLE);
    CHECK_STR_CONTAINS(find_case(&run, "SRV-12")->reason, "remote.pin");
    run_record_done(&run);
    exec_kill(&product.child, 0);
}

/* Of the right and of a wrong certificate, as openssl shows it. */
static void a_pinned_certificate_is_compared(void)
{
    static const struct pin_row {
        const char *certificate;
        enum verdict verdict;
    } rows[] = {{"board.pem", VERDICT_PASS}, {"phone.pem", VERDICT_FAIL_BEHAVIOUR}};
    struct product product;

    REQUIRE(make_certificates());
    REQUIRE(s_server_start("127.0.0.1:0", "clients.pem", &product));
    for (size_t i = 0; i < 2; i++) {
        char pin[512];
        char hex[128] = "";
        struct run_record run;
        FILE *file = NULL;

        REQUIRE(OPENSSL("x509", "-in", rows[i].certificate, "-outform", "DER", "-out", "one.der"));
        REQUIRE(OPENSSL("dgst", "-sha256", "-c", "-r", "-out", "one.sha256", "one.der"));
        file = fopen(test_path("one.sha256"), "r");
        REQUIRE(file != NULL && fgets(hex, sizeof(hex), file) != NULL);
        fclose(file);
        hex[strcspn(hex, " ")] = '\0';
        snprintf(pin, sizeof(pin),
                 ", pin: \"%s\", client_ca: clients.pem, client_ca_key: clients.key", hex);
        REQUIRE(RUN_IN(i == 0 ? "right" : "wrong", board_at("127.0.0.1", product.port, pin), &run,
                       "SRV-12"));
        CHECK_INT_EQ(find_case(&run, "SRV-12")->verdict, rows[i].verdict);
        run_record_done(&run);
    }
    exec_kill(&product.child, 0);
}

static void the_bench_s_own_ca_can_be_loaded_onto_it(void)
{
    struct product product;
    struct run_record run;
    struct buf text;

    REQUIRE(make_certificates());
    buf_init(&text, TEXT_MAX);
    CHECK_INT_EQ(ASSAY(&text, "trust", "-o", test_path("trust")), 0);
    CHECK_STR_CONTAINS(buf_text(&text), "client-ca-ecdsa.pem");
    buf_done(&text);
    REQUIRE(s_server_start("127.0.0.1:0", "trust/client-ca-ecdsa.pem", &product));
    REQUIRE(
        RUN(board_at("127.0.0.1", product.port, ", ca: devices.pem"), &run, "SRV-02", "SRV-12"));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 2);
    run_record_done(&run);
    exec_kill(&product.child, 0);
}

/* What a user's CA signs stays with the user: its key is nothing that the bench keeps. */
static void the_owner_s_key_is_not_kept(void)
{
    struct product product;
    struct run_record run;
    struct buf text;

    REQUIRE(make_certificates());
    REQUIRE(s_server_start("127.0.0.1:0", "clients.pem", &product));
    REQUIRE(RUN(board_at("127.0.0.1", product.port, OWN_CA), &run, "SRV-07"));
    run_record_done(&run);
    exec_kill(&product.child, 0);
    buf_init(&text, TEXT_MAX);
    CHECK_INT_EQ(ASSAY(&text, "trust"), 0);
    buf_done(&text);
    REQUIRE(OPENSSL("verify", "-CAfile", "bench/client-ca-ecdsa.pem", "bench/client-ca-ecdsa.pem"));
    CHECK(access(test_path("bench/bench.pem"), R_OK) == 0);
    buf_init(&text, TEXT_MAX);
    FILE *file = fopen(test_path("bench/bench.pem"), "r");
    char piece[4096];
    size_t got = 0;

    while (file != NULL && (got = fread(piece, 1, sizeof(piece), file)) > 0)
        CHECK_OK(buf_add(&text, piece, got));
    if (file != NULL)
        fclose(file);
    CHECK(strstr(buf_text(&text), "client-ca-ecdsa") != NULL);
    CHECK(strstr(buf_text(&text), "given-") == NULL);
    buf_done(&text);
}

static void nobody_there_is_told_with_the_address(void)
{
    struct run_record run;

    REQUIRE(make_certificates());
    REQUIRE(RUN(board_at("127.0.0.1", 9, OWN_CA), &run, "SRV-14"));
    CHECK_INT_EQ(find_case(&run, "SRV-14")->verdict, VERDICT_INCONCLUSIVE);
    CHECK_STR_CONTAINS(find_case(&run, "SRV-14")->reason, "127.0.0.1 port 9");
    CHECK_STR_CONTAINS(find_case(&run, "SRV-14")->reason, "switch the board on");
    run_record_done(&run);
}

/* A port that was free a moment ago: for a program that cannot say which one it took. */
static unsigned free_port(void)
{
    struct product product = {.port = 0};
    unsigned port = 0;

    if (s_server_start("127.0.0.1:0", "clients.pem", &product))
        port = product.port;
    exec_kill(&product.child, 0);
    return port;
}

#define NGINX                                                                                      \
    "pid nginx.pid; error_log error.log; worker_processes 1;\n"                                    \
    "events {}\nhttp { access_log off; client_body_temp_path t1; proxy_temp_path t2;\n"            \
    "fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;\n"                               \
    "server { listen %s:%u ssl; ssl_certificate board.pem; ssl_certificate_key board.key;\n"       \
    "ssl_client_certificate clients.pem; ssl_verify_client on; return 200; } }\n"

static const char *nginx_file(const char *address, unsigned port)
{
    char text[2048];

    snprintf(text, sizeof(text), NGINX, address, port);
    return test_file("nginx.conf", text);
}

/* nginx answers whom it does not want 400, without contents, where others end the connection. */
static void the_board_s_command_switches_it_on(void)
{
    char more[1024];
    unsigned port = 0;
    struct run_record run;
    const char *const stop[] = {
        "nginx", "-p", test_directory(), "-c", test_path("nginx.conf"), "-s", "stop", NULL};
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome ended = {.code = -1};

    REQUIRE(make_certificates());
    port = free_port();
    REQUIRE(port != 0);
    snprintf(more, sizeof(more), OWN_CA ", start: [nginx, -p, \"%s\", -c, \"%s\"]",
             test_directory(), nginx_file("127.0.0.1", port));
    REQUIRE(RUN(board_at("127.0.0.1", port, more), &run, "SRV-01", "SRV-02", "SRV-14"));
    CHECK_INT_EQ(find_case(&run, "SRV-01")->verdict, VERDICT_PASS);
    CHECK_INT_EQ(find_case(&run, "SRV-14")->verdict, VERDICT_PASS);
    run_record_done(&run);
    spec.argv = stop;
    spec.directory = test_directory();
    CHECK_OK(exec_run(&spec, deadline_in_ms(WAIT_MS), NULL, &ended, NULL));
}

/* A port whose queue is full, so that the kernel answers nothing to who knocks: like a board that
 * is switched off, or a filter. The descriptors are the test's, until it ends. */
static unsigned deaf_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 0) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        return 0;
    for (int i = 0; i < 3; i++) {
        int knock = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

        if (connect(knock, (struct sockaddr *)&at, len) != 0 && errno != EINPROGRESS)
            return 0;
    }
    return ntohs(at.sin_port);
}

static void a_board_that_answers_nothing_is_switched_on_too(void)
{
    struct run_record run;
    unsigned port = deaf_port();

    REQUIRE(port != 0);
    REQUIRE(make_certificates());
    REQUIRE(RUN(board_within(2200, "127.0.0.1", port, OWN_CA ", start: [touch, switched-on]"), &run,
                "SRV-01"));
    CHECK(access(test_path("switched-on"), F_OK) == 0);
    CHECK_INT_EQ(find_case(&run, "SRV-01")->cause, CAUSE_BOOT);
    run_record_done(&run);
}

/* In a network of this test's own, where 192.168.77.40 is somebody. */
static void a_board_on_the_local_network_is_reached_at_its_address(void)
{
    struct product product;
    struct run_record run;

    REQUIRE(make_certificates());
    REQUIRE_OK(network_isolate(NULL));
    REQUIRE(s_server_start("192.168.77.40:0", "clients.pem", &product));
    REQUIRE(RUN(board_at("192.168.77.40", product.port, OWN_CA), &run, "SRV-02", "SRV-12"));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 2);
    run_record_done(&run);
    exec_kill(&product.child, 0);
}

static void wrong_board_files_are_told(void)
{
    static const struct {
        const char *more, *says;
    } rows[] = {
        {"address: 8.8.8.8, port: 443", "public address"},
        {"address: gateway.local, port: 443", "numeric address"},
        {"address: 10.0.0.4", "port: ...}\" is missing"},
        {"address: 10.0.0.4, port: 443, pin: abcd", "64 hexadecimal digits"},
        {"address: 10.0.0.4, port: 443, client_ca: a.pem", "belong together"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        struct buf out;

        snprintf(text, sizeof(text),
                 "id: acme/gateway\ndriver: remote\nrole: server\nservice: https\nremote: {%s}\n",
                 rows[i].more);
        buf_init(&out, TEXT_MAX);
        CHECK_INT_EQ(ASSAY(&out, "check", test_file("wrong.yaml", text)), 2);
        CHECK_STR_CONTAINS(buf_text(&out), rows[i].says);
        buf_done(&out);
    }
}

static void a_key_of_another_certificate_is_refused(void)
{
    struct buf out;

    REQUIRE(make_certificates());
    buf_init(&out, TEXT_MAX);
    CHECK_INT_EQ(
        ASSAY(&out, "run", "-b",
              board_at("127.0.0.1", 9, ", client_ca: clients.pem, client_ca_key: devices.key"),
              "-s", "SRV-01", "-o", test_path("run")),
        2);
    CHECK_STR_CONTAINS(buf_text(&out), "not that of the certificate");
    buf_done(&out);
}

TEST_SUITE(remote_boards, TEST(a_product_is_visited_with_the_ca_of_its_owner),
           TEST(with_one_client_what_needs_the_ca_is_not_asked),
           TEST(a_pinned_certificate_is_compared), TEST(the_bench_s_own_ca_can_be_loaded_onto_it),
           TEST(the_owner_s_key_is_not_kept), TEST(nobody_there_is_told_with_the_address),
           TEST(the_board_s_command_switches_it_on),
           TEST(a_board_that_answers_nothing_is_switched_on_too),
           TEST(a_board_on_the_local_network_is_reached_at_its_address),
           TEST(wrong_board_files_are_told), TEST(a_key_of_another_certificate_is_refused));
