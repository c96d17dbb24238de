/* SPDX-License-Identifier: Apache-2.0 */
/* The boot loader on the board: reset vector, interrupts, and the jump into the application. */
#include "loader/loader.h"

#include "mps2.h"
#include "uart.h"

#include <string.h>

enum { TICK_MS = 5, READ_MAX = 256 };

extern uint32_t loader_stack_top;
extern uint32_t loader_bss_start;
extern uint32_t loader_bss_end;

void loader_entry(void);

static struct loader loader;

static void send_bytes(void *ctx, const void *data, size_t len)
{
    (void)ctx;
    uart_send(data, len);
}

/* Everything as after a reset, but for the vector table. */
static void start_application(uint32_t stack, uint32_t entry)
{
    uart_flush();
    mps2_irq_off();
    MPS2_SYSTICK_CONTROL = 0;
    MPS2_ICSR = MPS2_ICSR_NO_TICK;
    uart_stop();
    MPS2_VTOR = MPS2_FLASH;
    __asm__ volatile("msr msp, %0\n"
                     "dsb\n"
                     "isb\n"
                     "cpsie i\n"
                     "bx %1\n"
                     :
                     : "r"(stack), "r"(entry)
                     : "memory");
    __builtin_unreachable();
}

static void obey(enum loader_wish wish)
{
    if (wish == LOADER_START)
        start_application(loader.image.stack, loader.image.entry);
    if (wish == LOADER_RESET) {
        uart_flush();
        mps2_reset();
    }
}

static void turn(void)
{
    uint8_t data[READ_MAX];
    size_t len = uart_read(data, sizeof(data));

    loader_feed(&loader, data, len, mps2_millis());
    if (uart_boot0_is_held())
        loader_hold(&loader);
    obey(loader_step(&loader, mps2_millis()));
    mps2_irq_off();
    if (!uart_has_input())
        mps2_wait();
    mps2_irq_on();
}

static void run(void)
{
    const struct loader_port port = {.send = send_bytes};
    int is_held = MPS2_STAY == MPS2_STAY_MAGIC;

    MPS2_STAY = 0;
    loader_init(&loader, &port, (uint8_t *)MPS2_FLASH, MPS2_FLASH_SIZE, MPS2_FLASH);
    mps2_tick_start(TICK_MS);
    uart_start();
    uart_boot0_start();
    loader_begin(&loader, is_held, mps2_millis());
    for (;;)
        turn();
}

void loader_entry(void)
{
    memset(&loader_bss_start, 0,
           (size_t)((uint8_t *)&loader_bss_end - (uint8_t *)&loader_bss_start));
    run();
}

/* A loader that went astray tries again. */
static void fault(void)
{
    mps2_reset();
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16 + 16])(void) = {
    (void (*)(void))(&loader_stack_top),
    loader_entry,
    fault, /* NMI */
    fault, /* HardFault */
    fault, /* MemManage */
    fault, /* BusFault */
    fault, /* UsageFault */
    [15] = mps2_tick_handler,
    [16 + MPS2_IRQ_UART0_RX] = uart0_rx_handler,
    [16 + MPS2_IRQ_UART0_TX] = uart0_tx_handler,
    [16 + MPS2_IRQ_UART1_RX] = uart1_rx_handler,
};
