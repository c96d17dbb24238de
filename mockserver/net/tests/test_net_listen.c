/* SPDX-License-Identifier: Apache-2.0 */
/* Listeners: ports and addresses, want of descriptors, datagrams. */
#include "net_bed.h"
#include "net_internal.h"

#include "test_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

static void says_why_a_port_cannot_be_had(void)
{
    static const struct {
        const char *address;
        unsigned port;
        enum assay_status status;
        const char *text;
    } rows[] = {
        {"127.0.0.1", 0 /* the bed's */, ASSAY_ERR_IO, "another program holds the port"},
        {"203.0.113.7", 9, ASSAY_ERR_IO, "no interface of this machine has that address"},
        {"localhost", 9, ASSAY_ERR_ARG, "numeric"},
        {"127.0.0.1", 65536, ASSAY_ERR_ARG, "0 to 65535"},
    };
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned port = rows[i].port != 0 ? rows[i].port : bed.port;
        unsigned got = 12345;
        struct assay_error err = {0};

        CHECK_INT_EQ(
            net_listen_tcp(bed.net, &bed.service, &bed, rows[i].address, port, NULL, &got, &err),
            rows[i].status);
        CHECK_STR_CONTAINS(err.text, rows[i].text);
        CHECK_UINT_EQ(got, 12345);
    }
    bed_close(&bed);
}

static void serves_ipv6(void)
{
    struct bed bed;
    struct assay_error err = {0};
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = -1;

    REQUIRE(bed_open(&bed));
    if (net_listen_tcp(bed.net, &bed.service, &bed, "::1", 0, NULL, &bed.port, &err) != ASSAY_OK) {
        bed_close(&bed);
        test_skip("no IPv6 here");
    }
    address.sin6_port = htons((uint16_t)bed.port);
    fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    CHECK(bed_wait(&bed, bed_is_open, &bed));
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_OPEN, 0), "peer"), "::1");
    close(fd);
    bed_close(&bed);
}

static bool has_service_error(void *ctx)
{
    return bed_event(ctx, EV_SERVICE_ERROR, 0) != NULL;
}

static bool two_are_open(void *ctx)
{
    return ((struct bed *)ctx)->opened == 2;
}

static void refuses_cleanly_without_descriptors_and_recovers(void)
{
    struct bed bed;
    struct peer peers[3] = {{0}};
    struct rlimit limit = {0};
    struct rlimit low = {0};

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peers[0], &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    low = limit;
    /* The second peer's own socket is the last one that fits. */
    low.rlim_cur = (rlim_t)bed.last_conn->fd + 2;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
    CHECK(peer_connect(&peers[1], &bed));
    CHECK(bed_wait(&bed, peer_is_reset, &peers[1]));
    CHECK(has_service_error(&bed));
    CHECK_STR_CONTAINS(event_get_text(bed_event(&bed, EV_SERVICE_ERROR, 0), "text"), "ulimit -n");
    CHECK_UINT_EQ(bed.opened, 1);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(peer_connect(&peers[2], &bed));
    CHECK(bed_wait(&bed, two_are_open, &bed));
    for (size_t i = 0; i < 3; i++)
        peer_close(&peers[i]);
    bed_close(&bed);
}

/* Without even the spare descriptor the loop must not spin, and go on when one is free again. */
static void pauses_without_a_spare_descriptor_and_recovers(void)
{
    struct bed bed;
    struct peer peer = {0};
    struct rlimit limit = {0};
    struct rlimit low = {0};
    int dummy = -1;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    close(bed.net->spare_fd);
    bed.net->spare_fd = -1;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    dummy = dup(0);
    close(dummy);
    low = limit;
    low.rlim_cur = (rlim_t)dummy + 1;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
    CHECK(peer_connect(&peer, &bed));
    CHECK(bed_wait(&bed, has_service_error, &bed));
    CHECK(!uv_is_active((uv_handle_t *)&bed.net->listeners->poll));
    CHECK_UINT_EQ(bed.opened, 0);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(bed_wait(&bed, bed_is_open, &bed));
    CHECK(bed.net->spare_fd >= 0);
    peer_close(&peer);
    bed_close(&bed);
}

