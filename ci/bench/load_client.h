/* SPDX-License-Identifier: Apache-2.0 */
/* A client of loopback servers, with and without TLS; everything blocks, for at most five seconds.
 */
#ifndef LOAD_CLIENT_H
#define LOAD_CLIENT_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load_client {
    int fd;
    SSL *ssl; /* NULL: plain */
};

/*
 * A socket without Nagle's delay. source: 0, or which of the addresses 127.0.0.x it comes from, for
 * more connections than one address has ports. -1: refused.
 */
int load_connect(uint16_t port, unsigned source);

/* TLS of exactly this version, group P-256, AES-128-GCM, no resumption. certificate: NULL or the
 * PEM files of an identity. NULL: OpenSSL refuses. */
SSL_CTX *load_tls_context(int version, const char *certificate, const char *key);

/* context: NULL for a connection without TLS. False: nothing is open. */
bool load_open(struct load_client *c, uint16_t port, SSL_CTX *context);
bool load_open_from(struct load_client *c, uint16_t port, unsigned source, SSL_CTX *context);
bool load_send(struct load_client *c, const void *data, size_t len);
/* What is there; 0: nothing came, or the end. */
size_t load_receive(struct load_client *c, void *data, size_t size);

/* CONNECT of MQTT 3.1.1 with a clean session and no keep-alive, and a CONNACK that accepts. */
bool load_mqtt_connect(struct load_client *c, const char *client_id);
bool load_mqtt_disconnect(struct load_client *c);

/* Say good-bye and wait for the server's end, so that its work is done when it is counted.
 * False: it did not end. */
bool load_finish(struct load_client *c);
void load_drop(struct load_client *c); /* close what there is */

#endif
