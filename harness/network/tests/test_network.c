/* SPDX-License-Identifier: Apache-2.0 */
#include "network/network.h"
#include "test_support.h"

static void every_kind_has_its_word(void)
{
    static const struct {
        const char *text;
        enum assay_status status;
        enum network_kind kind;
        const char *interface;
    } rows[] = {
        {"auto", ASSAY_OK, NETWORK_AUTO, ""},
        {"isolated", ASSAY_OK, NETWORK_ISOLATED, ""},
        {"loopback", ASSAY_OK, NETWORK_LOOPBACK, ""},
        {"lan:eth0", ASSAY_OK, NETWORK_LAN, "eth0"},
        {"lan", ASSAY_ERR_ARG, NETWORK_AUTO, ""},
        {"lan:", ASSAY_ERR_ARG, NETWORK_AUTO, ""},
        {"lan:a-name-that-is-too-long", ASSAY_ERR_ARG, NETWORK_AUTO, ""},
        {"isolated:eth0", ASSAY_ERR_ARG, NETWORK_AUTO, ""},
        {"isolate", ASSAY_ERR_ARG, NETWORK_AUTO, ""},
        {"", ASSAY_ERR_ARG, NETWORK_AUTO, ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct network_wish wish = {.kind = NETWORK_AUTO};
        struct assay_error err = {.text = ""};

        CHECK_INT_EQ(network_wish_parse(rows[i].text, &wish, &err), rows[i].status);
        CHECK_INT_EQ(wish.kind, rows[i].kind);
        CHECK_STR_EQ(wish.interface, rows[i].interface);
        CHECK((rows[i].status == ASSAY_OK) == (strstr(err.text, "lan:INTERFACE") == NULL));
    }
}

static void a_lan_is_the_address_of_its_interface(void)
{
    struct network_wish wish = {.kind = NETWORK_LAN, .interface = "lo"};
    struct network n;
    struct assay_error err = {.text = ""};

    CHECK_OK(network_plan(&wish, NULL, false, &n, &err));
    CHECK_STR_EQ(n.listen, "127.0.0.1");
    CHECK_STR_EQ(n.told, "127.0.0.1");
    CHECK(!n.has_resolver);
    wish = (struct network_wish){.kind = NETWORK_LAN, .interface = "nothere0"};
    CHECK_INT_EQ(network_plan(&wish, NULL, false, &n, &err), ASSAY_ERR_ARG);
    CHECK(strstr(err.text, "lan:nothere0") != NULL);
}

static void two_boards_on_loopback_have_addresses_of_their_own(void)
{
    struct network_wish wish = {.kind = NETWORK_LOOPBACK};
    struct network a;
    struct network b;
    struct assay_error err = {.text = ""};

    CHECK_OK(network_plan(&wish, NULL, false, &a, &err));
    CHECK_OK(network_plan(&wish, "", false, &b, &err));
    CHECK(strncmp(a.listen, "127.", 4) == 0);
    CHECK(strcmp(a.listen, b.listen) != 0);
    CHECK(a.wants_broker_port && a.dns_port == 0);
}

static void an_address_that_is_named_is_taken_as_it_is(void)
{
    struct network_wish wish = {.kind = NETWORK_ISOLATED};
    struct network n;
    struct assay_error err = {.text = ""};

    CHECK_OK(network_decide(&wish, "127.0.0.7", &err));
    CHECK_OK(network_plan(&wish, "127.0.0.7", false, &n, &err));
    CHECK_STR_EQ(n.listen, "127.0.0.7");
    CHECK(!n.wants_broker_port && !n.has_resolver);
}

static void what_is_not_said_is_isolated_where_that_can_be_had(void)
{
    struct network_wish wish = {.kind = NETWORK_AUTO};
    struct network n;
    struct assay_error err = {.text = ""};

    CHECK_OK(network_decide(&wish, NULL, &err));
    CHECK_INT_EQ(wish.kind,
                 network_isolation_check(&err) == ASSAY_OK ? NETWORK_ISOLATED : NETWORK_LOOPBACK);
    CHECK_OK(network_plan(&wish, NULL, false, &n, &err));
    CHECK_INT_EQ(n.kind, wish.kind);
}

static void a_board_behind_a_router_is_told_the_routers_address(void)
{
    struct network_wish wish = {.kind = NETWORK_LOOPBACK};
    struct network n;
    struct assay_error err = {.text = ""};

    CHECK_OK(network_plan(&wish, NULL, true, &n, &err));
    CHECK_STR_EQ(n.listen, "127.0.0.1");
    CHECK_STR_EQ(n.told, NETWORK_ROUTER_ADDRESS);
    wish.kind = NETWORK_ISOLATED;
    CHECK_OK(network_plan(&wish, NULL, true, &n, &err));
    CHECK_STR_EQ(n.told, NETWORK_BENCH_ADDRESS);
}

TEST_SUITE(network, TEST(a_board_behind_a_router_is_told_the_routers_address),
           TEST(every_kind_has_its_word), TEST(a_lan_is_the_address_of_its_interface),
           TEST(two_boards_on_loopback_have_addresses_of_their_own),
           TEST(an_address_that_is_named_is_taken_as_it_is),
           TEST(what_is_not_said_is_isolated_where_that_can_be_had));
