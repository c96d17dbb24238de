/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors, start-up, the end in a fault, and the little of an operating system that newlib asks. */
#include "firmware_start.h"

#include "lan9118.h"
#include "mps2.h"
#include "uart.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { POOL = 128 * 1024 };

extern uint32_t image_stack_top;
extern uint32_t image_data_source;
extern uint32_t image_data_start;
extern uint32_t image_data_end;
extern uint32_t image_bss_start;
extern uint32_t image_bss_end;

void firmware_entry(void);
void *_sbrk(ptrdiff_t len);
void _exit(int code);
void __assert_func(const char *file, int line, const char *function, const char *what);

void firmware_entry(void)
{
    memcpy(&image_data_start, &image_data_source,
           (size_t)((uint8_t *)&image_data_end - (uint8_t *)&image_data_start));
    memset(&image_bss_start, 0, (size_t)((uint8_t *)&image_bss_end - (uint8_t *)&image_bss_start));
    firmware_main();
}

void firmware_restart(uint32_t reason)
{
    MPS2_REASON = reason;
    mps2_reset();
}

void firmware_crash(void)
{
    firmware_restart(FIRMWARE_CRASH);
}

/* What is taken once at the start and never given back; there is no other heap. */
void *calloc(size_t count, size_t size)
{
    static uint64_t pool[POOL / sizeof(uint64_t)];
    static size_t used;
    size_t words = (count * size + sizeof(uint64_t) - 1) / sizeof(uint64_t);
    void *found = pool + used;

    if (words > POOL / sizeof(uint64_t) - used)
        return NULL;
    used += words;
    return found;
}

void free(void *at)
{
    (void)at;
}

/* A library with a heap of its own has another one. */
__attribute__((weak)) void *_sbrk(ptrdiff_t len)
{
    (void)len;
    errno = ENOMEM;
    return (void *)-1;
}

/* A library that gives up; newlib's own would print. */
void __assert_func(const char *file, int line, const char *function, const char *what)
{
    (void)file;
    (void)function;
    (void)what;
    _exit(line);
}

void _exit(int code)
{
    (void)code;
    for (;;)
        firmware_crash();
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16 + 32])(void) = {
    (void (*)(void))(&image_stack_top),
    firmware_entry,
    firmware_crash, /* NMI */
    firmware_crash, /* HardFault */
    firmware_crash, /* MemManage */
    firmware_crash, /* BusFault */
    firmware_crash, /* UsageFault */
    /* 7 to 9: magic, length and CRC of the image */
    [15] = mps2_tick_handler,
    [16 + MPS2_IRQ_UART0_RX] = uart0_rx_handler,
    [16 + MPS2_IRQ_UART0_TX] = uart0_tx_handler,
    [16 + MPS2_IRQ_ETHERNET] = lan9118_handler,
};
