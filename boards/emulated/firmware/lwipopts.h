/* SPDX-License-Identifier: Apache-2.0 */
/* lwIP without threads: raw API, DHCP, TCP and UDP. Memory from static pools; there is plenty. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS                     1
#define SYS_LIGHTWEIGHT_PROT       0
#define LWIP_NETCONN               0
#define LWIP_SOCKET                0
#define LWIP_ARP                   1
#define LWIP_ETHERNET              1
#define LWIP_IPV4                  1
#define LWIP_IPV6                  0
#define LWIP_ICMP                  1
#define LWIP_DHCP                  1
#define LWIP_DNS                   1 /* keeps the servers of the lease */
#define LWIP_TCP                   1
#define LWIP_UDP                   1
#define LWIP_STATS                 0
#define LWIP_NETIF_STATUS_CALLBACK 0
#define LWIP_DHCP_DOES_ACD_CHECK   0
#define DHCP_DOES_ARP_CHECK        0 /* a lease at once; slirp and dnsmasq have checked */

#define MEM_ALIGNMENT        4
#define MEM_SIZE             (64 * 1024)
#define MEMP_NUM_TCP_PCB     8
#define MEMP_NUM_UDP_PCB     6
#define MEMP_NUM_SYS_TIMEOUT 12
#define MEMP_NUM_TCP_SEG     64
#define PBUF_POOL_SIZE       48
#define PBUF_POOL_BUFSIZE    1600

#define TCP_MSS          1460
#define TCP_WND          (16 * TCP_MSS)
#define TCP_SND_BUF      (8 * TCP_MSS)
#define TCP_SND_QUEUELEN 32

#endif
