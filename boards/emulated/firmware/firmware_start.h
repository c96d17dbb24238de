/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FIRMWARE_START_H
#define FIRMWARE_START_H

#include <stdint.h>

/* Why the application was reset; it leaves this to itself in MPS2_REASON. Else it was the power. */
enum { FIRMWARE_REQUESTED = 0x52455131, FIRMWARE_CRASH = 0x52455132 };

/* Never returns. */
void firmware_main(void);

void firmware_restart(uint32_t reason);
void firmware_crash(void);

#endif
