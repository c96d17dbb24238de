/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware_net.h"

#include "lan9118.h"
#include "mps2.h"

#include "virtual_stack.h"

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/init.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"

#include <string.h>

enum { ENDING_MS = 2000, DNS_PORT = 53 };

u32_t sys_now(void)
{
    return mps2_millis();
}

void firmware_net_init(struct virtual_net *net)
{
    memset(net, 0, sizeof(*net));
    lwip_init();
    netif_add(&net->netif, NULL, NULL, NULL, NULL, lan9118_init, ethernet_input);
    netif_set_default(&net->netif);
    netif_set_up(&net->netif);
    (void)dhcp_start(&net->netif); /* without memory there is no lease, which attempts tell */
}

static bool has_lease(const struct virtual_net *net)
{
    return dhcp_supplied_address(&net->netif) != 0;
}

static ip_addr_t address_of(const struct virtual_net *net, const uint8_t ip[4], uint16_t port)
{
    static const uint8_t of_lease[4] = {255, 255, 255, 255};
    ip_addr_t addr;

    IP4_ADDR(&addr, ip[0], ip[1], ip[2], ip[3]);
    if (memcmp(ip, of_lease, sizeof(of_lease)) == 0)
        addr = port == DNS_PORT ? *dns_getserver(0) : *netif_ip_gw4(&net->netif);
    return addr;
}

static enum probe_io failed(struct virtual_net *net, err_t error)
{
    net->error = error;
    return PROBE_IO_FAILED;
}

/* --- UDP -------------------------------------------------------------------------------------- */

static void on_datagram(void *ctx, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
                        u16_t port)
{
    struct virtual_net *net = ctx;

    (void)pcb;
    (void)from;
    (void)port;
    for (unsigned i = 0; i < FIRMWARE_NET_DATAGRAMS; i++) {
        if (net->datagrams[i] == NULL) {
            net->datagrams[i] = p;
            return;
        }
    }
    pbuf_free(p);
}

static void udp_end(void *ctx)
{
    struct virtual_net *net = ctx;

    if (net->udp != NULL)
        udp_remove(net->udp);
    net->udp = NULL;
    for (unsigned i = 0; i < FIRMWARE_NET_DATAGRAMS; i++) {
        if (net->datagrams[i] != NULL)
            pbuf_free(net->datagrams[i]);
        net->datagrams[i] = NULL;
    }
}

static enum probe_io udp_begin(void *ctx, const uint8_t ip[4], uint16_t port)
{
    struct virtual_net *net = ctx;
    ip_addr_t addr = address_of(net, ip, port);
    err_t error = ERR_MEM;

    udp_end(net);
    net->udp = udp_new();
    if (net->udp != NULL)
        error = udp_connect(net->udp, &addr, port);
    if (error != ERR_OK)
        return failed(net, error);
    udp_recv(net->udp, on_datagram, net);
    return PROBE_IO_DONE;
}

/* Without a lease nothing is sent; the core asks again later. */
static enum probe_io send_datagram(void *ctx, const void *data, size_t len)
{
    struct virtual_net *net = ctx;
    struct pbuf *p = NULL;
    err_t error = ERR_MEM;

    if (!has_lease(net))
        return PROBE_IO_DONE;
    p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)len, PBUF_RAM);
    if (p != NULL) {
        (void)pbuf_take(p, data, (u16_t)len); /* it is that long */
        error = udp_send(net->udp, p);
        pbuf_free(p);
    }
    return error == ERR_OK ? PROBE_IO_DONE : failed(net, error);
}

static enum probe_io receive_datagram(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct virtual_net *net = ctx;
    struct pbuf *p = net->datagrams[0];

    if (p == NULL)
        return PROBE_IO_WAIT_READ;
    *ret = pbuf_copy_partial(p, data, (u16_t)cap, 0);
    pbuf_free(p);
    memmove(net->datagrams, net->datagrams + 1, sizeof(net->datagrams) - sizeof(net->datagrams[0]));
    net->datagrams[FIRMWARE_NET_DATAGRAMS - 1] = NULL;
    return PROBE_IO_DONE;
}

/* --- TCP -------------------------------------------------------------------------------------- */

/* The connection is gone, and its block with it. */
static void on_error(void *ctx, err_t error)
{
    struct virtual_net *net = ctx;

    net->tcp = NULL;
    net->error = error;
}

static err_t on_connected(void *ctx, struct tcp_pcb *pcb, err_t error)
{
    struct virtual_net *net = ctx;

    (void)pcb;
    net->is_connected = error == ERR_OK;
    return ERR_OK;
}

static err_t on_received(void *ctx, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct virtual_net *net = ctx;

    (void)pcb;
    (void)error;
    if (p == NULL)
        net->is_ended = true;
    else if (net->received == NULL)
        net->received = p;
    else
        pbuf_cat(net->received, p);
    return ERR_OK;
}

static enum probe_io start_connect(struct virtual_net *net, const uint8_t ip[4], uint16_t port)
{
    ip_addr_t addr = address_of(net, ip, port);
    err_t error = ERR_MEM;

    net->is_connected = false;
    net->is_ended = false;
    net->error = ERR_OK;
    net->tcp = tcp_new();
    if (net->tcp == NULL)
        return failed(net, ERR_MEM);
    tcp_arg(net->tcp, net);
    tcp_err(net->tcp, on_error);
    tcp_recv(net->tcp, on_received);
    tcp_nagle_disable(net->tcp);
    error = tcp_connect(net->tcp, &addr, port, on_connected);
    return error == ERR_OK ? PROBE_IO_DONE : failed(net, error);
}

