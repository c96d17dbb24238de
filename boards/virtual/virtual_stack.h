/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a TLS stack brings to the board that is built around it, one stack a board: a program
 * (virtual_main.c), or the firmware of an emulated board. So nothing here needs an operating
 * system.
 */
#ifndef VIRTUAL_STACK_H
#define VIRTUAL_STACK_H

#include "base/status.h"
#include "probe/probe_platform.h"

#include <stdbool.h>

struct virtual_net;

/* A way to use the stack wrongly. All else stays as careful as without it. */
struct virtual_flaw {
    const char *name;
    unsigned id; /* of the stack: below VIRTUAL_FLAW_HABITS, or a habit that needs its help */
    const char *summary;
};

/*
 * Ids from VIRTUAL_FLAW_HABITS on are flaws of what is around the stack: virtual_habits.h; those
 * from VIRTUAL_FLAW_SERVER on are of a board that is a server: virtual_server.h.
 */
enum { VIRTUAL_FLAW_HABITS = 192, VIRTUAL_FLAW_SERVER = 320, VIRTUAL_FLAW_MAX = 352 };

struct virtual_flaw_set {
    bool has[VIRTUAL_FLAW_MAX];
};

struct virtual_stack_options {
    struct virtual_flaw_set flaws;
    unsigned tls_min; /* 0x0301 (TLS 1.0) to 0x0304; 0: what the stack does by itself */
    unsigned tls_max;
    bool is_plain;      /* a common use of the stack instead of the strictest one */
    bool no_tls;        /* what it serves, it serves without */
    bool trusts_nobody; /* a fault: whatever root it is given */
    /* Fill with randomness where the library cannot ask the system; NULL: it can. */
    void (*entropy)(void *data, size_t len);
};

/*
 * The server side of a stack; connections are sockets of this machine that never block. What stands
 * in a configuration: boards/probe, struct probe_server.
 */
struct virtual_stack_server {
    ASSAY_RESULT (*make)(const struct virtual_stack_options *options, void **ret);
    void (*free)(void *server); /* NULL is allowed */
    /* Take over identity, trust and time. false: failure says why */
    bool (*configure)(void *server, const struct probe_tls_config *config,
                      struct probe_failure *failure);
    void *(*open)(void *server, int fd); /* NULL: no memory */
    enum probe_io (*handshake)(void *conn);
    enum probe_io (*read)(void *conn, void *data, size_t cap, size_t *ret);
    enum probe_io (*write)(void *conn, const void *data, size_t len, size_t *ret);
    void (*finish)(void *conn); /* close_notify, as far as it can be sent now */
    void (*close)(void *conn);  /* not the socket. NULL is allowed */
};

struct virtual_stack {
    const char *name;                 /* as in the program's name */
    const char *(*version)(void);     /* "bearssl 0.6" */
    unsigned tls_lowest, tls_highest; /* that the stack has */
    const struct virtual_flaw *flaws; /* ends with a NULL name */
    const char *plain_summary;        /* what --plain changes; NULL: nothing */
    /*
     * Make the adapter; net is borrowed for its life.
     * @param ret  release with free
     */
    ASSAY_RESULT(*make)
    (const struct virtual_stack_options *options, struct virtual_net *net, struct probe_tls **ret);
    void (*free)(struct probe_tls *tls);
    const struct virtual_stack_server *server; /* NULL: a client only */
};

/* The program's stack. */
extern const struct virtual_stack virtual_stack;

/*
 * Send and receive on the TCP connection. What is sent to a server that is gone counts as sent
 * while there is something of it left to be received.
 */
enum probe_io virtual_net_send(struct virtual_net *net, const void *data, size_t len, size_t *ret);
enum probe_io virtual_net_receive(struct virtual_net *net, void *data, size_t cap, size_t *ret);
const char *virtual_net_error(void *net);

/* Bytes that the largest TCP segment of the connection carries; SIZE_MAX: not known. */
size_t virtual_net_segment(const struct virtual_net *net);

/* "TLSv1.2" for 0x0303; "TLS ?" for what is none. */
const char *virtual_tls_version_name(unsigned version);

/* Fill in a failure. */
void virtual_failure_set(struct probe_failure *failure, int32_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Die as a processor fault would: without a word. */
void virtual_crash(void);

/* Wait for something that never comes, deaf and dumb, until somebody switches the board off. */
void virtual_hang(void) __attribute__((noreturn));

#endif
