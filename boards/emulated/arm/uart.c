/* SPDX-License-Identifier: Apache-2.0 */
#include "uart.h"

#include "mps2.h"

#define DATA(uart)    MPS2_REG(0x40004000U + 0x1000U * (uart) + 0x00)
#define CONTROL(uart) MPS2_REG(0x40004000U + 0x1000U * (uart) + 0x08)
#define CLEAR(uart)   MPS2_REG(0x40004000U + 0x1000U * (uart) + 0x0c)
#define DIVIDER(uart) MPS2_REG(0x40004000U + 0x1000U * (uart) + 0x10)

enum {
    TX_ON = 1,
    RX_ON = 2,
    TX_INTERRUPT = 4,
    RX_INTERRUPT = 8,
    CLEAR_TX = 1,
    CLEAR_RX = 2,
    SPEED = 115200, /* the emulator does not care */
    RING = 4096
};

/* One writer and one reader each: the interrupt and the program. */
struct ring {
    volatile uint32_t written;
    volatile uint32_t read;
    uint8_t bytes[RING];
};

static struct ring received;
static struct ring queued;
static volatile int is_sending;
static volatile int is_boot0_held;

void uart_start(void)
{
    received.written = received.read = 0;
    queued.written = queued.read = 0;
    is_sending = 0;
    DIVIDER(0) = MPS2_CLOCK_HZ / SPEED;
    CLEAR(0) = CLEAR_TX | CLEAR_RX;
    CONTROL(0) = TX_ON | RX_ON | TX_INTERRUPT | RX_INTERRUPT;
    (void)DATA(
        0); /* QEMU looks for bytes that wait when this is read, not when RX is switched on */
    MPS2_NVIC_ENABLE = 1U << MPS2_IRQ_UART0_RX | 1U << MPS2_IRQ_UART0_TX;
}

void uart_stop(void)
{
    CONTROL(0) = 0;
    CONTROL(1) = 0;
    MPS2_NVIC_DISABLE = 1U << MPS2_IRQ_UART0_RX | 1U << MPS2_IRQ_UART0_TX | 1U << MPS2_IRQ_UART1_RX;
    CLEAR(0) = CLEAR_TX | CLEAR_RX;
    CLEAR(1) = CLEAR_TX | CLEAR_RX;
    MPS2_NVIC_UNPEND = 1U << MPS2_IRQ_UART0_RX | 1U << MPS2_IRQ_UART0_TX | 1U << MPS2_IRQ_UART1_RX;
}

void uart0_rx_handler(void)
{
    CLEAR(0) = CLEAR_RX;
    received.bytes[received.written % RING] = (uint8_t)DATA(0);
    if (received.written - received.read < RING)
        received.written++;
}

static void send_next(void)
{
    is_sending = queued.read != queued.written;
    if (is_sending)
        DATA(0) = queued.bytes[queued.read++ % RING];
}

void uart0_tx_handler(void)
{
    CLEAR(0) = CLEAR_TX;
    send_next();
}

int uart_has_input(void)
{
    return received.read != received.written;
}

size_t uart_read(void *data, size_t cap)
{
    uint8_t *to = data;
    size_t len = 0;

    while (len < cap && uart_has_input())
        to[len++] = received.bytes[received.read++ % RING];
    return len;
}

static void queue_byte(uint8_t byte)
{
    mps2_irq_off();
    while (queued.written - queued.read == RING) {
        mps2_wait();
        mps2_irq_on(); /* the interrupt that ended the wait runs here */
        mps2_irq_off();
    }
    queued.bytes[queued.written++ % RING] = byte;
    if (!is_sending)
        send_next();
    mps2_irq_on();
}

void uart_send(const void *data, size_t len)
{
    const uint8_t *from = data;

    for (size_t i = 0; i < len; i++)
        queue_byte(from[i]);
}

void uart_flush(void)
{
    mps2_irq_off();
    while (is_sending) {
        mps2_wait();
        mps2_irq_on();
        mps2_irq_off();
    }
    mps2_irq_on();
}

void uart_boot0_start(void)
{
    is_boot0_held = 0;
    CONTROL(1) = RX_ON | RX_INTERRUPT;
    (void)DATA(1); /* as above */
    MPS2_NVIC_ENABLE = 1U << MPS2_IRQ_UART1_RX;
}

int uart_boot0_is_held(void)
{
    return is_boot0_held;
}

void uart1_rx_handler(void)
{
    CLEAR(1) = CLEAR_RX;
    if (DATA(1) == 'B')
        is_boot0_held = 1;
}
