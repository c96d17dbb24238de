/* SPDX-License-Identifier: Apache-2.0 */
/* A net that takes over from another one, and one that ends in good order. */
#include "net_bed.h"
#include "net_internal.h"

#include "test_support.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

static bool has_got(void *ctx)
{
    const struct bed *bed = ctx;

    return bed->got.len >= bed->awaited;
}

/* The second bed's net takes over the port of the first one; its loop is the first one's. */
static bool take_over(struct bed *old, struct net *heir, struct bed *to)
{
    struct assay_error err = {0};
    enum assay_status status = ASSAY_OK;

    net_inherit(heir, old->net);
    status = net_listen_tcp(heir, &old->service, to, "127.0.0.1", old->port, NULL, &to->port, &err);
    net_inherit(heir, NULL);
    return test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s", err.text);
}

static void a_heir_serves_the_same_port_and_nobody_is_refused(void)
{
    struct bed bed;
    struct bed later = {.awaited = 3};
    struct peer first = {0};
    struct peer second = {0};
    struct net *heir = NULL;

    REQUIRE(bed_open(&bed));
    bed.awaited = 3;
    buf_init(&later.got, 1000);
    REQUIRE(bed_listen(&bed, "stall_after_rx=1000"));
    REQUIRE(peer_connect(&first, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    heir = net_new(&bed.loop, transcript_sink(bed.transcript));
    REQUIRE(heir != NULL);
    REQUIRE(take_over(&bed, heir, &later));
    CHECK_UINT_EQ(later.port, bed.port);
    net_stop_listening(bed.net);
    REQUIRE(peer_connect(&second, &bed));
    REQUIRE(peer_send(&second, "new", 3));
    CHECK(bed_wait(&bed, has_got, &later));
    CHECK_STR_EQ(buf_text(&later.got), "new");
    REQUIRE(peer_send(&first, "old", 3)); /* by rules of a listener that is gone */
    CHECK(bed_wait(&bed, has_got, &bed));
    CHECK_STR_EQ(buf_text(&bed.got), "old");
    CHECK_UINT_EQ(net_open_count(bed.net), 1);
    CHECK_UINT_EQ(net_open_count(heir), 1);
    peer_close(&first);
    peer_close(&second);
    net_free(heir);
    CHECK_UINT_EQ(later.opened, later.closed);
    buf_done(&later.got);
    bed_close(&bed);
}

static void a_heir_binds_anew_what_nobody_left_it(void)
{
    struct bed bed;
    struct bed later = {0};
    struct net *heir = NULL;
    struct assay_error err = {0};

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    heir = net_new(&bed.loop, transcript_sink(bed.transcript));
    REQUIRE(heir != NULL);
    net_inherit(heir, bed.net);
    CHECK_OK(net_listen_tcp(heir, &bed.service, &later, "127.0.0.1", 0, NULL, &later.port, &err));
    CHECK(later.port != bed.port);
    net_inherit(heir, NULL);
    CHECK_INT_EQ(
        net_listen_tcp(heir, &bed.service, &later, "127.0.0.1", bed.port, NULL, &later.port, &err),
        ASSAY_ERR_IO);
    net_free(heir);
    bed_close(&bed);
}

static void answer(void *ctx, const char *peer, const uint8_t *data, size_t len, struct buf *reply)
{
    (void)peer;
    (void)data;
    (void)len;
    CHECK_OK(buf_add_text(reply, ctx));
}

static void a_heir_answers_datagrams_at_the_same_port(void)
{
    struct bed bed;
    struct net *heir = NULL;
    struct assay_error err = {0};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char old_word[] = "old";
    char new_word[] = "new";
    char got[8] = "";
    unsigned port = 0;
    unsigned new_port = 0;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    REQUIRE(fd >= 0);
    REQUIRE(bed_open(&bed));
    REQUIRE_OK(net_listen_udp(bed.net, "udp", answer, old_word, "127.0.0.1", 0, &port, &err));
    heir = net_new(&bed.loop, transcript_sink(bed.transcript));
    REQUIRE(heir != NULL);
    net_inherit(heir, bed.net);
    REQUIRE_OK(net_listen_udp(heir, "udp", answer, new_word, "127.0.0.1", port, &new_port, &err));
    CHECK_UINT_EQ(new_port, port);
    net_stop_listening(bed.net);
    to.sin_port = htons((uint16_t)port);
    CHECK(sendto(fd, "?", 1, 0, (struct sockaddr *)&to, sizeof(to)) == 1);
    bed_linger(&bed, 30);
    CHECK(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) == 3);
    CHECK_STR_EQ(got, "new");
    close(fd);
    net_free(heir);
    bed_close(&bed);
}

static void nets_may_number_their_connections_together(void)
{
    struct bed bed;
    struct peer peers[2] = {{0}};
    uint32_t last_id = 41;

    REQUIRE(bed_open(&bed));
    net_number_by(bed.net, &last_id);
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peers[0], &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    CHECK_UINT_EQ(bed_event(&bed, EV_NET_OPEN, 0)->conn, 42);
    CHECK_UINT_EQ(last_id, 42);
    peer_close(&peers[0]);
    bed_close(&bed);
}

static void say_goodbye(void *ctx)
{
    struct bed_session *session = ctx;

    CHECK_OK(net_conn_send(session->conn, "goodbye", 7));
    net_conn_finish(session->conn);
}

static void services_end_their_connections_themselves(void)
{
    struct bed bed;
    struct peer peers[2] = {{0}};

    REQUIRE(bed_open(&bed));
    bed.service.on_stop = say_goodbye;
    REQUIRE(bed_listen(&bed, NULL));
    for (size_t i = 0; i < 2; i++) {
        REQUIRE(peer_connect(&peers[i], &bed));
        bed_linger(&bed, 10);
    }
    net_stop_listening(bed.net);
    net_finish_all(bed.net);
    for (size_t i = 0; i < 2; i++) {
        CHECK(bed_wait(&bed, peer_is_ended, &peers[i]));
        CHECK_STR_EQ(buf_text(&peers[i].got), "goodbye");
        peer_close(&peers[i]);
    }
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    bed_close(&bed);
}

TEST_SUITE(net_inherit, TEST(a_heir_serves_the_same_port_and_nobody_is_refused),
           TEST(a_heir_binds_anew_what_nobody_left_it),
           TEST(a_heir_answers_datagrams_at_the_same_port),
           TEST(nets_may_number_their_connections_together),
           TEST(services_end_their_connections_themselves));
