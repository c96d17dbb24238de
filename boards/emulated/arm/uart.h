/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UART 0, the board's serial line, by interrupts in both directions; and UART 1, of which the boot
 * loader hears only whether somebody holds BOOT0. CMSDK APB UART: ARM DDI 0479, section 4.3.
 */
#ifndef UART_H
#define UART_H

#include <stddef.h>
#include <stdint.h>

void uart_start(void);

/* Interrupts off, so that an application starts with the UART as it is after a reset. */
void uart_stop(void);

/* Bytes that arrived, up to cap; never waits. */
size_t uart_read(void *data, size_t cap);
int uart_has_input(void);

/* Queue all of it; waits (for interrupts) while the queue is full. */
void uart_send(const void *data, size_t len);

/* Wait until all that was queued is sent. */
void uart_flush(void);

/* Hear UART 1: whether a 'B' came since then. */
void uart_boot0_start(void);
int uart_boot0_is_held(void);

/* The vectors. */
void uart0_rx_handler(void);
void uart0_tx_handler(void);
void uart1_rx_handler(void);

#endif
