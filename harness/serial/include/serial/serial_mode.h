/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERIAL_SERIAL_MODE_H
#define SERIAL_SERIAL_MODE_H

enum serial_parity { SERIAL_PARITY_NONE, SERIAL_PARITY_EVEN, SERIAL_PARITY_ODD };

/* 8 data bits, 1 stop bit, raw. A pty keeps the rate and drops the parity; both are no error. */
struct serial_mode {
    unsigned baud; /* any rate, not only the classic ones */
    enum serial_parity parity;
};

#endif
