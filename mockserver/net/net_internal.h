/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: the objects behind net/net.h. */
#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include "net/net.h"
#include "net/net_rules.h"

#include <sys/socket.h>

enum {
    NET_READ_SIZE = 64 * 1024,       /* of the buffer that all sockets share */
    NET_QUEUE_MAX = 4 * 1024 * 1024, /* unsent bytes of one connection: more is ASSAY_ERR_LIMIT */
    NET_QUEUE_HIGH = 256 * 1024,     /* with more than this unsent the connection is not read */
    NET_QUEUE_LOW = 64 * 1024,       /* ... until so little is left */
    NET_ACCEPT_RETRY_MS = 50,
    NET_ADDRESS_TEXT = 64,
};

struct net_listener {
    struct net *net;
    struct net_listener *next;         /* of net->listeners, then of net->gone */
    const struct net_service *service; /* borrowed */
    void *ctx;
    struct net_rules rules;
    struct net_rules plain; /* for the connections after rules.first_connections */
    size_t accepted;
    uv_poll_t poll;
    uv_timer_t retry; /* runs while accepting is paused for want of resources */
    unsigned handles; /* of the two above, how many the loop still holds */
    int fd;
    bool is_wildcard; /* the local address differs from connection to connection */
    char local[NET_ADDRESS_TEXT];
    unsigned local_port;
};

/* An answer of a UDP service that leaves later. */
struct net_late {
    struct net_udp *udp;
    struct net_late *next;
    uv_timer_t timer;
    struct sockaddr_storage peer;
    size_t len;
    uint8_t data[];
};

struct net_udp {
    struct net *net;
    struct net_udp *next;
    const char *name; /* borrowed */
    net_datagram_fn on_datagram;
    void *ctx;
    uv_udp_t handle;
    struct buf reply;
    uint64_t delay_ms;
    struct net_late *late;
    size_t late_count;
    size_t handles; /* its own and those of late answers that are being closed */
    char local[NET_ADDRESS_TEXT];
    unsigned local_port;
};

/* What one net_conn_send() left behind. */
struct net_segment {
    struct net_segment *next;
    uint64_t due_ms; /* of uv_now(): not to leave before */
    size_t len;
    size_t sent;
    uint8_t data[];
};

enum net_stage {
    NET_STAGE_CONNECTING, /* net_connect_tcp(): the board has not answered yet */
    NET_STAGE_WAITING,    /* delay_accept_ms: nobody knows of it yet */
    NET_STAGE_OPEN,       /* the service has it; or, with accept=silent, nobody */
    NET_STAGE_DRAINING,   /* net_conn_finish() while something is queued */
    NET_STAGE_LINGER,     /* our FIN is out, the board's is not in */
    NET_STAGE_CLOSED      /* the socket is closed, the loop still holds the handles */
};

struct net_conn {
    struct net *net;
    struct net_conn *next;
    struct net_conn *prev;
    const struct net_service *service; /* borrowed; NULL: nobody serves it */
    void *ctx;
    void *session;
    const struct net_rules *rules; /* of the listener */
    uv_poll_t poll;
    uv_timer_t timer;      /* for the first of the two that follow, in milliseconds of uv_now() */
    uint64_t stage_due_ms; /* accept delay, next chunk, linger; 0: none */
    uint64_t idle_due_ms;  /* net_conn_expect(); 0: none */
    struct net_pace *pace; /* NULL: it has always been read as fast as it came */
    uint64_t idle_ms;
    uint64_t last_rx_ms; /* of uv_now() */
    struct net_segment *head;
    struct net_segment *tail;
    size_t queued;
    uint64_t rx_bytes;
    uint64_t tx_bytes;
    int fd;
    int interest; /* what poll watches */
    uint32_t id;
    enum net_stage stage;
    enum net_by by;
    enum net_how how;
    uint8_t handles;
    bool is_outgoing; /* net_connect_tcp() */
    bool is_finished; /* the service has called net_conn_finish() */
    bool is_ended;    /* by and how are set */
    bool rx_ended;    /* the board's FIN was read */
    bool rx_paused;   /* too much unsent */
    bool rx_stopped;  /* stall_after_rx */
    bool has_waited;  /* something was queued since the service heard of an empty queue */
    bool tx_blocked;  /* the kernel's buffer is full */
    bool tx_waiting;  /* the timer runs for the next chunk */
    bool tx_cut;      /* chunk_tx has cut something */
    bool tx_muted;    /* nothing leaves any more */
    bool tx_dead;     /* the kernel refuses to send */
};

