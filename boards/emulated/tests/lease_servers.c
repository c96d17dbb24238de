/* SPDX-License-Identifier: Apache-2.0 */
#include "lease_servers.h"

#include "network/network.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DNS_PORT = 53, NTP_PORT = 123, MESSAGE_MAX = 512, NTP_LEN = 48, NTP_STAMP = 40 };

static const uint32_t ntp_epoch_s = 2208988800U; /* RFC 5905: from 1900 to 1970 */

static int open_socket(const char *address, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && inet_pton(AF_INET, address, &at.sin_addr) == 1 &&
        bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* RFC 1035 section 4: the question again, and one address for its name. */
static size_t answer_dns(uint8_t *message, size_t len)
{
    static const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 2, 2};

    if (len < 12 || len + sizeof(record) > MESSAGE_MAX)
        return 0;
    message[2] |= 0x80;
    message[3] = 0x80;
    message[7] = 1;
    memset(message + 8, 0, 4);
    memcpy(message + len, record, sizeof(record));
    return len + sizeof(record);
}

static size_t answer_ntp(uint8_t *message, size_t len, int64_t unix_s)
{
    uint32_t stamp = htonl((uint32_t)((uint64_t)unix_s + ntp_epoch_s));
    uint8_t origin[8];

    if (len < NTP_LEN)
        return 0;
    memcpy(origin, message + NTP_STAMP, sizeof(origin));
    memset(message, 0, NTP_LEN);
    message[0] = 0x24; /* version 4, a server */
    message[1] = 1;
    memcpy(message + 24, origin, sizeof(origin));
    memcpy(message + 32, &stamp, sizeof(stamp));
    memcpy(message + NTP_STAMP, &stamp, sizeof(stamp));
    return NTP_LEN;
}

static void serve(int dns, int ntp, int64_t unix_s)
{
    struct pollfd fds[2] = {{.fd = dns, .events = POLLIN}, {.fd = ntp, .events = POLLIN}};

    while (poll(fds, 2, -1) > 0) {
        for (int i = 0; i < 2; i++) {
            struct sockaddr_in from;
            socklen_t from_len = sizeof(from);
            uint8_t message[MESSAGE_MAX];
            ssize_t got = 0;
            size_t len = 0;

            if ((fds[i].revents & POLLIN) == 0)
                continue;
            got = recvfrom(fds[i].fd, message, sizeof(message), 0, (struct sockaddr *)&from,
                           &from_len);
            if (got > 0)
                len = i == 0 ? answer_dns(message, (size_t)got)
                             : answer_ntp(message, (size_t)got, unix_s);
            if (len > 0)
                (void)sendto(fds[i].fd, message, len, 0, (struct sockaddr *)&from, from_len);
        }
    }
}

pid_t lease_servers_start(int64_t unix_s)
{
    int dns = open_socket(NETWORK_BENCH_ADDRESS, DNS_PORT);
    int ntp = open_socket("127.0.0.1", NTP_PORT);
    pid_t pid = dns >= 0 && ntp >= 0 ? fork() : 0;

    if (dns >= 0 && ntp >= 0 && pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(dns, ntp, unix_s);
        _exit(0);
    }
    if (dns >= 0)
        close(dns);
    if (ntp >= 0)
        close(ntp);
    return pid > 0 ? pid : 0;
}

void lease_servers_stop(pid_t pid)
{
    if (pid <= 0)
        return;
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}
