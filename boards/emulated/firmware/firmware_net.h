/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network of the probe on lwIP: one UDP socket, one TCP connection, and one that is ending.
 * The address 255.255.255.255 stands for the servers that the lease names: its DNS server for port
 * 53, its gateway for all others.
 */
#ifndef FIRMWARE_NET_H
#define FIRMWARE_NET_H

#include "probe/probe_platform.h"

#include "lwip/netif.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

#include <stdbool.h>

enum { FIRMWARE_NET_DATAGRAMS = 4 };

struct virtual_net {
    struct netif netif;
    struct udp_pcb *udp;
    struct pbuf *datagrams[FIRMWARE_NET_DATAGRAMS];
    struct tcp_pcb *tcp;
    struct pbuf *received; /* in order, not read yet */
    size_t read;           /* of its first bytes */
    bool is_connected;
    bool is_ended; /* the peer sent its FIN */
    err_t error;
    struct tcp_pcb *ending; /* our FIN is sent, its end is awaited */
    uint32_t ending_ms;
};

/* Start the interface and DHCP. */
void firmware_net_init(struct virtual_net *net);

/* Frames in, timers, connections that end. */
void firmware_net_service(struct virtual_net *net);

/* Fill in the network's part of a platform. */
void firmware_net_fill(struct virtual_net *net, struct probe_platform *platform);

/* virtual_net_send(), virtual_net_receive(), virtual_net_error(): virtual_stack.h. */

#endif
