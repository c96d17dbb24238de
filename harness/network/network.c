/* SPDX-License-Identifier: Apache-2.0 */
/* Which network a run has. See network/network.h. */
#include "network/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { DNS_PORT = 53, SNTP_PORT = 123 };

static const char *const names[] = {[NETWORK_AUTO] = "auto",
                                    [NETWORK_ISOLATED] = "isolated",
                                    [NETWORK_LOOPBACK] = "loopback",
                                    [NETWORK_LAN] = "lan"};

const char *network_kind_name(enum network_kind kind)
{
    return names[kind];
}

enum assay_status network_wish_parse(const char *text, struct network_wish *ret,
                                     struct assay_error *err)
{
    size_t word = strcspn(text, ":");
    size_t name_len = text[word] == ':' ? strlen(text + word + 1) : 0;

    for (enum network_kind k = NETWORK_AUTO; k <= NETWORK_LAN; k++) {
        bool wants_name = k == NETWORK_LAN;

        if (strlen(names[k]) != word || strncmp(names[k], text, word) != 0 ||
            wants_name != (name_len > 0) || name_len >= IFNAMSIZ)
            continue;
        *ret = (struct network_wish){.kind = k};
        snprintf(ret->interface, sizeof(ret->interface), "%s", name_len > 0 ? text + word + 1 : "");
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_ARG,
                           "there is no network \"%.64s\"; there are auto, isolated, loopback and "
                           "lan:INTERFACE",
                           text);
}

/*
 * A loopback address of this run's own (RFC 1122 section 3.2.1.3: all of 127/8), so that the
 * broker can stand on its registered port beside other runs, and captures read as such.
 */
static enum assay_status plan_loopback(struct network *n, struct assay_error *err)
{
    unsigned char random[3];

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return assay_error_sys(err, errno, "no random bytes");
    *n = (struct network){.kind = NETWORK_LOOPBACK, .wants_broker_port = true};
    snprintf(n->listen, sizeof(n->listen), "127.%u.%u.%u", 1U + random[0] % 254U, random[1],
             1U + random[2] % 254U);
    snprintf(n->told, sizeof(n->told), "%s", n->listen);
    return ASSAY_OK;
}

static void plan_behind_router(struct network *n)
{
    *n = (struct network){.kind = NETWORK_LOOPBACK,
                          .listen = "127.0.0.1",
                          .told = NETWORK_ROUTER_ADDRESS,
                          .wants_broker_port = true};
}

static void plan_isolated(struct network *n)
{
    *n = (struct network){.kind = NETWORK_ISOLATED,
                          .listen = "0.0.0.0",
                          .told = NETWORK_BENCH_ADDRESS,
                          .wants_broker_port = true,
                          .dns_port = DNS_PORT,
                          .sntp_port = SNTP_PORT,
                          .has_resolver = true};
}

static enum assay_status plan_lan(const char *interface, struct network *n, struct assay_error *err)
{
    struct ifaddrs *all = NULL;
    struct in_addr address = {.s_addr = INADDR_ANY};

    if (getifaddrs(&all) != 0)
        return assay_error_sys(err, errno, "the machine's interfaces cannot be listed");
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next)
        if (i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_INET &&
            strcmp(i->ifa_name, interface) == 0)
            address = ((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr;
    freeifaddrs(all);
    if (address.s_addr == INADDR_ANY)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "lan:%s: there is no interface of that name with an IPv4 address; "
                               "see `ip address`",
                               interface);
    *n = (struct network){.kind = NETWORK_LAN,
                          .wants_broker_port = true,
                          .dns_port = DNS_PORT,
                          .sntp_port = SNTP_PORT};
    inet_ntop(AF_INET, &address, n->listen, sizeof(n->listen));
    snprintf(n->told, sizeof(n->told), "%s", n->listen);
    return ASSAY_OK;
}

static bool is_given(const char *listen)
{
    return listen != NULL && listen[0] != '\0';
}

enum assay_status network_decide(struct network_wish *wish, const char *listen,
                                 struct assay_error *err)
{
    struct assay_error why;

    if (is_given(listen) || wish->kind == NETWORK_LOOPBACK || wish->kind == NETWORK_LAN)
        return ASSAY_OK;
    if (wish->kind == NETWORK_ISOLATED)
        return network_isolation_check(err);
    wish->kind = network_isolation_check(&why) == ASSAY_OK ? NETWORK_ISOLATED : NETWORK_LOOPBACK;
    return ASSAY_OK;
}

enum assay_status network_plan(const struct network_wish *wish, const char *listen, bool has_router,
                               struct network *ret, struct assay_error *err)
{
    if (is_given(listen)) {
        *ret = (struct network){.kind = NETWORK_LOOPBACK};
        snprintf(ret->listen, sizeof(ret->listen), "%s", listen);
        snprintf(ret->told, sizeof(ret->told), "%s", listen);
        return ASSAY_OK;
    }
    switch (wish->kind) {
    case NETWORK_ISOLATED:
        plan_isolated(ret);
        return ASSAY_OK;
    case NETWORK_LAN:
        return plan_lan(wish->interface, ret, err);
    case NETWORK_AUTO:
    case NETWORK_LOOPBACK:
        break;
    }
    if (has_router) {
        plan_behind_router(ret);
        return ASSAY_OK;
    }
    return plan_loopback(ret, err);
}
