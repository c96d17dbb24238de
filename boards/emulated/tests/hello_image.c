/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest application that the boot loader starts, for its tests: it says hello, says it
 * again when it hears a '?', and resets when it hears an 'R'. Ballast makes it longer.
 */
#include "mps2.h"
#include "uart.h"

enum { BALLAST = 30000 };

extern uint32_t image_stack_top;

void hello_entry(void);

static const uint8_t ballast[BALLAST] = {[0 ... BALLAST - 1] = 0xa5};

static void say_hello(void)
{
    uart_send("hello from the image\r\n", 22);
}

static void obey(uint8_t byte)
{
    if (byte == '?')
        say_hello();
    if (byte == 'R')
        mps2_reset();
}

void hello_entry(void)
{
    uart_start();
    say_hello();
    for (;;) {
        uint8_t byte = ballast[0];

        mps2_irq_off();
        if (!uart_has_input())
            mps2_wait();
        mps2_irq_on();
        if (uart_read(&byte, 1) == 1)
            obey(byte);
    }
}

static void fault(void)
{
    mps2_reset();
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16 + 16])(void) = {
    (void (*)(void))(&image_stack_top),
    hello_entry,
    fault,
    fault,
    [16 + MPS2_IRQ_UART0_RX] = uart0_rx_handler,
    [16 + MPS2_IRQ_UART0_TX] = uart0_tx_handler,
    [31] = (void (*)(void))ballast,
};
