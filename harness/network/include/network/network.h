/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network on which boards meet the servers: a world of its own in which every address leads to
 * the bench (isolated), the machine's loopback, or one interface of it (lan).
 */
#ifndef NETWORK_NETWORK_H
#define NETWORK_NETWORK_H

#include "base/status.h"

#include <stdbool.h>

enum network_kind {
    NETWORK_AUTO, /* isolated where this machine allows it, else loopback */
    NETWORK_ISOLATED,
    NETWORK_LOOPBACK,
    NETWORK_LAN
};

enum { NETWORK_ADDRESS_TEXT = 64, NETWORK_NAME_TEXT = 32 };

/* What somebody asked for: "auto", "isolated", "loopback" or "lan:INTERFACE". */
struct network_wish {
    enum network_kind kind;
    char interface[NETWORK_NAME_TEXT]; /* NETWORK_LAN */
};

/* Where servers are, as servers and boards need to know it. */
struct network {
    enum network_kind kind;            /* never NETWORK_AUTO */
    char listen[NETWORK_ADDRESS_TEXT]; /* what servers bind */
    char told[NETWORK_ADDRESS_TEXT];   /* what boards are told, by the bench and by DNS */
    bool wants_broker_port;            /* its registered port (8883, ...), where it is free */
    unsigned dns_port, sntp_port;      /* 0: any; else where they are free */
    bool has_resolver; /* programs of this machine that look up a name ask the scenario's DNS */
};

/* @retval ASSAY_ERR_ARG  err says what there is */
ASSAY_RESULT network_wish_parse(const char *text, struct network_wish *ret,
                                struct assay_error *err);
const char *network_kind_name(enum network_kind kind);

/*
 * Can this process and its children have a network of their own? Tried in a child, which takes
 * about a millisecond.
 * @retval ASSAY_ERR_UNSUPPORTED  err says why not, and what would mend it
 */
ASSAY_RESULT network_isolation_check(struct assay_error *err);

/*
 * Move the calling process, and the children that it starts from now on, into a user, network and
 * mount namespace of its own (namespaces(7)): every IPv4 address is its own, all ports are free to
 * bind, names are looked up at NETWORK_BENCH_ADDRESS port 53 alone. Files keep their owners. There
 * is no way back. The process must have one thread.
 * @retval ASSAY_ERR_UNSUPPORTED  as above; the process is of no more use for a network
 */
#define NETWORK_BENCH_ADDRESS "198.18.0.1" /* RFC 2544: for benches, and routed nowhere */
ASSAY_RESULT network_isolate(struct assay_error *err);

/*
 * Turn NETWORK_AUTO into what this machine allows, and refuse what it does not.
 * @param listen  see network_plan()
 * @retval ASSAY_ERR_UNSUPPORTED  isolated was asked for and cannot be had
 */
ASSAY_RESULT network_decide(struct network_wish *wish, const char *listen, struct assay_error *err);

/*
 * The network of one board. Isolation itself is entered by whoever serves there: network_isolate().
 * @param wish    decided
 * @param listen      numeric address to listen on instead, on any port; NULL or "": none is wished
 *                    for
 * @param has_router  the board is behind a router of its own (QEMU's slirp): this machine's
 *                    127.0.0.1 is NETWORK_ROUTER_ADDRESS there, the rest of 127/8 is itself
 * @retval ASSAY_ERR_ARG  no such interface, or it has no IPv4 address
 */
#define NETWORK_ROUTER_ADDRESS "10.0.2.2"
ASSAY_RESULT network_plan(const struct network_wish *wish, const char *listen, bool has_router,
                          struct network *ret, struct assay_error *err);

#endif
