/* SPDX-License-Identifier: Apache-2.0 */
#include "mps2.h"

enum { SYSTICK_RUN = 7 }; /* processor's clock, interrupt, on */

/* style: this file is the one owner of the board's tick. */
static volatile uint32_t now_ms;
static uint32_t tick_ms;

void mps2_tick_start(uint32_t every_ms)
{
    tick_ms = every_ms;
    now_ms = 0;
    MPS2_SYSTICK_RELOAD = MPS2_CLOCK_HZ / 1000 * every_ms - 1;
    MPS2_SYSTICK_VALUE = 0;
    MPS2_SYSTICK_CONTROL = SYSTICK_RUN;
}

uint32_t mps2_millis(void)
{
    return now_ms;
}

void mps2_tick_handler(void)
{
    now_ms += tick_ms;
}
