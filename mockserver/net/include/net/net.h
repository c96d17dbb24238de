/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets on libuv: many listeners, TCP and UDP, with rules that make the network misbehave. It
 * moves bytes and never looks into them. Every TCP socket runs without Nagle's delay.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/event.h"
#include "base/status.h"
#include "base/value.h"

#include <uv.h>

struct net;
struct net_conn;

enum net_how { NET_HOW_FIN, NET_HOW_RST, NET_HOW_TIMEOUT, NET_HOW_ERROR };
enum net_by { NET_BY_BOARD, NET_BY_BENCH };

/* What a service does with a connection. Called from the loop; all but on_open may be NULL. */
struct net_service {
    const char *name; /* "mqtts", "dns", ...: goes into events */
    const char *role; /* "second", "plain": field `server` of net.open; NULL: none */
    /* A connection comes, nothing of it has happened and no rule been looked at. May be NULL. */
    void (*on_accept)(void *ctx);
    /* Returns the service's own object for this connection (handed back below), or NULL to refuse.
     */
    void *(*on_open)(void *ctx, struct net_conn *conn);
    void (*on_data)(void *session, const uint8_t *data, size_t len);
    /* The board closed its sending side (FIN); the service decides when to close. */
    void (*on_end)(void *session);
    /* Nothing has come for the time of net_conn_expect(); the connection counts as ended by the
     * bench for a timeout from here on, but it is the service that finishes or resets it. */
    void (*on_idle)(void *session);
    /* What waited to be sent has left (nearly all of it). */
    void (*on_drain)(void *session);
    /* The server ends: say goodbye as the protocol does, and finish. NULL: the net finishes. */
    void (*on_stop)(void *session);
    /* The connection is gone; the session is the service's to free. Called exactly once, from
     * the loop and never from within a call of the service. */
    void (*on_close)(void *session, enum net_by by, enum net_how how);
};

/* A datagram arrived; append the answer to `reply`, nothing for silence. */
typedef void (*net_datagram_fn)(void *ctx, const char *peer, const uint8_t *data, size_t len,
                                struct buf *reply);

/* loop and sink are borrowed and must outlive it. NULL: no memory. */
struct net *net_new(uv_loop_t *loop, const struct event_sink *sink);
/* Close everything and run the loop until the handles are gone, then free; so never to be called
 * from a callback of the loop. NULL is allowed. */
void net_free(struct net *net);

/*
 * @param address  numeric, IPv4 or IPv6
 * @param port     0: any; the real one is in ret_port
 * @param rules    the `net` table of a server description or NULL; see net/net_rules.h
 * @retval ASSAY_ERR_IO  err says which address and port and what to do
 */
ASSAY_RESULT net_listen_tcp(struct net *net, const struct net_service *service, void *ctx,
                            const char *address, unsigned port, const struct value *rules,
                            unsigned *ret_port, struct assay_error *err);
ASSAY_RESULT net_listen_udp(struct net *net, const char *name, net_datagram_fn on_datagram,
                            void *ctx, const char *address, unsigned port, unsigned *ret_port,
                            struct assay_error *err);

/*
 * Connect to a board that is a server. session is what the service's calls are given from the
 * start: on_open when the connection stands (its answer takes the place of session), on_close also
 * when it never did: by the board, NET_HOW_RST where it refused, NET_HOW_TIMEOUT where nothing came
 * back in wait_ms, NET_HOW_ERROR otherwise.
 * @param rules    borrowed, for the life of the connection; its `accept` and delay_accept_ms hold
 *                 from the moment the connection stands
 * @param ret      the connection, the net's
 * @retval ASSAY_ERR_IO  nothing can be sent to this address; err says why
 */
struct net_rules;
ASSAY_RESULT net_connect_tcp(struct net *net, const struct net_service *service, void *session,
                             const char *address, unsigned port, const struct net_rules *rules,
                             uint64_t wait_ms, struct net_conn **ret, struct assay_error *err);

/*
 * What a server needs that goes on under another description without refusing anybody.
 * net_number_by(): connections are numbered by *last_id, which nets may share. Borrowed.
 * net_inherit(): sockets that `old` listens on and that are asked for again, by the same address
 * and port, are taken over and not bound anew; both nets accept until net_stop_listening(old).
 * Borrowed until net_inherit(net, NULL).
 * net_stop_listening(): no more connections and datagrams; the connections that there are go on.
 * net_finish_all(): every connection is ended by its service (on_stop).
 * net_when_empty(): on_empty is called from the loop when the last open connection is gone.
 */
void net_number_by(struct net *net, uint32_t *last_id);
void net_inherit(struct net *net, const struct net *old);
void net_stop_listening(struct net *net);
void net_finish_all(struct net *net);
/* An open connection by its number; NULL: there is none. */
struct net_conn *net_conn_find(const struct net *net, uint32_t id);
/* What its service's on_open() has returned; NULL: no service has it (NET_ACCEPT_SILENT). */
void *net_conn_session(const struct net_conn *conn);
void net_when_empty(struct net *net, void (*on_empty)(void *ctx), void *ctx);

/*
 * Other rules, at once, for the connections that there are as well. What has happened to them has
 * happened: one that is stalled stays so, but one that is not read is read again.
 * @retval ASSAY_ERR_MALFORMED  err names the path; nothing has changed
 */
ASSAY_RESULT net_change_rules(struct net *net, const struct value *rules, struct assay_error *err);

/* From now on nothing leaves any more for the connections that there are, for good. */
void net_stall_all(struct net *net);

/* Of a connection. */
uint32_t net_conn_id(const struct net_conn *conn); /* from 1, unique in this net */
/*
 * Copies data; the rules decide when and in which pieces it leaves.
 * @retval ASSAY_ERR_CLOSED  nothing can be sent any more; on_close comes or has come
 * @retval ASSAY_ERR_LIMIT   4 MiB are waiting and the board does not read; reset it
 * @retval ASSAY_ERR_STATE   after net_conn_finish()
 */
ASSAY_RESULT net_conn_send(struct net_conn *conn, const void *data, size_t len);
size_t net_conn_queued(const struct net_conn *conn); /* bytes that wait to be sent */
void net_conn_finish(struct net_conn *conn);         /* send what is queued, then FIN, then close */
void net_conn_reset(struct net_conn *conn);          /* RST at once */

/* on_idle is called once when the board sends nothing for so long; 0: no longer wait for that. */
void net_conn_expect(struct net_conn *conn, uint64_t idle_ms);

/* Answers of a UDP service leave so much later; at most NET_LATE_MAX wait, more are dropped. */
enum { NET_LATE_MAX = 64 };
void net_udp_delay(struct net *net, unsigned port, uint64_t delay_ms);

/* Connections that are open now, and how many there have been. */
size_t net_open_count(const struct net *net);
size_t net_total_count(const struct net *net);

#endif
