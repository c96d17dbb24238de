/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probe core needs of a board: its serial line, its clock, one UDP and one TCP socket, and
 * a TLS stack. Nothing blocks; the core polls. Bare metal, an RTOS and a program on a PC fit alike.
 */
#ifndef PROBE_PROBE_PLATFORM_H
#define PROBE_PROBE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

enum { PROBE_FAILURE_TEXT_MAX = 239 };

/* How an operation stands. */
enum probe_io {
    PROBE_IO_DONE,
    PROBE_IO_WAIT_READ,  /* call again when something arrived */
    PROBE_IO_WAIT_WRITE, /* call again when there is room to send */
    PROBE_IO_CLOSED,     /* the peer closed */
    PROBE_IO_FAILED
};

/* The probe's own result codes; a TLS stack's codes stay outside 9001..9099. */
enum probe_code {
    PROBE_CODE_OK = 0,
    PROBE_CODE_TIMEOUT = 9001,
    PROBE_CODE_ABORTED = 9002,
    PROBE_CODE_NETWORK = 9003,
    PROBE_CODE_CLOSED = 9004,
    PROBE_CODE_MALFORMED = 9005,
    PROBE_CODE_REFUSED = 9006,
    PROBE_CODE_CANNOT = 9007
};

struct probe_failure {
    int32_t code;
    char text[PROBE_FAILURE_TEXT_MAX + 1]; /* for a person, in the stack's own words */
};

/* What a TLS connection is to be. Borrowed until tls->close(). */
struct probe_tls_config {
    const char *host;    /* for SNI and for verification */
    int is_plain;        /* a flaw: without TLS. Only platforms that have web_flaws are asked to */
    int64_t unix_s;      /* now */
    const uint8_t *root; /* the one trust anchor, DER; length 0: trust nobody */
    size_t root_len;
    const uint8_t *cert; /* identity, DER; length 0: none */
    size_t cert_len;
    const uint8_t *key; /* PKCS#8 DER */
    size_t key_len;
    const char *alpn;    /* "": offer none */
    uint16_t plain_port; /* of the same broker without TLS; 0: unknown. No good board uses it */
    const char *psk_identity; /* "": no pre-shared key */
    const uint8_t *psk;
    size_t psk_len;
};

/*
 * A TLS stack. It reaches the TCP connection through the platform that it was made for. Every
 * function that returns PROBE_IO_FAILED can be asked why with failure().
 */
struct probe_tls {
    void *ctx;
    const char *stack;    /* "bearssl 0.6" */
    const char *versions; /* "1.0 1.1 1.2" */
    const char *can;      /* abilities, separated by spaces: "clientauth alpn" */
    enum probe_io (*open)(void *ctx, const struct probe_tls_config *config);
    enum probe_io (*handshake)(void *ctx);
    /* DONE: *ret > 0 bytes were taken. */
    enum probe_io (*write)(void *ctx, const void *data, size_t len, size_t *ret);
    /* DONE: *ret > 0 bytes were read. */
    enum probe_io (*read)(void *ctx, void *data, size_t cap, size_t *ret);
    /* Send what is unsent and a close_notify; DONE when they are on their way. */
    enum probe_io (*finish)(void *ctx);
    /* Release everything; after a failed or without any open() too. */
    void (*close)(void *ctx);
    /* "TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256", NUL terminated, after the handshake. */
    void (*describe)(void *ctx, char *text, size_t cap);
    void (*failure)(void *ctx, struct probe_failure *ret);
};

/*
 * The server of a board that can be one, with what stands in the attempt's configuration: its
 * certificate and key, and the root that clients' certificates have to lead to (length 0: it asks
 * for none). Everything else, its TLS stack, its sockets and what it serves, is its own matter.
 */
struct probe_server {
    void *ctx;
    /* Listen at any port. FAILED: failure() says why. The configuration is borrowed until close()
     */
    enum probe_io (*open)(void *ctx, const struct probe_tls_config *config, uint16_t *ret_port);
    void (*step)(void *ctx); /* as far as it goes without waiting */
    /* Milliseconds until step() is due although nothing arrives; -1: never. */
    int32_t (*wait_ms)(void *ctx);
    void (*close)(void *ctx); /* with all its connections; nothing open is fine */
    void (*failure)(void *ctx, struct probe_failure *ret);
};

struct probe_platform {
    void *ctx;
    const char *board;                                            /* the board's id, for hello */
    void (*serial_send)(void *ctx, const void *data, size_t len); /* queues all of it */
    uint32_t (*millis)(void *ctx);                                /* may wrap */
    uint32_t (*random)(void *ctx);
    int trusts_any_time;   /* a flaw: SNTP may set the clock to before what it knew */
    uint64_t client_flaws; /* probe_client.h: of a client that keeps its session; 0: none */
    uint32_t web_flaws;    /* probe_web.h: of HTTP and of WebSockets; 0: none */
    void (*set_clock)(void *ctx, int64_t unix_s); /* NULL: the core keeps the time alone */
    /*
     * Facts of the board's own for info: fact n (from 0) as "key" and "value", at most 44
     * characters together, NUL terminated. @return 0: there is none. NULL: it has none.
     */
    int (*fact)(void *ctx, unsigned n, char key[16], char value[45]);
    /* Restart; must not return into the core before probe_core_init(). Answers are sent first. */
    void (*reset)(void *ctx);
    void *net; /* given to everything below */
    /*
     * Resolve with the board's own means (a network module that does not let us at its UDP); NULL:
     * the core asks the DNS server itself. Called until it is DONE or FAILED.
     */
    enum probe_io (*lookup)(void *net, const char *host, uint8_t ret_ip[4]);
    /* One UDP socket at a time, which hears only its peer. */
    enum probe_io (*udp_open)(void *net, const uint8_t ip[4], uint16_t port);
    enum probe_io (*udp_send)(void *net, const void *data, size_t len);
    enum probe_io (*udp_receive)(void *net, void *data, size_t cap, size_t *ret);
    void (*udp_close)(void *net);
    /* One TCP connection at a time. Called until it is DONE or FAILED. */
    enum probe_io (*tcp_connect)(void *net, const uint8_t ip[4], uint16_t port);
    void (*tcp_close)(void *net);      /* orderly, in the background; nothing open is fine */
    const struct probe_server *server; /* NULL: this board is a client only */
    /* Why the last udp_ or tcp_ call FAILED, in a few words; may be NULL. */
    const char *(*network_error)(void *net);
};

#endif
