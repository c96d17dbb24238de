/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the clients here are told, and what they do with it. Each of them connects and then, with
 * QoS 0, 1 and 2 in turn: publishes a retained message, subscribes, publishes one that is not, and
 * unsubscribes. What arrives is printed, a line each:
 *     arrived qos=1 retain=0 topic=c/1 payload=live-1 [in 5.0: format=1 content-type=text/plain
 *     response-topic=re/ply correlation=c0rr user=key:value]
 * and "end" after DISCONNECT. Exit code 1: something did not work; standard error says what.
 */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdbool.h>

struct client_options {
    const char *version;   /* "3.1", "3.1.1", "5.0" */
    const char *transport; /* "tcp", "tls", "ws", "wss" */
    const char *port;
    const char *ca, *cert, *key;     /* files; NULL: none */
    const char *username, *password; /* NULL: none */
};

/* --version V --transport T --port N [--ca F] [--cert F --key F] [--username U --password P] */
bool client_options_read(int argc, char **argv, struct client_options *ret);
bool client_is_v5(const struct client_options *o);
bool client_has_tls(const struct client_options *o);

/* "tcp://localhost:1883", for the libraries that take such. */
const char *client_uri(const struct client_options *o, const char *tcp, const char *tls);

/* Texts of the message with this QoS. */
struct client_message {
    char topic[16];
    char payload[32];
};
struct client_message client_message(int qos, bool retained);

/* The properties of every message of 5.0. */
#define CLIENT_CONTENT_TYPE   "text/plain"
#define CLIENT_RESPONSE_TOPIC "re/ply"
#define CLIENT_CORRELATION    "c0rr"
#define CLIENT_USER_KEY       "key"
#define CLIENT_USER_VALUE     "value"

/* Says what did not work and ends the program. */
void client_fail(const char *what, const char *why) __attribute__((noreturn));

enum { CLIENT_WAIT_MS = 5000 };

#endif
