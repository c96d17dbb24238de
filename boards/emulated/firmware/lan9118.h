/* SPDX-License-Identifier: Apache-2.0 */
/* SMSC LAN9118 Ethernet controller (data sheet, revision 1.5) as a network interface of lwIP. */
#ifndef LAN9118_H
#define LAN9118_H

#include "lwip/netif.h"

/* For netif_add(). */
err_t lan9118_init(struct netif *netif);

/* Hand on all frames that arrived since the last interrupt. */
void lan9118_service(struct netif *netif);

/* Whether there are any. */
int lan9118_has_input(void);

/* The vector. */
void lan9118_handler(void);

#endif