static void answer_datagram(void *ctx, const char *peer, const uint8_t *data, size_t len,
                            struct buf *reply)
{
    struct buf *seen = ctx;

    CHECK_OK(buf_printf(seen, "%s ", peer));
    if (len > 0 && data[0] != '!')
        CHECK_OK(buf_add(reply, data, len));
}

static bool has_two_datagrams(void *ctx)
{
    return bed_count(ctx, EV_NET_DATAGRAM) >= 3;
}

static void answers_datagrams_or_stays_silent(void)
{
    struct bed bed;
    struct buf seen;
    struct assay_error err = {0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char answer[16] = "";
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    buf_init(&seen, 1000);
    REQUIRE(bed_open(&bed));
    REQUIRE_OK(
        net_listen_udp(bed.net, "dns", answer_datagram, &seen, "127.0.0.1", 0, &bed.port, &err));
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_LISTEN, 0), "service"), "dns");
    address.sin_port = htons((uint16_t)bed.port);
    REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    CHECK(send(fd, "!no", 3, 0) == 3);
    CHECK(send(fd, "ask", 3, 0) == 3);
    CHECK(bed_wait(&bed, has_two_datagrams, &bed));
    CHECK_INT_EQ(recv(fd, answer, sizeof(answer), 0), 3);
    CHECK_STR_EQ(answer, "ask");
    CHECK(recv(fd, answer, sizeof(answer), 0) < 0);
    CHECK_STR_CONTAINS(buf_text(&seen), "127.0.0.1:");
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_DATAGRAM, 2), "dir"), "tx");
    CHECK_UINT_EQ(event_field(bed_event(&bed, EV_NET_DATAGRAM, 2), "bytes")->text_len, 3);
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_NET_DATAGRAM, 2), "local_port", 0), bed.port);
    close(fd);
    bed_close(&bed);
    buf_done(&seen);
}

static void a_late_answer_leaves_late(void)
{
    struct bed bed;
    struct buf seen;
    struct assay_error err = {0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const struct event *answer = NULL;

    buf_init(&seen, 100000);
    REQUIRE(bed_open(&bed));
    REQUIRE_OK(
        net_listen_udp(bed.net, "dns", answer_datagram, &seen, "127.0.0.1", 0, &bed.port, &err));
    net_udp_delay(bed.net, bed.port, 40);
    address.sin_port = htons((uint16_t)bed.port);
    REQUIRE(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    CHECK(send(fd, "a", 1, 0) == 1);
    CHECK(send(fd, "b", 1, 0) == 1);
    CHECK(bed_wait(&bed, has_two_datagrams, &bed));
    answer = bed_event(&bed, EV_NET_DATAGRAM, 2);
    CHECK_STR_EQ(event_get_text(answer, "dir"), "tx");
    CHECK(answer->t_ns - bed_event(&bed, EV_NET_DATAGRAM, 0)->t_ns >= 39 * 1000000);
    /* Freeing does not wait for answers; too many are dropped and said so. */
    net_udp_delay(bed.net, bed.port, 60000);
    for (size_t i = 0; i < NET_LATE_MAX + 3; i++) {
        CHECK(send(fd, "c", 1, 0) == 1);
        uv_run(&bed.loop, UV_RUN_NOWAIT);
    }
    bed_linger(&bed, 5);
    CHECK_UINT_EQ(bed_count(&bed, EV_SERVICE_ERROR), 3);
    close(fd);
    bed_close(&bed);
    buf_done(&seen);
}

TEST_SUITE(net_listen, TEST(says_why_a_port_cannot_be_had), TEST(serves_ipv6),
           TEST(refuses_cleanly_without_descriptors_and_recovers),
           TEST(pauses_without_a_spare_descriptor_and_recovers),
           TEST(answers_datagrams_or_stays_silent), TEST(a_late_answer_leaves_late));
