/* SPDX-License-Identifier: Apache-2.0 */
/* What is true inside of a network of the bench's own. Each test runs in a process of its own. */
#include "network/network.h"
#include "test_support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool enter(void)
{
    struct assay_error err = {.text = ""};
    enum assay_status status = network_isolate(&err);

    CHECK_STR_EQ(status == ASSAY_OK ? "" : err.text, "");
    return status == ASSAY_OK;
}

static struct sockaddr_in address_of(const char *text, unsigned port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    CHECK(inet_pton(AF_INET, text, &a.sin_addr) == 1);
    return a;
}

static int bound(int type, const char *address, unsigned port)
{
    struct sockaddr_in a = address_of(address, port);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    CHECK_INT_EQ(bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 ? 0 : errno, 0);
    return fd;
}

static void the_registered_ports_are_free(void)
{
    static const unsigned ports[] = {53, 123, 443, 8883};

    if (!enter())
        return;
    for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
        close(bound(SOCK_STREAM, "0.0.0.0", ports[i]));
        close(bound(SOCK_DGRAM, "0.0.0.0", ports[i]));
    }
}

/* As a board does that has the address of Google's time server in its flash. */
static void a_datagram_to_any_address_is_answered_from_there(void)
{
    struct sockaddr_in google = address_of("216.239.35.0", 123);
    struct sockaddr_in from = {0};
    struct sockaddr_in client_address = {0};
    socklen_t len = sizeof(client_address);
    char byte = 0;
    int server = -1;
    int client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    close(client);
    if (!enter())
        return;
    server = bound(SOCK_DGRAM, "0.0.0.0", 123);
    client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK_INT_EQ(sendto(client, "?", 1, 0, (const struct sockaddr *)&google, sizeof(google)), 1);
    CHECK_INT_EQ(recvfrom(server, &byte, 1, 0, (struct sockaddr *)&client_address, &len), 1);
    CHECK_INT_EQ(sendto(server, "!", 1, 0, (const struct sockaddr *)&client_address, len), 1);
    len = sizeof(from);
    CHECK_INT_EQ(recvfrom(client, &byte, 1, 0, (struct sockaddr *)&from, &len), 1);
    CHECK_UINT_EQ(from.sin_addr.s_addr, google.sin_addr.s_addr);
    close(server);
    close(client);
}

static void a_connection_to_any_address_arrives(void)
{
    struct sockaddr_in anywhere = address_of("8.8.8.8", 8883);
    int server = -1;
    int client = -1;

    if (!enter())
        return;
    server = bound(SOCK_STREAM, "0.0.0.0", 8883);
    CHECK(listen(server, 1) == 0);
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(client, (const struct sockaddr *)&anywhere, sizeof(anywhere)) == 0);
    close(client);
    close(server);
}

static void what_listens_outside_is_not_reached(void)
{
    struct sockaddr_in outside = {0};
    socklen_t len = sizeof(outside);
    int server = bound(SOCK_STREAM, "127.0.0.1", 0);
    int client = -1;

    CHECK(listen(server, 1) == 0);
    CHECK(getsockname(server, (struct sockaddr *)&outside, &len) == 0);
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(client, (const struct sockaddr *)&outside, sizeof(outside)) == 0);
    close(client);
    if (!enter())
        return;
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(client, (const struct sockaddr *)&outside, sizeof(outside)) != 0);
    CHECK_INT_EQ(errno, ECONNREFUSED);
    close(client);
    close(server);
}

static void ask_name_in_child(void)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;

    (void)getaddrinfo("broker.bench.test", "8883", &hints, &found);
    _exit(0);
}

/* The resolver of the C library, in a process of its own because it waits for an answer. */
static void a_look_up_of_a_name_comes_to_the_bench(void)
{
    unsigned char query[512];
    struct pollfd readable = {.events = POLLIN};
    ssize_t got = 0;
    pid_t child = 0;

    if (!enter())
        return;
    readable.fd = bound(SOCK_DGRAM, "0.0.0.0", 53);
    child = fork();
    if (child == 0)
        ask_name_in_child();
    CHECK_INT_EQ(poll(&readable, 1, 10000), 1);
    got = recv(readable.fd, query, sizeof(query), MSG_DONTWAIT);
    CHECK(got > 20);
    CHECK(got > 20 && memcmp(query + 12,
                             "\x06"
                             "broker",
                             7) == 0);
    CHECK(kill(child, SIGKILL) == 0);
    CHECK(waitpid(child, NULL, 0) == child);
    close(readable.fd);
}

static void become_nobody(void)
{
    enum { NOBODY = 65534 };

    if (geteuid() != 0)
        return;
    CHECK(chmod(test_directory(), 0777) == 0);
    CHECK(setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
          setresuid(NOBODY, NOBODY, NOBODY) == 0);
    /* A program that such a user starts is theirs; we changed sides, and have to say so. */
    CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
}

static void an_ordinary_user_has_it_too_and_keeps_their_files(void)
{
    char path[512];
    struct stat st = {0};
    uid_t uid = 0;

    snprintf(path, sizeof(path), "%s/file", test_directory());
    become_nobody();
    uid = geteuid();
    CHECK(uid != 0);
    if (!enter())
        return;
    close(bound(SOCK_DGRAM, "0.0.0.0", 53));
    CHECK_UINT_EQ(geteuid(), uid);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    if (file != NULL)
        fclose(file);
    CHECK(stat(path, &st) == 0);
    CHECK_UINT_EQ(st.st_uid, uid);
}

static void nothing_of_it_is_seen_outside(void)
{
    struct stat before = {0};
    struct stat inside = {0};
    struct stat after = {0};
    pid_t child = 0;
    int outcome = 0;

    CHECK(stat("/etc/resolv.conf", &before) == 0);
    child = fork();
    if (child == 0) {
        struct assay_error err;
        bool is_other = network_isolate(&err) == ASSAY_OK &&
                        stat("/etc/resolv.conf", &inside) == 0 && inside.st_dev != before.st_dev;

        _exit(is_other && access("/tmp/0", F_OK) != 0 ? 0 : 1);
    }
    CHECK(waitpid(child, &outcome, 0) == child);
    CHECK(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
    CHECK(stat("/etc/resolv.conf", &after) == 0);
    CHECK(before.st_ino == after.st_ino && before.st_dev == after.st_dev);
}

static void whether_it_can_be_had_is_found_out_without_entering_it(void)
{
    struct assay_error err = {.text = ""};
    int fd = -1;
    int again = -1;
    struct sockaddr_in a = {0};
    socklen_t len = sizeof(a);

    fd = bound(SOCK_STREAM, "127.0.0.1", 0);
    CHECK(listen(fd, 1) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&a, &len) == 0);
    CHECK_OK(network_isolation_check(&err));
    again = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(again, (const struct sockaddr *)&a, sizeof(a)) == 0);
    close(again);
    close(fd);
}

TEST_SUITE(isolation, TEST(the_registered_ports_are_free),
           TEST(a_datagram_to_any_address_is_answered_from_there),
           TEST(a_connection_to_any_address_arrives), TEST(what_listens_outside_is_not_reached),
           TEST(a_look_up_of_a_name_comes_to_the_bench),
           TEST(an_ordinary_user_has_it_too_and_keeps_their_files),
           TEST(nothing_of_it_is_seen_outside),
           TEST(whether_it_can_be_had_is_found_out_without_entering_it));
