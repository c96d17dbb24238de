/* SPDX-License-Identifier: Apache-2.0 */
/* assay serve: any device in the room, explained as it happens. */
#include "assay_program.h"
#include "test_support.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WAIT_MS = 20000 };

/* Read the server's output until it holds `mark`. */
static bool read_until(const struct exec_child *child, const char *mark, struct buf *text)
{
    struct deadline deadline = deadline_in_ms(WAIT_MS);

    while (strstr(buf_text(text), mark) == NULL) {
        struct pollfd fd = {.fd = child->stdout_fd, .events = POLLIN};
        char piece[4096];
        ssize_t n = 0;

        if (poll(&fd, 1, deadline_left_ms(&deadline)) <= 0)
            return false;
        n = read(child->stdout_fd, piece, sizeof(piece));
        if (n <= 0 || buf_add(text, piece, (size_t)n) != ASSAY_OK)
            return false;
    }
    return true;
}

static unsigned port_in(const char *text)
{
    const char *at = strstr(text, " port ");

    return at != NULL ? (unsigned)strtoul(at + 6, NULL, 10) : 0;
}

/* The words after "it must trust this root", up to the end of the line. */
static const char *root_in(const char *text)
{
    const char *at = strstr(text, "it must trust this root");
    char *path = NULL;

    if (at == NULL)
        return "";
    at += strlen("it must trust this root");
    at += strspn(at, " ");
    if (asprintf(&path, "%.*s", (int)strcspn(at, "\n"), at) < 0)
        abort();
    return test_keep(path);
}

/* Serve one connection to a client; gives what was said about it. */
static void serve_words(const char *const *words, const char *const *client, size_t root_word,
                        size_t address_word, const char *address_format, struct buf *text)
{
    const char *argv[16];
    char address[64];
    struct exec_child server;
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome;
    struct assay_error err = {.text = ""};
    struct buf output;
    size_t count = 0;

    REQUIRE_OK(assay_start(words, &server));
    REQUIRE(read_until(&server, "scenario time", text));
    for (; client[count] != NULL; count++)
        argv[count] = client[count];
    argv[count] = NULL;
    snprintf(address, sizeof(address), "%s%u", address_format, port_in(buf_text(text)));
    argv[address_word] = address;
    argv[root_word] = root_in(buf_text(text));
    spec.argv = argv;
    buf_init(&output, 1 << 20);
    CHECK_OK(exec_run(&spec, deadline_in_ms(WAIT_MS), &output, &outcome, &err));
    buf_done(&output);
    read_until(&server, "(never said)", text); /* up to its end: --once */
    exec_kill(&server, 2000);
}

static void serve_one(const char *scenario, const char *const *client, size_t root_word,
                      size_t address_word, const char *address_format, struct buf *text)
{
    const char *const words[] = {"serve", scenario, "--port", "0", "--once", NULL};

    serve_words(words, client, root_word, address_word, address_format, text);
}

static void explains_a_refusal_with_an_alert(void)
{
    static const char *const client[] = {"openssl",
                                         "s_client",
                                         "-connect",
                                         "ADDRESS",
                                         "-CAfile",
                                         "ROOT",
                                         "-verify_return_error",
                                         "-servername",
                                         "broker.bench.test",
                                         NULL};
    struct buf text;

    buf_init(&text, 1 << 20);
    serve_one("PATH-01", client, 5, 3, "127.0.0.1:", &text);
    CHECK_STR_CONTAINS(buf_text(&text), "connected to mqtts");
    CHECK_STR_CONTAINS(buf_text(&text), "It asks for the server name broker.bench.test");
    CHECK_STR_CONTAINS(buf_text(&text), "The server sent its certificate");
    CHECK_STR_CONTAINS(buf_text(&text), "Alert unknown_ca (fatal) from the board");
    CHECK_STR_CONTAINS(buf_text(&text), "closed after its alert: it refused the server");
    buf_done(&text);
}