static enum probe_io connect_tcp(void *ctx, const uint8_t ip[4], uint16_t port)
{
    struct virtual_net *net = ctx;

    if (!has_lease(net))
        return PROBE_IO_WAIT_WRITE;
    if (net->tcp == NULL && net->error != ERR_OK) {
        enum probe_io io = PROBE_IO_FAILED; /* refused, while we waited */

        return io;
    }
    if (net->tcp == NULL && start_connect(net, ip, port) != PROBE_IO_DONE)
        return PROBE_IO_FAILED;
    return net->is_connected ? PROBE_IO_DONE : PROBE_IO_WAIT_WRITE;
}

static void drop_received(struct virtual_net *net)
{
    if (net->received != NULL)
        pbuf_free(net->received);
    net->received = NULL;
    net->read = 0;
}

/* What still comes is read and dropped, so that it is not answered with a reset. */
static err_t on_last_words(void *ctx, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct virtual_net *net = ctx;

    (void)error;
    if (p == NULL) {
        net->ending_ms = sys_now() - ENDING_MS; /* it is over */
        return ERR_OK;
    }
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static void on_ending_error(void *ctx, err_t error)
{
    struct virtual_net *net = ctx;

    (void)error;
    net->ending = NULL;
}

static void let_go(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_recv(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

static void end_ending(struct virtual_net *net)
{
    if (net->ending != NULL)
        let_go(net->ending);
    net->ending = NULL;
}

/* tcp_close() would send a reset for data that was not read: only our side is closed. */
static void begin_ending(struct virtual_net *net)
{
    end_ending(net);
    net->ending = net->tcp;
    net->ending_ms = sys_now();
    tcp_err(net->ending, on_ending_error);
    tcp_recv(net->ending, on_last_words);
    if (net->received != NULL)
        tcp_recved(net->ending, (u16_t)(net->received->tot_len - net->read));
    if (tcp_shutdown(net->ending, 0, 1) != ERR_OK || net->is_ended)
        end_ending(net);
}

static void close_tcp(void *ctx)
{
    struct virtual_net *net = ctx;

    if (net->tcp != NULL && net->is_connected)
        begin_ending(net);
    else if (net->tcp != NULL)
        tcp_abort(net->tcp);
    net->tcp = NULL;
    net->is_connected = false;
    net->error = ERR_OK;
    drop_received(net);
}

enum probe_io virtual_net_send(struct virtual_net *net, const void *data, size_t len, size_t *ret)
{
    size_t room = net->tcp != NULL ? tcp_sndbuf(net->tcp) : 0;
    err_t error = ERR_OK;

    if (net->tcp == NULL && net->received != NULL) {
        *ret = len; /* lost on its way: so that the stack reads the alert that says why */
        return PROBE_IO_DONE;
    }
    if (net->tcp == NULL)
        return PROBE_IO_FAILED;
    len = len < room ? len : room;
    if (len == 0)
        return PROBE_IO_WAIT_WRITE;
    error = tcp_write(net->tcp, data, (u16_t)len, TCP_WRITE_FLAG_COPY);
    if (error == ERR_MEM)
        return PROBE_IO_WAIT_WRITE;
    if (error != ERR_OK)
        return failed(net, error);
    (void)tcp_output(net->tcp); /* what cannot go now goes with the next timer */
    *ret = len;
    return PROBE_IO_DONE;
}

enum probe_io virtual_net_receive(struct virtual_net *net, void *data, size_t cap, size_t *ret)
{
    size_t len = 0;

    if (net->received == NULL) {
        if (net->is_ended)
            return PROBE_IO_CLOSED;
        return net->tcp != NULL ? PROBE_IO_WAIT_READ : PROBE_IO_FAILED;
    }
    cap = cap < 0xffff ? cap : 0xffff;
    len = pbuf_copy_partial(net->received, data, (u16_t)cap, (u16_t)net->read);
    net->read += len;
    net->received = pbuf_free_header(net->received, (u16_t)net->read);
    net->read = 0;
    if (net->tcp != NULL)
        tcp_recved(net->tcp, (u16_t)len);
    *ret = len;
    return PROBE_IO_DONE;
}

const char *virtual_net_error(void *ctx)
{
    const struct virtual_net *net = ctx;

    switch (net->error) {
    case ERR_RST:
        return net->is_connected ? "Connection reset by peer" : "Connection refused";
    case ERR_ABRT:
        return "Connection timed out";
    case ERR_MEM:
        return "lwIP is out of memory";
    case ERR_RTE:
        return "No route to host";
    default:
        return "network error";
    }
}

void firmware_net_service(struct virtual_net *net)
{
    lan9118_service(&net->netif);
    sys_check_timeouts();
    if (net->ending != NULL && sys_now() - net->ending_ms >= ENDING_MS)
        end_ending(net);
}

void firmware_net_fill(struct virtual_net *net, struct probe_platform *platform)
{
    platform->net = net;
    platform->udp_open = udp_begin;
    platform->udp_send = send_datagram;
    platform->udp_receive = receive_datagram;
    platform->udp_close = udp_end;
    platform->tcp_connect = connect_tcp;
    platform->tcp_close = close_tcp;
    platform->network_error = virtual_net_error;
}