struct net {
    uv_loop_t *loop;
    const struct event_sink *sink;
    struct net_listener *listeners;
    struct net_listener *gone; /* closed ones, whose rules connections still have */
    struct net_udp *udps;
    struct net_conn *conns; /* open ones */
    const struct net *old;  /* net_inherit(); borrowed */
    size_t open_count;
    size_t total_count;
    void (*on_empty)(void *ctx); /* net_when_empty(); NULL: nobody asks */
    void *empty_ctx;
    size_t closing; /* objects that the loop still holds */
    int spare_fd;   /* given up to refuse a connection when there are no descriptors left */
    uint32_t own_last_id;
    uint32_t *last_id; /* borrowed, or the own one */
    uint8_t read_buffer[NET_READ_SIZE];
};

/* net_address.c: numeric addresses. */
ASSAY_RESULT net_address_parse(const char *address, unsigned port, struct sockaddr_storage *ret,
                               struct assay_error *err);
socklen_t net_address_len(const struct sockaddr_storage *address);
unsigned net_address_text(const struct sockaddr_storage *address,
                          char text[static NET_ADDRESS_TEXT]);
/* Fill err for a failed bind(2) or listen(2), with advice. */
enum assay_status net_address_refused(struct assay_error *err, int sys_errno, const char *name,
                                      const char *address, unsigned port);

/* net_conn.c: takes fd over; a failure is an event and closes it. */
void net_conn_accept(struct net_listener *listener, int fd, const struct sockaddr_storage *peer);
/* fd is taken over unless it fails. NULL: no memory, or the loop refuses the socket. */
struct net_conn *net_conn_new(struct net *net, const struct net_service *service, void *ctx,
                              int fd);
/* The rules decide whether, and when, the service gets the connection. */
void net_conn_begin(struct net_conn *conn);
void net_conn_close(struct net_conn *conn, enum net_by by, enum net_how how);
/* A rule takes effect. */
void net_conn_rule(const struct net_conn *conn, const char *rule, const char *detail);
/* ... with a number: "after 100 bytes". */
void net_conn_rule_at(const struct net_conn *conn, const char *rule, const char *before,
                      uint64_t number, const char *after);
void net_conn_watch(struct net_conn *conn); /* after anything that changes what poll should watch */
void net_conn_ended(struct net_conn *conn, enum net_by by, enum net_how how);
void net_conn_rx_ended(struct net_conn *conn); /* the board's FIN was met */
void net_conn_fin(struct net_conn *conn);
void net_conn_start_timer(struct net_conn *conn, uint64_t ms);
void net_conn_stop_timer(struct net_conn *conn);

/* net_connect.c: the kernel knows how the connecting went. */
void net_connect_ready(struct net_conn *conn);

/* net_rx.c */
void net_rx_read(struct net_conn *conn); /* one recv(2) */
void net_rx_read_to_the_error(struct net_conn *conn);

/* net_pace.c: what is read slowly, or no more. */
bool net_pace_may_read(const struct net_conn *conn);
size_t net_pace_limit(const struct net_conn *conn); /* of the next read */
void net_pace_took(struct net_conn *conn, size_t len);
void net_pace_check(struct net_conn *conn); /* after anything that may stop reading, or begin it */
void net_pace_close(struct net_conn *conn, uv_close_cb on_gone);
/* Set what the kernel keeps for a socket that is read by such rules. Returns 0 or an errno. */
int net_pace_set_buffer(int fd, const struct net_rules *rules);

/* net_tx.c: the queue of a connection. */
void net_tx_pump(struct net_conn *conn);
void net_tx_drop(struct net_conn *conn);

/* net_listen.c, net_udp.c */
int net_udp_descriptor(const struct net *net, const char *local, unsigned port); /* -1: none */
void net_listener_close(struct net_listener *listener);
void net_udp_close(struct net_udp *udp);

void net_service_error(const struct net *net, const char *service, uint32_t conn,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
