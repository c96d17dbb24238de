/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board: ARM's MPS2 with the FPGA image AN385 (Application Note 385), as QEMU has it. Memory:
 *
 *     0x00000000   4 MB  the boot loader (QEMU's -kernel)
 *     0x20000000   4 MB  RAM: 32 KB of stack of the application, then its data; the loader's from
 *                        0x20300000; the words below that outlive a reset
 *     0x21000000  16 MB  "flash": a file of the host; the first megabyte is the application's
 */
#ifndef MPS2_H
#define MPS2_H

#include <stdint.h>

#define MPS2_REG(addr) (*(volatile uint32_t *)(addr))

#define MPS2_CLOCK_HZ   25000000U
#define MPS2_FLASH      0x21000000U
#define MPS2_FLASH_SIZE 0x100000U

/* Words that keep their value over a reset, but not over a loss of power. */
#define MPS2_STAY       MPS2_REG(0x203ffff0U) /* for the loader: do not start the application */
#define MPS2_REASON     MPS2_REG(0x203ffff4U) /* for the application: why it was reset */
#define MPS2_RESETS     MPS2_REG(0x203ffff8U) /* how often the application was started */
#define MPS2_STAY_MAGIC 0x59415453U           /* "STAY" */

/* What QEMU's "-device loader" may put there before the board starts. */
#define MPS2_SEED ((const volatile uint32_t *)0x203fff00U) /* eight words of randomness */

/* Cortex-M3: ARMv7-M Architecture Reference Manual, B3.2 and B3.3. */
#define MPS2_ICSR            MPS2_REG(0xe000ed04U)
#define MPS2_ICSR_NO_TICK    (1U << 25) /* a tick that waits is dropped */
#define MPS2_VTOR            MPS2_REG(0xe000ed08U)
#define MPS2_AIRCR           MPS2_REG(0xe000ed0cU)
#define MPS2_AIRCR_RESET     0x05fa0004U
#define MPS2_NVIC_ENABLE     MPS2_REG(0xe000e100U)
#define MPS2_NVIC_DISABLE    MPS2_REG(0xe000e180U)
#define MPS2_NVIC_UNPEND     MPS2_REG(0xe000e280U)
#define MPS2_SYSTICK_CONTROL MPS2_REG(0xe000e010U)
#define MPS2_SYSTICK_RELOAD  MPS2_REG(0xe000e014U)
#define MPS2_SYSTICK_VALUE   MPS2_REG(0xe000e018U)

enum { MPS2_IRQ_UART0_RX, MPS2_IRQ_UART0_TX, MPS2_IRQ_UART1_RX, MPS2_IRQ_ETHERNET = 13 };

static inline void mps2_irq_off(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
}

static inline void mps2_irq_on(void)
{
    __asm__ volatile("cpsie i" ::: "memory");
}

/* With interrupts off, a pending one still ends the wait. */
static inline void mps2_wait(void)
{
    __asm__ volatile("dsb\n wfi" ::: "memory");
}

/* Whoever polls a device instead of waiting starves the emulator of its lock. */
static inline void mps2_reset(void)
{
    __asm__ volatile("dsb");
    MPS2_AIRCR = MPS2_AIRCR_RESET;
    for (;;)
        mps2_wait();
}

/* Milliseconds since mps2_tick_start(); wraps. */
void mps2_tick_start(uint32_t every_ms);
uint32_t mps2_millis(void);

/* The vector of the tick. */
void mps2_tick_handler(void);

#endif