/* BearSSL is not a program but a board: the run's explanation has the same words. */
static void explains_a_refusal_without_an_alert(void)
{
    const char *dir = test_path("run");
    struct buf text;

    buf_init(&text, 1 << 20);
    CHECK_INT_EQ(ASSAY(&text, "run", "-b", "virtual/bearssl", "-s", "PATH-01", "-o", dir), 0);
    CHECK_INT_EQ(ASSAY(&text, "explain", dir, "PATH-01"), 0);
    CHECK_STR_CONTAINS(buf_text(&text), "closed right after Certificate without an alert: it "
                                        "refused the certificate; BearSSL never sends one");
    buf_done(&text);
}

static void explains_a_connection_that_goes_through(void)
{
    static const char *const client[] = {
        "openssl", "s_client", "-connect", "ADDRESS", "-CAfile", "ROOT", "-verify_return_error",
        "-tls1_2", NULL};
    struct buf text;

    buf_init(&text, 1 << 20);
    serve_one("POS-01", client, 5, 3, "127.0.0.1:", &text);
    CHECK_STR_CONTAINS(buf_text(&text), "The server chose TLS 1.2");
    CHECK_STR_CONTAINS(buf_text(&text), "Its Finished is right: the handshake is complete");
    buf_done(&text);
}

/* What the scenario says of versions would let a board in that has no key at all. */
static void a_face_of_pre_shared_keys_refuses_another_identity(void)
{
    static const char *const words[] = {
        "serve", "--face", "psk psk_identity=lamp psk_hex=00ff", "--port", "0", "--once", NULL};
    static const char *const client[] = {
        "mosquitto_pub",  "-h",   "127.0.0.1", "-p", "PORT", "--psk", "00ff",
        "--psk-identity", "Lamp", "-t",        "a",  "-m",   "ROOT",  NULL};
    struct buf text;

    buf_init(&text, 1 << 20);
    serve_words(words, client, 12, 4, "", &text);
    CHECK_STR_CONTAINS(buf_text(&text), "\"Lamp\", not \"lamp\"");
    CHECK_STR_CONTAINS(buf_text(&text), "The service ends the handshake [psk-identity;");
    CHECK(strstr(buf_text(&text), "CONNACK") == NULL);
    buf_done(&text);
}

static void a_face_is_explained_in_its_own_words_under_any_name(void)
{
    static const char *const words[] = {"serve",  "--face", "mosquitto", "--host", "x.example",
                                        "--port", "0",      "--once",    NULL};
    static const char *const client[] = {
        "mosquitto_pub", "-h", "127.0.0.1", "-p", "PORT", "--insecure", "--cafile",
        "ROOT",          "-t", "a",         "-m", "b",    NULL};
    struct buf text;

    buf_init(&text, 1 << 20);
    serve_words(words, client, 7, 4, "", &text);
    CHECK_STR_CONTAINS(buf_text(&text), "the device connects to the name  x.example");
    CHECK_STR_CONTAINS(buf_text(&text), "Refused as mosquitto does: CONNECT has no user name");
    CHECK_STR_CONTAINS(buf_text(&text), "[anonymous; mosquitto.conf(5), allow_anonymous]");
    buf_done(&text);
}

static void a_face_that_cannot_be_is_told_in_one_sentence(void)
{
    static const struct {
        const char *face, *part;
    } rows[] = {{"amazon", "it has to be \"aws\""},
                {"aws thing", "\"thing\" is no key=value"},
                {"google key=@nowhere.pem", "nowhere.pem"},
                {"google", "face.key"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const words[] = {"serve", "--face", rows[i].face, "--port", "0", NULL};
        struct buf output;

        buf_init(&output, 1 << 20);
        CHECK(assay(&output, words) > 0);
        CHECK_STR_CONTAINS(buf_text(&output), rows[i].part);
        buf_done(&output);
    }
}

TEST_SUITE(serve, TEST(explains_a_refusal_with_an_alert), TEST(explains_a_refusal_without_an_alert),
           TEST(explains_a_connection_that_goes_through),
           TEST(a_face_of_pre_shared_keys_refuses_another_identity),
           TEST(a_face_is_explained_in_its_own_words_under_any_name),
           TEST(a_face_that_cannot_be_is_told_in_one_sentence));
