/* SPDX-License-Identifier: Apache-2.0 */
#include "broker.h"

#include "test_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DAY_S = 86400, START_MS = 10000, TRIES = 5 };

static const struct {
    const char *file;
    const char *more;
} listeners[BROKER_COUNT] = {
    [BROKER_PLAIN] = {NULL, ""},
    [BROKER_GOOD] = {"good", ""},
    [BROKER_EXPIRED] = {"expired", ""},
    [BROKER_FUTURE] = {"future", ""},
    [BROKER_MISNAMED] = {"misnamed", ""},
    [BROKER_UNKNOWN] = {"unknown", ""},
    [BROKER_MUTUAL] = {"good", "require_certificate true\n"},
    [BROKER_NEW] = {"good", "tls_version tlsv1.3\n"},
    [BROKER_LEAF_CA] = {"by-a-leaf", ""},
    [BROKER_CLIENT] = {"client-only", ""},
    [BROKER_PSK] = {NULL, "psk_hint bench\nuse_identity_as_username true\n"},
};

static bool mint(struct broker *broker, const char *directory)
{
    struct test_cert other_root =
        test_cert_make("other root", NULL, NULL, -200 * DAY_S, 3650 * DAY_S);
    struct test_cert evil = {0};
    const struct {
        const char *file, *host;
        const struct test_cert *issuer;
        const char *purpose;
        long from_s, to_s;
    } rows[] = {
        {"good", "broker.bench.test", &broker->root, "serverAuth", -DAY_S, 90 * DAY_S},
        {"expired", "broker.bench.test", &broker->root, "serverAuth", -90 * DAY_S, -DAY_S},
        {"future", "broker.bench.test", &broker->root, "serverAuth", DAY_S, 90 * DAY_S},
        {"misnamed", "other.bench.test", &broker->root, "serverAuth", -DAY_S, 90 * DAY_S},
        {"unknown", "broker.bench.test", &other_root, "serverAuth", -DAY_S, 90 * DAY_S},
        {"by-a-leaf", "broker.bench.test", &evil, "serverAuth", -DAY_S, 90 * DAY_S},
        {"client-only", "broker.bench.test", &broker->root, "clientAuth", -DAY_S, 90 * DAY_S},
    };
    bool ok = true;

    broker->root = test_cert_make("bench root", NULL, NULL, -200 * DAY_S, 3650 * DAY_S);
    evil = test_cert_make("evil.test", &broker->root, "serverAuth", -DAY_S, 90 * DAY_S);
    broker->client = test_cert_make("probe-1", &broker->root, "clientAuth", -DAY_S, DAY_S);
    ok = test_cert_write(&broker->root, NULL, directory, "root");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && ok; i++) {
        struct test_cert cert = test_cert_make(rows[i].host, rows[i].issuer, rows[i].purpose,
                                               rows[i].from_s, rows[i].to_s);

        ok = cert.cert != NULL && test_cert_write(&cert, rows[i].issuer == &evil ? &evil : NULL,
                                                  directory, rows[i].file);
        test_cert_free(&cert);
    }
    broker->root_len = test_cert_der(&broker->root, broker->root_der, sizeof(broker->root_der));
    test_cert_free(&other_root);
    test_cert_free(&evil);
    return ok && broker->client.cert != NULL && broker->root_len > 0;
}

/* Ports that were free a moment ago: mosquitto cannot choose them itself. */
static bool choose_ports(struct broker *broker)
{
    int fds[BROKER_COUNT];
    bool ok = true;

    for (size_t i = 0; i < BROKER_COUNT; i++) {
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof(address);

        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ok = ok && bind(fds[i], (struct sockaddr *)&address, len) == 0 &&
             getsockname(fds[i], (struct sockaddr *)&address, &len) == 0;
        snprintf(broker->ports[i], sizeof(broker->ports[i]), "%u", ntohs(address.sin_port));
    }
    for (size_t i = 0; i < BROKER_COUNT; i++)
        close(fds[i]);
    return ok;
}

