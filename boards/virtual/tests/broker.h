/* SPDX-License-Identifier: Apache-2.0 */
/* A real mosquitto with one listener for each certificate that it can show. */
#ifndef BROKER_H
#define BROKER_H

#include "base/exec.h"
#include "test_certs.h"

enum broker_listener {
    BROKER_PLAIN, /* without TLS, for a subscriber */
    BROKER_GOOD,
    BROKER_EXPIRED,
    BROKER_FUTURE,
    BROKER_MISNAMED,
    BROKER_UNKNOWN, /* from a CA that nobody trusts */
    BROKER_MUTUAL,  /* good, and wants a client certificate */
    BROKER_NEW,     /* good, TLS 1.3 only */
    BROKER_LEAF_CA, /* issued by a server certificate */
    BROKER_CLIENT,  /* for client authentication only */
    BROKER_PSK,     /* no certificate: identity psk-dev, key 0011223344556677 */
    BROKER_COUNT
};

struct broker {
    struct exec_child child;
    char ports[BROKER_COUNT][8];
    struct test_cert root, client;
    uint8_t root_der[2048];
    size_t root_len;
};

/* Certificates and the broker, in the test's directory; ready when it returns. */
bool broker_start(struct broker *broker);
void broker_stop(struct broker *broker);

struct subscriber {
    struct exec_child child;
};

/* mosquitto_sub on the plain listener, subscribed when it returns. */
bool subscriber_start(struct subscriber *subscriber, const struct broker *broker,
                      const char *topic);

/* Wait for one message. @return it is "topic payload" */
bool subscriber_expect(struct subscriber *subscriber, const char *message);
void subscriber_stop(struct subscriber *subscriber);

#endif
