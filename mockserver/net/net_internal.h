/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: the objects behind net/net.h. */
#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include "base/timers.h"
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
    NET_STAGE_CLOSED      /* the socket is closed; its service hears of it from the loop */
};

enum { NET_READABLE = 1, NET_WRITABLE = 2, NET_DISCONNECT = 4 };

/* There may be ten thousand of them: large ones first, and narrow. Handles of the loop they have
 * none: one uv_poll_t and one uv_timer_t were 312 bytes of an idle connection. */
struct net_conn {
    struct net *net;
    struct net_conn *next;
    struct net_conn *prev;             /* when closed: the next one of net->closed */
    const struct net_service *service; /* borrowed; NULL: nobody serves it */
    void *session;                     /* until it has one: what on_open is given */
    const struct net_rules *rules;     /* of the listener */
    struct timer timer;    /* for the first of the three that follow, in the time of uv_now() */
    uint64_t stage_due_ms; /* accept delay, next chunk, linger; 0: none */
    uint64_t idle_due_ms;  /* net_conn_expect(); 0: none */
    uint64_t pace_due_ms;  /* it is not read before, by read_rate; 0: it may be */
    uint64_t last_rx_ms;   /* of uv_now() */
    struct net_segment *head;
    struct net_segment *tail;
    uint64_t rx_bytes;
    uint64_t tx_bytes;
    uint32_t queued; /* bytes, NET_QUEUE_MAX at most */
    uint32_t idle_ms;
    uint32_t id;
    int fd;
    uint8_t stage;    /* enum net_stage */
    uint8_t by;       /* enum net_by */
    uint8_t how;      /* enum net_how */
    uint8_t interest; /* what it is watched for: NET_READABLE... */
    bool has_session : 1;
    bool is_outgoing : 1; /* net_connect_tcp() */
    bool is_finished : 1; /* the service has called net_conn_finish() */
    bool is_ended : 1;    /* by and how are set */
    bool rx_ended : 1;    /* the board's FIN was read */
    bool rx_paused : 1;   /* too much unsent */
    bool rx_stopped : 1;  /* stall_after_rx */
    bool rx_paced : 1;    /* read_rate has had its event */
    bool has_waited : 1;  /* something was queued since the service heard of an empty queue */
    bool tx_blocked : 1;  /* the kernel's buffer is full */
    bool tx_waiting : 1;  /* the timer runs for the next chunk */
    bool tx_cut : 1;      /* chunk_tx has cut something */
    bool tx_muted : 1;    /* nothing leaves any more */
    bool tx_dead : 1;     /* the kernel refuses to send */
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
    /* What its connections wait for: net_watch.c, net_due.c. */
    int epoll_fd;
    size_t watched; /* connections in it */
    uv_poll_t poll; /* of epoll_fd */
    struct timers timers;
    uv_timer_t timer;      /* for the first of them */
    uint64_t timer_due_ms; /* 0: it does not run */
    uv_idle_t burial;      /* runs while there is anything in `closed` */
    struct net_conn *closed;
    struct net_conn **closed_tail;
    size_t closing; /* objects that the loop still holds, and closed connections */
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
void net_conn_stage_due(struct net_conn *conn); /* what the timer of its stage was for */
void net_conn_idle_due(struct net_conn *conn);
void net_conn_ready(struct net_conn *conn, unsigned events); /* NET_READABLE... */
void net_conn_broken(struct net_conn *conn); /* an error on the socket; it is watched no more */
void net_conn_gone(struct net_conn *conn);   /* tell its service, and free it */

/* net_due.c: the times of all connections, with one timer of the loop. */
void net_due_init(struct net *net);
void net_due_set(struct net_conn *conn); /* after any of its times has changed */
void net_due_drop(struct net_conn *conn);
void net_conn_start_timer(struct net_conn *conn, uint64_t ms);
void net_conn_stop_timer(struct net_conn *conn);

/* net_watch.c: the sockets of all connections, with one handle of the loop; and those that are
 * closed, until the loop has turned. False: no descriptor for it. */
bool net_watch_init(struct net *net);
/* Let go of the handles, of net_due.c as well; the loop turns until net->closing is 0. */
void net_watch_done(struct net *net);
void net_watch_set(struct net_conn *conn, unsigned events); /* 0: nothing, not even errors */
void net_watch_bury(struct net_conn *conn);

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
