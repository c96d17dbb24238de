/* SPDX-License-Identifier: Apache-2.0 */
/* An emulated board: its machine, its serial line, and the lines that control them. */
#ifndef EMULATOR_CONTROL_H
#define EMULATOR_CONTROL_H

#include "machine.h"
#include "options.h"
#include "relay.h"

struct emulator {
    uv_loop_t loop;
    const struct emulator_options *options;
    struct machine machine;
    struct relay relay;
    struct line_fault fault;
    uv_poll_t input;
    struct buf line; /* of a command */
    int code;
};

/*
 * Run until told to quit, or until standard input ends. What happens is a line each on standard
 * output: "port PATH" first, then "on", "off", "reset by board|by bench|by touch", "rate N",
 * "fault NAME", "dropped N", "ended by signal N|with status N", "says TEXT", "error TEXT".
 * @return exit code of the program
 */
int emulator_run(const struct emulator_options *options, struct assay_error *err);

#endif