static bool write_config(const struct broker *broker, const char *directory, const char *path)
{
    FILE *file = NULL;
    char psk_path[512];

    snprintf(psk_path, sizeof(psk_path), "%s/psk", directory);
    file = fopen(psk_path, "w");
    if (file == NULL)
        return false;
    fprintf(file, "psk-dev:0011223344556677\n");
    if (fclose(file) != 0)
        return false;
    file = fopen(path, "w");
    if (file == NULL)
        return false;
    fprintf(file, "psk_file %s\n", psk_path);
    fprintf(file, "allow_anonymous true\nset_tcp_nodelay true\nconnection_messages false\n%s",
            geteuid() == 0 ? "user root\n" : "");
    for (size_t i = 0; i < BROKER_COUNT; i++) {
        fprintf(file, "listener %s 127.0.0.1\n", broker->ports[i]);
        if (listeners[i].file != NULL)
            fprintf(file, "cafile %s/root.crt\ncertfile %s/%s.crt\nkeyfile %s/%s.key\n", directory,
                    directory, listeners[i].file, directory, listeners[i].file);
        fprintf(file, "%s", listeners[i].more);
    }
    return fclose(file) == 0;
}

/* What a child says on fd until it holds a word; false when it ends or takes too long. */
static bool await_output(int fd, const char *word)
{
    struct deadline deadline = deadline_in_ms(START_MS);
    struct pollfd input = {.fd = fd, .events = POLLIN};
    char text[8192] = "";
    size_t len = 0;

    while (strstr(text, word) == NULL) {
        ssize_t got = 0;

        if (poll(&input, 1, deadline_left_ms(&deadline)) <= 0)
            return false;
        got = read(fd, text + len, sizeof(text) - 1 - len);
        if (got <= 0)
            return false;
        len += (size_t)got;
        text[len] = '\0';
    }
    return true;
}

static bool start(struct exec_child *child, const char *const argv[])
{
    struct exec_spec spec = exec_spec_default();
    struct assay_error err = {0};

    spec.argv = argv;
    if (exec_start(&spec, child, &err) == ASSAY_OK)
        return true;
    fprintf(stderr, "%s\n", err.text);
    return false;
}

bool broker_start(struct broker *broker)
{
    const char *directory = test_directory();
    char path[512];
    const char *const argv[] = {"mosquitto", "-c", path, NULL};

    *broker = (struct broker){.child = {.pid = 0}};
    snprintf(path, sizeof(path), "%s/mosquitto.conf", directory);
    if (!mint(broker, directory))
        return false;
    for (int i = 0; i < TRIES; i++) {
        if (!choose_ports(broker) || !write_config(broker, directory, path) ||
            !start(&broker->child, argv))
            return false;
        /* Logged to stderr when every listener is open. */
        if (await_output(broker->child.stderr_fd, "running"))
            return true;
        exec_kill(&broker->child, 0); /* somebody else took a port */
    }
    return false;
}

void broker_stop(struct broker *broker)
{
    exec_kill(&broker->child, 0);
    test_cert_free(&broker->root);
    test_cert_free(&broker->client);
}

bool subscriber_start(struct subscriber *subscriber, const struct broker *broker, const char *topic)
{
    /* -d says SUBACK; unbuffered, because stdout is a pipe. */
    const char *const argv[] = {"stdbuf",    "-oL", "mosquitto_sub",
                                "-d",        "-v",  "-h",
                                "127.0.0.1", "-p",  broker->ports[BROKER_PLAIN],
                                "-q",        "1",   "-t",
                                topic,       NULL};

    *subscriber = (struct subscriber){.child = {.pid = 0}};
    return start(&subscriber->child, argv) && await_output(subscriber->child.stdout_fd, "SUBACK");
}

bool subscriber_expect(struct subscriber *subscriber, const char *message)
{
    return await_output(subscriber->child.stdout_fd, message);
}

void subscriber_stop(struct subscriber *subscriber)
{
    exec_kill(&subscriber->child, 0);
}
